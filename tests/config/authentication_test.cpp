// dns and authentication: what each key becomes, and what is said of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/addresses.hpp"
#include "policy/authentication_settings.hpp"
#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

NameServer server(std::string_view address, std::uint16_t port) {
  return {*IpAddress::parse(address), port};
}

std::string said(const std::string& more) {
  return text_of(load_text(site(more), std::nullopt, kNow));
}

TEST(Dns, IsReadKeyByKey) {
  const Loaded config = loaded(site(R"(dns:
  servers: [127.0.0.1, "192.0.2.1:5353", "::1", "[::1]:54", "[2001:db8::1]", "[192.0.2.2]:65535"]
  timeout: 1500ms
)"));
  EXPECT_THAT(
      config.daemon.dns.servers,
      ElementsAre(server("127.0.0.1", 53), server("192.0.2.1", 5353), server("::1", 53),
                  server("::1", 54), server("2001:db8::1", 53), server("192.0.2.2", 65535)));
  EXPECT_EQ(config.daemon.dns.timeout, milliseconds(1500));
}

TEST(Dns, HasDefaults) {
  for (const std::string more : {"", "dns:\n", "dns: {}\n"}) {
    const Loaded config = loaded(site(more));
    EXPECT_THAT(config.daemon.dns.servers, IsEmpty()) << more;
    EXPECT_EQ(config.daemon.dns.timeout, milliseconds(3000)) << more;
  }
}

TEST(Dns, TakesAddressesAlone) {
  for (const std::string_view wrong :
       {"", "localhost", "localhost:53", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
        "127.0.0.1:5x", "127.0.0.1:-1", "127.0.0.1@53", "127.0.0.1/8", "[127.0.0.1", "::1]:53",
        "1:2:3:4:5:6:7:8:53", ":53", "[]:53", "inet:53@127.0.0.1", "127.0.0.1 53"}) {
    EXPECT_TRUE(std::holds_alternative<Mistake>(parse_name_server(wrong))) << wrong;
  }
}

TEST(Dns, HasBounds) {
  EXPECT_EQ(said("dns: { servers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5, 10.0.0.6, "
                 "10.0.0.7, 10.0.0.8] }\n"),
            "ok\n");
  EXPECT_EQ(said("dns: { servers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5, 10.0.0.6, "
                 "10.0.0.7, 10.0.0.8, 10.0.0.9] }\n"),
            "gatepost.yaml:2:98: dns.servers: more than 8 name servers: the others would hardly be "
            "asked\n");
  for (const std::string right : {"100ms", "1s", "30s", "30000ms"})
    EXPECT_EQ(said("dns: { timeout: " + right + " }\n"), "ok\n") << right;
  for (const std::string wrong : {"0s", "99ms", "31s", "30001ms", "1m", "1h"}) {
    EXPECT_EQ(said("dns: { timeout: " + wrong + " }\n"),
              "gatepost.yaml:2:17: dns.timeout: '" + wrong + "' is outside 100ms to 30s\n");
    EXPECT_EQ(
        said("authentication: { budget: " + wrong + " }\n"),
        "gatepost.yaml:2:27: authentication.budget: '" + wrong + "' is outside 100ms to 30s\n");
  }
}

TEST(Authentication, IsReadKeyByKey) {
  const Loaded config = loaded(site(R"(authentication:
  authserv_id: MX.Example.com
  received_spf: true
  budget: 4s
  trusted_results:
    - { authserv_id: Filter.example.com, clients: [10.0.0.25, "2001:db8::/64"] }
    - { authserv_id: local_1 }
)"));
  const AuthenticationSettings& read = config.settings->authentication;
  EXPECT_EQ(read.authserv_id, "mx.example.com");
  EXPECT_TRUE(read.received_spf);
  EXPECT_EQ(read.budget, milliseconds(4000));
  ASSERT_EQ(read.trusted.size(), 2U);
  EXPECT_EQ(read.trusted[0].authserv_id, "filter.example.com");
  EXPECT_THAT(read.trusted[0].clients,
              ElementsAre(*Network::parse("10.0.0.25"), *Network::parse("2001:db8::/64")));
  EXPECT_EQ(read.trusted[0].place, (Place{"gatepost.yaml", 7, 7}));
  EXPECT_EQ(read.trusted[1].authserv_id, "local_1");
  EXPECT_THAT(read.trusted[1].clients, IsEmpty());
  EXPECT_EQ(read.trusted[1].place, (Place{"gatepost.yaml", 8, 7}));
}

TEST(Authentication, HasDefaults) {
  for (const std::string more :
       {"", "authentication:\n", "authentication: { trusted_results: }\n"}) {
    const Loaded config = loaded(site(more));
    const AuthenticationSettings& read = config.settings->authentication;
    EXPECT_EQ(read.authserv_id, "") << more;
    EXPECT_FALSE(read.received_spf) << more;
    EXPECT_EQ(read.budget, milliseconds(5000)) << more;
    EXPECT_THAT(read.trusted, IsEmpty()) << more;
  }
}

TEST(Authentication, SaysThatTheBudgetEndsBeforeAQuestion) {
  EXPECT_THAT(warnings_of(loaded(site("dns: { timeout: 5s }\nauthentication: { budget: 4s }\n"))),
              ElementsAre("gatepost.yaml:3:27: authentication.budget: 4s is less than dns.timeout "
                          "(5s): no message waits until a question has failed"));
  EXPECT_THAT(warnings_of(loaded(site("dns: { timeout: 4s }\nauthentication: { budget: 4s }\n"))),
              IsEmpty());
}

// The folder is the same file read again: what the DNS is asked with is not of the settings.
TEST(Authentication, MayChangeWithoutARestartButTheDnsNot) {
  const auto before = loaded(site("dns: { timeout: 1s }\nauthentication: { budget: 2s }\n"));
  const auto after = loaded(site("dns: { timeout: 1s }\nauthentication: { budget: 9s }\n"));
  const auto other = loaded(site("dns: { timeout: 2s }\nauthentication: { budget: 2s }\n"));
  EXPECT_EQ(before.daemon, after.daemon);
  EXPECT_NE(before.daemon, other.daemon);
}

}  // namespace
}  // namespace gatepost::config
