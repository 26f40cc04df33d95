#include "config/zone_calendar.hpp"

#include <stdexcept>

#include <date/date.h>
#include <date/tz.h>

namespace gatepost::config {

// The library's zone; null is UTC, which must work without a database.
struct ZoneCalendar::Zone {
  const date::time_zone* zone = nullptr;

  date::local_time<std::chrono::milliseconds> to_local(Time now) const {
    if (zone != nullptr) return zone->to_local(now);
    return date::local_time<std::chrono::milliseconds>(now.time_since_epoch());
  }

  Time to_sys(date::local_seconds local) const {
    if (zone != nullptr) return zone->to_sys(local, date::choose::earliest);
    return Time(local.time_since_epoch());
  }
};

namespace {

date::local_days to_local_days(std::chrono::year_month_day date) {
  return date::local_days(std::chrono::sys_days(date).time_since_epoch());
}

}  // namespace

ZoneCalendar::ZoneCalendar(std::unique_ptr<const Zone> zone) : zone_(std::move(zone)) {}

ZoneCalendar::~ZoneCalendar() = default;

std::shared_ptr<const ZoneCalendar> ZoneCalendar::of_zone(const std::string& name) {
  if (name == "UTC") return std::make_shared<ZoneCalendar>(std::make_unique<Zone>());
  try {
    return std::make_shared<ZoneCalendar>(std::make_unique<Zone>(Zone{date::locate_zone(name)}));
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

std::shared_ptr<const ZoneCalendar> ZoneCalendar::of_system() {
  try {
    return std::make_shared<ZoneCalendar>(std::make_unique<Zone>(Zone{date::current_zone()}));
  } catch (const std::runtime_error&) {
    return std::make_shared<ZoneCalendar>(std::make_unique<Zone>());
  }
}

Days ZoneCalendar::days(Time now) const {
  const auto start = [this](date::local_days day) { return zone_->to_sys(day); };
  auto today = date::floor<date::days>(zone_->to_local(now));
  // Where clocks go back across midnight, the day before shows again after today has begun.
  while (start(today + date::days(1)) <= now)
    today += date::days(1);
  // A day that the zone left out begins when the next one does: it is no day.
  auto yesterday = today - date::days(1);
  while (start(yesterday) == start(today))
    yesterday -= date::days(1);
  auto tomorrow = today + date::days(1);
  auto day_after = tomorrow + date::days(1);
  while (start(day_after) == start(tomorrow))
    day_after += date::days(1);
  return {{start(yesterday), start(today), start(tomorrow), start(day_after)}};
}

std::string ZoneCalendar::text(Time now) const {
  const auto seconds = date::floor<std::chrono::seconds>(now);
  if (zone_->zone == nullptr) return date::format("%F %T +0000", seconds);
  return date::format("%F %T %z", date::make_zoned(zone_->zone, seconds));
}

std::string ZoneCalendar::name() const {
  return zone_->zone == nullptr ? "UTC" : zone_->zone->name();
}

Time ZoneCalendar::start_of(std::chrono::year_month_day date) const {
  return zone_->to_sys(to_local_days(date));
}

Time ZoneCalendar::instant(std::chrono::year_month_day date,
                           std::chrono::seconds time_of_day) const {
  return zone_->to_sys(to_local_days(date) + time_of_day);
}

std::chrono::year_month_day ZoneCalendar::date_at(Time now) const {
  const auto day = date::floor<date::days>(zone_->to_local(now));
  return std::chrono::sys_days(std::chrono::days(day.time_since_epoch().count()));
}

std::vector<std::string> zone_names() {
  std::vector<std::string> names;
  try {
    for (const auto& zone : date::get_tzdb().zones)
      names.push_back(zone.name());
  } catch (const std::runtime_error&) {
    names.clear();
  }
  return names;
}

}  // namespace gatepost::config
