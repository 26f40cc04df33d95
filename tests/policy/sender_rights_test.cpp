#include "policy/sender_rights.hpp"

#include <gtest/gtest.h>

#include "tests/policy/site.hpp"

namespace gatepost {
namespace {

using std::chrono::hours;
using test::kNoon;

constexpr Time kYesterday = kNoon - hours(24);
constexpr Time kTomorrow = kNoon + hours(24);

// An entry of line `line` that ends at `expires`.
EntryInfo info(int line, std::optional<Time> expires = {}) {
  return {"ticket 4711", "", expires, {"whitelist.yaml", line, 5}};
}

void add_alias(Settings& settings, const std::string& login, const char* address,
               const EntryInfo& entry) {
  settings.whitelist.aliases.emplace(login, Alias{login, test::patterns({address}), entry});
}

OnBehalf on_behalf(const char* address, const EntryInfo& entry) {
  OnBehalf out;
  out.may_send_as = test::patterns({address});
  out.info = entry;
  return out;
}

void add_forwarder(Settings& settings, const char* block, const EntryInfo& entry) {
  Whitelist& whitelist = settings.whitelist;
  const Network network = *Network::parse(block);
  whitelist.forwarder_clients.insert(network, {whitelist.forwarders.size()});
  whitelist.forwarders.push_back({{network}, entry});
}

Right of_login(const Settings& settings, const char* login, const char* address) {
  return right_of_login(settings, *Login::parse(login, settings.site.logins),
                        *Address::parse(address), kNoon);
}

// `own`, `alias:12`, `none`
std::string text(const Right& right) {
  const char* const kinds[] = {"none", "own", "alias", "login_map", "on_behalf", "server_sender"};
  std::string out = kinds[static_cast<std::size_t>(right.kind)];
  return right.place ? out + ':' + std::to_string(right.place->line) : out;
}

struct LoginRow {
  const char* login;
  const char* address;
  const char* right;
};

TEST(RightOfLogin, ToItsOwnAddressKnowsSubAddresses) {
  const Settings settings = test::example_site();
  const LoginRow rows[] = {
      {"alice", "alice@example.com", "own"},
      {"ALICE@example.com", "Alice@Example.COM", "own"},
      {"alice", "alice+tag@example.com", "own"},
      {"alice", "alice+a+b@example.com", "own"},
      {"alice", "alice@www.example.com", "none"},
      {"alice", "bob@example.com", "none"},
      {"alice", "alice@example.org", "none"},
      {"alice+tag@example.com", "alice+tag@example.com", "own"},
      {"alice+tag@example.com", "alice@example.com", "none"},
      {"alice+tag@example.com", "alice+other@example.com", "none"},
  };
  for (const LoginRow& row : rows) {
    EXPECT_EQ(text(of_login(settings, row.login, row.address)), row.right)
        << row.login << ' ' << row.address;
  }
}

TEST(RightOfLogin, ThatIsNoAddressHasNoneOfItsOwn) {
  Settings settings = test::example_site();
  settings.site.logins.bare_domain.reset();
  EXPECT_EQ(text(of_login(settings, "alice", "alice@example.com")), "none");
  add_alias(settings, "alice", "alice@example.com", info(3));
  EXPECT_EQ(text(of_login(settings, "alice", "alice@example.com")), "alias:3");
}

TEST(RightOfLogin, ComesFromTheFirstEntryInForce) {
  Settings settings = test::example_site();
  add_alias(settings, "alice@example.com", "info@example.com", info(10));
  add_alias(settings, "bob@example.com", "old@example.com", info(12, kYesterday));
  add_alias(settings, "carol@example.com", "soon@example.com", info(14, kTomorrow));
  add_alias(settings, "dave@example.com", "just@example.com", info(16, kNoon));
  OnBehalf crm = on_behalf("*@sales.example.com", info(20));
  crm.sender_field = SenderField::require;
  settings.whitelist.on_behalf_of_login.emplace("crm@example.com", crm);
  settings.whitelist.on_behalf_of_login.emplace(
      "old@example.com", on_behalf("*@sales.example.com", info(22, kYesterday)));
  const LoginRow rows[] = {
      {"alice", "info@example.com", "alias:10"}, {"alice", "info+tag@example.com", "alias:10"},
      {"alice", "desk@example.com", "none"},     {"bob", "info@example.com", "none"},
      {"bob", "old@example.com", "none"},        {"carol", "soon@example.com", "alias:14"},
      {"dave", "just@example.com", "none"},      {"crm", "a@sales.example.com", "on_behalf:20"},
      {"crm", "a@x.sales.example.com", "none"},  {"crm", "info@example.com", "none"},
      {"old", "a@sales.example.com", "none"},    {"info", "alice@example.com", "none"},
  };
  for (const LoginRow& row : rows) {
    EXPECT_EQ(text(of_login(settings, row.login, row.address)), row.right)
        << row.login << ' ' << row.address;
  }
  EXPECT_EQ(of_login(settings, "crm", "a@sales.example.com").sender_field, SenderField::require);
  EXPECT_EQ(of_login(settings, "crm", "crm@example.com").sender_field, SenderField::any);
}

TEST(RightOfLogin, ExpiresAtItsInstant) {
  Settings settings = test::example_site();
  add_alias(settings, "alice@example.com", "info@example.com", info(10, kTomorrow));
  const Login alice = *Login::parse("alice", settings.site.logins);
  const Address address = *Address::parse("info@example.com");
  const auto at = [&](Time now) { return text(right_of_login(settings, alice, address, now)); };
  EXPECT_EQ(at(kTomorrow - std::chrono::milliseconds(1)), "alias:10");
  EXPECT_EQ(at(kTomorrow), "none");
}

TEST(RightOfLogin, ComesFromTheLoginMap) {
  Settings settings = test::example_site();
  LoginMap map("sender_login");
  EXPECT_TRUE(map.insert("info@example.com", {{"alice@example.com", "bob@example.com"}, 4}));
  EXPECT_TRUE(map.insert("@shop.example.com", {{"shop@example.com"}, 5}));
  EXPECT_TRUE(map.insert("boss@shop.example.com", {{"boss@example.com"}, 6}));
  settings.login_map = std::move(map);
  const LoginRow rows[] = {
      {"alice", "info@example.com", "login_map:4"},
      {"bob", "info+tag@example.com", "login_map:4"},
      {"carol", "info@example.com", "none"},
      {"shop", "anybody@shop.example.com", "login_map:5"},
      {"shop", "boss@shop.example.com", "none"},
      {"boss", "boss@shop.example.com", "login_map:6"},
  };
  for (const LoginRow& row : rows) {
    EXPECT_EQ(text(of_login(settings, row.login, row.address)), row.right)
        << row.login << ' ' << row.address;
  }
}

TEST(RightOfServer, IsToItsSendersAndOnBehalf) {
  Settings settings = test::example_site();
  test::add_server(settings, "erp", "10.1.2.0/28", {});
  OnBehalf entry = on_behalf("boss@example.org", info(40));
  entry.sender_field = SenderField::add;
  settings.whitelist.on_behalf_of_server.emplace("erp", entry);
  settings.whitelist.on_behalf_of_server.emplace("crm", on_behalf("crm@example.org", info(42)));
  settings.whitelist.on_behalf_of_server.emplace(
      "erp", on_behalf("old@example.org", info(44, kYesterday)));
  const Server& erp = settings.whitelist.servers.front();
  const auto right = [&](const char* address) {
    return right_of_server(settings, erp, *Address::parse(address), kNoon);
  };
  EXPECT_EQ(text(right("anybody@example.com")), "server_sender:20");
  EXPECT_EQ(text(right("boss@example.org")), "on_behalf:40");
  EXPECT_EQ(right("boss@example.org").sender_field, SenderField::add);
  EXPECT_EQ(text(right("crm@example.org")), "none");
  EXPECT_EQ(text(right("old@example.org")), "none");
}

TEST(HeldEntries, ALookUpAsksFewEntriesHoweverManyOneHolderHas) {
  Settings settings = test::example_site();
  for (int i = 0; i < 5'000; ++i) {
    settings.whitelist.on_behalf_of_login.emplace(
        "crm@example.com",
        on_behalf(("u" + std::to_string(i) + "@example.com").c_str(), info(i + 1)));
  }
  settings.whitelist.on_behalf_of_login.emplace("crm@example.com",
                                                on_behalf("*@*.example.org", info(9'001)));
  int asked = 0;
  const auto line = [&](const char* address) {
    const OnBehalf* found = settings.whitelist.on_behalf_of_login.find(
        "crm@example.com", *Address::parse(address), [&](const OnBehalf&) { return ++asked > 0; });
    return found == nullptr ? 0 : found->info.place.line;
  };
  EXPECT_EQ(line("u4711@example.com"), 4'712);
  EXPECT_EQ(line("u4711+tag@example.com"), 4'712);
  EXPECT_EQ(line("x@a.b.example.org"), 9'001);
  EXPECT_EQ(line("x@example.org"), 0);
  EXPECT_EQ(line("stranger@example.com"), 0);
  EXPECT_EQ(asked, 3);
}

TEST(RightOfEnvelope, NeedsTheClientsThatProveIt) {
  Settings settings = test::example_site();
  OnBehalf entry = on_behalf("news@example.com", info(50));
  entry.envelope = test::domain("bounces.crm.example");
  entry.clients = {*Network::parse("198.51.100.0/28"), *Network::parse("2001:db8::/32")};
  settings.whitelist.on_behalf_of_envelope.emplace("bounces.crm.example", entry);
  OnBehalf old = on_behalf("old@example.com", info(52, kYesterday));
  old.envelope = entry.envelope;
  old.clients = entry.clients;
  settings.whitelist.on_behalf_of_envelope.emplace("bounces.crm.example", old);

  struct Row {
    const char* client;
    const char* sender;
    const char* address;
    const char* right;
  };

  const Row rows[] = {
      {"198.51.100.7", "<x@bounces.crm.example>", "news@example.com", "on_behalf:50"},
      {"198.51.100.7", "<X@Bounces.CRM.example>", "News+tag@example.com", "on_behalf:50"},
      {"::ffff:198.51.100.7", "<x@bounces.crm.example>", "news@example.com", "on_behalf:50"},
      {"2001:db8::7", "<x@bounces.crm.example>", "news@example.com", "on_behalf:50"},
      {"198.51.100.16", "<x@bounces.crm.example>", "news@example.com", "none"},
      {"198.51.100.7", "<x@crm.example>", "news@example.com", "none"},
      {"198.51.100.7", "<x@a.bounces.crm.example>", "news@example.com", "none"},
      {"198.51.100.7", "<>", "news@example.com", "none"},
      {"198.51.100.7", "<bounces.crm.example>", "news@example.com", "none"},
      {"198.51.100.7", "<x@bounces.crm.example>", "boss@example.com", "none"},
      {"198.51.100.7", "<x@bounces.crm.example>", "old@example.com", "none"},
      {"", "<x@bounces.crm.example>", "news@example.com", "none"},
  };
  for (const Row& row : rows) {
    const Right right =
        right_of_envelope(settings, IpAddress::parse(row.client),
                          parse_envelope_path(row.sender, {}), *Address::parse(row.address), kNoon);
    EXPECT_EQ(text(right), row.right) << row.client << ' ' << row.sender << ' ' << row.address;
  }
}

int line_of_forwarder(const Settings& settings, const char* client) {
  const Forwarder* found = forwarder_of(settings, IpAddress::parse(client), kNoon);
  return found == nullptr ? 0 : found->info.place.line;
}

TEST(ForwarderOf, IsTheMostSpecificBlockInForce) {
  Settings settings = test::example_site();
  add_forwarder(settings, "10.0.0.0/8", info(60));
  add_forwarder(settings, "10.1.0.0/16", info(62, kYesterday));
  add_forwarder(settings, "10.1.2.0/24", info(64, kTomorrow));
  add_forwarder(settings, "192.0.2.0/24", info(66, kYesterday));
  add_forwarder(settings, "::/8", info(68));
  EXPECT_EQ(line_of_forwarder(settings, "10.9.9.9"), 60);
  EXPECT_EQ(line_of_forwarder(settings, "10.1.9.9"), 60);
  EXPECT_EQ(line_of_forwarder(settings, "10.1.2.9"), 64);
  EXPECT_EQ(line_of_forwarder(settings, "192.0.2.1"), 0);
  EXPECT_EQ(line_of_forwarder(settings, "::1"), 68);
  EXPECT_EQ(forwarder_of(settings, std::nullopt, kNoon), nullptr);
}

std::string server_at(const Settings& settings, const char* client) {
  const Server* found = server_of(settings, IpAddress::parse(client), kNoon);
  return found == nullptr ? "none" : found->name;
}

TEST(ServerOf, FallsBackToTheWiderBlockWhereTheNarrowerExpired) {
  Settings settings = test::example_site();
  test::add_server(settings, "all", "10.0.0.0/8", {});
  test::add_server(settings, "erp", "10.1.2.0/28", {});
  test::add_server(settings, "old", "10.1.2.3/32", {}, kYesterday);
  EXPECT_EQ(server_at(settings, "10.1.2.3"), "erp");
  EXPECT_EQ(server_at(settings, "10.1.2.4"), "erp");
  EXPECT_EQ(server_at(settings, "10.1.2.16"), "all");
  EXPECT_EQ(server_at(settings, "::ffff:10.1.2.4"), "erp");
  EXPECT_EQ(server_at(settings, "11.0.0.1"), "none");
  EXPECT_EQ(server_of(settings, std::nullopt, kNoon), nullptr);
}

TEST(ServerOf, OfOneBlockIsTheFirstInForce) {
  Settings settings = test::example_site();
  test::add_server(settings, "old", "10.0.0.1/32", {}, kYesterday);
  test::add_server(settings, "new", "10.0.0.2/32", {});
  settings.whitelist.server_clients = {};
  settings.whitelist.server_clients.insert(*Network::parse("10.0.0.1/32"), {0, 1});
  EXPECT_EQ(server_at(settings, "10.0.0.1"), "new");
}

TEST(SiteDomainOf, IsTheLongestEntryAtOrAboveIt) {
  Site site;
  site.domains = {test::domain("example.com"), test::domain("shop.example.com"),
                  test::domain("例子.cn")};

  struct Row {
    const char* domain;
    const char* entry;
  };

  const Row rows[] = {
      {"example.com", "example.com"},
      {"Example.COM.", "example.com"},
      {"www.example.com", "example.com"},
      {"shop.example.com", "shop.example.com"},
      {"a.b.shop.example.com", "shop.example.com"},
      {"notshop.example.com", "example.com"},
      {"www.例子.cn", "xn--fsqu00a.cn"},
      {"notexample.com", "not ours"},
      {"example.com.evil.example", "not ours"},
      {"com", "not ours"},
  };
  for (const Row& row : rows) {
    const auto found = site_domain_of(site, test::domain(row.domain));
    EXPECT_EQ(found ? found->ascii() : "not ours", row.entry) << row.domain;
  }
}

}  // namespace
}  // namespace gatepost
