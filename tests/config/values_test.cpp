#include "config/values.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace gatepost::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Window kQuarter{minutes(15)};

template <typename Value>
std::string mistake_of(const Parsed<Value>& parsed) {
  const auto* mistake = std::get_if<Mistake>(&parsed);
  return mistake == nullptr ? "" : mistake->text;
}

TEST(Duration, IsDigitsAndAUnit) {
  const std::vector<std::pair<std::string, milliseconds>> cases = {
      {"50ms", milliseconds(50)},     {"90s", seconds(90)},
      {"15m", minutes(15)},           {"1h", minutes(60)},
      {"1d", std::chrono::hours(24)}, {"0s", milliseconds(0)},
      {"007m", minutes(7)},           {"36500d", std::chrono::hours(24 * 36500)},
  };
  for (const auto& [text, expected] : cases) {
    const auto parsed = parse_duration(text);
    ASSERT_EQ(mistake_of(parsed), "") << text;
    EXPECT_EQ(std::get<milliseconds>(parsed), expected) << text;
  }
  for (const char* text : {"", "m", "15", "15 m", "-15m", "1.5h", "15M", "15min", "1h30m", "+1h",
                           "99999999999999999999d", "9223372036854775807d", "0x10s"}) {
    EXPECT_NE(mistake_of(parse_duration(text)), "") << text;
  }
}

TEST(Duration, IsShownByItsLargestWholeUnit) {
  for (const char* text : {"50ms", "90s", "15m", "25h", "31d"}) {
    EXPECT_EQ(duration_text(std::get<milliseconds>(parse_duration(text))), text);
  }
  EXPECT_EQ(duration_text(minutes(60)), "1h");
}

TEST(Span, IsADurationOfWholeSecondsWithinItsBounds) {
  const auto span = [](const char* text) { return parse_span(text, seconds(1), minutes(10)); };
  EXPECT_EQ(std::get<seconds>(span("1s")), seconds(1));
  EXPECT_EQ(std::get<seconds>(span("2000ms")), seconds(2));
  EXPECT_EQ(std::get<seconds>(span("10m")), minutes(10));
  EXPECT_EQ(mistake_of(span("999ms")), "'999ms' is outside 1s to 10m");
  EXPECT_EQ(mistake_of(span("601s")), "'601s' is outside 1s to 10m");
  EXPECT_EQ(mistake_of(span("1500ms")), "'1500ms' is no whole number of seconds");
  EXPECT_NE(mistake_of(span("5")), "");
}

TEST(Number, IsWholeAndWithinItsBounds) {
  const auto number = [](const char* text) { return parse_number(text, 2, 1000); };
  EXPECT_EQ(std::get<std::int64_t>(number("2")), 2);
  EXPECT_EQ(std::get<std::int64_t>(number("01000")), 1000);
  for (const char* text : {"1", "1001", "99999999999999999999"}) {
    EXPECT_NE(mistake_of(number(text)).find("is not a whole number from 2 to 1000"),
              std::string::npos);
  }
  for (const char* text : {"", "-5", "+5", "5.0", "0x5", " 5", "5 "}) {
    EXPECT_NE(mistake_of(number(text)).find("is no number"), std::string::npos) << text;
  }
}

TEST(Path, StartsAtTheFolderAndIsOnOneLine) {
  using std::filesystem::path;
  EXPECT_EQ(std::get<path>(parse_path("logs/../a.log", "/etc/x")), path("/etc/x/a.log"));
  EXPECT_EQ(std::get<path>(parse_path("/var/log/a b", "/etc/x")), path("/var/log/a b"));
  EXPECT_NE(mistake_of(parse_path("", "/etc/x")), "");
  EXPECT_NE(mistake_of(parse_path("a\nb", "/etc/x")), "");
}

TEST(Rate, IsAFigureInAWindow) {
  const std::vector<std::pair<std::string, Limit>> cases = {
      {"50 per 15m", {50, kQuarter}},
      {"0 per 1h", {0, {minutes(60)}}},
      {"1000000000 per 31d", {1'000'000'000, {std::chrono::hours(24 * 31)}}},
      {"1 per 1m", {1, {minutes(1)}}},
      {"5 per 60s", {5, {minutes(1)}}},
      {"5 per  1h", {5, {minutes(60)}}},
      {"unlimited", {{}, kQuarter}},
      {"0", {0, kQuarter}},
  };
  for (const auto& [text, expected] : cases) {
    const auto parsed = parse_rate(text, kQuarter);
    ASSERT_EQ(mistake_of(parsed), "") << text;
    EXPECT_EQ(std::get<Limit>(parsed), expected) << text;
  }
  for (const char* text : {"", "50", "50 per", "50 per ", "per 15m", "50 per 15", "50 per 59s",
                           "50 per 61s", "50 per 31d 1h", "50 per 32d", "50 per 0m", "-1 per 1h",
                           "1000000001 per 1h", "99999999999999999999 per 1h", "Unlimited",
                           "50 PER 15m", "5e3 per 1h", "50per15m", "50 per 500ms"}) {
    EXPECT_NE(mistake_of(parse_rate(text, kQuarter)), "") << text;
  }
}

TEST(Figure, IsANumberAlone) {
  const std::vector<std::pair<std::string, std::optional<std::int64_t>>> cases = {
      {"300", 300}, {"0", 0}, {"unlimited", {}}, {"1000000000", 1'000'000'000}};
  for (const auto& [text, count] : cases) {
    const auto parsed = parse_figure(text, Window::calendar_day());
    ASSERT_EQ(mistake_of(parsed), "") << text;
    EXPECT_EQ(std::get<Limit>(parsed), (Limit{count, Window::calendar_day()})) << text;
  }
  for (const char* text : {"", "-1", "+1", "1.5", "1,000", "1000000001", "300 per 1d", "3OO",
                           "none", " 300", "0x10", "18446744073709551617"}) {
    EXPECT_NE(mistake_of(parse_figure(text, {})), "") << text;
  }
}

TEST(Size, IsOctetsByPowersOfTwo) {
  const std::vector<std::pair<std::string, std::optional<std::int64_t>>> cases = {
      {"0", 0},           {"1048576", 1048576},    {"20M", 20'971'520}, {"1K", 1024},
      {"2G", 2147483648}, {"1024G", kLargestSize}, {"unlimited", {}}};
  for (const auto& [text, count] : cases) {
    const auto parsed = parse_size(text);
    ASSERT_EQ(mistake_of(parsed), "") << text;
    EXPECT_EQ(std::get<Limit>(parsed), (Limit{count, {}})) << text;
  }
  for (const char* text : {"", "M", "20MB", "20m", "20 M", "1.5M", "-1", "1025G", "20T", "20KM",
                           "1099511627777", "99999999999999999999K"}) {
    EXPECT_NE(mistake_of(parse_size(text)), "") << text;
  }
}

TEST(CivilTime, IsADateWithOrWithoutATime) {
  const std::chrono::year_month_day day = std::chrono::year(2027) / 3 / 31;
  const std::vector<std::pair<std::string, std::optional<seconds>>> cases = {
      {"2027-03-31", {}},
      {"2027-03-31 18:00", seconds(18 * 3600)},
      {"2027-03-31T18:00:30", seconds(18 * 3600 + 30)},
      {"2027-03-31 00:00", seconds(0)},
      {"2027-03-31 23:59:59", seconds(86399)}};
  for (const auto& [text, time] : cases) {
    const auto parsed = parse_civil_time(text);
    ASSERT_EQ(mistake_of(parsed), "") << text;
    EXPECT_EQ(std::get<CivilTime>(parsed), (CivilTime{day, time})) << text;
  }
  EXPECT_EQ(mistake_of(parse_civil_time("2028-02-29")), "");
  for (const char* text : {"", "2027-3-31", "31.03.2027", "2027-02-29", "2027-13-01", "2027-00-10",
                           "2027-04-31", "2027-03-31 24:00", "2027-03-31 18:60", "2027-03-31 18",
                           "2027-03-31 18:00Z", "2027-03-31 18:00:60", "2027-03-31x", "1969-12-31",
                           "0000-01-01", "20270331", "tomorrow", "2027-03-31T"}) {
    EXPECT_NE(mistake_of(parse_civil_time(text)), "") << text;
  }
}

TEST(Block, WithHostBitsNamesTheRightOne) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"10.1.2.3/28",
       "'10.1.2.3/28' has host bits set: write the block 10.1.2.0/28, or 10.1.2.3 for "
       "the one address"},
      {"2001:db8::1/32",
       "'2001:db8::1/32' has host bits set: write the block 2001:db8::/32, or "
       "2001:db8::1 for the one address"},
      {"10.0.0.0/33",
       "'10.0.0.0/33' is no address or block: write 10.1.2.0/28, 192.0.2.1 or 2001:db8::/32"}};
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(mistake_of(parse_network(text)), expected);
  for (const char* text : {"10.1.2.0/28", "192.0.2.1", "::1/128", "0.0.0.0/0", "::/0"}) {
    EXPECT_EQ(mistake_of(parse_network(text)), "") << text;
  }
}

}  // namespace
}  // namespace gatepost::config
