#include <memory>

#include <gtest/gtest.h>

#include "store/redis_case_book.hpp"
#include "store/redis_freeze_book.hpp"
#include "tests/store/case_book_contract.hpp"
#include "tests/store/freeze_book_contract.hpp"
#include "tests/store/redis_server.hpp"
#include "tests/store/redis_world.hpp"

namespace gatepost::test {
namespace {

using store::RedisCaseBook;
using store::RedisFreezeBook;

RedisServer& shared_server() {
  static RedisServer server;
  return server;
}

struct LockWorld {
  LockWorld() {
    connected.connection.call({"FLUSHALL"});
    reopen();
  }

  FreezeBook& freezes() { return *book; }

  void reopen() {
    book.reset();
    book = std::make_unique<RedisFreezeBook>(connected.connection);
  }

  Connected connected{shared_server().address()};
  std::unique_ptr<RedisFreezeBook> book;
};

struct CaseWorld {
  CaseWorld() { connected.connection.call({"FLUSHALL"}); }

  CaseBook& cases() { return *book; }

  HandClock& clock() { return hand; }

  void reopen() { make(CaseBook::kInAll); }

  void make(std::size_t most) {
    book = std::make_unique<RedisCaseBook>(connected.connection, hand.clock(), most);
  }

  HandClock hand{kTestStart};
  Connected connected{shared_server().address()};
  std::unique_ptr<RedisCaseBook> book =
      std::make_unique<RedisCaseBook>(connected.connection, hand.clock());
};

INSTANTIATE_TYPED_TEST_SUITE_P(Redis, FreezeBookContract, LockWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, CaseBookContract, CaseWorld);

TEST(RedisFreezeBook, OneDaemonSeesWhatAnotherFroze) {
  LockWorld here;
  LockWorld there;  // empties the server
  here.book->freeze(frozen_entry("ann@example.com"));
  EXPECT_TRUE(eventually([&] { return there.book->frozen("ann@example.com").has_value(); }));
  EXPECT_EQ(there.book->all_frozen(), std::vector<FrozenAccount>{frozen_entry("ann@example.com")});
  there.book->unfreeze("ann@example.com");
  EXPECT_TRUE(eventually([&] { return here.book->all_frozen().empty(); }));
}

TEST(RedisFreezeBook, KeepsItsCopyWhileRedisIsAwayAndRefusesChanges) {
  RedisServer server;
  Connected connected(server.address());
  RedisFreezeBook book(connected.connection);
  book.freeze(frozen_entry("ann@example.com"));
  server.kill();
  EXPECT_TRUE(eventually([&] { return connected.connection.away().has_value(); }));
  EXPECT_TRUE(book.frozen("ann@example.com"));
  EXPECT_FALSE(value_of(book.freeze(frozen_entry("bob@example.com"))));
  EXPECT_FALSE(value_of(book.unfreeze("ann@example.com")));
  EXPECT_EQ(book.all_frozen().size(), 1u);
}

TEST(RedisFreezeBook, FreezesAgainWhatRedisForgot) {
  LockWorld here;
  for (const char* name : {"ann@example.com", "bob@example.com", "cid@example.com"})
    here.book->freeze(frozen_entry(name));
  here.book->unfreeze("bob@example.com");
  RedisFreezeBook there(here.connected.connection);
  here.connected.connection.call({"FLUSHALL"});
  here.book->freeze(frozen_entry("dan@example.com"));
  const auto has_three = [&] {
    here.book.reset();
    here.reopen();
    return here.book->all_frozen().size() == 3;
  };
  EXPECT_TRUE(eventually(has_three)) << "the other daemon put them back";
  EXPECT_FALSE(here.book->frozen("bob@example.com"));
  EXPECT_TRUE(eventually([&] { return there.all_frozen().size() == 3; }));
}

TEST(RedisFreezeBook, ReadsItsCopyOnceRedisIsThere) {
  RedisServer server;
  {
    Connected connected(server.address());
    RedisFreezeBook(connected.connection).freeze(frozen_entry("ann@example.com"));
  }
  server.freeze();
  store::RedisConnection connection(server.address(), kPatientDeadline, store::system_clock(), {});
  RedisFreezeBook book(connection);
  EXPECT_TRUE(book.all_frozen().empty());
  server.thaw();
  EXPECT_TRUE(eventually([&] { return book.frozen("ann@example.com").has_value(); }));
}

TEST(RedisFreezeBook, AnEntryThatCannotBeReadIsFrozenAllTheSame) {
  LockWorld world;
  world.connected.connection.call({"HSET", "gatepost:{frozen}", "ann@example.com", "by hand"});
  world.reopen();
  ASSERT_TRUE(world.book->frozen("ann@example.com"));
  EXPECT_EQ(world.book->frozen("ann@example.com")->reason, "by hand");
}

using Case = ::gatepost::Case;

struct RedisCases : testing::Test {
  void record(std::uint64_t bits, const std::string& subject,
              Channel channel = Channel::submission) {
    Case record = sample_case(bits, subject, world.hand.now());
    record.channel = channel;
    ASSERT_TRUE(value_of(world.book->record(record)));
  }

  bool is_there(std::uint64_t bits) {
    const auto answer = world.book->find(Reference::from_bits(bits));
    return std::get<std::optional<Case>>(answer).has_value();
  }

  std::int64_t number(std::initializer_list<std::string_view> words) {
    return std::get<store::RedisReply>(world.connected.connection.call(words)).integer;
  }

  CaseWorld world;
};

TEST_F(RedisCases, KeepsNoMoreThanItsCapInAll) {
  world.make(100);
  for (std::uint64_t i = 1; i <= 250; ++i) {
    world.hand.move(std::chrono::milliseconds(1));
    record(i, "c:192.0.2." + std::to_string(i % 40));
  }
  EXPECT_FALSE(is_there(150));
  EXPECT_TRUE(is_there(151));
  EXPECT_TRUE(is_there(250));
  EXPECT_EQ(number({"ZCARD", "gatepost:cases"}), 100);
  EXPECT_EQ(number({"DBSIZE"}), 100 + 40 + 1) << "cases, lists, all of them";
}

TEST_F(RedisCases, ManyRefusalsOfOneSubjectLeaveFiftyRecords) {
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    world.hand.move(std::chrono::milliseconds(1));
    record(i, "c:192.0.2.1");
  }
  EXPECT_EQ(number({"ZCARD", "gatepost:cases"}), 50);
  EXPECT_EQ(number({"DBSIZE"}), 50 + 2);
}

TEST_F(RedisCases, VeryManySubjectsLeaveNoListsBehind) {
  world.make(100);
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    world.hand.move(std::chrono::milliseconds(1));
    record(i, "c:2001:db8::" + std::to_string(i), Channel::inbound);
  }
  EXPECT_EQ(number({"DBSIZE"}), 100 + 100 + 1);
  const auto life = number({"TTL", "gatepost:{c:2001:db8::1000}:cases"});
  EXPECT_GT(life, 71 * 3600);
  EXPECT_LE(life, 72 * 3600);
}

TEST_F(RedisCases, InboundOnesGoAfterThreeDaysOthersAfterThirty) {
  record(1, "c:192.0.2.1", Channel::inbound);
  record(2, "u:ann");
  world.hand.move(std::chrono::hours(72) - std::chrono::seconds(1));
  EXPECT_TRUE(is_there(1));
  world.hand.move(std::chrono::seconds(1));
  EXPECT_FALSE(is_there(1));
  EXPECT_TRUE(is_there(2));
  world.hand.move(std::chrono::hours(27 * 24));
  EXPECT_FALSE(is_there(2));
  const auto in_three_days = number({"TTL", "gatepost:case:" + Reference::from_bits(1).text()});
  EXPECT_GT(in_three_days, 71 * 3600);
  EXPECT_LE(in_three_days, 72 * 3600);
  EXPECT_GT(number({"TTL", "gatepost:case:" + Reference::from_bits(2).text()}), 29 * 24 * 3600);
}

TEST_F(RedisCases, TalliesOfAnHourAreBounded) {
  const Time now = world.hand.now();
  for (std::size_t i = 0; i < RedisCaseBook::kTalliesAnHour + 20; ++i) {
    world.book->tally(RuleId::message_rate, Subject::from_text("u:" + std::to_string(i)), 1, now);
  }
  world.book->tally(RuleId::message_rate, Subject::from_text("u:7"), 5, now);
  const auto answer = world.book->would_refuse(now);
  const auto& tallies = std::get<std::vector<WouldRefuse>>(answer);
  EXPECT_EQ(tallies.size(), RedisCaseBook::kTalliesAnHour + 1);
  EXPECT_EQ(tallies.at(0), (WouldRefuse{RuleId::message_rate, "", 20}));
  EXPECT_EQ(tallies.at(1), (WouldRefuse{RuleId::message_rate, "u:7", 6}));
}

TEST_F(RedisCases, WhileRedisIsAwayEachMethodSaysSo) {
  RedisServer server;
  Connected connected(server.address());
  RedisCaseBook book(connected.connection, world.hand.clock());
  server.kill();
  EXPECT_TRUE(eventually([&] { return connected.connection.away().has_value(); }));
  const Case record = sample_case(1, "u:ann", world.hand.now());
  EXPECT_FALSE(value_of(book.record(record)));
  EXPECT_FALSE(value_of(book.tally(RuleId::message_rate, record.subject, 1, record.last)));
  EXPECT_FALSE(value_of(book.find(record.reference)));
  EXPECT_FALSE(value_of(book.recent(record.subject, 5)));
  EXPECT_FALSE(value_of(book.would_refuse(record.last)));
}

}  // namespace
}  // namespace gatepost::test
