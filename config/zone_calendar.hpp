#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/calendar.hpp"

namespace gatepost::config {

/// The calendar of one zone of the system's time zone database. Immutable; thread-safe.
class ZoneCalendar final : public Calendar {
public:
  /// The zone called `name`; null where the database has none such, or there is no database.
  static std::shared_ptr<const ZoneCalendar> of_zone(const std::string& name);
  /// The system's own zone (/etc/localtime); UTC where that cannot be told.
  static std::shared_ptr<const ZoneCalendar> of_system();

  Days days(Time now) const override;
  std::string text(Time now) const override;

  /// `Asia/Shanghai`
  std::string name() const;
  /// The instant at which the day `date` begins.
  Time start_of(std::chrono::year_month_day date) const;
  /// The instant of a wall-clock time; of two the first, of none the change that skips it.
  Time instant(std::chrono::year_month_day date, std::chrono::seconds time_of_day) const;
  /// The civil date at `now`.
  std::chrono::year_month_day date_at(Time now) const;

  struct Zone;
  /// For of_zone and of_system.
  explicit ZoneCalendar(std::unique_ptr<const Zone> zone);
  ~ZoneCalendar() override;
  ZoneCalendar(const ZoneCalendar&) = delete;
  ZoneCalendar& operator=(const ZoneCalendar&) = delete;
  ZoneCalendar(ZoneCalendar&&) = delete;
  ZoneCalendar& operator=(ZoneCalendar&&) = delete;

private:
  std::unique_ptr<const Zone> zone_;
};

/// All names of the system's database, for suggestions. Empty where there is no database.
std::vector<std::string> zone_names();

}  // namespace gatepost::config
