#include "admin/cli/auth_check_options.hpp"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::admin {
namespace {

constexpr std::int64_t kLatest = 253'402'300'799;  // the end of the year 9999

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size() || out < 0) return {};
  return out;
}

// Takes as many digits off `text` as stand before `after`, which is taken too.
std::optional<std::int64_t> take_number(std::string_view& text, std::size_t digits,
                                        std::string_view after) {
  if (text.size() < digits + after.size()) return {};
  if (text.substr(digits, after.size()) != after) return {};
  const auto out = number(text.substr(0, digits));
  text.remove_prefix(digits + after.size());
  return out;
}

std::optional<std::chrono::sys_days> take_day(std::string_view& text) {
  const auto year = take_number(text, 4, "-");
  const auto month = take_number(text, 2, "-");
  const auto day = take_number(text, 2, "");
  if (!year || !month || !day) return {};
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return {};
  return std::chrono::sys_days(date);
}

}  // namespace

std::string text_of(const NameServer& server) {
  return server.address.is_v4() ? fmt::format("{}:{}", server.address.text(), server.port)
                                : fmt::format("[{}]:{}", server.address.text(), server.port);
}

std::optional<std::chrono::sys_seconds> parse_instant(std::string_view text) {
  using std::chrono::sys_seconds;
  if (const auto seconds = number(text)) {
    if (*seconds > kLatest) return {};
    return sys_seconds(std::chrono::seconds(*seconds));
  }
  const auto day = take_day(text);
  if (!day) return {};
  if (text.empty()) return sys_seconds(*day);
  if (!text.starts_with('T')) return {};
  text.remove_prefix(1);
  const auto hour = take_number(text, 2, ":");
  const auto minute = take_number(text, 2, ":");
  const auto second = take_number(text, 2, "Z");
  if (!hour || !minute || !second || !text.empty()) return {};
  if (*hour > 23 || *minute > 59 || *second > 60) return {};
  return sys_seconds(*day) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

std::string sender_of(std::string_view path) {
  path = ascii::trim(path);
  if (path.starts_with('<') && path.ends_with('>')) path = path.substr(1, path.size() - 2);
  if (path.starts_with('@')) {  // RFC 5321 4.1.1.3: a source route is ignored
    const auto colon = path.find(':');
    if (colon != std::string_view::npos) path.remove_prefix(colon + 1);
  }
  return std::string(path);
}

}  // namespace gatepost::admin
