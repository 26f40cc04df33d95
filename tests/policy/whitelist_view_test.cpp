#include "policy/whitelist_view.hpp"

#include <gtest/gtest.h>

#include "tests/policy/site.hpp"

namespace gatepost {
namespace {

using std::chrono::hours;
using test::kNoon;
using test::patterns;

EntryInfo info_at(int line, std::optional<Time> expires = {}) {
  return {.reason = "ticket", .owner = "it", .expires = expires, .place = {"w.yaml", line, 5}};
}

OnBehalf on_behalf(const std::vector<std::string>& addresses, const EntryInfo& info) {
  OnBehalf out;
  out.may_send_as = patterns(addresses);
  out.info = info;
  return out;
}

// A site with an entry of every kind; some have expired, one follows tomorrow.
Settings site_with_entries() {
  Settings settings = test::example_site();
  Whitelist& whitelist = settings.whitelist;
  LimitSet limits;
  limits.message_rate = test::per(200, std::chrono::minutes(15));
  limits.recipients_per_day = test::a_day(5000);
  whitelist.group_senders.emplace(
      "hr@example.com", GroupSender{"hr@example.com", limits, info_at(2, kNoon + hours(24))});
  whitelist.frozen.emplace("leaver@example.com", FrozenEntry{"leaver@example.com", info_at(10)});
  whitelist.aliases.emplace(
      "alice@example.com",
      Alias{"alice@example.com", patterns({"a.smith@example.com"}), info_at(20)});

  OnBehalf login = on_behalf({"*@sales.example.com", "alice@example.com"}, info_at(30));
  login.login = "crm@example.com";
  login.sender_field = SenderField::add;
  whitelist.on_behalf_of_login.emplace(login.login, login);
  OnBehalf server = on_behalf({"alice@example.com"}, info_at(40, kNoon - hours(1)));
  server.server = "erp";
  whitelist.on_behalf_of_server.emplace(server.server, server);
  OnBehalf envelope = on_behalf({"news@example.com"}, info_at(50));
  envelope.envelope = test::domain("bounces.crm.test");
  envelope.clients = {*Network::parse("198.51.100.0/24")};
  whitelist.on_behalf_of_envelope.emplace("bounces.crm.test", envelope);

  const std::vector<std::string> blocks = {"10.1.2.0/28", "10.0.0.0/8"};
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Network block = *Network::parse(blocks[i]);
    whitelist.servers.push_back({i == 0 ? "erp" : "all",
                                 {block},
                                 patterns({i == 0 ? "erp@example.com" : "*@example.com"}),
                                 {},
                                 info_at(60 + static_cast<int>(i))});
    whitelist.server_clients.insert(block, {i});
  }
  const Network forwarder = *Network::parse("203.0.113.9/32");
  whitelist.forwarders.push_back({{forwarder}, info_at(70)});
  whitelist.forwarder_clients.insert(forwarder, {0});
  const std::vector<std::string> offices = {"198.51.100.0/24", "198.51.100.7/32", "10.9.0.0/16"};
  for (std::size_t i = 0; i < offices.size(); ++i) {
    const Network block = *Network::parse(offices[i]);
    whitelist.offices.push_back({{block}, 100, info_at(80 + static_cast<int>(i))});
    whitelist.office_clients.insert(block, {i});
  }
  auto& lockout = rule_of<LoginLockout>(settings.rules);
  lockout.trusted.insert(*Network::parse("10.9.9.0/24"), {"g.yaml", 7, 3});
  lockout.webmail.insert(*Network::parse("10.9.9.9"), {"g.yaml", 8, 3});

  settings.domains[test::domain("example.com")] = {limits, {"g.yaml", 5, 3}};
  test::add_group(settings, "news", {"*@example.com"}, limits);
  settings.login_map = LoginMap("/etc/map");
  settings.login_map.insert("info@example.com", {{"alice@example.com"}, 3});
  return settings;
}

std::string heads(const std::vector<ListedEntry>& entries) {
  std::string out;
  for (const ListedEntry& entry : entries) {
    out +=
        entry.section + ' ' + entry.key + ' ' + entry.who + (entry.expired ? " expired\n" : "\n");
  }
  return out;
}

TEST(WhitelistView, ListsTheEntriesOfAllSectionsInTheOrderOfTheFile) {
  EXPECT_EQ(heads(whitelist_entries(site_with_entries(), kNoon)),
            "group_senders account hr@example.com\n"
            "frozen account leaver@example.com\n"
            "aliases login alice@example.com\n"
            "send_on_behalf login crm@example.com\n"
            "send_on_behalf server erp expired\n"
            "send_on_behalf envelope bounces.crm.test\n"
            "servers name erp\n"
            "servers name all\n"
            "forwarders clients 203.0.113.9/32\n"
            "offices clients 198.51.100.0/24\n"
            "offices clients 198.51.100.7/32\n"
            "offices clients 10.9.0.0/16\n");
}

TEST(WhitelistView, SaysWhatAnEntrySaysAsTheFileSpellsIt) {
  const auto entries = whitelist_entries(site_with_entries(), kNoon);
  using Lines = std::vector<EntryLine>;
  EXPECT_EQ(entries.at(0).says, (Lines{{"message_rate", {"200 per 15m"}, false},
                                       {"recipients_per_day", {"5000"}, false}}));
  EXPECT_EQ(entries.at(3).says,
            (Lines{{"may_send_as", {"*@sales.example.com", "alice@example.com"}, true},
                   {"sender_field", {"add"}, false}}));
  EXPECT_EQ(entries.at(5).says, (Lines{{"clients", {"198.51.100.0/24"}, true},
                                       {"may_send_as", {"news@example.com"}, true}}));
  EXPECT_EQ(entries.at(6).says,
            (Lines{{"clients", {"10.1.2.0/28"}, true}, {"senders", {"erp@example.com"}, true}}));
  EXPECT_EQ(entries.at(9).says, (Lines{{"login_failures", {"100"}, false}}));
}

TEST(WhitelistView, PutsWhatEndsFirstFirst) {
  const auto entries = whitelist_entries(site_with_entries(), kNoon);
  EXPECT_EQ(heads(expiring_entries(entries, kNoon + hours(48))),
            "send_on_behalf server erp expired\ngroup_senders account hr@example.com\n");
  EXPECT_EQ(heads(expiring_entries(entries, kNoon)), "send_on_behalf server erp expired\n");
  EXPECT_EQ(heads(expiring_entries(entries, kNoon - hours(2))), "");
}

std::string matches(const std::vector<MatchedEntry>& entries) {
  std::string out;
  for (const MatchedEntry& matched : entries) {
    out +=
        matched.entry.section + ' ' + matched.entry.who + " as " + std::string(name(matched.meets));
    for (const RuleId rule : matched.lifts)
      out += ' ' + std::string(name(rule));
    out += matched.in_force() ? "\n" : " not in force\n";
  }
  return out;
}

struct Asked {
  const char* who;
  const char* expected;
};

TEST(WhitelistWho, FindsWhatSpeaksOfAnAccountOrAddress) {
  const Settings settings = site_with_entries();
  const Asked rows[] = {
      {"alice@example.com",
       "site.logins.map info@example.com as login sender_is_login from_is_sender display_name\n"
       "domains example.com as account_domain\n"
       "groups news as member\n"
       "aliases alice@example.com as login sender_is_login from_is_sender display_name\n"
       "send_on_behalf crm@example.com as address sender_is_login from_is_sender display_name\n"
       "servers all as address server_channel from_is_sender display_name\n"
       "send_on_behalf erp as address server_channel from_is_sender display_name not in force\n"},
      {"A.Smith+x@example.com",
       "domains example.com as account_domain\n"
       "groups news as member\n"
       "aliases alice@example.com as address sender_is_login from_is_sender display_name\n"
       "servers all as address server_channel from_is_sender display_name\n"},
      {"leaver+tag@example.com",
       "domains example.com as account_domain\n"
       "groups news as member\n"
       "frozen leaver@example.com as login\n"
       "servers all as address server_channel from_is_sender display_name\n"},
      {"info@example.com",
       "site.logins.map info@example.com as address sender_is_login from_is_sender display_name\n"
       "domains example.com as account_domain\n"
       "groups news as member\n"
       "servers all as address server_channel from_is_sender display_name\n"},
      {"b-17@bounces.crm.test",
       "send_on_behalf bounces.crm.test as envelope_domain own_domains_from_outside dmarc "
       "display_name\n"},
      {"x@south.sales.example.com", ""},
      {"x@sales.example.com",
       "send_on_behalf crm@example.com as address sender_is_login from_is_sender display_name\n"},
      {"crm@example.com",
       "domains example.com as account_domain\n"
       "groups news as member\n"
       "send_on_behalf crm@example.com as login sender_is_login from_is_sender display_name\n"
       "servers all as address server_channel from_is_sender display_name\n"},
  };
  for (const Asked& row : rows) {
    const Login login = *Login::parse(row.who, settings.site.logins);
    EXPECT_EQ(matches(entries_about(settings, login, kNoon)), row.expected) << row.who;
  }
}

// A site with exceptions that go by where mail comes from.
Settings site_with_origins() {
  Settings settings = test::example_site();
  Whitelist& whitelist = settings.whitelist;
  const std::vector<Network> clients = {*Network::parse("192.0.2.0/28")};
  whitelist.unauthenticated_domains.push_back({test::domain("partner.test"), clients, info_at(10)});
  whitelist.unauthenticated_domains.push_back(
      {test::domain("partner.test"), {*Network::parse("192.0.2.7")}, info_at(12, kNoon)});
  whitelist.trusted_sealers.emplace("lists.test",
                                    TrustedSealer{test::domain("lists.test"), info_at(20)});
  whitelist.mailing_lists.emplace(
      "dev.lists.test",
      MailingList{"dev.lists.test", {}, test::domain("lists.test"), Proof::dkim, info_at(30)});
  whitelist.mailing_lists.emplace("staff.test",
                                  MailingList{"staff.test", clients, {}, {}, info_at(32)});
  OnBehalf shop = on_behalf({"news@example.com"}, info_at(40));
  shop.envelope = test::domain("shop.test");
  shop.proof = Proof::spf;
  whitelist.on_behalf_of_envelope.emplace("shop.test", shop);
  return settings;
}

TEST(WhitelistView, ShowsWhereMailMayComeFrom) {
  const auto entries = whitelist_entries(site_with_origins(), kNoon);
  EXPECT_EQ(heads(entries),
            "unauthenticated_domains domain partner.test\n"
            "unauthenticated_domains domain partner.test expired\n"
            "trusted_sealers sealer lists.test\n"
            "mailing_lists list dev.lists.test\n"
            "mailing_lists list staff.test\n"
            "send_on_behalf envelope shop.test\n");
  using Lines = std::vector<EntryLine>;
  EXPECT_EQ(entries.at(0).says, (Lines{{"clients", {"192.0.2.0/28"}, true}}));
  EXPECT_EQ(entries.at(2).says, Lines{});
  EXPECT_EQ(entries.at(3).says,
            (Lines{{"domain", {"lists.test"}, false}, {"proof", {"dkim"}, false}}));
  EXPECT_EQ(entries.at(4).says, (Lines{{"clients", {"192.0.2.0/28"}, true}}));
  EXPECT_EQ(entries.at(5).says,
            (Lines{{"proof", {"spf"}, false}, {"may_send_as", {"news@example.com"}, true}}));
}

TEST(WhitelistWho, FindsWhatSpeaksOfWhereMailComesFrom) {
  const Settings settings = site_with_origins();
  const Asked of_account[] = {
      {"x@mail.partner.test",
       "unauthenticated_domains partner.test as author_domain dmarc\n"
       "unauthenticated_domains partner.test as author_domain dmarc not in force\n"},
      {"x@lists.test",
       "trusted_sealers lists.test as proving_domain own_domains_from_outside dmarc\n"
       "mailing_lists dev.lists.test as proving_domain own_domains_from_outside dmarc\n"},
      {"x@dev.lists.test", ""},
      {"x@notpartner.test", ""},
  };
  for (const Asked& row : of_account) {
    const Login login = *Login::parse(row.who, settings.site.logins);
    EXPECT_EQ(matches(entries_about(settings, login, kNoon)), row.expected) << row.who;
  }
  EXPECT_EQ(matches(entries_about(settings, test::ip("192.0.2.7"), kNoon)),
            "unauthenticated_domains partner.test as client dmarc\n"
            "mailing_lists staff.test as client own_domains_from_outside dmarc\n"
            "unauthenticated_domains partner.test as client dmarc not in force\n");
}

TEST(WhitelistWho, FindsWhatSpeaksOfAClient) {
  const Settings settings = site_with_entries();
  const Asked rows[] = {
      {"10.1.2.3",
       "servers erp as client server_channel\nservers all as client server_channel not in force\n"},
      {"10.8.8.8", "servers all as client server_channel\n"},
      {"10.9.8.8",
       "servers all as client server_channel\n"
       "offices 10.9.0.0/16 as client\n"},
      {"10.9.9.8",
       "rules.login_lockout 10.9.9.0/24 as client login_lockout\n"
       "servers all as client server_channel\n"
       "offices 10.9.0.0/16 as client not in force\n"},
      {"10.9.9.9",
       "rules.login_lockout 10.9.9.0/24 as client login_lockout\n"
       "rules.login_lockout 10.9.9.9/32 as client login_lockout\n"
       "servers all as client server_channel\n"
       "offices 10.9.0.0/16 as client not in force\n"},
      {"::ffff:203.0.113.9",
       "forwarders 203.0.113.9/32 as client own_domains_from_outside dmarc\n"},
      {"198.51.100.7",
       "send_on_behalf bounces.crm.test as client own_domains_from_outside dmarc display_name\n"
       "offices 198.51.100.7/32 as client\n"
       "offices 198.51.100.0/24 as client not in force\n"},
      {"127.0.0.1",
       "channels.relay 127.0.0.1/32 as client message_rate recipients_per_message "
       "recipients_per_day message_size own_domains_from_outside dmarc ambiguous_from "
       "display_name\n"},
      {"2001:db8::1", ""},
  };
  for (const Asked& row : rows) {
    EXPECT_EQ(matches(entries_about(settings, test::ip(row.who), kNoon)), row.expected) << row.who;
  }
}

}  // namespace
}  // namespace gatepost
