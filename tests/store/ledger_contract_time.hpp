#pragma once

#include "tests/store/ledger_world.hpp"

/// When it counts: windows, days, zones, clocks.
/// A part of ledger_contract.hpp.
namespace gatepost::test {

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
    const Days days{{today - hours(24), today, today + length, today + length + hours(24)}};
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

}  // namespace gatepost::test
