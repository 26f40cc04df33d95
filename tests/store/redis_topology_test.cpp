#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "store/cluster_slots.hpp"
#include "store/redis_sentinels.hpp"

namespace gatepost::test {
namespace {

using store::read_cluster_slots;
using store::read_redirection;
using store::read_sentinel_master;
using store::read_sentinel_peers;
using store::Redirection;
using store::RedisCommands;
using store::RedisReply;
using store::slot_of_key;
using store::SlotMap;

RedisReply text(const std::string& value) {
  RedisReply out;
  out.kind = RedisReply::Kind::text;
  out.text = value;
  return out;
}

RedisReply number(std::int64_t value) {
  RedisReply out;
  out.kind = RedisReply::Kind::integer;
  out.integer = value;
  return out;
}

RedisReply list(std::vector<RedisReply> elements) {
  RedisReply out;
  out.kind = RedisReply::Kind::array;
  out.elements = std::move(elements);
  return out;
}

RedisReply range(std::int64_t first, std::int64_t last, const std::string& host,
                 std::int64_t port) {
  return list({number(first), number(last), list({text(host), number(port), text("id")}),
               list({text("10.9.9.9"), number(1), text("its replica")})});
}

TEST(ClusterSlots, AreThoseOfTheSpecification) {
  EXPECT_EQ(slot_of_key("123456789"), 0x31C3 % 16384) << "the check value of the CRC";
  EXPECT_EQ(slot_of_key("foo"), 12182);
  EXPECT_EQ(slot_of_key("{user1000}.following"), slot_of_key("{user1000}.followers"));
  EXPECT_EQ(slot_of_key("foo{}{bar}"), slot_of_key("foo{}{bar}"));
  EXPECT_NE(slot_of_key("foo{}{bar}"), slot_of_key("bar"));
  EXPECT_EQ(slot_of_key("foo{{bar}}zap"), slot_of_key("{bar"));
  EXPECT_EQ(slot_of_key("foo{bar}{zap}"), slot_of_key("bar"));
}

TEST(ClusterSlots, ACommandGoesWhereItsKeyIs) {
  RedisCommands commands;
  commands.add({"TIME"});
  commands.add({"GET", "foo"});
  commands.add({"TIME"});
  commands.add({"EVALSHA", "sha", "2", "{bar}:c", "{bar}:t", "foo"});
  commands.add({"EVALSHA", "sha", "0", "foo"});
  commands.add({"ASKING"});
  EXPECT_EQ(commands.slot(0), 0);
  EXPECT_EQ(commands.slot(1), slot_of_key("foo"));
  EXPECT_EQ(commands.slot(2), slot_of_key("foo")) << "with the one before it";
  EXPECT_EQ(commands.slot(3), slot_of_key("bar"));
  EXPECT_EQ(commands.slot(4), slot_of_key("bar"));
  EXPECT_EQ(commands.slot(5), slot_of_key("bar"));
  RedisCommands one;
  one.add(commands, 1);
  EXPECT_EQ(one.bytes(), "*2\r\n$3\r\nGET\r\n$3\r\nfoo\r\n");
  EXPECT_EQ(one.slot(0), slot_of_key("foo"));
}

TEST(ClusterSlots, AreReadFromTheReply) {
  const auto map =
      read_cluster_slots(list({range(0, 99, "10.0.0.1", 7000), range(100, 16000, "", 7001),
                               range(16001, 16001, "10.0.0.1", 7000)}),
                         {"10.0.0.2", 1});
  ASSERT_TRUE(map);
  EXPECT_EQ(map->nodes, (std::vector<RedisPeer>{{"10.0.0.1", 7000}, {"10.0.0.2", 7001}}))
      << "who leaves its own host out is the one that was asked";
  EXPECT_EQ(map->owner[99], 0);
  EXPECT_EQ(map->owner[100], 1);
  EXPECT_EQ(map->owner[16001], 0);
  EXPECT_EQ(map->owner[16002], SlotMap::kNobody);
}

TEST(ClusterSlots, OfAnOddReplyAreNone) {
  for (const RedisReply& odd :
       {text("OK"), list({}), list({text("x")}), list({range(-1, 5, "h", 1)}),
        list({range(0, 16384, "h", 1)}), list({range(5, 4, "h", 1)}), list({range(0, 1, "h", 0)}),
        list({range(0, 1, "h", 70000)}), list({list({number(0), number(1)})})}) {
    EXPECT_FALSE(read_cluster_slots(odd, {"h", 1}));
  }
}

TEST(ClusterSlots, RedirectionsAreRead) {
  const RedisPeer from{"10.0.0.1", 7000};
  EXPECT_EQ(read_redirection("MOVED 3999 127.0.0.1:6381", from),
            (Redirection{false, 3999, {"127.0.0.1", 6381}}));
  EXPECT_EQ(read_redirection("ASK 0 ::1:6381", from), (Redirection{true, 0, {"::1", 6381}}));
  EXPECT_EQ(read_redirection("MOVED 1 :6381", from), (Redirection{false, 1, {"10.0.0.1", 6381}}));
  for (const char* none : {"", "ERR x", "MOVED", "MOVED 1", "MOVED x h:1", "MOVED 16384 h:1",
                           "MOVED 1 h", "MOVED 1 h:0", "MOVED 1 h:x", "ASK 1 h:70000"}) {
    EXPECT_FALSE(read_redirection(none, from)) << none;
  }
}

TEST(Sentinels, MasterAndPeersAreRead) {
  const auto flat = [](const std::string& ip, const std::string& port, const std::string& epoch) {
    return list({text("name"), text("m"), text("ip"), text(ip), text("port"), text(port),
                 text("config-epoch"), text(epoch)});
  };
  const auto answer = read_sentinel_master(flat("10.0.0.1", "6379", "7"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->master, (RedisPeer{"10.0.0.1", 6379}));
  EXPECT_EQ(answer->epoch, 7u);
  for (const RedisReply& odd : {text("x"), list({}), flat("", "6379", "7"), flat("h", "0", "7"),
                                flat("h", "70000", "7"), flat("h", "1", ""), flat("h", "1", "x")}) {
    EXPECT_FALSE(read_sentinel_master(odd));
  }
  EXPECT_EQ(read_sentinel_peers(list({flat("a", "1", "0"), text("x"), flat("b", "2", "0")})),
            (std::vector<RedisPeer>{{"a", 1}, {"b", 2}}));
}

}  // namespace
}  // namespace gatepost::test
