// What strangers can make SPF do at most.

#include <set>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mailauth/spf_run.hpp"

namespace gatepost::mailauth::testing {
namespace {

using ::testing::Le;
using ::testing::SizeIs;

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i)
    out += text;
  return out;
}

struct Limit {
  const char* what;
  std::string record;
  SpfResult result;
  SpfCause cause;
  std::size_t questions;  ///< that it takes
};

void fill_limits(Zone& zone) {
  zone.address("host.example", "198.51.100.1");
  zone.mx("host.example", 10, "host.example");
  zone.txt("never.example", "v=spf1 -all");
  zone.txt("nine.example", "v=spf1" + repeated(" a:host.example", 9));
  zone.txt("ten.example", "v=spf1" + repeated(" a:host.example", 10));
  zone.txt("self.example", "v=spf1 include:self.example -all");
  zone.txt("ping.example", "v=spf1 include:pong.example -all");
  zone.txt("pong.example", "v=spf1 include:ping.example -all");
  zone.txt("round.example", "v=spf1 redirect=again.example");
  zone.txt("again.example", "v=spf1 redirect=round.example");
  zone.txt("fan.example", "v=spf1" + repeated(" include:fan.example", 10));
  for (int i = 0; i < 10; ++i) {
    zone.mx("ten-mx.example", i, fmt::format("h{}.example", i));
    zone.mx("eleven-mx.example", i, fmt::format("h{}.example", i));
  }
  zone.mx("eleven-mx.example", 10, "h10.example");
  zone.txt("void2.example", "v=spf1 a:no2.example a:no3.example");
  zone.fault("dead.example");
}

// Limits of RFC 7208 4.6.4, at them and one beyond.
TEST(SpfLimits, OfTheStandard) {
  const auto neutral = SpfResult::neutral;
  const auto error = SpfResult::permerror;
  const Limit table[] = {
      {"10 look-ups", repeated(" a:host.example", 10), neutral, SpfCause::nothing_matched, 2},
      {"11 look-ups", repeated(" a:host.example", 11), error, SpfCause::too_many_lookups, 2},
      {"10 of all kinds",
       " a:host.example mx:host.example ptr include:never.example exists:no.example " +
           repeated(" a:host.example", 4) + " redirect=never.example",
       SpfResult::fail, SpfCause::matched, 6},
      {"11 of all kinds",
       " a:host.example mx:host.example ptr include:never.example exists:no.example " +
           repeated(" a:host.example", 5) + " redirect=never.example",
       error, SpfCause::too_many_lookups, 6},
      {"10 with those included", " include:nine.example", neutral, SpfCause::nothing_matched, 3},
      {"11 with those included", " include:ten.example", error, SpfCause::too_many_lookups, 3},
      {"addresses are no look-ups", repeated(" ip4:198.51.100.1", 1'000), neutral,
       SpfCause::nothing_matched, 1},
      {"2 void", " a:no1.example exists:no2.example", neutral, SpfCause::nothing_matched, 3},
      {"3 void", " a:no1.example exists:no2.example mx:no3.example ip4:192.0.2.1", error,
       SpfCause::too_many_void, 4},
      {"3 void in different records", " a:no1.example include:void2.example", error,
       SpfCause::too_many_void, 5},
      {"the same void term 3 times", repeated(" a:no1.example", 3), error, SpfCause::too_many_void,
       2},
      {"errors are not void", " a:no1.example ptr a:dead.example", SpfResult::temperror,
       SpfCause::dns_failed, 4},
      {"names that cannot be are not asked", repeated(" a:a..example", 10), neutral,
       SpfCause::nothing_matched, 1},
      {"10 exchanges", " mx:ten-mx.example", neutral, SpfCause::nothing_matched, 12},
      {"11 exchanges", " mx:eleven-mx.example", error, SpfCause::too_many_exchanges, 2},
      {"includes itself", " include:self.example", error, SpfCause::too_many_lookups, 2},
      {"includes in a circle", " include:ping.example", error, SpfCause::too_many_lookups, 3},
      {"redirects in a circle", " redirect=round.example", error, SpfCause::too_many_lookups, 3},
      {"includes itself ten times", " include:fan.example", error, SpfCause::too_many_lookups, 2},
      {"1,000 terms that ask", repeated(" a:%{i}.%{d}", 1'000), error, SpfCause::too_many_void, 2},
      {"65 kB of terms", repeated(" a:host.example", 65'000 / 15), error,
       SpfCause::too_many_lookups, 2},
      {"65 kB of addresses", repeated(" ip4:203.0.113.0/24", 65'000 / 19), neutral,
       SpfCause::nothing_matched, 1},
      {"65 kB of one domain, cut to its last label", " a:" + std::string(65'000, 'x') + ".example",
       neutral, SpfCause::nothing_matched, 2},
      {"65 kB of macros", " exists:" + repeated("%{lr-}.", 9'000) + "example", error,
       SpfCause::bad_syntax, 1},
      {"65 kB of modifiers", repeated(" x=%{l}", 9'000), neutral, SpfCause::nothing_matched, 1},
      {"65 kB of spaces", std::string(65'000, ' ') + "-all", SpfResult::fail, SpfCause::matched, 1},
      {"an error behind 65 kB", repeated(" ip4:192.0.2.1", 4'600) + " moo", error,
       SpfCause::bad_syntax, 1},
  };
  for (const Limit& each : table) {
    SCOPED_TRACE(each.what);
    Zone zone;
    fill_limits(zone);
    zone.txt("victim.example", "v=spf1" + each.record);
    const SpfOutcome outcome = check(zone, mail("user@victim.example"));
    EXPECT_EQ(outcome.result, each.result) << shown(outcome);
    EXPECT_EQ(outcome.cause, each.cause) << phrase(outcome.cause);
    EXPECT_LE(outcome.detail.size(), 300U);
    EXPECT_THAT(zone.asked(), SizeIs(each.questions));
  }
}

// What a stranger can make us ask at most: 10 terms with 10 hosts each, and the client's names.
TEST(SpfLimits, AsksNoMoreThanTheLimitsAllow) {
  Zone zone;
  std::string record = "v=spf1";
  for (int term = 0; term < 12; ++term) {
    record += fmt::format(" mx:%{{p}}.m{}.example", term);
    for (int host = 0; host < 10; ++host)
      zone.mx(fmt::format("unknown.m{}.example", term), host,
              fmt::format("h{}.m{}.example", host, term));
  }
  for (int i = 0; i < 20; ++i)
    zone.ptr("1.2.0.192.in-addr.arpa", fmt::format("name{}.example", i));
  zone.txt("victim.example", record);
  const SpfOutcome outcome = check(zone, mail("user@victim.example"));
  EXPECT_EQ(outcome.cause, SpfCause::too_many_lookups) << shown(outcome);
  EXPECT_THAT(zone.asked(), SizeIs(1 + 1 + 10 + 10 + 100));
  EXPECT_LT(zone.asked().size(), Answers::kMostQuestions);
  const auto asked = zone.asked();
  EXPECT_EQ(std::set<DnsQuestion>(asked.begin(), asked.end()).size(), asked.size());
}

TEST(SpfLimits, MacroBombsAskShortNames) {
  std::string local;
  while (local.size() < 4'000)
    local += "ab.c-";
  Zone zone;
  zone.txt("victim.example", "v=spf1 exists:" + repeated("%{lr.-}.", 100) + "example" +
                                 repeated(" exists:" + repeated("%{S}", 127), 8) + " -all");
  const SpfOutcome outcome = check(zone, mail(local + "@victim.example"));
  EXPECT_EQ(outcome.result, SpfResult::permerror) << shown(outcome);
  for (const DnsQuestion& question : zone.asked())
    EXPECT_THAT(question.name.size(), Le(253U));
  EXPECT_THAT(zone.asked(), SizeIs(Le(4U)));
}

}  // namespace
}  // namespace gatepost::mailauth::testing
