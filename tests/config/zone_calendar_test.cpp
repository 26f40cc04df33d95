#include "config/zone_calendar.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace gatepost::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Time at(int year, int month, int day, int hour = 0, int minute = 0) {
  return std::chrono::sys_days(std::chrono::year(year) / month / day) + hours(hour) +
         minutes(minute);
}

struct DayCase {
  const char* zone;
  Time now;
  Time starts[4];
};

// Each row checked against the zone's published changes.
TEST(Days, BeginAtLocalMidnight) {
  const std::vector<DayCase> cases = {
      {"UTC",
       at(2026, 11, 22, 12),
       {at(2026, 11, 21), at(2026, 11, 22), at(2026, 11, 23), at(2026, 11, 24)}},
      {"UTC",
       at(2026, 11, 22),
       {at(2026, 11, 21), at(2026, 11, 22), at(2026, 11, 23), at(2026, 11, 24)}},
      {"Asia/Shanghai",
       at(2026, 11, 22, 15, 59),
       {at(2026, 11, 20, 16), at(2026, 11, 21, 16), at(2026, 11, 22, 16), at(2026, 11, 23, 16)}},
      {"Asia/Shanghai",
       at(2026, 11, 22, 16),
       {at(2026, 11, 21, 16), at(2026, 11, 22, 16), at(2026, 11, 23, 16), at(2026, 11, 24, 16)}},
      // 23 hours: clocks went forward at 02:00 on 31 March 2019.
      {"Europe/Berlin",
       at(2019, 3, 31, 12),
       {at(2019, 3, 29, 23), at(2019, 3, 30, 23), at(2019, 3, 31, 22), at(2019, 4, 1, 22)}},
      // 25 hours: clocks went back at 03:00 on 27 October 2019.
      {"Europe/Berlin",
       at(2019, 10, 27, 12),
       {at(2019, 10, 25, 22), at(2019, 10, 26, 22), at(2019, 10, 27, 23), at(2019, 10, 28, 23)}},
      // Midnight did not exist: in Beirut clocks went from 00:00 to 01:00 on 31 March 2019.
      {"Asia/Beirut",
       at(2019, 3, 31, 12),
       {at(2019, 3, 29, 22), at(2019, 3, 30, 22), at(2019, 3, 31, 21), at(2019, 4, 1, 21)}},
      // Midnight came twice: in Havana clocks went from 01:00 back to 00:00 on 3 November 2019.
      {"America/Havana",
       at(2019, 11, 3, 5, 30),
       {at(2019, 11, 2, 4), at(2019, 11, 3, 4), at(2019, 11, 4, 5), at(2019, 11, 5, 5)}},
      // In St John's clocks went from 00:01 back to 23:01 the day before on 7 November 2010: the
      // day had begun.
      {"America/St_Johns",
       at(2010, 11, 7, 3),
       {at(2010, 11, 6, 2, 30), at(2010, 11, 7, 2, 30), at(2010, 11, 8, 3, 30),
        at(2010, 11, 9, 3, 30)}},
      // Samoa left out 30 December 2011.
      {"Pacific/Apia",
       at(2011, 12, 30, 12),
       {at(2011, 12, 29, 10), at(2011, 12, 30, 10), at(2011, 12, 31, 10), at(2012, 1, 1, 10)}},
      {"Pacific/Apia",
       at(2011, 12, 30, 9),
       {at(2011, 12, 28, 10), at(2011, 12, 29, 10), at(2011, 12, 30, 10), at(2011, 12, 31, 10)}},
  };
  for (const DayCase& each : cases) {
    const auto calendar = ZoneCalendar::of_zone(each.zone);
    ASSERT_NE(calendar, nullptr) << each.zone;
    const Days days = calendar->days(each.now);
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(days.starts[i].time_since_epoch().count(),
                each.starts[i].time_since_epoch().count())
          << each.zone << " day " << i << ": " << calendar->text(days.starts[i]);
    }
  }
}

TEST(Days, HoldNowAndFollowEachOtherInEveryZone) {
  const std::vector<std::string> names = zone_names();
  ASSERT_GT(names.size(), 300U);
  for (std::size_t i = 0; i < names.size(); i += 7) {
    const auto calendar = ZoneCalendar::of_zone(names[i]);
    ASSERT_NE(calendar, nullptr) << names[i];
    for (Time now = at(2026, 1, 1); now < at(2027, 1, 1); now += hours(11)) {
      const Days days = calendar->days(now);
      ASSERT_LE(days.starts[1], now) << names[i];
      ASSERT_GT(days.starts[2], now) << names[i];
      ASSERT_LT(days.starts[0], days.starts[1]) << names[i];
      ASSERT_LT(days.starts[2], days.starts[3]) << names[i];
    }
  }
}

TEST(CalendarText, IsTheSitesTimeWithItsOffset) {
  EXPECT_EQ(ZoneCalendar::of_zone("Asia/Shanghai")->text(at(2026, 11, 22, 6, 5)),
            "2026-11-22 14:05:00 +0800");
  EXPECT_EQ(ZoneCalendar::of_zone("America/St_Johns")->text(at(2026, 7, 1)),
            "2026-06-30 21:30:00 -0230");
  EXPECT_EQ(ZoneCalendar::of_zone("UTC")->text(at(2026, 11, 22) + std::chrono::milliseconds(999)),
            "2026-11-22 00:00:00 +0000");
}

TEST(Zone, ThatIsUnknownIsNone) {
  for (const char* name : {"", "Mars/Olympus", "../../etc/passwd", "asia/shanghai", "Asia"}) {
    EXPECT_EQ(ZoneCalendar::of_zone(name), nullptr) << name;
  }
}

TEST(Zone, OfTheSystemIsAlwaysThere) {
  const auto calendar = ZoneCalendar::of_system();
  ASSERT_NE(calendar, nullptr);
  EXPECT_FALSE(calendar->name().empty());
  const Days days = calendar->days(at(2026, 11, 22));
  EXPECT_LE(days.starts[1], at(2026, 11, 22));
}

}  // namespace
}  // namespace gatepost::config
