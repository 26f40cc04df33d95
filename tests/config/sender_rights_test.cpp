// aliases, send_on_behalf and forwarders of whitelist.yaml, as the policy sees them.

#include "policy/sender_rights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

using testing::ElementsAre;

constexpr const char* kWhitelist = R"(servers:
  - { name: erp, clients: [10.1.2.0/28], senders: [ERP@example.com], reason: orders }
forwarders:
  - clients: [192.0.2.0/24, "2001:db8::25"]
    reason: alumni
    owner: it-mail
aliases:
  - login: ALICE
    addresses: [Info@Example.com, "sales-*@example.com"]
    reason: front desk
send_on_behalf:
  - login: crm@example.com
    may_send_as: ["*@*.sales.example.com", boss@例子.cn]
    sender_field: add
    reason: CRM
  - server: erp
    may_send_as: [orders@example.com]
    sender_field: require
    reason: orders
  - envelope: Bounces.CRM.example
    clients: [198.51.100.0/28]
    may_send_as: [news@example.com]
    reason: agency
)";

class SenderRights : public testing::Test {
protected:
  void load(std::string_view whitelist) {
    Loaded config = loaded(site(), whitelist);
    settings_ = config.settings;
    warnings_ = warnings_of(config);
  }

  Right of_login(std::string_view login, std::string_view address, Time now = kNow) const {
    return right_of_login(*settings_, *Login::parse(login, settings_->site.logins),
                          *Address::parse(address), now);
  }

  Right of_server(std::string_view address) const {
    return right_of_server(*settings_, settings_->whitelist.servers.at(0), *Address::parse(address),
                           kNow);
  }

  Right of_envelope(std::string_view client, std::string_view sender,
                    std::string_view address) const {
    return right_of_envelope(*settings_, IpAddress::parse(client), parse_envelope_path(sender, {}),
                             *Address::parse(address), kNow);
  }

  std::shared_ptr<const Settings> settings_;
  std::vector<std::string> warnings_;
};

TEST_F(SenderRights, AreWhatTheEntriesSay) {
  load(kWhitelist);
  EXPECT_THAT(warnings_, ElementsAre());
  EXPECT_EQ(of_login("alice", "info@example.com").kind, Right::Kind::alias);
  EXPECT_EQ(of_login("alice", "sales-north@example.com").place, (Place{"whitelist.yaml", 8, 5}));
  EXPECT_FALSE(of_login("bob", "info@example.com"));
  const Right crm = of_login("crm", "a@north.sales.example.com");
  EXPECT_EQ(crm.kind, Right::Kind::on_behalf);
  EXPECT_EQ(crm.sender_field, SenderField::add);
  EXPECT_EQ(crm.place, (Place{"whitelist.yaml", 12, 5}));
  EXPECT_TRUE(of_login("crm", "boss@xn--fsqu00a.cn"));
  EXPECT_FALSE(of_login("crm", "a@sales.example.com"));
  EXPECT_EQ(of_server("erp@example.com").kind, Right::Kind::server_sender);
  EXPECT_EQ(of_server("orders@example.com").sender_field, SenderField::require);
  EXPECT_FALSE(of_server("info@example.com"));
}

TEST_F(SenderRights, OfAnEnvelopeNeedItsClients) {
  load(kWhitelist);
  EXPECT_TRUE(of_envelope("198.51.100.7", "<x@bounces.crm.example>", "news@example.com"));
  EXPECT_FALSE(of_envelope("198.51.100.99", "<x@bounces.crm.example>", "news@example.com"));
  EXPECT_FALSE(of_envelope("198.51.100.7", "<x@crm.example>", "news@example.com"));
  EXPECT_FALSE(of_envelope("198.51.100.7", "<x@bounces.crm.example>", "boss@example.com"));
}

TEST_F(SenderRights, OfForwardersAreTheirBlocks) {
  load(kWhitelist);
  const auto found = [&](const char* client) {
    return forwarder_of(*settings_, IpAddress::parse(client), kNow);
  };
  ASSERT_NE(found("192.0.2.200"), nullptr);
  EXPECT_EQ(found("192.0.2.200")->info.owner, "it-mail");
  EXPECT_EQ(found("2001:db8::25"), found("192.0.2.200"));
  EXPECT_EQ(found("2001:db8::26"), nullptr);
  EXPECT_EQ(found("192.0.3.1"), nullptr);
}

TEST_F(SenderRights, OfOneLoginAreLookedForInTheOrderOfTheFile) {
  std::string text = "send_on_behalf:\n";
  const auto add = [&](int login, const std::string& more) {
    text += "  - { login: user" + std::to_string(login) + ", may_send_as: [boss@example.com]" +
            more + ", reason: r }\n";
  };
  for (int i = 0; i < 300; ++i)
    add(i, ", sender_field: add, expires: 2026-12-31");
  for (int i = 0; i < 300; ++i)
    add(i, "");
  load(text);
  const Time later = kNow + std::chrono::hours(24 * 60);
  for (int i = 0; i < 300; ++i) {
    const std::string login = "user" + std::to_string(i);
    EXPECT_EQ(of_login(login, "boss@example.com").place->line, i + 2);
    EXPECT_EQ(of_login(login, "boss@example.com", later).place->line, i + 302);
  }
  EXPECT_THAT(warnings_, ElementsAre());
}

TEST_F(SenderRights, ThatNobodyNeedsAreSaid) {
  load(R"(aliases:
  - { login: alice, addresses: [info@example.com, INFO@example.com], reason: r }
  - { login: alice, addresses: [desk@example.com, info@example.com], reason: r }
  - { login: bob, addresses: [info@example.com], reason: r }
send_on_behalf:
  - { login: crm, may_send_as: [a@b.example], reason: r, expires: 2027-01-31 }
  - { login: crm, may_send_as: [a@b.example], reason: r, expires: 2027-01-30 }
  - { login: crm, may_send_as: [a@b.example], reason: r }
  - { envelope: c.example, clients: [10.0.0.1], may_send_as: [a@b.example], reason: r }
  - { envelope: c.example, clients: [10.0.0.2, 10.0.0.2], may_send_as: [a@b.example], reason: r }
  - { envelope: c.example, clients: [10.0.0.1], may_send_as: [a@b.example], reason: r }
forwarders:
  - { clients: [10.0.0.0/8], reason: r }
  - { clients: [10.0.0.0/9], reason: r }
  - { clients: [10.0.0.0/8], reason: r }
)");
  EXPECT_THAT(
      warnings_,
      ElementsAre(
          "whitelist.yaml:2:51: aliases.addresses: 'info@example.com' is listed twice",
          "whitelist.yaml:3:5: alice@example.com may use info@example.com by the entry in line 2 "
          "already",
          "whitelist.yaml:7:5: crm@example.com may use a@b.example by the entry in line 6 already",
          "whitelist.yaml:10:48: send_on_behalf.clients: '10.0.0.2/32' is listed twice",
          "whitelist.yaml:11:5: c.example may use a@b.example by the entry in line 9 already",
          "whitelist.yaml:15:5: forwarders: 10.0.0.0/8 is listed already in line 13"));
}

TEST_F(SenderRights, ToAWholeDomainOfOursAreSaid) {
  load(R"(aliases:
  - { login: alice, addresses: ["*@example.com", "*@news.example.com", "a*@example.com"], reason: r }
  - { login: bob, addresses: ["*@*.example.com"], reason: r }
send_on_behalf:
  - { login: crm, may_send_as: ["*@example.org", "*@partner.example"], reason: r }
  - { envelope: crm.example, clients: [10.0.0.1], may_send_as: ["*@example.org"], reason: r }
)");
  EXPECT_THAT(
      warnings_,
      ElementsAre(
          "whitelist.yaml:2:32: aliases.addresses: '*@example.com' is a whole domain of yours: "
          "alice@example.com may send as everybody there",
          "whitelist.yaml:3:30: aliases.addresses: '*@*.example.com' is a whole domain of yours: "
          "bob@example.com may send as everybody there",
          "whitelist.yaml:5:32: send_on_behalf.may_send_as: '*@example.org' is a whole domain of "
          "yours: crm@example.com may send as everybody there"));
}

TEST_F(SenderRights, ThatEndSoonAreSaidByWhoHasThem) {
  load(R"(aliases:
  - { login: alice, addresses: [a@example.com], reason: r, expires: 2026-11-30 }
send_on_behalf:
  - { envelope: crm.example, clients: [10.0.0.1], may_send_as: [a@example.com], reason: r,
      expires: 2026-11-21 }
forwarders:
  - { clients: [10.0.0.1], reason: r, expires: 2026-11-30 }
)");
  EXPECT_THAT(
      warnings_,
      ElementsAre("whitelist.yaml:2:69: alice expires on 2026-11-30",
                  "whitelist.yaml:5:16: crm.example expired on 2026-11-21, no longer applies",
                  "whitelist.yaml:7:48: the entry expires on 2026-11-30"));
  EXPECT_FALSE(of_envelope("10.0.0.1", "<x@crm.example>", "a@example.com"));
}

TEST_F(SenderRights, OfAHundredThousandEntriesAreAllThere) {
  constexpr int kEntries = 100'000;
  std::string text = "send_on_behalf:\n";
  for (int i = 0; i < kEntries; ++i) {
    const std::string n = std::to_string(i);
    text += "  - { login: user" + n + ", may_send_as: [office" + n + "@example.com], reason: r }\n";
  }
  load(text);
  EXPECT_EQ(settings_->whitelist.on_behalf_of_login.size(), std::size_t{kEntries});
  EXPECT_EQ(of_login("user99999", "office99999@example.com").place->line, kEntries + 1);
  EXPECT_FALSE(of_login("user99999", "office99998@example.com"));
}

}  // namespace
}  // namespace gatepost::config
