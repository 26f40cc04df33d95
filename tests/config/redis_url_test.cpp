#include "config/redis_url.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace gatepost::config {
namespace {

StoreSettings one(RedisAddress address) {
  StoreSettings out;
  out.redis = std::move(address);
  return out;
}

StoreSettings with_tls(StoreSettings out) {
  out.redis.tls.emplace();
  return out;
}

StoreSettings several(RedisTopology topology, std::vector<RedisPeer> peers, RedisAddress login = {},
                      std::string name = {}) {
  StoreSettings out;
  out.topology = topology;
  out.peers = std::move(peers);
  out.redis = std::move(login);
  out.master_name = std::move(name);
  return out;
}

TEST(RedisUrl, SaysWhereTheServersAreAndHowToLogIn) {
  using enum RedisTopology;
  const std::vector<std::pair<std::string, StoreSettings>> cases = {
      {"redis://127.0.0.1", one({"127.0.0.1", 6379, "", "", "", 0})},
      {"redis://127.0.0.1/", one({"127.0.0.1", 6379, "", "", "", 0})},
      {"redis://redis.example.com:7000/3", one({"redis.example.com", 7000, "", "", "", 3})},
      {"redis://:secret@localhost", one({"localhost", 6379, "", "", "secret", 0})},
      {"redis://gatepost:p%40ss%2F@[::1]:7000/15", one({"::1", 7000, "", "gatepost", "p@ss/", 15})},
      {"redis://u:a@b@h", one({"h", 6379, "", "u", "a@b", 0})},
      {"redis://u:a/b@h/2", one({"h", 6379, "", "u", "a/b", 2})},
      {"unix:/run/redis/redis.sock", one({"", 6379, "/run/redis/redis.sock", "", "", 0})},
      {"rediss://h:7000/1", with_tls(one({"h", 7000, "", "", "", 1}))},
      {"sentinel://a/m", several(sentinel, {{"a", 26379}}, {}, "m")},
      {"sentinel://a,b:1,[::1]:2/my-master.1_/4",
       several(sentinel, {{"a", 26379}, {"b", 1}, {"::1", 2}}, {"", 6379, "", "", "", 4},
               "my-master.1_")},
      {"sentinel://u:p,q@a,b/m",
       several(sentinel, {{"a", 26379}, {"b", 26379}}, {"", 6379, "", "u", "p,q", 0}, "m")},
      {"cluster://a", several(cluster, {{"a", 6379}})},
      {"cluster://:p@10.0.0.1:7000,10.0.0.2:7001/",
       several(cluster, {{"10.0.0.1", 7000}, {"10.0.0.2", 7001}}, {"", 6379, "", "", "p", 0})}};
  for (const auto& [text, expected] : cases) {
    const auto parsed = parse_redis_url(text, {});
    ASSERT_TRUE(std::holds_alternative<StoreSettings>(parsed)) << text;
    EXPECT_EQ(std::get<StoreSettings>(parsed), expected) << text;
  }
}

TEST(RedisUrl, KeepsWhatWasSetBefore) {
  StoreSettings before;
  before.kind = StoreSettings::Kind::redis;
  before.local_share = 50;
  const auto parsed = parse_redis_url("cluster://a", before);
  EXPECT_EQ(std::get<StoreSettings>(parsed).kind, StoreSettings::Kind::redis);
  EXPECT_EQ(std::get<StoreSettings>(parsed).local_share, 50);
}

TEST(RedisUrl, SaysWhichPartCannotBeMeant) {
  const std::string many = "sentinel://a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a/m";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "must be redis://"},
      {"redis:", "must be redis://"},
      {"127.0.0.1:6379", "must be redis://"},
      {"clusters://a,b", "with TLS where store.tls is written"},
      {"unix:redis.sock", "redis.sock"},
      {"redis://", "a host is missing"},
      {"rediss://", "a host is missing"},
      {"cluster://", "a host is missing"},
      {"redis:///0", "a host is missing"},
      {"sentinel:///m", "a host is missing"},
      {"sentinel://a,/m", "a host is missing"},
      {"sentinel://a,,b/m", "a host is missing"},
      {"redis://[::1", "the ] of an IPv6 address is missing"},
      {"redis://a b", "neither a host name nor an address"},
      {"redis://h:0", "a port is a number, 1 to 65535"},
      {"redis://h:", "a port is a number, 1 to 65535"},
      {"redis://h:70000", "a port is a number, 1 to 65535"},
      {"redis://::1", "an IPv6 address stands in [ ]"},
      {"redis://h/x", "a database is a number, 0 to 65535"},
      {"redis://h/-1", "a database is a number, 0 to 65535"},
      {"redis://h/0/1", "a database is a number, 0 to 65535"},
      {"redis://h/65536", "a database is a number, 0 to 65535"},
      {"sentinel://a/m/x", "a database is a number, 0 to 65535"},
      {"redis://u@h", "a password alone is written :password"},
      {"redis://u:@h", "the password before the @ is empty"},
      {"redis://u:%00@h", "needs two hexadecimal digits"},
      {"redis://u:%4@h", "needs two hexadecimal digits"},
      {"redis://u:p%@h", "needs two hexadecimal digits"},
      {"redis://a,b", "several hosts are for sentinel:// and cluster://"},
      {"sentinel://a,b", "the name of the master is missing"},
      {"sentinel://a,b/", "the name of the master is missing"},
      {"sentinel://a/m m", "the name of a master has letters"},
      {"sentinel://a/m%41", "the name of a master has letters"},
      {many, "more than 16 hosts"},
      {"cluster://a/1", "a Cluster has no databases"}};
  for (const auto& [text, part] : cases) {
    const auto parsed = parse_redis_url(text, {});
    const auto* mistake = std::get_if<Mistake>(&parsed);
    ASSERT_NE(mistake, nullptr) << text;
    EXPECT_NE(mistake->text.find(part), std::string::npos) << text << ": " << mistake->text;
  }
}

TEST(RedisUrl, ItsPasswordIsNeverShown) {
  for (const std::string start : {"redis", "rediss", "sentinel", "cluster", "http", "reddis"}) {
    for (const std::string end : {"h:0", "h/x/y/z", "", "h h", "h%"}) {
      const auto parsed = parse_redis_url(start + "://user:hunter2@" + end, {});
      const auto* wrong = std::get_if<Mistake>(&parsed);
      ASSERT_NE(wrong, nullptr) << start << ' ' << end;
      EXPECT_EQ(wrong->text.find("hunter2"), std::string::npos) << wrong->text;
    }
  }
}

}  // namespace
}  // namespace gatepost::config
