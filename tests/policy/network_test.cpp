#include "policy/mail/network.hpp"

#include <gtest/gtest.h>

#include "policy/mail/network_map.hpp"

namespace gatepost {
namespace {

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

TEST(IpAddress, ReadsBothFamilies) {
  EXPECT_EQ(ip("192.0.2.1").text(), "192.0.2.1");
  EXPECT_EQ(ip("2001:DB8::1").text(), "2001:db8::1");
  for (const char* bad : {"", "192.0.2", "192.0.2.256", "192.0.2.1/32", "[::1]", "::1%eth0", "x"}) {
    EXPECT_FALSE(IpAddress::parse(bad)) << bad;
  }
}

TEST(IpAddress, MappedIpv4IsIpv4) {
  EXPECT_EQ(ip("::ffff:192.0.2.1"), ip("192.0.2.1"));
  EXPECT_TRUE(ip("::ffff:192.0.2.1").is_v4());
  EXPECT_FALSE(ip("::1").is_v4());
}

struct NetworkCase {
  const char* input;
  const char* text;  ///< null: refused
};

TEST(Network, SaysOneThing) {
  const NetworkCase cases[] = {
      {"10.1.2.0/28", "10.1.2.0/28"},
      {"10.1.2.3", "10.1.2.3/32"},
      {"0.0.0.0/0", "0.0.0.0/0"},
      {"::1/128", "::1/128"},
      {"2001:db8::/32", "2001:db8::/32"},
      {"::/0", "::/0"},
      {"10.1.2.3/28", nullptr},
      {"10.1.2.0/33", nullptr},
      {"10.1.2.0/", nullptr},
      {"10.1.2.0/-1", nullptr},
      {"2001:db8::1/32", nullptr},
      {"10.1.2.0/8x", nullptr},
  };
  for (const auto& [input, text] : cases) {
    const auto network = Network::parse(input);
    EXPECT_EQ(network ? network->text() : "", text == nullptr ? "" : text) << input;
  }
}

TEST(Network, HoldsItsAddresses) {
  const Network block = *Network::parse("10.1.2.0/28");
  EXPECT_TRUE(block.contains(ip("10.1.2.15")));
  EXPECT_TRUE(block.contains(ip("::ffff:10.1.2.1")));
  EXPECT_FALSE(block.contains(ip("10.1.2.16")));
  EXPECT_EQ(Network::around(ip("2001:db8:1:2:3::4"), 64).text(), "2001:db8:1:2::/64");
  EXPECT_EQ(Network::around(ip("192.0.2.77"), 24).text(), "192.0.2.0/24");
}

TEST(NetworkMap, FindsTheMostSpecificBlock) {
  NetworkMap<int> map;
  EXPECT_TRUE(map.insert(*Network::parse("10.0.0.0/8"), 8));
  EXPECT_TRUE(map.insert(*Network::parse("10.1.2.0/28"), 28));
  EXPECT_TRUE(map.insert(*Network::parse("2001:db8::/32"), 32));
  EXPECT_FALSE(map.insert(*Network::parse("10.0.0.0/8"), 9));
  EXPECT_EQ(*map.find(ip("10.1.2.3")), 28);
  EXPECT_EQ(*map.find(ip("10.1.2.16")), 8);
  EXPECT_EQ(*map.find(ip("2001:db8::5")), 32);
  EXPECT_EQ(map.find(ip("192.0.2.1")), nullptr);
  EXPECT_EQ(map.find(ip("::1")), nullptr);
}

TEST(NetworkMap, AllOfIpv6SaysNothingAboutIpv4) {
  NetworkMap<int> map;
  map.insert(*Network::parse("::/0"), 6);
  EXPECT_EQ(map.find(ip("192.0.2.1")), nullptr);
  EXPECT_EQ(*map.find(ip("::1")), 6);
  map.insert(*Network::parse("0.0.0.0/0"), 4);
  EXPECT_EQ(*map.find(ip("192.0.2.1")), 4);
}

}  // namespace
}  // namespace gatepost
