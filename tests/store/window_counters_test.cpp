#include "store/window_counters.hpp"

#include <gtest/gtest.h>

#include "tests/store/hand_clock.hpp"

namespace gatepost::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using store::WindowCounters;

constexpr Counter kMessages{Unit::messages, {minutes(15)}};
constexpr Counter kDaily{Unit::recipients, Window::calendar_day()};
constexpr Time kNow = kTestStart;
const Days kDays = days_at(kNow);

Reading read(const WindowCounters& counters, const Counter& counter, Time now,
             const Days& days = kDays) {
  return counters.read({{counter, 0, {}, true}}, days, now).at(0);
}

TEST(WindowCounters, SixtyBucketsNeverCoverLessThanTheWindow) {
  for (const int length : {1, 2, 3, 59, 60, 61, 900, 86'400, 2'592'000}) {
    const auto width = store::bucket_width({seconds(length)});
    EXPECT_GE(width * 60, seconds(length));
    EXPECT_LT((width - milliseconds(1)) * 60, seconds(length));
  }
}

TEST(WindowCounters, KnowTheDayOfEveryInstant) {
  const struct {
    Time when;
    Time start;
    Time next;
  } rows[] = {
      {kDays.starts[1], kDays.starts[1], kDays.starts[2]},
      {kDays.starts[2] - milliseconds(1), kDays.starts[1], kDays.starts[2]},
      {kDays.starts[0], kDays.starts[0], kDays.starts[1]},
      {kDays.starts[2], kDays.starts[2], kDays.starts[3]},
      {kDays.starts[3], kDays.starts[3], kDays.starts[3] + hours(24)},
      {kDays.starts[3] + hours(50), kDays.starts[3] + hours(48), kDays.starts[3] + hours(72)},
      {kDays.starts[0] - milliseconds(1), kDays.starts[0] - hours(24), kDays.starts[0]},
      {kDays.starts[0] - hours(25), kDays.starts[0] - hours(48), kDays.starts[0] - hours(24)},
  };

  for (const auto& row : rows) {
    EXPECT_EQ(store::day_start(kDays, row.when), row.start);
    EXPECT_EQ(store::next_day_start(kDays, row.when), row.next);
  }
}

TEST(WindowCounters, WhatIsPaidInLateCountsInTheBucketOfItsTime) {
  WindowCounters counters;
  counters.add({kMessages, kNow, {}, 1});
  counters.add({kMessages, kNow - minutes(10), {}, 2});
  counters.add({kMessages, kNow - minutes(10) + milliseconds(1), {}, 4});
  counters.add({kMessages, kNow - minutes(16), {}, 8});
  EXPECT_EQ(read(counters, kMessages, kNow).used, 7);
  EXPECT_EQ(read(counters, kMessages, kNow + minutes(6)).used, 1);
  EXPECT_EQ(read(counters, kMessages, kNow + minutes(16)).used, 0);
}

TEST(WindowCounters, WhatIsPaidInLateCountsOnTheDayOfItsTime) {
  WindowCounters counters;
  const Time yesterday = kDays.starts[1] - minutes(1);
  counters.add({kDaily, yesterday, store::day_start(kDays, yesterday), 5});
  EXPECT_EQ(read(counters, kDaily, kNow).used, 0);
  EXPECT_EQ(read(counters, kDaily, yesterday).used, 5);
}

TEST(WindowCounters, AreTheSameMadeFromTheirPortions) {
  WindowCounters counters;
  for (int i = 0; i < 30; ++i) {
    counters.add({kMessages, kNow + seconds(i * 11), {}, i});
    counters.add({kDaily, kNow + hours(i), store::day_start(kDays, kNow + hours(i)), i});
  }
  WindowCounters again;
  for (const auto& portion : counters.portions())
    again.add(portion);
  EXPECT_EQ(again, counters);
}

TEST(WindowCounters, ASeedReplacesWhatWasHeldAndGoesWhenTheStoreSaid) {
  WindowCounters counters;
  counters.add({kMessages, kNow, {}, 40});
  const Time reset = kNow + minutes(5);
  counters.seed(kMessages, {.used = 30, .over = false, .clears_at = {}, .resets_at = reset}, kDays,
                kNow);
  counters.seed(kDaily, {.used = 200, .over = false, .clears_at = {}, .resets_at = {}}, kDays,
                kNow);
  EXPECT_EQ(read(counters, kMessages, kNow).used, 30);
  EXPECT_EQ(read(counters, kMessages, reset - milliseconds(1)).used, 30);
  EXPECT_EQ(read(counters, kMessages, reset).used, 0);
  EXPECT_EQ(read(counters, kDaily, kNow).used, 200);
  EXPECT_EQ(read(counters, kDaily, kDays.starts[2]).used, 0);
  counters.seed(kMessages, {}, kDays, kNow);
  EXPECT_EQ(read(counters, kMessages, kNow).used, 0);
}

TEST(WindowCounters, AgeDropsWhatCountsNoMoreAndChangesNoReading) {
  WindowCounters counters;
  for (int i = 0; i < 400; ++i) {
    const Time when = kNow + seconds(15 * i);
    counters.add({kMessages, when, {}, 1});
    const auto before = read(counters, kMessages, when);
    counters.age(kDays, when);
    ASSERT_EQ(read(counters, kMessages, when), before);
    ASSERT_LE(counters.portions().size(), 121u);
  }
}

TEST(WindowCounters, AreIdleOnceNothingCanCountAgain) {
  WindowCounters counters;
  EXPECT_TRUE(counters.is_idle(kNow));
  counters.add({kMessages, kNow, {}, 1});
  EXPECT_FALSE(counters.is_idle(kNow + minutes(16)));
  EXPECT_TRUE(counters.is_idle(kNow + minutes(31)));
  EXPECT_FALSE(counters.is_idle(kNow - hours(1)));
  counters.add({kDaily, kNow, kDays.starts[1], 1});
  EXPECT_FALSE(counters.is_idle(kNow + hours(49)));
  EXPECT_TRUE(counters.is_idle(kNow + hours(50)));
}

TEST(WindowCounters, WhatLiesFarAheadIsPulledBackAndNotForgotten) {
  WindowCounters counters;
  const Time ahead = kNow + hours(24 * 365);
  counters.add({kMessages, ahead, {}, 3});
  counters.add({kDaily, ahead, store::day_start(kDays, ahead), 3});
  counters.age(kDays, kNow);
  EXPECT_EQ(read(counters, kMessages, kNow + minutes(15)).used, 3);
  EXPECT_EQ(read(counters, kMessages, kNow + minutes(16)).used, 0);
  EXPECT_EQ(read(counters, kDaily, kNow).used, 3);
  EXPECT_EQ(read(counters, kDaily, kDays.starts[2]).used, 0);
}

}  // namespace
}  // namespace gatepost::test
