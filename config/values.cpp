#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "config/source_text.hpp"
#include "config/suggest.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::config {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kUnlimited = "unlimited";

// Digits alone; nothing where there is anything else or it does not fit.
std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  if (text.empty() || !std::all_of(text.begin(), text.end(), ascii::is_digit)) return {};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return {};
  return value;
}

std::size_t leading_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), ascii::is_digit) -
                                  text.begin());
}

Mistake mistake(std::string_view text, std::string_view what) {
  return {fmt::format("{} {}", in_quotes(text), what)};
}

struct UnitName {
  std::string_view name;
  milliseconds length;
};

constexpr std::array<UnitName, 5> kUnits = {{{"d", std::chrono::hours(24)},
                                             {"h", std::chrono::hours(1)},
                                             {"m", std::chrono::minutes(1)},
                                             {"s", std::chrono::seconds(1)},
                                             {"ms", milliseconds(1)}}};

// A figure between 0 and `most`; `example` is what to write instead.
Parsed<std::int64_t> bounded(std::string_view digits, std::int64_t most, std::string_view example) {
  const bool all_digits = !digits.empty() && leading_digits(digits) == digits.size();
  if (!all_digits) return mistake(digits, fmt::format("is no number: write {}", example));
  const auto value = number(digits);
  if (!value || *value > most) return mistake(digits, fmt::format("is more than {}", most));
  return *value;
}

Parsed<Window> parse_window(std::string_view text) {
  const auto length = parse_duration(text);
  if (const auto* wrong = std::get_if<Mistake>(&length)) return *wrong;
  const auto window = std::get<milliseconds>(length);
  if (window < kShortestWindow || window > kLongestWindow) {
    return mistake(text, "is no window: it must be from 1m to 31d long");
  }
  if (window % std::chrono::minutes(1) != milliseconds(0)) {
    return mistake(text, "is no window: it must be a whole number of minutes");
  }
  return Window{std::chrono::duration_cast<std::chrono::seconds>(window)};
}

Parsed<Limit> parse_full_rate(std::string_view whole, std::size_t per) {
  const auto figure =
      bounded(ascii::trim(whole.substr(0, per)), kLargestFigure, "50 per 15m, or unlimited");
  if (const auto* wrong = std::get_if<Mistake>(&figure)) return *wrong;
  const auto window = parse_window(ascii::trim(whole.substr(per + 5)));
  if (const auto* wrong = std::get_if<Mistake>(&window)) return *wrong;
  return Limit{std::get<std::int64_t>(figure), std::get<Window>(window)};
}

std::optional<unsigned> two_digits(std::string_view text) {
  if (text.size() != 2) return {};
  const auto value = number(text);
  if (!value) return {};
  return static_cast<unsigned>(*value);
}

// `18:00` or `18:00:30`.
std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
  const bool with_seconds = text.size() == 8 && text[5] == ':';
  if (!with_seconds && text.size() != 5) return {};
  if (text[2] != ':') return {};
  const auto hours = two_digits(text.substr(0, 2));
  const auto minutes = two_digits(text.substr(3, 2));
  const auto seconds = with_seconds ? two_digits(text.substr(6)) : 0U;
  if (!hours || !minutes || !seconds) return {};
  if (*hours > 23 || *minutes > 59 || *seconds > 59) return {};
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
         std::chrono::seconds(*seconds);
}

std::optional<std::chrono::year_month_day> calendar_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  const auto year = number(text.substr(0, 4));
  const auto month = two_digits(text.substr(5, 2));
  const auto day = two_digits(text.substr(8, 2));
  if (!year || !month || !day) return {};
  return std::chrono::year_month_day{std::chrono::year(static_cast<int>(*year)),
                                     std::chrono::month(*month), std::chrono::day(*day)};
}

// The block that an address with host bits set lies in.
std::optional<Network> block_around(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  const auto address = IpAddress::parse(text.substr(0, slash));
  const auto prefix = number(text.substr(slash + 1));
  if (!address || !prefix || *prefix > (address->is_v4() ? 32 : 128)) return {};
  return Network::around(*address, static_cast<int>(*prefix));
}

}  // namespace

Parsed<milliseconds> parse_duration(std::string_view text) {
  const auto split = leading_digits(text);
  const auto count = number(text.substr(0, split));
  const std::string_view unit = text.substr(split);
  if (split == 0) {
    return mistake(text, "is no duration: write a number and a unit, 90s, 15m, 1h or 1d");
  }
  if (unit.empty()) {
    return mistake(text,
                   fmt::format("lacks its unit: write {0}ms, {0}s, {0}m, {0}h or {0}d", text));
  }
  for (const UnitName& known : kUnits) {
    if (unit != known.name) continue;
    constexpr milliseconds kLongest = std::chrono::hours(24 * 366 * 100);
    if (!count || *count > kLongest / known.length) return mistake(text, "is too long");
    return *count * known.length;
  }
  return mistake(
      text, fmt::format("has the unknown unit {}: it is one of ms, s, m, h, d", in_quotes(unit)));
}

Parsed<std::chrono::seconds> parse_span(std::string_view text, std::chrono::seconds least,
                                        std::chrono::seconds most) {
  const auto parsed = parse_duration(text);
  if (const auto* wrong = std::get_if<Mistake>(&parsed)) return *wrong;
  const auto length = std::get<milliseconds>(parsed);
  if (length < least || length > most) {
    return mistake(text,
                   fmt::format("is outside {} to {}", duration_text(least), duration_text(most)));
  }
  if (length % std::chrono::seconds(1) != milliseconds(0)) {
    return mistake(text, "is no whole number of seconds");
  }
  return std::chrono::duration_cast<std::chrono::seconds>(length);
}

std::string duration_text(milliseconds duration) {
  if (duration == milliseconds(0)) return "0s";
  for (const UnitName& unit : kUnits) {
    if (duration % unit.length == milliseconds(0)) {
      return fmt::format("{}{}", duration / unit.length, unit.name);
    }
  }
  return fmt::format("{}ms", duration.count());
}

Parsed<Limit> parse_rate(std::string_view text, Window usual) {
  if (text == kUnlimited) return Limit{{}, usual};
  if (text == "0") return Limit{0, usual};
  const auto per = text.find(" per ");
  if (per != std::string_view::npos) return parse_full_rate(text, per);
  if (number(text)) {
    return mistake(
        text, fmt::format("lacks its window: write {} per {}", text,
                          duration_text(usual.is_calendar_day() ? kShortestWindow : usual.length)));
  }
  return Mistake{fmt::format("{} is no rate: write 50 per 15m, or unlimited{}", in_quotes(text),
                             did_you_mean(text, {kUnlimited}))};
}

Parsed<Limit> parse_figure(std::string_view text, Window window) {
  if (text == kUnlimited) return Limit{{}, window};
  if (text.find(" per ") != std::string_view::npos) {
    return mistake(text, window.is_calendar_day()
                             ? "names a window, but this counts by calendar days: write 300"
                             : "names a window, but this is about one message: write 300");
  }
  const auto figure = bounded(text, kLargestFigure, "300, or unlimited");
  if (const auto* wrong = std::get_if<Mistake>(&figure)) return *wrong;
  return Limit{std::get<std::int64_t>(figure), window};
}

Parsed<std::int64_t> parse_number(std::string_view text, std::int64_t least, std::int64_t most) {
  const std::string range = fmt::format("a whole number from {} to {}", least, most);
  const bool all_digits = !text.empty() && leading_digits(text) == text.size();
  if (!all_digits) return mistake(text, "is no number: write " + range);
  const auto value = number(text);
  if (!value || *value < least || *value > most) return mistake(text, "is not " + range);
  return *value;
}

Parsed<Limit> parse_size(std::string_view text) {
  if (text == kUnlimited) return Limit{{}, {}};
  const auto split = leading_digits(text);
  const std::string_view suffix = text.substr(split);
  constexpr std::string_view kSuffixes = "KMG";
  std::int64_t factor = 1;
  if (!suffix.empty()) {
    const auto power = kSuffixes.find(suffix);
    if (suffix.size() != 1 || power == std::string_view::npos) {
      return mistake(text, "is no size: write 20M (K, M or G), bytes, or unlimited");
    }
    factor = std::int64_t{1} << (10U * (power + 1U));
  }
  if (split == 0) return mistake(text, "is no size: write 20M (K, M or G), bytes, or unlimited");
  const auto count = number(text.substr(0, split));
  if (!count || *count > kLargestSize / factor) {
    return mistake(text, fmt::format("is more than {}G", kLargestSize >> 30U));
  }
  return Limit{*count * factor, {}};
}

Parsed<CivilTime> parse_civil_time(std::string_view text) {
  const auto date = calendar_date(text.substr(0, 10));
  const std::string_view rest = text.substr(std::min<std::size_t>(text.size(), 10));
  const bool has_time = !rest.empty() && (rest.front() == ' ' || rest.front() == 'T');
  CivilTime out;
  if (has_time) out.time_of_day = time_of_day(rest.substr(1));
  const bool readable = date && (rest.empty() || out.time_of_day);
  if (!readable) return mistake(text, "is no date: write 2027-03-31, year, month and day");
  if (!date->ok()) return mistake(text, "is no day of the calendar");
  if (date->year() < std::chrono::year(1970)) return mistake(text, "lies too far back");
  out.date = *date;
  return out;
}

Parsed<bool> parse_bool(std::string_view text) {
  return parse_choice<bool>(text, {{"true", true}, {"false", false}});
}

Parsed<std::filesystem::path> parse_path(std::string_view text,
                                         const std::filesystem::path& folder) {
  if (text.empty()) return Mistake{"'' is no path"};
  if (std::any_of(text.begin(), text.end(), ascii::is_control)) {
    return mistake(text, "is no path: it holds a line end, a tab or another control character");
  }
  return (folder / std::filesystem::path(text)).lexically_normal();
}

Parsed<Domain> parse_domain(std::string_view text) {
  if (text.find('@') != std::string_view::npos) {
    return mistake(text, "is an address: write the part after the @ alone");
  }
  if (auto domain = Domain::parse(text)) return std::move(*domain);
  return mistake(text, "is no domain name");
}

Parsed<Network> parse_network(std::string_view text) {
  if (auto network = Network::parse(text)) return *network;
  if (const auto block = block_around(text)) {
    return mistake(text, fmt::format("has host bits set: write the block {}, or {} for the one "
                                     "address",
                                     block->text(), text.substr(0, text.find('/'))));
  }
  return mistake(text, "is no address or block: write 10.1.2.0/28, 192.0.2.1 or 2001:db8::/32");
}

Mistake no_such_choice(std::string_view text, const std::vector<std::string_view>& names) {
  return {fmt::format("{} is not one of {}{}", in_quotes(text), fmt::join(names, ", "),
                      did_you_mean(text, names))};
}

Parsed<Network> parse_trusted_network(std::string_view text) {
  constexpr int kWidestV4 = 8;
  constexpr int kWidestV6 = 16;
  auto parsed = parse_network(text);
  const auto* network = std::get_if<Network>(&parsed);
  if (network == nullptr) return parsed;
  const int widest = network->address().is_v4() ? kWidestV4 : kWidestV6;
  if (network->prefix() >= widest) return parsed;
  if (network->prefix() == 0) {
    return Mistake{in_quotes(text) + " would be everybody: list the addresses of your machines"};
  }
  return Mistake{
      fmt::format("{} is a large part of the internet (at most a /{} is allowed): list "
                  "the addresses of your machines",
                  in_quotes(text), widest)};
}

bool holds_separator(std::string_view text) {
  constexpr std::array<std::string_view, 3> kWide = {"\xEF\xBC\x8C", "\xEF\xBC\x9B",
                                                     "\xE3\x80\x81"};  // comma, semicolon, list
  return text.find_first_of(" \t,;") != std::string_view::npos ||
         std::any_of(kWide.begin(), kWide.end(), [&](std::string_view wide) {
           return text.find(wide) != std::string_view::npos;
         });
}

}  // namespace gatepost::config
