#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/effective_limits.hpp"
#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::ElementsAre;

Time at(int year, unsigned month, unsigned day, int hour = 0) {
  return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) /
                               static_cast<int>(day)) +
         hours(hour);
}

std::vector<std::string> texts(const AddressPatterns& patterns) {
  std::vector<std::string> out;
  for (const AddressPattern& pattern : patterns)
    out.push_back(pattern.text());
  return out;
}

constexpr const char* kWhitelist = R"(group_senders:
  - account: HR@Example.com
    message_rate: 200 per 15m
    recipients_per_message: 1000
    recipients_per_day: 5000
    message_size: 50M
    reason: monthly letter to all staff, ticket 4711
    owner: it-mail
    expires: 2027-03-31
servers:
  - name: erp
    clients: [10.1.2.0/28, 192.0.2.7]
    senders: ["ERP@example.com", "*@Sales.example.com"]
    message_rate: 500 per 1h
    reason: order confirmations
  - name: scanner
    clients: [10.1.2.0/24]
    senders: [scanner@example.com]
    reason: scan to mail
frozen:
  - account: leaver
    reason: "left the company,
      ticket 5012"
)";

TEST(WhitelistEntries, AreReadIntoTheirCanonicalForm) {
  const Loaded config = loaded(site(), kWhitelist);
  const Whitelist& whitelist = config.settings->whitelist;
  ASSERT_EQ(whitelist.group_senders.count("hr@example.com"), 1U);
  const GroupSender& hr = whitelist.group_senders.find("hr@example.com")->second;
  EXPECT_EQ(hr.limits.message_rate, (Limit{200, {minutes(15)}}));
  EXPECT_EQ(hr.limits.recipients_per_message, (Limit{1000, {}}));
  EXPECT_EQ(hr.limits.recipients_per_day, (Limit{5000, Window::calendar_day()}));
  EXPECT_EQ(hr.limits.message_size, (Limit{52'428'800, {}}));
  EXPECT_EQ(hr.info.reason, "monthly letter to all staff, ticket 4711");
  EXPECT_EQ(hr.info.owner, "it-mail");
  EXPECT_EQ(hr.info.place.text(), "whitelist.yaml:2:5");

  ASSERT_EQ(whitelist.servers.size(), 2U);
  EXPECT_EQ(whitelist.servers[0].name, "erp");
  EXPECT_THAT(texts(whitelist.servers[0].senders),
              ElementsAre("erp@example.com", "*@sales.example.com"));
  EXPECT_EQ(whitelist.servers[0].info.place.text(), "whitelist.yaml:11:5");
  const auto servers_at = [&](const char* address) {
    const auto* found = whitelist.server_clients.find(*IpAddress::parse(address));
    return found == nullptr ? std::vector<std::size_t>{} : *found;
  };
  EXPECT_THAT(servers_at("10.1.2.5"), ElementsAre(0U));
  EXPECT_THAT(servers_at("10.1.2.77"), ElementsAre(1U));
  EXPECT_THAT(servers_at("192.0.2.7"), ElementsAre(0U));
  EXPECT_TRUE(servers_at("192.0.2.8").empty());

  EXPECT_EQ(whitelist.frozen.find("leaver@example.com")->second.info.reason,
            "left the company, ticket 5012");
  EXPECT_THAT(
      config.settings->counters,
      ElementsAre(Counter{Unit::messages, {minutes(15)}}, Counter{Unit::messages, {minutes(60)}},
                  Counter{Unit::recipients, Window::calendar_day()}));
  EXPECT_THAT(warnings_of(config), ElementsAre());
}

// Through the last day in the site's zone: that day's end is 16:00 UTC in Shanghai.
TEST(Expiry, IsAtTheEndOfThatDayInTheSitesZone) {
  const Loaded config = loaded(site(), kWhitelist);
  const EntryInfo& info =
      config.settings->whitelist.group_senders.find("hr@example.com")->second.info;
  EXPECT_EQ(info.expires, at(2027, 3, 31, 16));
  EXPECT_TRUE(info.applies(at(2027, 3, 31, 16) - milliseconds(1)));
  EXPECT_FALSE(info.applies(at(2027, 3, 31, 16)));
  const Login login = *Login::parse("hr@example.com", config.settings->site.logins);
  const auto rate = [&](Time now) {
    return limits_of_login(*config.settings, login, now).message_rate.limit.count;
  };
  EXPECT_EQ(rate(at(2027, 3, 31, 16) - milliseconds(1)), 200);
  EXPECT_EQ(rate(at(2027, 3, 31, 16)), 50);
}

TEST(Expiry, FollowsDaylightSaving) {
  // 27 October 2019 had 25 hours in Berlin, 31 March 2019 had 23.
  const std::vector<std::tuple<std::string, std::string, Time>> cases = {
      {"Europe/Berlin", "2019-10-26", at(2019, 10, 26, 22)},
      {"Europe/Berlin", "2019-10-27", at(2019, 10, 27, 23)},
      {"Europe/Berlin", "2019-03-30", at(2019, 3, 30, 23)},
      {"Europe/Berlin", "2019-03-31", at(2019, 3, 31, 22)},
      {"Europe/Berlin", "2019-10-27 02:30", at(2019, 10, 27, 0) + minutes(30)},
      {"Europe/Berlin", "2019-03-31 02:30", at(2019, 3, 31, 1)},
      {"UTC", "2026-12-31", at(2027, 1, 1)},
      {"Asia/Kolkata", "2026-12-31 18:00:30",
       at(2026, 12, 31, 12) + minutes(30) + std::chrono::seconds(30)},
  };
  for (const auto& [zone, date, expected] : cases) {
    const Loaded config =
        loaded("site: { domains: [example.com], time_zone: " + zone + " }\n",
               "frozen: [{ account: a, reason: r, expires: \"" + date + "\" }]\n", at(2019, 1, 1));
    EXPECT_EQ(config.settings->whitelist.frozen.begin()->second.info.expires, expected)
        << zone << ' ' << date;
  }
}

TEST(Expiry, IsSaidBeforeAndAfter) {
  const auto said = [](const char* date) {
    const Loaded config = loaded(site(), "frozen: [{ account: a@example.com, reason: r, expires: " +
                                             std::string(date) + " }]\n");
    const auto warnings = warnings_of(config);
    return warnings.empty() ? "" : warnings[0];
  };
  EXPECT_EQ(said("2026-11-21"),
            "whitelist.yaml:1:56: a@example.com expired on 2026-11-21, no longer applies");
  EXPECT_EQ(said("2026-11-22"), "whitelist.yaml:1:56: a@example.com expires on 2026-11-22");
  EXPECT_EQ(said("2026-12-05"), "whitelist.yaml:1:56: a@example.com expires on 2026-12-05");
  EXPECT_EQ(said("2026-12-06"), "");
}

TEST(TwoEntriesOfOneAccount, CountInTheOrderOfTheFile) {
  const Loaded config = loaded(site(), R"(group_senders:
  - { account: a@example.com, message_rate: 1 per 15m, reason: over, expires: 2026-01-31 }
  - { account: a@example.com, message_rate: 2 per 15m, reason: first, expires: 2026-12-31 }
  - { account: a@example.com, message_rate: 3 per 15m, reason: then, expires: 2027-01-31 }
  - { account: a@example.com, message_rate: 4 per 15m, reason: last }
)");
  const Login login = *Login::parse("a@example.com", {});
  const auto rate = [&](Time now) {
    return limits_of_login(*config.settings, login, now).message_rate.limit.count;
  };
  EXPECT_EQ(rate(kNow), 2);
  EXPECT_EQ(rate(at(2027, 1, 15)), 3);
  EXPECT_EQ(rate(at(2027, 2, 15)), 4);
}

TEST(TwoEntriesOfOneAccount, CountInTheOrderOfTheFileAmongManyOthers) {
  std::string text = "group_senders:\n";
  const auto add = [&](int user, int rate, const std::string& more) {
    text += "  - { account: user" + std::to_string(user) +
            ", message_rate: " + std::to_string(rate) + " per 15m, reason: r" + more + " }\n";
  };
  for (int i = 0; i < 300; ++i)
    add(i, 1, ", expires: 2026-12-31");
  for (int i = 0; i < 300; ++i)
    add(i, 2, "");
  const Loaded config = loaded(site(), text);
  for (int i = 0; i < 300; ++i) {
    const auto login = *Login::parse("user" + std::to_string(i), config.settings->site.logins);
    EXPECT_EQ(limits_of_login(*config.settings, login, kNow).message_rate.limit.count, 1);
    EXPECT_EQ(limits_of_login(*config.settings, login, at(2027, 2, 1)).message_rate.limit.count, 2);
  }
}

TEST(TwoServersOnOneBlock, CountInTheOrderOfTheFile) {
  const Loaded config = loaded(site(), R"(servers:
  - { name: old, clients: [10.0.0.1], senders: [a@example.com], reason: r, expires: 2026-12-31 }
  - { name: new, clients: [10.0.0.1/32], senders: [a@example.com], reason: r }
)");
  EXPECT_THAT(*config.settings->whitelist.server_clients.find(*IpAddress::parse("10.0.0.1")),
              ElementsAre(0U, 1U));
}

TEST(LargeWhitelists, AreReadWithoutTrouble) {
  std::string text = "group_senders:\n";
  for (int i = 0; i < 20'000; ++i) {
    text += "  - { account: user" + std::to_string(i) +
            "@example.com, message_rate: 200 per 15m, reason: ticket }\n";
  }
  const Loaded config = loaded(site(), text);
  EXPECT_EQ(config.settings->whitelist.group_senders.size(), 20'000U);
}

}  // namespace
}  // namespace gatepost::config
