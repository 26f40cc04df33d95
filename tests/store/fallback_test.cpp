#include <thread>
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
  FallbackLedger ledger{remote, {.when_down = WhenDown::local}, clock.clock(), log.log()};
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
  FallbackLedger unknown(remote, {.when_down = WhenDown::unknown}, clock.clock(), log.log());
  remote.set_down(true);
  EXPECT_EQ(std::get<Unavailable>(unknown.look(request("ann"))).why, "down");
  EXPECT_FALSE(value_of(unknown.settle(request("ann"), Token{1})));
  EXPECT_EQ(unknown.counts().unanswered, 2u);
  EXPECT_EQ(unknown.counts().failed, 0u) << "nobody was asked";
  EXPECT_EQ(unknown.counts().waiting, 0u);
}

TEST_F(Fallback, AnAnswerOnItsWayCountsForWhoeverCountsHereMeanwhile) {
  EXPECT_EQ(passed("ann", 49), 49);
  remote.hold_answers(true);
  Settlement first;
  std::thread last_of_the_store(
      [&] { first = std::get<Settlement>(ledger.settle(request("ann"), Token{1001})); });
  ASSERT_TRUE(eventually([&] { return remote.held() == 1; }));
  remote.set_down(true);
  Settlement second;
  std::thread first_here(
      [&] { second = std::get<Settlement>(ledger.settle(request("ann"), Token{1002})); });
  ASSERT_TRUE(eventually([&] { return ledger.counts().answered_locally == 1; }));
  remote.hold_answers(false);
  last_of_the_store.join();
  first_here.join();
  EXPECT_FALSE(first.refused);
  EXPECT_TRUE(second.refused) << "the limit of 50 is used up by the one before";
  EXPECT_EQ(second.readings[0].used, 50);
}

TEST_F(Fallback, OthersAnswersOnTheirWayAreNotWaitedFor) {
  remote.hold_answers(true);
  std::thread slow([&] { ledger.settle(request("slow"), Token{1001}); });
  ASSERT_TRUE(eventually([&] { return remote.held() == 1; }));
  remote.set_down(true);
  EXPECT_EQ(passed("ann", 60), 50);
  remote.hold_answers(false);
  slow.join();
}

TEST_F(Fallback, AShareOfWhatWasLeftIsForThisDaemon) {
  FallbackLedger half(remote, {.when_down = WhenDown::local, .share = 50}, clock.clock(),
                      log.log());
  const auto pass = [&](const std::string& name, int tries) {
    int out = 0;
    for (int i = 0; i < tries; ++i) {
      const auto answer = half.settle(request(name), Token{++token});
      out += std::get<Settlement>(answer).refused ? 0 : 1;
    }
    return out;
  };
  EXPECT_EQ(pass("ann", 30), 30) << "the store is there: the whole limit counts";
  pass("full", 50);
  remote.set_down(true);
  EXPECT_EQ(pass("ann", 60), 10);
  EXPECT_EQ(pass("new", 60), 25);
  EXPECT_EQ(pass("full", 60), 0);
  const auto seen = std::get<Settlement>(half.look(request("ann")));
  EXPECT_TRUE(seen.refused);
  EXPECT_EQ(seen.readings[0].used, 50) << "the others' share reads as used: rules judge by it";
  clock.move(minutes(16));
  EXPECT_EQ(pass("ann", 60), 25) << "what the store knew has left the window";
}

TEST_F(Fallback, NothingIsCountedHereOnceTheOutageHasLastedTooLong) {
  FallbackLedger bounded(remote, {.when_down = WhenDown::local, .at_most = minutes(30)},
                         clock.clock(), log.log());
  remote.set_down(true);
  clock.move(minutes(30));
  EXPECT_TRUE(value_of(bounded.settle(request("ann"), Token{1})));
  EXPECT_TRUE(value_of(bounded.look(request("ann"))));
  clock.move(seconds(1));
  EXPECT_FALSE(value_of(bounded.settle(request("ann"), Token{2})));
  EXPECT_FALSE(value_of(bounded.look(request("ann"))));
  EXPECT_EQ(bounded.counts().unanswered, 2u);
  remote.set_down(false);
  EXPECT_TRUE(value_of(bounded.settle(request("ann"), Token{3})));
}

TEST_F(Fallback, AChargeInDoubtThatOutlivesItsTokenIsTold) {
  remote.set_deaf(true);
  settle("ann");
  remote.set_down(true);
  remote.set_deaf(false);
  settle("ann");
  clock.move(minutes(3));
  remote.set_down(false);
  ASSERT_TRUE(all_paid());
  EXPECT_EQ(ledger.counts().maybe_twice, 1u) << "of the other one nobody was asked";
}

TEST_F(Fallback, SaysWhatItGivesUpAtTheStop) {
  {
    FallbackLedger short_lived(remote, {.when_down = WhenDown::local}, clock.clock(), log.log());
    remote.set_down(true);
    short_lived.settle(request("ann"), Token{1});
  }
  EXPECT_TRUE(log.says("1 charges"));
}

TEST_F(Fallback, PaysAtTheStopWhatItCan) {
  {
    FallbackLedger short_lived(remote, {.when_down = WhenDown::local}, clock.clock(), log.log());
    remote.set_down(true);
    for (std::uint64_t i = 0; i < 500; ++i) {
      short_lived.settle(request("u" + std::to_string(i % 7), 1000), Token{1000 + i});
    }
    remote.set_down(false);
  }
  EXPECT_TRUE(log.lines().empty());
  EXPECT_EQ(look("u0").readings[0].used, 72);
}

}  // namespace
}  // namespace gatepost::test
