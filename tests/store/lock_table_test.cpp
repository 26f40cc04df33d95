#include "store/lock_table.hpp"

#include <gtest/gtest.h>

#include "store/lock_codec.hpp"
#include "tests/store/hand_clock.hpp"

namespace gatepost::test {
namespace {

using std::chrono::minutes;

ClientLock lock_of(const std::string& network, minutes length) {
  return {.network = *Network::parse(network),
          .reference = Reference::from_bits(1),
          .since = kTestStart,
          .until = kTestStart + length,
          .actor = "root",
          .reason = std::string("odd \0 octets", 12),
          .failures = 3,
          .within = minutes(30),
          .logins = {{"ann@example.com", false}, {"h...#4f1a", true}, {}},
          .offence = 2};
}

std::string found(const store::LockTable& table, const char* address, Time now = kTestStart) {
  const auto lock = table.lock_of(*IpAddress::parse(address), now);
  return lock ? lock->network.text() : "";
}

TEST(LockTable, FindsTheLockThatHoldsLongest) {
  store::LockTable table;
  table.put(lock_of("192.0.2.0/24", minutes(10)), kTestStart);
  table.put(lock_of("192.0.2.1", minutes(5)), kTestStart);
  table.put(lock_of("2001:db8::/64", minutes(5)), kTestStart);
  table.put(lock_of("::/0", minutes(1)), kTestStart);
  EXPECT_EQ(found(table, "192.0.2.1"), "192.0.2.0/24");
  EXPECT_EQ(found(table, "::ffff:192.0.2.9"), "192.0.2.0/24");
  EXPECT_EQ(found(table, "192.0.3.1"), "") << "::/0 says nothing about IPv4";
  EXPECT_EQ(found(table, "2001:db8::1"), "2001:db8::/64");
  EXPECT_EQ(found(table, "2001:db8:1::1"), "::/0");
  EXPECT_EQ(found(table, "2001:db8::1", kTestStart + minutes(5)), "");
  EXPECT_EQ(found(table, "192.0.2.1", kTestStart + minutes(10)), "");
}

TEST(LockTable, LiftsAndReplaces) {
  store::LockTable table;
  const Network network = *Network::parse("192.0.2.1");
  table.put(lock_of("192.0.2.1", minutes(5)), kTestStart);
  table.put(lock_of("192.0.2.1", minutes(9)), kTestStart);
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(table.find(network, kTestStart)->until, kTestStart + minutes(9));
  EXPECT_FALSE(table.find(*Network::parse("192.0.2.0/24"), kTestStart));
  EXPECT_TRUE(table.lift(network));
  EXPECT_FALSE(table.lift(network));
  EXPECT_EQ(found(table, "192.0.2.1"), "");
}

TEST(LockTable, IsBoundedAndDropsWhatEndsFirst) {
  store::LockTable table(2);
  table.put(lock_of("192.0.2.1", minutes(5)), kTestStart);
  table.put(lock_of("192.0.2.2", minutes(3)), kTestStart);
  table.put(lock_of("192.0.2.3", minutes(4)), kTestStart);
  EXPECT_EQ(table.size(), 2u);
  EXPECT_EQ(found(table, "192.0.2.2"), "");
  table.put(lock_of("192.0.2.4", minutes(60)), kTestStart + minutes(30));
  EXPECT_EQ(table.size(), 1u) << "ended ones go when others come";
}

TEST(LockCodec, KeepsALockWholeAndRefusesWhatIsNone) {
  const ClientLock lock = lock_of("2001:db8::/64", minutes(5));
  const std::string bytes = store::encode(lock);
  EXPECT_EQ(store::decode_lock(bytes), lock);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(store::decode_lock(bytes.substr(0, size))) << size;
  EXPECT_FALSE(store::decode_lock(bytes + "x"));
}

}  // namespace
}  // namespace gatepost::test
