#include "admin/lockout_target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes.hpp"

namespace gatepost::admin {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;

// The network, the login, or `!` and the mistake.
std::string read(const std::string& text) {
  const auto target = parse_lockout_target(text, test::example_settings());
  if (const auto* client = std::get_if<ClientTarget>(&target)) return client->network.text();
  if (const auto* login = std::get_if<Login>(&target)) return login->text();
  const auto& mistake = std::get<TargetMistake>(target);
  EXPECT_FALSE(mistake.hint.empty());
  return '!' + mistake.error;
}

TEST(LockoutTarget, ReadsAddressesNetworksAndLogins) {
  struct Row {
    const char* text = "";
    const char* expected = "";
  };

  for (const Row& row :
       {Row{"192.0.2.7", "192.0.2.7/32"}, Row{"::ffff:192.0.2.7", "192.0.2.7/32"},
        Row{"[192.0.2.7]", "192.0.2.7/32"}, Row{"192.0.2.7/32", "192.0.2.7/32"},
        Row{"2001:db8::7", "2001:db8::/64"}, Row{"[2001:DB8::7]", "2001:db8::/64"},
        Row{"[IPv6:2001:db8::7]", "2001:db8::/64"}, Row{"2001:db8::/64", "2001:db8::/64"},
        Row{"2001:db8:0:0:7::/80", "2001:db8::/64"}, Row{"Alice", "alice@example.com"},
        Row{"alice@EXAMPLE.com", "alice@example.com"},
        Row{"eve@elsewhere.test", "eve@elsewhere.test"}}) {
    EXPECT_EQ(read(row.text), row.expected) << row.text;
  }
}

TEST(LockoutTarget, SaysWhatAWordIsNot) {
  for (const char* text : {"192.0.2.300", "192.0.2", "2001:db8::7::1", "[alice]", "192.0.2.7/24",
                           "fe80::1%eth0", "192.0.2.7:25", ""}) {
    EXPECT_THAT(read(text), HasSubstr("is not an address")) << text;
  }
  EXPECT_THAT(read("a@@b"), HasSubstr("neither an address nor an account name"));
}

TEST(LockoutTarget, TakesNoNetworkWiderThanAClient) {
  EXPECT_THAT(read("192.0.2.0/24"), HasSubstr("wider than what counts as one client, /32"));
  EXPECT_THAT(read("2001:db8::/48"), HasSubstr("wider than what counts as one client, /64"));
}

TEST(LockSpan, IsANumberWithAUnit) {
  EXPECT_EQ(std::get<minutes>(parse_lock_span("30m")), minutes(30));
  EXPECT_EQ(std::get<minutes>(parse_lock_span("2h")), minutes(120));
  EXPECT_EQ(std::get<minutes>(parse_lock_span("30d")), minutes(30 * 24 * 60));
}

TEST(LockSpan, SaysWhatIsWrong) {
  struct Row {
    const char* text = "";
    const char* expected = "";
  };

  for (const Row& row : {Row{"30", "30 of what? Write 30m, 30h or 30d"},
                         Row{"", "is not a span of time"}, Row{"0m", "is not a span of time"},
                         Row{"-5m", "is not a span of time"}, Row{"soon", "is not a span of time"},
                         Row{"31d", "31d is too long for a lock"}, Row{"721h", "too long"}}) {
    const auto span = parse_lock_span(row.text);
    ASSERT_TRUE(std::holds_alternative<TargetMistake>(span)) << row.text;
    EXPECT_THAT(std::get<TargetMistake>(span).error, HasSubstr(row.expected));
    EXPECT_THAT(std::get<TargetMistake>(span).hint, HasSubstr("at most 30d"));
  }
}

}  // namespace
}  // namespace gatepost::admin
