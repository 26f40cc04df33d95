#include "config/compare.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

std::string frozen(int from, int to, const std::string& more = "") {
  std::string text = "frozen:\n";
  for (int i = from; i < to; ++i) {
    text += "  - { account: user" + std::to_string(i) + ", reason: left" + more + " }\n";
  }
  return text;
}

Comparison compared(const std::string& before, const std::string& after) {
  return compare(*loaded(site(), before).settings, *loaded(site(), after).settings, kNow);
}

TEST(Comparison, NeedsAYesForMoreThanTenEntriesAndMoreThanHalf) {
  struct Row {
    int before;
    int kept;
    bool too_much;
  };

  for (const Row& row : {Row{10, 0, false}, Row{11, 0, true}, Row{22, 11, false}, Row{23, 11, true},
                         Row{100, 50, false}, Row{100, 49, true}, Row{0, 0, false}}) {
    const Comparison result = compared(frozen(0, row.before), frozen(0, row.kept));
    EXPECT_EQ(result.entries_before, static_cast<std::size_t>(row.before));
    EXPECT_EQ(result.entries_lost, static_cast<std::size_t>(row.before - row.kept));
    EXPECT_EQ(result.loses_too_much(), row.too_much) << row.before << ' ' << row.kept;
  }
}

TEST(Comparison, LooksAtWhoAndNotAtHowMany) {
  const Comparison result = compared(frozen(0, 20), frozen(20, 40));
  EXPECT_EQ(result.entries_lost, 20U);
  EXPECT_TRUE(result.loses_too_much());
}

TEST(Comparison, TellsTheSectionsApart) {
  const std::string before =
      "frozen: [{ account: a, reason: r }]\n"
      "servers: [{ name: a, clients: [10.0.0.1], senders: [a@example.com], reason: r }]\n"
      "forwarders: [{ clients: [10.0.0.1], reason: r }]\n"
      "offices: [{ clients: [10.0.0.1], login_failures: 50, reason: r }]\n"
      "aliases: [{ login: a, addresses: [b@example.com], reason: r }]\n"
      "send_on_behalf:\n"
      "- { login: a, may_send_as: [c@example.com], reason: r }\n"
      "- { server: a, may_send_as: [c@example.com], reason: r }\n"
      "- { envelope: a, clients: [10.0.0.1], may_send_as: [c@example.com], reason: r }\n"
      "unauthenticated_domains: [{ domain: a.test, clients: [10.0.0.1], reason: r }]\n"
      "trusted_sealers: [{ sealer: a.test, reason: r }]\n"
      "mailing_lists: [{ list: a.test, clients: [10.0.0.1], reason: r }]\n"
      "group_senders: [{ account: a, message_rate: 1 per 1m, reason: r }]\n";
  const Comparison result = compared(before, "frozen: [{ account: a, reason: r }]\n");
  EXPECT_EQ(result.entries_before, 12U);
  EXPECT_EQ(result.entries_lost, 11U);
  EXPECT_EQ(compared(before, before).entries_lost, 0U);
}

TEST(Comparison, CountsEveryEntryOfOneLogin) {
  const auto on_behalf = [](int entries) {
    std::string text = "send_on_behalf:\n";
    for (int i = 0; i < entries; ++i) {
      text += "  - { login: crm, may_send_as: [user" + std::to_string(i) +
              "@example.com], reason: r }\n";
    }
    return text;
  };
  const Comparison result = compared(on_behalf(30), on_behalf(10));
  EXPECT_EQ(result.entries_before, 30U);
  EXPECT_EQ(result.entries_lost, 20U);
  EXPECT_TRUE(result.loses_too_much());
}

TEST(Comparison, KnowsAForwarderByItsFirstClient) {
  const std::string before = "forwarders: [{ clients: [10.0.0.1, 10.0.0.2], reason: r }]\n";
  EXPECT_EQ(
      compared(before, "forwarders: [{ clients: [10.0.0.1, 10.0.0.3], reason: r }]\n").entries_lost,
      0U);
  EXPECT_EQ(compared(before, "forwarders: [{ clients: [10.0.0.2], reason: r }]\n").entries_lost,
            1U);
}

TEST(Comparison, LosesNothingWhereExpiredEntriesAreCleanedUp) {
  const Comparison result = compared(frozen(0, 20, ", expires: 2026-01-31"), frozen(0, 0));
  EXPECT_EQ(result.entries_before, 0U);
  EXPECT_FALSE(result.loses_too_much());
}

TEST(Comparison, NamesWindowsThatStartEmpty) {
  const Loaded before = loaded(site());
  const Loaded after = loaded(site("rules: { message_rate: { limit: 100 per 1h } }\n"));
  const Comparison result = compare(*before.settings, *after.settings, kNow);
  ASSERT_EQ(result.new_windows.size(), 1U);
  EXPECT_EQ(counter_text(result.new_windows[0]), "messages per 1h");
  EXPECT_EQ(counter_text({Unit::recipients, Window::calendar_day()}),
            "recipients per calendar day");
  const Loaded figure = loaded(site("rules: { message_rate: { limit: 9 per 15m } }\n"));
  EXPECT_TRUE(compare(*before.settings, *figure.settings, kNow).new_windows.empty());
}

}  // namespace
}  // namespace gatepost::config
