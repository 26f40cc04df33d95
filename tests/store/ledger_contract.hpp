#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "policy/ledger.hpp"
#include "tests/store/hand_clock.hpp"

/// What every ledger must do, in one place. A ledger's own test file says
///
///     struct EmbeddedWorld {
///       gatepost::Ledger& ledger();              // over clock(), empty at first
///       gatepost::test::HandClock& clock();      // stands at kTestStart
///     };
///     INSTANTIATE_TYPED_TEST_SUITE_P(Embedded, LedgerContract, EmbeddedWorld);
///
/// The world is made anew for each test.
namespace gatepost::test {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr Window kQuarter{minutes(15)};
inline constexpr Counter kMessages{Unit::messages, kQuarter};
inline constexpr Counter kDaily{Unit::recipients, Window::calendar_day()};

inline Subject user(const std::string& name) {
  return Subject::from_text("u:" + name);
}

/// A charge with named parts, for tables.
inline Charge charge(Counter counter, std::int64_t amount, std::optional<std::int64_t> limit,
                     bool enforced = true) {
  return {counter, amount, limit, enforced};
}

template <typename World>
class LedgerContract : public testing::Test {
protected:
  Time now() { return world_.clock().now(); }

  void move(milliseconds by) { world_.clock().move(by); }

  LedgerRequest request(const std::string& name, std::vector<Charge> charges) {
    return {user(name), std::move(charges), days_at(now())};
  }

  Settlement look(const LedgerRequest& asked) { return known(world_.ledger().look(asked)); }

  Settlement settle(const LedgerRequest& asked) { return settle(asked, Token{++last_token_}); }

  Settlement settle(const LedgerRequest& asked, Token token) {
    return known(world_.ledger().settle(asked, token));
  }

  Settlement settle(const std::string& name, std::vector<Charge> charges) {
    return settle(request(name, std::move(charges)));
  }

  /// What the counter holds now.
  std::int64_t used(const std::string& name, Counter counter) {
    return used(name, counter, days_at(now()));
  }

  std::int64_t used(const std::string& name, Counter counter, const Days& days) {
    const auto seen = look({user(name), {charge(counter, 0, {})}, days});
    return seen.readings.empty() ? -1 : seen.readings[0].used;
  }

  /// How many of `tries` messages pass, one after the other.
  int passed(const std::string& name, int tries, std::int64_t limit) {
    int count = 0;
    for (int i = 0; i < tries; ++i) {
      if (!settle(name, {charge(kMessages, 1, limit)}).refused) ++count;
    }
    return count;
  }

  World world_;
  std::uint64_t last_token_ = 0;

private:
  static Settlement known(const Answer<Settlement>& answer) {
    if (const auto* value = value_of(answer)) return *value;
    ADD_FAILURE() << "unavailable: " << std::get<Unavailable>(answer).why;
    return {
        .now = {}, .refused = false, .repeated = false, .source = Source::store, .readings = {}};
  }
};

TYPED_TEST_SUITE_P(LedgerContract);

TYPED_TEST_P(LedgerContract, KnowsNothingOfASubjectThatNeverCharged) {
  const auto seen =
      this->look(this->request("new", {charge(kMessages, 1, 50), charge(kDaily, 1, 300)}));
  EXPECT_EQ(seen.now, this->now());
  EXPECT_FALSE(seen.refused);
  EXPECT_FALSE(seen.repeated);
  EXPECT_EQ(seen.source, Source::store);
  EXPECT_EQ(seen.readings, (std::vector<Reading>{{}, {}}));
}

TYPED_TEST_P(LedgerContract, LookChargesNothing) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(this->look(this->request("ann", {charge(kMessages, 1, 1)})).refused);
  }
  EXPECT_EQ(this->used("ann", kMessages), 0);
}

TYPED_TEST_P(LedgerContract, SettleChargesAllCountersAndReadsThemAsTheyWereBefore) {
  const Counter hourly{Unit::recipients, {hours(1)}};
  const auto first = this->settle(
      "ann", {charge(kMessages, 1, 50), charge(kDaily, 7, 300), charge(hourly, 7, {})});
  EXPECT_FALSE(first.refused);
  EXPECT_EQ(first.readings, (std::vector<Reading>{{}, {}, {}}));
  const auto second = this->settle("ann", {charge(hourly, 2, {}), charge(kMessages, 1, 50)});
  ASSERT_EQ(second.readings.size(), 2u);
  EXPECT_EQ(second.readings[0].used, 7);
  EXPECT_EQ(second.readings[1].used, 1);
  EXPECT_EQ(this->used("ann", hourly), 9);
  EXPECT_EQ(this->used("ann", kMessages), 2);
  EXPECT_EQ(this->used("ann", kDaily), 7);
}

TYPED_TEST_P(LedgerContract, SubjectsDoNotShareCounters) {
  this->settle("ann", {charge(kMessages, 5, 50)});
  EXPECT_EQ(this->used("bob", kMessages), 0);
  EXPECT_EQ(this->used("ANN", kMessages), 0);
}

TYPED_TEST_P(LedgerContract, AnAmountThatJustFitsPassesAndOneMoreIsRefused) {
  EXPECT_FALSE(this->settle("ann", {charge(kDaily, 300, 300)}).refused);
  const auto over = this->settle("ann", {charge(kDaily, 1, 300)});
  EXPECT_TRUE(over.refused);
  ASSERT_EQ(over.readings.size(), 1u);
  EXPECT_TRUE(over.readings[0].over);
  EXPECT_EQ(over.readings[0].used, 300);
  EXPECT_EQ(this->used("ann", kDaily), 300);
}

TYPED_TEST_P(LedgerContract, ARefusedSettleChargesNoCounterAtAll) {
  this->settle("ann", {charge(kDaily, 299, 300)});
  const auto over = this->settle("ann", {charge(kMessages, 1, 50), charge(kDaily, 2, 300)});
  EXPECT_TRUE(over.refused);
  EXPECT_FALSE(over.readings[0].over);
  EXPECT_TRUE(over.readings[1].over);
  EXPECT_EQ(this->used("ann", kMessages), 0);
  EXPECT_EQ(this->used("ann", kDaily), 299);
}

TYPED_TEST_P(LedgerContract, LookTellsWhetherASettleWouldBeRefused) {
  this->settle("ann", {charge(kMessages, 50, 50)});
  EXPECT_TRUE(this->look(this->request("ann", {charge(kMessages, 1, 50)})).refused);
  EXPECT_FALSE(this->look(this->request("ann", {charge(kMessages, 1, 50, false)})).refused);
  EXPECT_FALSE(this->look(this->request("ann", {charge(kMessages, 1, 51)})).refused);
}

TYPED_TEST_P(LedgerContract, AnObservedLimitThatIsOverSparesItsUnitAlone) {
  const Counter monthly{Unit::recipients, {hours(720)}};
  this->settle("ann", {charge(kDaily, 300, {})});
  const auto seen = this->settle(
      "ann", {charge(kMessages, 1, 50), charge(kDaily, 1, 300, false), charge(monthly, 1, {})});
  EXPECT_FALSE(seen.refused);
  EXPECT_TRUE(seen.readings[1].over);
  EXPECT_EQ(this->used("ann", kMessages), 1);
  EXPECT_EQ(this->used("ann", kDaily), 300);
  EXPECT_EQ(this->used("ann", monthly), 0) << "a counter of the same unit, though not over itself";
}

TYPED_TEST_P(LedgerContract, AnEnforcedLimitRefusesWhateverObservedOnesSay) {
  this->settle("ann", {charge(kMessages, 50, {}), charge(kDaily, 300, {})});
  const auto seen = this->settle("ann", {charge(kDaily, 1, 300, false), charge(kMessages, 1, 50)});
  EXPECT_TRUE(seen.refused);
  EXPECT_TRUE(seen.readings[0].over);
  EXPECT_TRUE(seen.readings[1].over);
}

TYPED_TEST_P(LedgerContract, ZeroAllowsNothingAndNeverClears) {
  const auto seen = this->settle("ann", {charge(kMessages, 1, 0), charge(kDaily, 1, 0)});
  EXPECT_TRUE(seen.refused);
  for (const Reading& reading : seen.readings) {
    EXPECT_TRUE(reading.over);
    EXPECT_FALSE(reading.clears_at);
    EXPECT_FALSE(reading.resets_at);
  }
}

TYPED_TEST_P(LedgerContract, AnAmountOverTheWholeLimitNeverClears) {
  this->settle("ann", {charge(kMessages, 2, 50), charge(kDaily, 2, 300)});
  const auto seen =
      this->look(this->request("ann", {charge(kMessages, 51, 50), charge(kDaily, 301, 300)}));
  for (const Reading& reading : seen.readings) {
    EXPECT_TRUE(reading.over);
    EXPECT_FALSE(reading.clears_at);
    EXPECT_TRUE(reading.resets_at);
  }
}

TYPED_TEST_P(LedgerContract, AnAmountOfZeroOnlyReads) {
  this->settle("ann", {charge(kMessages, 1, 50), charge(kDaily, 0, 300)});
  EXPECT_EQ(this->used("ann", kDaily), 0);
  const auto full = this->settle("ann", {charge(kMessages, 0, 1)});
  EXPECT_FALSE(full.refused) << "one of one used, and nothing more wanted";
}

TYPED_TEST_P(LedgerContract, ALimitLoweredBelowWhatIsUsedRefuses) {
  this->settle("ann", {charge(kMessages, 40, 50)});
  const auto seen = this->settle("ann", {charge(kMessages, 1, 30)});
  EXPECT_TRUE(seen.refused);
  EXPECT_EQ(seen.readings[0].used, 40);
  EXPECT_TRUE(seen.readings[0].clears_at);
}

TYPED_TEST_P(LedgerContract, ChangingALimitKeepsWhatWasUsed) {
  EXPECT_EQ(this->passed("ann", 60, 50), 50);
  EXPECT_EQ(this->passed("ann", 60, 80), 30);
  EXPECT_EQ(this->passed("ann", 60, 50), 0);
}

TYPED_TEST_P(LedgerContract, AWindowThatWasNeverChargedStartsEmpty) {
  this->settle("ann", {charge(kMessages, 50, 50)});
  const Counter half_hour{Unit::messages, {minutes(30)}};
  const auto seen = this->look(this->request("ann", {charge(half_hour, 1, 50)}));
  EXPECT_EQ(seen.readings, (std::vector<Reading>{{}}));
}

TYPED_TEST_P(LedgerContract, EveryWindowIsChargedSoMovingBetweenGroupsForgetsNothing) {
  const Counter half_hour{Unit::messages, {minutes(30)}};
  this->settle("ann", {charge(kMessages, 9, 10), charge(half_hour, 9, {})});
  const auto moved = this->settle("ann", {charge(kMessages, 2, {}), charge(half_hour, 2, 10)});
  EXPECT_TRUE(moved.refused);
}

TYPED_TEST_P(LedgerContract, TheWindowHoldsForItsLengthAndIsFreeASixtiethLater) {
  // Charged in the last millisecond of a bucket: the least time that a charge may count.
  this->move(seconds(15) - milliseconds(1));
  this->settle("ann", {charge(kMessages, 50, 50)});
  this->move(minutes(15));
  EXPECT_TRUE(this->look(this->request("ann", {charge(kMessages, 1, 50)})).refused);
  this->move(milliseconds(1));
  EXPECT_FALSE(this->look(this->request("ann", {charge(kMessages, 1, 50)})).refused);
}

TYPED_TEST_P(LedgerContract, AChargeAtABucketsBeginningCountsASixtiethLonger) {
  this->settle("ann", {charge(kMessages, 50, 50)});
  this->move(minutes(15) + seconds(15) - milliseconds(1));
  EXPECT_TRUE(this->look(this->request("ann", {charge(kMessages, 1, 50)})).refused);
  this->move(milliseconds(1));
  EXPECT_FALSE(this->look(this->request("ann", {charge(kMessages, 1, 50)})).refused);
}

TYPED_TEST_P(LedgerContract, ClearsWhenEnoughOldBucketsAreDead) {
  const Time start = this->now();
  for (int i = 0; i < 5; ++i) {
    this->settle("ann", {charge(kMessages, 10, 50)});
    this->move(minutes(1));
  }
  const auto one = this->look(this->request("ann", {charge(kMessages, 1, 50)})).readings[0];
  EXPECT_TRUE(one.over);
  EXPECT_EQ(one.clears_at, start + minutes(15) + seconds(15));
  EXPECT_EQ(one.resets_at, start + minutes(19) + seconds(15));
  const auto many = this->look(this->request("ann", {charge(kMessages, 21, 50)})).readings[0];
  EXPECT_EQ(many.clears_at, start + minutes(17) + seconds(15));
  this->world_.clock().set(*many.clears_at - milliseconds(1));
  EXPECT_TRUE(this->look(this->request("ann", {charge(kMessages, 21, 50)})).refused);
  this->move(milliseconds(1));
  EXPECT_FALSE(this->settle("ann", {charge(kMessages, 21, 50)}).refused);
}

TYPED_TEST_P(LedgerContract, TellsTheResetOfACounterThatIsNotOver) {
  this->settle("ann", {charge(kMessages, 1, 50), charge(kDaily, 1, 300)});
  const auto seen =
      this->look(this->request("ann", {charge(kMessages, 1, 50), charge(kDaily, 1, 300)}));
  EXPECT_EQ(seen.readings[0].resets_at, this->now() + minutes(15) + seconds(15));
  EXPECT_EQ(seen.readings[1].resets_at, days_at(this->now()).starts[2]);
  EXPECT_FALSE(seen.readings[0].clears_at);
  EXPECT_FALSE(seen.readings[1].clears_at);
}

TYPED_TEST_P(LedgerContract, ADayEndsAtTheSitesMidnight) {
  const Days days = days_at(this->now());
  this->world_.clock().set(days.starts[2] - milliseconds(1));
  this->settle("ann", {charge(kDaily, 300, 300)});
  const auto late = this->settle("ann", {charge(kDaily, 1, 300)});
  EXPECT_TRUE(late.refused);
  EXPECT_EQ(late.readings[0].clears_at, days.starts[2]);
  this->move(milliseconds(1));
  const auto fresh = this->settle("ann", {charge(kDaily, 300, 300)});
  EXPECT_FALSE(fresh.refused);
  EXPECT_EQ(fresh.readings[0].used, 0);
}

TYPED_TEST_P(LedgerContract, DaysOf23And25HoursEndWhenTheyEnd) {
  for (const hours length : {hours(23), hours(25)}) {
    const std::string name = "ann" + std::to_string(length.count());
    this->world_.clock().set(kTestStart);
    const Time today = days_at(this->now()).starts[1];
    const Days days{
        {today - hours(24), today, today + length, today + length + hours(24)}
    };
    this->world_.clock().set(today + length - milliseconds(1));
    EXPECT_FALSE(this->settle({user(name), {charge(kDaily, 300, 300)}, days}).refused);
    const auto over = this->settle({user(name), {charge(kDaily, 1, 300)}, days});
    EXPECT_TRUE(over.refused);
    EXPECT_EQ(over.readings[0].clears_at, today + length);
    this->move(milliseconds(1));
    EXPECT_FALSE(this->settle({user(name), {charge(kDaily, 300, 300)}, days}).refused);
  }
}

TYPED_TEST_P(LedgerContract, TheStorePicksTheDayByItsOwnClock) {
  // The daemon is five minutes behind, then five minutes ahead, of the store at midnight.
  const Time midnight = days_at(this->now()).starts[2];
  this->world_.clock().set(midnight + minutes(2));
  const Days behind = days_at(midnight - minutes(3));
  this->settle({user("ann"), {charge(kDaily, 300, 300)}, behind});
  EXPECT_EQ(this->used("ann", kDaily, days_at(midnight + minutes(2))), 300);
  EXPECT_EQ(this->used("ann", kDaily, behind), 300);
  EXPECT_TRUE(this->settle({user("ann"), {charge(kDaily, 1, 300)}, behind}).refused);

  this->world_.clock().set(midnight - minutes(2));
  const Days ahead = days_at(midnight + minutes(3));
  this->settle({user("bob"), {charge(kDaily, 300, 300)}, ahead});
  EXPECT_EQ(this->used("bob", kDaily, days_at(midnight - minutes(2))), 300);
  this->world_.clock().set(midnight);
  EXPECT_EQ(this->used("bob", kDaily, ahead), 0) << "it was charged to the day before";
}

TYPED_TEST_P(LedgerContract, ANewTimeZoneForgetsNothingOfTheDayItMeets) {
  // 18:00 in Shanghai is 10:00 in London: the day of both holds the charge.
  const Days shanghai = days_at(this->now(), hours(8));
  const Days london = days_at(this->now(), hours(0));
  this->settle({user("east"), {charge(kDaily, 300, 300)}, shanghai});
  this->settle({user("west"), {charge(kDaily, 300, 300)}, london});
  EXPECT_TRUE(this->settle({user("east"), {charge(kDaily, 1, 300)}, london}).refused);
  EXPECT_TRUE(this->settle({user("west"), {charge(kDaily, 1, 300)}, shanghai}).refused);
  this->world_.clock().set(london.starts[2]);
  EXPECT_EQ(this->used("east", kDaily, days_at(this->now(), hours(0))), 0);
  EXPECT_EQ(this->used("west", kDaily, days_at(this->now(), hours(8))), 0);
}

TYPED_TEST_P(LedgerContract, AClockThatIsSetBackForgetsNothing) {
  this->settle("ann", {charge(kMessages, 50, 50)});
  this->settle("ann", {charge(kDaily, 300, 300)});
  this->move(-minutes(10));
  EXPECT_TRUE(this->settle("ann", {charge(kMessages, 1, 50)}).refused);
  const Time midnight = days_at(this->now()).starts[1];
  this->world_.clock().set(midnight - minutes(1));
  EXPECT_TRUE(this->settle("ann", {charge(kDaily, 1, 300)}).refused);
}

TYPED_TEST_P(LedgerContract, ARepeatedTokenGetsTheFirstAnswerAndIsChargedOnce) {
  this->settle("ann", {charge(kMessages, 3, 50)});
  const auto asked = this->request("ann", {charge(kMessages, 2, 50), charge(kDaily, 2, 300)});
  const Token token{0xfedc'ba98'7654'3210};
  auto first = this->settle(asked, token);
  EXPECT_FALSE(first.repeated);
  this->move(seconds(30));
  const auto again = this->settle(asked, token);
  EXPECT_TRUE(again.repeated);
  first.repeated = true;
  first.now = again.now;  // the store's clock may be told anew
  EXPECT_EQ(again, first);
  EXPECT_EQ(this->used("ann", kMessages), 5);
  EXPECT_EQ(this->used("ann", kDaily), 2);
}

TYPED_TEST_P(LedgerContract, ARepeatedTokenPassesThoughTheLimitIsReachedByNow) {
  const auto asked = this->request("ann", {charge(kMessages, 1, 1)});
  EXPECT_FALSE(this->settle(asked, Token{77}).refused);
  const auto again = this->settle(asked, Token{77});
  EXPECT_TRUE(again.repeated);
  EXPECT_FALSE(again.refused);
  EXPECT_TRUE(this->settle(asked, Token{78}).refused);
}

TYPED_TEST_P(LedgerContract, ARepeatedTokenOfARefusalIsRefusedAgain) {
  this->settle("ann", {charge(kMessages, 50, 50)});
  const auto asked = this->request("ann", {charge(kMessages, 1, 50)});
  EXPECT_TRUE(this->settle(asked, Token{77}).refused);
  EXPECT_TRUE(this->settle(asked, Token{77}).refused);
  EXPECT_EQ(this->used("ann", kMessages), 50);
}

TYPED_TEST_P(LedgerContract, OneTokenOfTwoSubjectsIsTwoMessages) {
  this->settle(this->request("ann", {charge(kMessages, 1, 50)}), Token{5});
  const auto other = this->settle(this->request("bob", {charge(kMessages, 1, 50)}), Token{5});
  EXPECT_FALSE(other.repeated);
  EXPECT_EQ(this->used("bob", kMessages), 1);
}

TYPED_TEST_P(LedgerContract, OfManyAtOnceExactlyTheLimitPasses) {
  constexpr int kThreads = 64;
  constexpr int kMessagesInAll = 300;
  std::atomic<int> next{0};
  std::atomic<int> passed{0};
  const auto work = [&] {
    for (int i = next++; i < kMessagesInAll; i = next++) {
      const auto answer =
          this->world_.ledger().settle(this->request("ann", {charge(kMessages, 1, 50)}),
                                       Token{1000 + static_cast<std::uint64_t>(i)});
      const auto* settled = value_of(answer);
      if (settled == nullptr) {
        ADD_FAILURE() << std::get<Unavailable>(answer).why;
      } else if (!settled->refused) {
        ++passed;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back(work);
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(passed, 50);
  EXPECT_EQ(this->used("ann", kMessages), 50);
}

TYPED_TEST_P(LedgerContract, ARaceOfOneTokenIsChargedOnce) {
  std::atomic<int> firsts{0};
  const auto work = [&] {
    const auto answer =
        this->world_.ledger().settle(this->request("ann", {charge(kMessages, 1, 50)}), Token{9});
    const auto* settled = value_of(answer);
    ASSERT_NE(settled, nullptr);
    if (!settled->repeated) ++firsts;
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i)
    threads.emplace_back(work);
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(firsts, 1);
  EXPECT_EQ(this->used("ann", kMessages), 1);
}

TYPED_TEST_P(LedgerContract, SubjectsMayHoldAnyOctets) {
  const std::string odd = std::string("a{b}:c d\n\xff", 10) + '\0' + "e";
  this->settle(odd, {charge(kMessages, 4, 50)});
  EXPECT_EQ(this->used(odd, kMessages), 4);
  EXPECT_EQ(this->used("a", kMessages), 0);
}

REGISTER_TYPED_TEST_SUITE_P(
    LedgerContract, KnowsNothingOfASubjectThatNeverCharged, LookChargesNothing,
    SettleChargesAllCountersAndReadsThemAsTheyWereBefore, SubjectsDoNotShareCounters,
    AnAmountThatJustFitsPassesAndOneMoreIsRefused, ARefusedSettleChargesNoCounterAtAll,
    LookTellsWhetherASettleWouldBeRefused, AnObservedLimitThatIsOverSparesItsUnitAlone,
    AnEnforcedLimitRefusesWhateverObservedOnesSay, ZeroAllowsNothingAndNeverClears,
    AnAmountOverTheWholeLimitNeverClears, AnAmountOfZeroOnlyReads,
    ALimitLoweredBelowWhatIsUsedRefuses, ChangingALimitKeepsWhatWasUsed,
    AWindowThatWasNeverChargedStartsEmpty, EveryWindowIsChargedSoMovingBetweenGroupsForgetsNothing,
    TheWindowHoldsForItsLengthAndIsFreeASixtiethLater,
    AChargeAtABucketsBeginningCountsASixtiethLonger, ClearsWhenEnoughOldBucketsAreDead,
    TellsTheResetOfACounterThatIsNotOver, ADayEndsAtTheSitesMidnight,
    DaysOf23And25HoursEndWhenTheyEnd, TheStorePicksTheDayByItsOwnClock,
    ANewTimeZoneForgetsNothingOfTheDayItMeets, AClockThatIsSetBackForgetsNothing,
    ARepeatedTokenGetsTheFirstAnswerAndIsChargedOnce,
    ARepeatedTokenPassesThoughTheLimitIsReachedByNow, ARepeatedTokenOfARefusalIsRefusedAgain,
    OneTokenOfTwoSubjectsIsTwoMessages, OfManyAtOnceExactlyTheLimitPasses,
    ARaceOfOneTokenIsChargedOnce, SubjectsMayHoldAnyOctets);

}  // namespace gatepost::test
