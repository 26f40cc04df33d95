#include "logins/log_time.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <string>

#include <time.h>

#include "logins/line_text.hpp"

namespace gatepost::logins {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours kMostAhead{1};

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Whether `text` begins with the shape: `0` stands for a digit, `_` for a digit or space, `A` for a
// letter, the rest for itself.
bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return false;
  for (std::size_t at = 0; at < shape.size(); ++at) {
    const char c = text[at];
    switch (shape[at]) {
      case '0':
        if (!ascii::is_digit(c)) return false;
        break;
      case '_':
        if (!ascii::is_digit(c) && c != ' ') return false;
        break;
      case 'A':
        if (!ascii::is_alnum(c) || ascii::is_digit(c)) return false;
        break;
      default:
        if (c != shape[at]) return false;
    }
  }
  return true;
}

constexpr std::string_view kOld = "AAA _0 00:00:00 ";
constexpr std::string_view kDay = "0000-00-00";
constexpr std::string_view kClock = "00:00:00";

int number(std::string_view digits) {
  int out = 0;
  for (const char c : digits) {
    if (ascii::is_digit(c)) out = out * 10 + (c - '0');
  }
  return out;
}

bool is_clock(const std::tm& fields) {
  return fields.tm_hour < 24 && fields.tm_min < 60 && fields.tm_sec <= 60;
}

void read_clock(std::string_view text, std::tm& fields) {
  fields.tm_hour = number(text.substr(0, 2));
  fields.tm_min = number(text.substr(3, 2));
  fields.tm_sec = number(text.substr(6, 2));
}

// Days since 1970-01-01 of the Gregorian calendar; nothing: there is no such day.
std::optional<std::chrono::sys_days> day_of(const std::tm& fields) {
  const std::chrono::year_month_day day{
      std::chrono::year(fields.tm_year + 1900),
      std::chrono::month(static_cast<unsigned>(fields.tm_mon + 1)),
      std::chrono::day(static_cast<unsigned>(fields.tm_mday))};
  if (!day.ok()) return {};
  return std::chrono::sys_days(day);
}

Time utc(std::chrono::sys_days day, const std::tm& fields) {
  return Time(day) + std::chrono::hours(fields.tm_hour) + std::chrono::minutes(fields.tm_min) +
         std::chrono::seconds(fields.tm_sec);
}

// Whether clocks in the system's zone show these fields at `seconds`.
bool shows(std::time_t seconds, const std::tm& fields) {
  std::tm shown{};
  if (::localtime_r(&seconds, &shown) == nullptr) return false;
  return shown.tm_mday == fields.tm_mday && shown.tm_hour == fields.tm_hour &&
         shown.tm_min == fields.tm_min && shown.tm_sec == fields.tm_sec;
}

// In the system's zone. An hour that comes twice has two readings, of which the last is taken that
// is not after `not_after`; an hour that never comes gets whatever mktime makes of it. (Asking
// mktime for the other reading by tm_isdst costs fifty times as much where there is no summer
// time.)
std::optional<Time> local(const std::tm& fields, Time not_after) {
  constexpr std::time_t kHour = 3600;
  std::tm changed = fields;
  changed.tm_isdst = -1;
  const std::time_t seconds = std::mktime(&changed);
  if (seconds == -1) return {};
  const auto time_of = [](std::time_t of) { return Time(std::chrono::seconds(of)); };
  for (const std::time_t other : {seconds + kHour, seconds - kHour}) {
    if (!shows(other, fields)) continue;
    const std::time_t later = std::max(seconds, other);
    return time_of(time_of(later) <= not_after ? later : std::min(seconds, other));
  }
  return time_of(seconds);
}

std::optional<Time> read_old(std::string_view stamp, Time now) {
  const auto* const month = std::find(kMonths.begin(), kMonths.end(), stamp.substr(0, 3));
  if (month == kMonths.end()) return {};
  std::tm fields{};
  fields.tm_mon = static_cast<int>(month - kMonths.begin());
  fields.tm_mday = number(stamp.substr(4, 2));
  read_clock(stamp.substr(7), fields);
  if (!is_clock(fields)) return {};
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  // East of Greenwich the new year comes before UTC's; February 29 is up to eight years back.
  for (int year = static_cast<int>(today.year()) + 1; year >= static_cast<int>(today.year()) - 8;
       --year) {
    fields.tm_year = year - 1900;
    const auto day = day_of(fields);
    // No zone is more than 14 hours before UTC.
    if (!day || utc(*day, fields) > now + kMostAhead + std::chrono::hours(15)) continue;
    const auto found = local(fields, now + kMostAhead);
    if (found && *found <= now + kMostAhead) return found;
  }
  return {};
}

std::optional<Time> read_new(std::string_view stamp, Time now) {
  std::tm fields{};
  fields.tm_year = number(stamp.substr(0, 4)) - 1900;
  fields.tm_mon = number(stamp.substr(5, 2)) - 1;
  fields.tm_mday = number(stamp.substr(8, 2));
  read_clock(stamp.substr(11), fields);
  const auto day = day_of(fields);
  if (!day || !is_clock(fields)) return {};
  stamp.remove_prefix(kDay.size() + 1 + kClock.size());
  milliseconds part{0};
  if (line_text::skip(stamp, ".")) {
    std::string digits(line_text::take_while(stamp, ascii::is_digit));
    digits.resize(3, '0');
    part = milliseconds(number(digits));
  }
  if (stamp.starts_with('Z')) return utc(*day, fields) + part;
  if (stamp.starts_with('+') || stamp.starts_with('-')) {
    const auto ahead = std::chrono::hours(number(stamp.substr(1, 2))) +
                       std::chrono::minutes(number(stamp.substr(stamp.size() - 3, 2)));
    return utc(*day, fields) + part - (stamp.front() == '-' ? -ahead : ahead);
  }
  const auto found = local(fields, now + kMostAhead);
  if (!found) return {};
  return *found + part;
}

}  // namespace

std::size_t stamp_size(std::string_view line) {
  if (has_shape(line, kOld)) return kOld.size();
  if (!has_shape(line, kDay)) return 0;
  std::string_view rest = line.substr(kDay.size());
  if (!line_text::skip(rest, "T") && !line_text::skip(rest, " ")) return 0;
  if (!has_shape(rest, kClock)) return 0;
  rest.remove_prefix(kClock.size());
  if (line_text::skip(rest, ".") && line_text::take_while(rest, ascii::is_digit).empty()) return 0;
  if (has_shape(rest, "+00:00") || has_shape(rest, "-00:00")) {
    rest.remove_prefix(6);
  } else if (has_shape(rest, "+0000") || has_shape(rest, "-0000")) {
    rest.remove_prefix(5);
  } else {
    line_text::skip(rest, "Z");
  }
  if (!line_text::skip(rest, " ")) return 0;
  return line.size() - rest.size();
}

std::optional<Time> read_stamp(std::string_view stamp, Time now) {
  if (stamp_size(stamp) != stamp.size() || stamp.empty()) return {};
  return has_shape(stamp, kOld) ? read_old(stamp, now) : read_new(stamp, now);
}

}  // namespace gatepost::logins
