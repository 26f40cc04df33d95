#include <vector>

#include <gtest/gtest.h>

#include "store/fallback_ledger.hpp"
#include "tests/store/fake_remote.hpp"
#include "tests/store/hand_clock.hpp"
#include "tests/store/ledger_contract.hpp"
#include "tests/store/log_lines.hpp"
#include "tests/store/redis_world.hpp"

namespace gatepost::test {
namespace {

using store::FallbackLedger;

// Only its parts are used here: redis_outage_test.cpp holds this ledger to it.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LedgerContract);

struct Fallback : testing::Test {
  LedgerRequest request(const std::string& name, std::int64_t limit = 50) {
    return {
        user(name), {charge(kMessages, 1, limit), charge(kDaily, 2, 300)}, days_at(clock.now())};
  }

  Settlement settle(const std::string& name, std::int64_t limit = 50) {
    return std::get<Settlement>(ledger.settle(request(name, limit), Token{++token}));
  }

  Settlement look(const std::string& name) {
    return std::get<Settlement>(ledger.look(request(name)));
  }

  /// How many of `tries` pass.
  int passed(const std::string& name, int tries) {
    int out = 0;
    for (int i = 0; i < tries; ++i)
      out += settle(name).refused ? 0 : 1;
    return out;
  }

  bool all_paid() {
    return eventually([&] { return ledger.counts().waiting == 0; });
  }

  HandClock clock{kTestStart};
  LogLines log;
  FakeRemote remote{clock};
  std::uint64_t token = 0;
  FallbackLedger ledger{remote, WhenDown::local, clock.clock(), log.log()};
};

TEST_F(Fallback, PassesTheStoresAnswersOnWhileItIsThere) {
  settle("ann");
  const Settlement seen = look("ann");
  EXPECT_EQ(seen.source, Source::store);
  EXPECT_EQ(seen.readings[0].used, 1);
  EXPECT_EQ(ledger.counts().answered_locally, 0u);
}

TEST_F(Fallback, AGlanceAsksNobodyWhereFreshFiguresAreFarFromEveryLimit) {
  const auto asked = [&](const std::string& name) {
    const int before = remote.looks();
    const auto seen = std::get<Settlement>(ledger.glance(request(name)));
    EXPECT_EQ(seen.source, Source::store);
    return std::pair{remote.looks() > before, seen.readings[0].used};
  };
  EXPECT_EQ(asked("ann"), std::pair(true, std::int64_t{0})) << "nothing is known of her";
  passed("ann", 3);
  EXPECT_EQ(asked("ann"), std::pair(false, std::int64_t{3}));
  clock.move(seconds(11));
  EXPECT_EQ(asked("ann"), std::pair(true, std::int64_t{3})) << "what is known is old";
  EXPECT_EQ(asked("ann"), std::pair(false, std::int64_t{3})) << "a look is news too";
  passed("ann", 21);
  EXPECT_EQ(asked("ann"), std::pair(false, std::int64_t{24}));
  passed("ann", 1);
  EXPECT_EQ(asked("ann"), std::pair(true, std::int64_t{25})) << "with this one over half the limit";
}

TEST_F(Fallback, AGlanceKnowsTheFiguresOfThisDaemonWhileTheStoreIsAway) {
  passed("ann", 3);
  remote.set_down(true);
  EXPECT_EQ(std::get<Settlement>(ledger.glance(request("ann"))).source, Source::local);
}

TEST_F(Fallback, CountsOnFromTheLastKnownFiguresWhileTheStoreIsAway) {
  EXPECT_EQ(passed("ann", 30), 30);
  remote.set_down(true);
  const Settlement seen = look("ann");
  EXPECT_EQ(seen.source, Source::local);
  EXPECT_EQ(seen.now, clock.now() + minutes(5)) << "by the store's clock";
  EXPECT_EQ(seen.readings[0].used, 30);
  EXPECT_EQ(seen.readings[1].used, 60);
  EXPECT_EQ(passed("ann", 60), 20);
  EXPECT_EQ(passed("new", 60), 50);
}

TEST_F(Fallback, TakesKnownFiguresForAsNewAsTheyCanBe) {
  passed("ann", 50);
  remote.set_down(true);
  clock.move(minutes(15));
  EXPECT_TRUE(look("ann").refused);
  clock.move(seconds(15));
  EXPECT_FALSE(look("ann").refused);
}

TEST_F(Fallback, PaysEachLocalChargeInOnceTheStoreIsBack) {
  passed("ann", 10);
  remote.set_down(true);
  passed("ann", 15);
  passed("bob", 5);
  EXPECT_EQ(ledger.counts().waiting, 20u);
  remote.set_down(false);
  ASSERT_TRUE(all_paid());
  EXPECT_EQ(look("ann").readings[0].used, 25);
  EXPECT_EQ(look("bob").readings[0].used, 5);
  EXPECT_EQ(look("bob").readings[1].used, 10);
  EXPECT_EQ(ledger.counts().paid_back, 20u);
}

TEST_F(Fallback, ALookAfterTheReturnIncludesWhatStillWaited) {
  remote.set_down(true);
  passed("ann", 49);
  remote.set_down(false);
  EXPECT_EQ(look("ann").readings[0].used, 49) << "whether or not the background was faster";
  EXPECT_FALSE(settle("ann").refused);
  EXPECT_TRUE(settle("ann").refused);
}

TEST_F(Fallback, AChargeThatTheStoreMadeWithoutOurHearingOfItIsNotMadeTwice) {
  passed("ann", 10);
  remote.set_deaf(true);
  EXPECT_EQ(settle("ann").source, Source::local);
  remote.set_down(true);
  remote.set_deaf(false);
  passed("ann", 3);
  remote.set_down(false);
  ASSERT_TRUE(all_paid());
  EXPECT_EQ(look("ann").readings[0].used, 14);
}

TEST_F(Fallback, PayingTwiceBecauseTheAnswerWasLostChargesOnce) {
  remote.set_down(true);
  passed("ann", 5);
  remote.set_deaf(true);
  remote.set_down(false);
  look("ann");
  EXPECT_EQ(ledger.counts().waiting, 5u);
  remote.set_deaf(false);
  ASSERT_TRUE(all_paid());
  EXPECT_EQ(look("ann").readings[0].used, 5);
  EXPECT_EQ(ledger.counts().paid_back, 5u);
}

TEST_F(Fallback, PaysIntoTheBucketOfTheTimeOfTheCharge) {
  remote.set_down(true);
  passed("ann", 50);
  clock.move(minutes(10));
  remote.set_down(false);
  EXPECT_TRUE(look("ann").refused);
  clock.move(minutes(5) + seconds(15));
  EXPECT_EQ(look("ann").readings[0].used, 0);
}

TEST_F(Fallback, ASecondOutageKnowsWhatTheFirstCharged) {
  passed("ann", 20);
  remote.set_down(true);
  passed("ann", 20);
  remote.set_down(false);
  ASSERT_TRUE(all_paid());
  remote.set_down(true);
  EXPECT_EQ(passed("ann", 60), 10);
}

TEST_F(Fallback, WhatTheStoreSaysAfterwardsReplacesTheLocalCount) {
  remote.set_down(true);
  passed("ann", 20);
  remote.set_down(false);
  look("ann");
  clock.move(minutes(20));
  EXPECT_EQ(look("ann").readings[0].used, 0);
  remote.set_down(true);
  EXPECT_EQ(passed("ann", 60), 50);
}

TEST_F(Fallback, ARefusedMessageIsNotPaid) {
  remote.set_down(true);
  EXPECT_EQ(passed("ann", 60), 50);
  EXPECT_EQ(ledger.counts().waiting, 50u);
}

TEST_F(Fallback, ARepeatedTokenIsChargedOnceLocallyToo) {
  remote.set_down(true);
  const auto asked = request("ann");
  EXPECT_FALSE(std::get<Settlement>(ledger.settle(asked, Token{7})).repeated);
  EXPECT_TRUE(std::get<Settlement>(ledger.settle(asked, Token{7})).repeated);
  EXPECT_EQ(look("ann").readings[0].used, 1);
  EXPECT_EQ(ledger.counts().waiting, 1u);
}

TEST_F(Fallback, AnObservedLimitThatIsOverSparesItsUnitLocallyAndInThePayment) {
  remote.set_down(true);
  const LedgerRequest asked{
      user("ann"), {charge(kMessages, 1, 0, false), charge(kDaily, 2, 300)}, days_at(clock.now())};
  EXPECT_FALSE(std::get<Settlement>(ledger.settle(asked, Token{7})).refused);
  remote.set_down(false);
  const Settlement seen = look("ann");
  EXPECT_EQ(seen.readings[0].used, 0);
  EXPECT_EQ(seen.readings[1].used, 2);
}

TEST_F(Fallback, UnknownAnswersNothingWhileTheStoreIsAway) {
  FallbackLedger unknown(remote, WhenDown::unknown, clock.clock(), log.log());
  remote.set_down(true);
  EXPECT_EQ(std::get<Unavailable>(unknown.look(request("ann"))).why, "down");
  EXPECT_FALSE(value_of(unknown.settle(request("ann"), Token{1})));
  EXPECT_EQ(unknown.counts().unanswered, 2u);
  EXPECT_EQ(unknown.counts().failed, 0u) << "nobody was asked";
  EXPECT_EQ(unknown.counts().waiting, 0u);
}

TEST_F(Fallback, SaysWhatItGivesUpAtTheStop) {
  {
    FallbackLedger short_lived(remote, WhenDown::local, clock.clock(), log.log());
    remote.set_down(true);
    short_lived.settle(request("ann"), Token{1});
  }
  EXPECT_TRUE(log.says("1 charges"));
}

TEST_F(Fallback, PaysAtTheStopWhatItCan) {
  {
    FallbackLedger short_lived(remote, WhenDown::local, clock.clock(), log.log());
    remote.set_down(true);
    for (std::uint64_t i = 0; i < 500; ++i) {
      short_lived.settle(request("u" + std::to_string(i % 7), 1000), Token{1000 + i});
    }
    remote.set_down(false);
  }
  EXPECT_TRUE(log.lines().empty());
  EXPECT_EQ(look("u0").readings[0].used, 72);
}

TEST(WaitingCharges, IsBounded) {
  store::WaitingCharges waiting(3);
  const LedgerRequest asked{user("ann"), {charge(kMessages, 1, {})}, days_at(kTestStart)};
  for (std::uint64_t i = 1; i <= 3; ++i)
    EXPECT_TRUE(waiting.add(asked, Token{i}, {1}, kTestStart));
  EXPECT_FALSE(waiting.add(asked, Token{4}, {1}, kTestStart));
  const auto held = waiting.of(user("ann"));
  ASSERT_EQ(held.size(), 3u);
  EXPECT_TRUE(waiting.remove(user("ann"), held[0].id));
  EXPECT_FALSE(waiting.remove(user("ann"), held[0].id));
  EXPECT_TRUE(waiting.add(asked, Token{5}, {1}, kTestStart));
}

TEST(WaitingCharges, TakesSubjectsInTurn) {
  store::WaitingCharges waiting;
  for (const char* name : {"ann", "bob", "ann"}) {
    waiting.add({user(name), {charge(kMessages, 1, {})}, days_at(kTestStart)}, Token{1}, {1},
                kTestStart);
  }
  EXPECT_EQ(waiting.next(), user("ann"));
  EXPECT_EQ(waiting.next(), user("bob"));
  EXPECT_EQ(waiting.next(), user("ann"));
  for (const auto& each : waiting.of(user("ann")))
    waiting.remove(user("ann"), each.id);
  EXPECT_EQ(waiting.next(), user("bob"));
  EXPECT_EQ(waiting.next(), user("bob"));
}

TEST(KnownFigures, KeepsTheNewestOfVeryManySubjects) {
  store::KnownFigures figures;
  const std::vector<Charge> charges = {charge(kMessages, 1, {}), charge(kDaily, 1, {})};
  constexpr int kMany = 300'000;
  for (int i = 0; i < kMany; ++i) {
    figures.remember(user(std::to_string(i)), charges, {i, 2}, kTestStart + milliseconds(i));
  }
  int kept = 0;
  for (int i = kMany - 60'000; i < kMany; ++i) {
    const auto found = figures.find(user(std::to_string(i)));
    if (found.empty()) continue;
    ++kept;
    ASSERT_EQ(found.size(), 2u);
    ASSERT_EQ(found[0], (store::KnownFigure{kMessages, i, kTestStart + milliseconds(i)}));
  }
  EXPECT_GT(kept, 59'000);
}

TEST(KnownFigures, FollowsCountersThatAreConfiguredAnew) {
  store::KnownFigures figures;
  figures.remember(user("ann"), {charge(kMessages, 1, {})}, {7}, kTestStart);
  figures.remember(user("ann"), {charge(kDaily, 1, {}), charge(kMessages, 1, {})}, {3, 8},
                   kTestStart);
  EXPECT_EQ(figures.find(user("ann")),
            (std::vector<store::KnownFigure>{{kDaily, 3, kTestStart}, {kMessages, 8, kTestStart}}));
  for (int i = 1; i <= 200; ++i) {
    figures.remember(user("ann"), {charge({Unit::messages, {seconds(i)}}, 1, {})}, {i}, kTestStart);
    ASSERT_EQ(figures.find(user("ann")).at(0).used, i);
  }
}

}  // namespace
}  // namespace gatepost::test
