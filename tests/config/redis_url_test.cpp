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

TEST(RedisUrl, ThatCannotBeMeantIsRefused) {
  std::string many = "sentinel://a";
  for (int i = 0; i < 16; ++i)
    many += ",a";
  const std::vector<std::string> refused = {"",
                                            "redis:",
                                            "redis://",
                                            "redis:///0",
                                            "redis://h:0",
                                            "redis://h:",
                                            "redis://h:70000",
                                            "redis://h/x",
                                            "redis://h/-1",
                                            "redis://h/0/1",
                                            "redis://h/65536",
                                            "redis://u@h",
                                            "redis://u:@h",
                                            "redis://u:%00@h",
                                            "redis://u:%4@h",
                                            "redis://u:p%@h",
                                            "redis://[::1",
                                            "redis://a b",
                                            "redis://a,b",
                                            "127.0.0.1:6379",
                                            "unix:redis.sock",
                                            "rediss://",
                                            "sentinel://a,b",
                                            "sentinel://a,b/",
                                            "sentinel:///m",
                                            "sentinel://a,/m",
                                            "sentinel://a,,b/m",
                                            "sentinel://a/m/x",
                                            "sentinel://a/m m",
                                            "sentinel://a/m%41",
                                            many + "/m",
                                            "cluster://",
                                            "cluster://a,b/0",
                                            "cluster://a/m",
                                            "http://h"};
  for (const std::string& text : refused) {
    EXPECT_TRUE(std::holds_alternative<Mistake>(parse_redis_url(text, {}))) << text;
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
