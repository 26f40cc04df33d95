// Files cut, doubled and scrambled in a thousand ways: every one is either right or a list of
// mistakes, none is an exception.

#include <random>

#include <gtest/gtest.h>

#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

constexpr const char* kGatepost = R"(listen: inet:8899@127.0.0.1
log: { format: json, debug: true }
site:
  mode: observe
  domains: [example.com, 例子.cn]
  logins: { bare: first_domain, realms: [mx.example.com] }
  time_zone: Asia/Shanghai
store: { kind: redis, url: "redis://u:p@127.0.0.1:7000/2", deadline: 20ms, when_down: unknown }
channels: { relay: { clients: [10.0.0.0/8, "::1/128"] } }
rules:
  message_rate: { limit: 60 per 10m, on_hit: refuse, on_unknown: defer }
  message_size: { limit: 20M }
  sender_is_login: { mode: observe, on_hit: hold }
  from_is_sender: { on_unknown: junk, match: organization, allow_resent: true }
  own_domains_from_outside: { on_unknown: refuse }
  display_name: { on_hit: hold, on_foreign: continue }
  server_channel: { on_hit: defer }
  login_lockout: { failures: 5, lock: 1h, growth: { factor: 2 }, trusted: [10.0.0.0/8, "::1"] }
logins: { auth_policy: { listen: inet:1@127.0.0.2, secret: none }, follow: [/var/log/mail.log] }
domains: { partner.example.com: { message_rate: 100 per 1h } }
groups:
  newsletter: { members: ["*@news.example.com", editor], recipients_per_day: 20000 }
)";

constexpr const char* kWhitelist = R"(group_senders:
  - account: hr@example.com
    message_rate: 200 per 15m
    reason: |
      monthly letter
    expires: 2027-03-31
servers:
  - { name: erp, clients: [10.1.2.0/28], senders: ["*@example.com"], reason: 'orders' }
forwarders:
  - { clients: [192.0.2.0/24, "2001:db8::/32"], reason: alumni }
aliases: [{ login: alice, addresses: [info@example.com, "sales-*@example.com"], reason: desk }]
send_on_behalf:
  - { login: crm, may_send_as: ["*@*.sales.example.com"], sender_field: add, reason: CRM }
  - { server: erp, may_send_as: [boss@example.com], reason: letters }
  - { envelope: crm.example, clients: [198.51.100.7], may_send_as: ["*@a.example"], reason: CRM }
offices: [{ clients: [192.0.2.0/24], login_failures: 100, reason: branch }]
frozen: [{ account: leaver, reason: left }]
)";

// One random change of `text`, of the kinds that editors, disks and people make.
void mutate(std::string& text, std::mt19937& random) {
  const auto below = [&](std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most)(random);
  };
  if (text.empty()) text = "a";
  constexpr std::string_view kSigns = "\t\n\r :-[]{}*&!|>'\"%@`#,?0\xFF\xE4\x01~<=";
  const std::size_t at = below(text.size() - 1);
  switch (below(5)) {
    case 0: text[at] = kSigns[below(kSigns.size() - 1)]; break;
    case 1: text.insert(at, 1, kSigns[below(kSigns.size() - 1)]); break;
    case 2: text.erase(at, 1 + below(20)); break;
    case 3: text.insert(at, text.substr(below(text.size() - 1), below(40))); break;
    case 4: text.resize(at); break;
    default: text[at] = static_cast<char>(below(255)); break;
  }
}

TEST(RandomMutations, GiveARightConfigurationOrMistakes) {
  std::mt19937 random(20261122);
  int right = 0;
  int wrong = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string gatepost = kGatepost;
    std::string whitelist = kWhitelist;
    for (int change = 0; change <= round % 4; ++change) {
      mutate(round % 2 == 0 ? gatepost : whitelist, random);
    }
    EXPECT_NO_THROW({
      const auto result = load_text(gatepost, whitelist, kNow);
      const auto* mistakes = std::get_if<Diagnostics>(&result);
      ++(mistakes == nullptr ? right : wrong);
      if (mistakes != nullptr) {
        ASSERT_FALSE(mistakes->empty());
        for (const Diagnostic& each : *mistakes) {
          EXPECT_GE(each.place.line, 1);
          EXPECT_GE(each.place.column, 1);
          EXPECT_EQ(each.text().find('\n'), std::string::npos) << each.text();
        }
      }
    }) << gatepost
       << whitelist;
  }
  EXPECT_GT(right, 100);
  EXPECT_GT(wrong, 1000);
}

}  // namespace
}  // namespace gatepost::config
