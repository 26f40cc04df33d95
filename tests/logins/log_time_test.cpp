#include "logins/log_time.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <time.h>

namespace gatepost::logins {
namespace {

Time at(int year, unsigned month, unsigned day, int hour, int minute, int second = 0) {
  return Time(std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) /
                                    static_cast<int>(day))) +
         std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

// The system's zone, until the end of a test.
class LogTime : public testing::Test {
protected:
  void TearDown() override {
    ::unsetenv("TZ");
    ::tzset();
  }

  static void zone(const char* name) {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
};

constexpr const char* kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";

TEST_F(LogTime, StampsWithoutZoneAreInTheSystems) {
  zone(kBerlin);
  const Time now = at(2026, 8, 22, 20, 0);
  EXPECT_EQ(read_stamp("Aug 22 15:27:01 ", now), at(2026, 8, 22, 13, 27, 1));
  EXPECT_EQ(read_stamp("Jan  2 15:27:01 ", now), at(2026, 1, 2, 14, 27, 1));
  EXPECT_EQ(read_stamp("2026-08-22 15:27:01 ", now), at(2026, 8, 22, 13, 27, 1));
  zone("UTC");
  EXPECT_EQ(read_stamp("Aug 22 15:27:01 ", now), at(2026, 8, 22, 15, 27, 1));
}

TEST_F(LogTime, TheYearIsTheLastThatIsNotAhead) {
  zone("UTC");
  const Time new_year = at(2027, 1, 1, 0, 10);
  EXPECT_EQ(read_stamp("Dec 31 23:50:00 ", new_year), at(2026, 12, 31, 23, 50));
  EXPECT_EQ(read_stamp("Jan  1 00:05:00 ", new_year), at(2027, 1, 1, 0, 5));
  // A clock that is some minutes ahead, over the year's end too.
  EXPECT_EQ(read_stamp("Jan  1 00:05:00 ", at(2026, 12, 31, 23, 59)), at(2027, 1, 1, 0, 5));
  EXPECT_EQ(read_stamp("Jan  1 02:05:00 ", at(2026, 12, 31, 23, 59)), at(2026, 1, 1, 2, 5));
  EXPECT_EQ(read_stamp("Feb 29 12:00:00 ", at(2027, 3, 1, 0, 0)), at(2024, 2, 29, 12, 0));
  zone("CST-8");
  EXPECT_EQ(read_stamp("Jan  1 00:05:00 ", at(2026, 12, 31, 16, 6)), at(2026, 12, 31, 16, 5));
}

TEST_F(LogTime, AnHourThatComesTwiceIsTheLastThatWas) {
  zone(kBerlin);
  // Clocks go from 03:00 CEST to 02:00 CET at 01:00 UTC.
  EXPECT_EQ(read_stamp("Oct 25 02:30:00 ", at(2026, 10, 25, 1, 31)), at(2026, 10, 25, 1, 30));
  EXPECT_EQ(read_stamp("Oct 25 02:30:00 ", at(2026, 10, 25, 0, 31)), at(2026, 10, 25, 1, 30))
      << "a stamp may be an hour ahead";
  EXPECT_EQ(read_stamp("Oct 25 02:30:00 ", at(2026, 10, 25, 0, 29)), at(2026, 10, 25, 0, 30));
}

TEST_F(LogTime, StampsWithZone) {
  zone("CST-8");
  const Time now = at(2026, 8, 22, 20, 0);
  const Time when = at(2026, 8, 22, 13, 27, 1);
  using std::chrono::milliseconds;
  EXPECT_EQ(read_stamp("2026-08-22T15:27:01.123456+02:00 ", now), when + milliseconds(123));
  EXPECT_EQ(read_stamp("2026-08-22T15:27:01.5+0200 ", now), when + milliseconds(500));
  EXPECT_EQ(read_stamp("2026-08-22T13:27:01Z ", now), when);
  EXPECT_EQ(read_stamp("2026-08-22T07:57:01-05:30 ", now), when);
}

TEST_F(LogTime, WhatIsNoInstant) {
  const Time now = at(2026, 8, 22, 20, 0);
  for (const std::string stamp : {"Feb 31 10:00:00 ", "Aug 22 25:00:00 ", "Foo 22 10:00:00 ",
                                  "2026-13-01T10:00:00Z ", "2026-02-30 10:00:00 "}) {
    EXPECT_EQ(stamp_size(stamp), stamp.size()) << stamp;
    EXPECT_FALSE(read_stamp(stamp, now)) << stamp;
  }
  for (const std::string stamp :
       {"", "Aug 22 15:27:01", "aug. 2 15:27:01 ", "2026-08-22", "2026-08-22T15:27:01+2 ",
        "2026-08-22T15:27:01. ", "2026-08-22X15:27:01 ", " Aug 22 15:27:01 "}) {
    EXPECT_EQ(stamp_size(stamp), 0U) << stamp;
    EXPECT_FALSE(read_stamp(stamp, now)) << stamp;
  }
}

}  // namespace
}  // namespace gatepost::logins
