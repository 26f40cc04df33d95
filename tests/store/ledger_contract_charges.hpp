#pragma once

#include "tests/store/ledger_world.hpp"

/// What is charged, and what refuses.
/// A part of ledger_contract.hpp.
namespace gatepost::test {

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

}  // namespace gatepost::test
