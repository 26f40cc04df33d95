#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/mark.hpp"
#include "policy/limit.hpp"
#include "policy/mail/domain.hpp"
#include "policy/mail/network.hpp"

/// Parsers of single values: text to a typed value, or a sentence that says what is wrong with it
/// and what to write. Pure functions.
namespace gatepost::config {

/// No limit may be above this (messages, recipients), so that no sum of them overflows.
inline constexpr std::int64_t kLargestFigure = 1'000'000'000;
/// No message size may be above this, in octets: 1 TiB.
inline constexpr std::int64_t kLargestSize = std::int64_t{1} << 40U;
inline constexpr std::chrono::seconds kShortestWindow = std::chrono::minutes(1);
inline constexpr std::chrono::seconds kLongestWindow = std::chrono::hours(24 * 31);

/// `90s`, `15m`, `1h`, `1d`, `50ms`: digits and a unit.
Parsed<std::chrono::milliseconds> parse_duration(std::string_view text);
/// A duration of whole seconds, from `least` to `most`.
Parsed<std::chrono::seconds> parse_span(std::string_view text, std::chrono::seconds least,
                                        std::chrono::seconds most);
/// The shortest spelling of a duration: `15m`.
std::string duration_text(std::chrono::milliseconds duration);

/// `50 per 15m`, `unlimited`, `0`. The latter two say nothing of a window and get `usual`.
Parsed<Limit> parse_rate(std::string_view text, Window usual);
/// `300`, `unlimited`, `0`: what has its window by its nature.
Parsed<Limit> parse_figure(std::string_view text, Window window);
/// A whole number from `least` to `most`.
Parsed<std::int64_t> parse_number(std::string_view text, std::int64_t least, std::int64_t most);
/// Octets: `1048576`, `20M` (20*2^20; K, M, G), `unlimited`, `0`.
Parsed<Limit> parse_size(std::string_view text);

/// A date, or a date and time, of the site's zone.
struct CivilTime {
  std::chrono::year_month_day date{};
  std::optional<std::chrono::seconds> time_of_day;

  friend bool operator==(const CivilTime&, const CivilTime&) = default;
};

/// `2027-03-31`, `2027-03-31 18:00`, `2027-03-31T18:00:00`.
Parsed<CivilTime> parse_civil_time(std::string_view text);

/// Whether white space, a comma or a semicolon stands in `text`, also as Chinese keyboards write
/// them: what divides names, and is part of none.
bool holds_separator(std::string_view text);

Parsed<bool> parse_bool(std::string_view text);
/// A path on one line; a relative one starts at `folder`.
Parsed<std::filesystem::path> parse_path(std::string_view text,
                                         const std::filesystem::path& folder);
Parsed<Domain> parse_domain(std::string_view text);
Parsed<Network> parse_network(std::string_view text);
/// A block of machines that are trusted for where they are: of all networks the widest that one
/// organization has, 16 million IPv4 addresses or a /16 of IPv6, is allowed.
Parsed<Network> parse_trusted_network(std::string_view text);

/// `text` as one of `names`, or a sentence that lists them.
template <typename Value>
Parsed<Value> parse_choice(std::string_view text,
                           const std::vector<std::pair<std::string_view, Value>>& names);

/// The sentence for a value that is none of `names`.
Mistake no_such_choice(std::string_view text, const std::vector<std::string_view>& names);

template <typename Value>
Parsed<Value> parse_choice(std::string_view text,
                           const std::vector<std::pair<std::string_view, Value>>& names) {
  std::vector<std::string_view> known;
  for (const auto& [name, value] : names) {
    if (name == text) return value;
    known.push_back(name);
  }
  return no_such_choice(text, known);
}

}  // namespace gatepost::config
