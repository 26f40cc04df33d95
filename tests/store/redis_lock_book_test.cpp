#include "store/redis_lock_book.hpp"

#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/store/hand_clock.hpp"
#include "tests/store/redis_lock_world.hpp"

namespace gatepost::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using store::LockBounds;
using store::LockRecords;
using store::RedisLockBook;
using store::RedisLockRecords;

constexpr seconds kNoticed{1};
constexpr const char* kOne = "192.0.2.1/32";

RedisServer& shared_server() {
  static RedisServer server;
  return server;
}

std::string v4(int number) {
  return "10." + std::to_string(number >> 16 & 255) + '.' + std::to_string(number >> 8 & 255) +
         '.' + std::to_string(number & 255) + "/32";
}

struct RedisLocks : testing::Test {
  RedisLocks() { call({"FLUSHALL"}); }

  store::RedisReply call(std::initializer_list<std::string_view> words) {
    return std::get<store::RedisReply>(connected.connection.call(words));
  }

  std::int64_t number(std::initializer_list<std::string_view> words) { return call(words).integer; }

  Connected connected{shared_server().address()};
};

TEST_F(RedisLocks, ARecordIsReplacedOnlyWhereTheExpectedOneStands) {
  RedisLockRecords records(connected.connection);
  const auto loaded = std::get<LockRecords::Loaded>(records.load(LockRecords::Kind::network, kOne));
  EXPECT_EQ(loaded.record, "");
  EXPECT_LT(std::chrono::abs(loaded.now - real_now()), seconds(5));
  const Time later = loaded.now + std::chrono::minutes(30);
  const auto replace = [&](std::string_view expected, std::string_view next) {
    return std::get<bool>(records.replace(LockRecords::Kind::network, kOne, expected, next, later));
  };
  const std::string binary("a\0b\r\n{}", 7);
  EXPECT_TRUE(replace("", binary));
  EXPECT_FALSE(replace("", "c"));
  EXPECT_FALSE(replace("a", "c"));
  EXPECT_EQ(std::get<LockRecords::Loaded>(records.load(LockRecords::Kind::network, kOne)).record,
            binary);
  EXPECT_EQ(std::get<LockRecords::Loaded>(records.load(LockRecords::Kind::login, kOne)).record, "");
  EXPECT_TRUE(replace(binary, ""));
  EXPECT_TRUE(replace("", "d"));
  EXPECT_EQ(number({"DBSIZE"}), 2) << "record and index";
}

TEST_F(RedisLocks, NetworksThatFailOnceStayWithinTheBound) {
  constexpr int kNetworks = 100'000;
  constexpr std::size_t kBound = 6400;
  RedisLockRecords records(connected.connection, {}, {kBound, kBound, 100});
  const Time later = real_now() + std::chrono::minutes(30);
  constexpr int kThreads = 8;
  std::atomic<int> stored{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = t; i < kNetworks; i += kThreads) {
        const auto answer = records.replace(LockRecords::Kind::network, v4(i), "", "record", later);
        stored += value_of(answer) != nullptr && *value_of(answer) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(stored, kNetworks);
  EXPECT_LE(number({"DBSIZE"}), static_cast<std::int64_t>(kBound + RedisLockRecords::kShards));
  EXPECT_GE(number({"DBSIZE"}), static_cast<std::int64_t>(kBound));
  const auto last = records.load(LockRecords::Kind::network, v4(kNetworks - 1));
  EXPECT_EQ(std::get<LockRecords::Loaded>(last).record, "record");
}

TEST_F(RedisLocks, RecordsThatWereForgottenInTheirTimeLeaveTheIndex) {
  RedisLockRecords records(connected.connection);
  const auto put = [&](int from, int to, milliseconds life) {
    for (int i = from; i < to; ++i)
      records.replace(LockRecords::Kind::network, v4(i), "", "r", real_now() + life);
  };
  const auto stored = [&] {
    return static_cast<std::int64_t>(call({"KEYS", "gatepost:{f*}:n:*"}).elements.size());
  };
  put(0, 640, seconds(1));
  put(1000, 1640, std::chrono::hours(1));
  EXPECT_TRUE(eventually([&] { return stored() == 640; }));
  put(2000, 3280, std::chrono::hours(1));
  std::int64_t indexed = 0;
  for (const auto& key : call({"KEYS", "gatepost:{f*}:z"}).elements)
    indexed += number({"ZCARD", key.text});
  EXPECT_EQ(stored(), 640 + 1280);
  EXPECT_EQ(indexed, stored());
}

TEST_F(RedisLocks, TheListKeepsTheLocksThatEndLast) {
  RedisLockRecords records(connected.connection, {}, {100, 100, 50});
  const Time now = real_now();
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(std::get<bool>(records.put_lock(hand_lock(v4(i), now, seconds(1000 + i)))));
  }
  RedisLockBook book(connected.connection, {}, {});
  RedisLockBook::Lifted lifted;
  EXPECT_FALSE(book.refresh(lifted));
  EXPECT_EQ(book.lock_count(), 50u);
  EXPECT_FALSE(is_locked(book, v4(149)));
  EXPECT_TRUE(is_locked(book, v4(150)));
  EXPECT_EQ(number({"HLEN", "gatepost:{locks}:e"}), 50);
  EXPECT_EQ(number({"ZCARD", "gatepost:{locks}:s"}), 50);
}

TEST_F(RedisLocks, EndedEntriesLeaveRedisByThemselves) {
  HandClock hand{kTestStart};
  RedisLockRecords records(connected.connection, hand.clock());
  for (int i = 0; i < 150; ++i)
    records.put_lock(hand_lock(v4(i), hand.now(), seconds(60)));
  records.lift_lock(net(v4(0)), hand.now());
  hand.move(seconds(60));
  records.changes(0);
  records.changes(0);
  EXPECT_EQ(number({"HLEN", "gatepost:{locks}:e"}), 1) << "the lift";
  hand.move(std::chrono::hours(1));
  records.changes(0);
  EXPECT_EQ(number({"EXISTS", "gatepost:{locks}:e", "gatepost:{locks}:s", "gatepost:{locks}:u"}),
            0);
}

TEST_F(RedisLocks, ALockFromBeforeTheUnlockIsNotPutBack) {
  RedisLockRecords records(connected.connection);
  const Time now = real_now();
  const ClientLock lock = hand_lock(kOne, now);
  EXPECT_TRUE(std::get<bool>(records.put_lock(lock)));
  EXPECT_TRUE(std::get<bool>(records.put_lock(lock)));
  EXPECT_TRUE(std::get<bool>(records.lift_lock(lock.network, now + seconds(1))));
  EXPECT_FALSE(std::get<bool>(records.lift_lock(lock.network, now + seconds(1))));
  EXPECT_FALSE(std::get<bool>(records.put_lock(lock)));
  EXPECT_EQ(std::get<std::vector<bool>>(records.add_locks(std::vector{lock})),
            std::vector<bool>{false});
  EXPECT_TRUE(std::get<bool>(records.put_lock(hand_lock(kOne, now + seconds(2)))));
}

TEST_F(RedisLocks, ChangesAreToldOncePageByPageAndNothingWhereNothingChanged) {
  RedisLockRecords records(connected.connection);
  for (int i = 0; i < 25; ++i)
    records.put_lock(hand_lock(v4(i), real_now()));
  std::int64_t after = 0;
  std::size_t seen = 0;
  for (int page = 0; page < 3; ++page) {
    const auto answer = std::get<store::LockChanges>(records.changes(after, 10));
    EXPECT_EQ(answer.more, page < 2);
    seen += answer.changes.size();
    after = answer.last;
  }
  EXPECT_EQ(seen, 25u);
  EXPECT_TRUE(std::get<store::LockChanges>(records.changes(after)).changes.empty());
  records.lift_lock(net(v4(3)), real_now());
  const auto answer = std::get<store::LockChanges>(records.changes(after));
  ASSERT_EQ(answer.changes.size(), 1u);
  EXPECT_EQ(answer.changes[0].network, net(v4(3)));
  EXPECT_FALSE(answer.changes[0].lock);
}

TEST_F(RedisLocks, TwoHundredThousandLocksAreInAFreshCopyWithinSeconds) {
  constexpr int kLocks = 200'000;
  RedisLockRecords records(connected.connection);
  const Time now = real_now();
  std::vector<ClientLock> batch;
  for (int i = 0; i < kLocks; ++i) {
    batch.push_back(hand_lock(v4(i), now, std::chrono::hours(5)));
    if (batch.size() < 1000) continue;
    ASSERT_TRUE(value_of(records.add_locks(batch)));
    batch.clear();
  }
  const auto start = std::chrono::steady_clock::now();
  RedisLockBook book(connected.connection, {}, {});
  RedisLockBook::Lifted lifted;
  EXPECT_FALSE(book.refresh(lifted));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%d locks loaded in %.2f s\n", kLocks, took.count());
  EXPECT_EQ(book.lock_count(), static_cast<std::size_t>(kLocks));
  EXPECT_TRUE(is_locked(book, v4(kLocks - 1)));
  EXPECT_LT(took, seconds(30));
}

TEST_F(RedisLocks, FailuresOfOneNetworkThroughTwoDaemonsLockItExactlyOnce) {
  LockDaemon first(shared_server().address());
  LockDaemon second(shared_server().address());
  constexpr int kThreads = 8;
  constexpr int kEach = 25;
  constexpr int kLimit = 2 * kThreads * kEach;
  std::atomic<int> made{0};
  std::atomic<std::int64_t> highest{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2 * kThreads; ++t) {
    threads.emplace_back([&, t] {
      LockDaemon& daemon = t % 2 == 0 ? first : second;
      for (int i = 0; i < kEach; ++i) {
        const auto token = static_cast<std::uint64_t>(1 + t * kEach + i);
        const auto answer = daemon.book.fail(failed_login(kOne, token), lock_terms(kOne, kLimit),
                                             Reference::from_bits(token));
        const auto* outcome = value_of(answer);
        ASSERT_TRUE(outcome) << std::get<Unavailable>(answer).why;
        EXPECT_EQ(outcome->source, Source::store);
        made += outcome->new_lock ? 1 : 0;
        std::int64_t seen = highest;
        while (outcome->counted > seen && !highest.compare_exchange_weak(seen, outcome->counted)) {
        }
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(made, 1) << "no failure was lost, and none counted twice";
  EXPECT_EQ(highest, kLimit);
  EXPECT_TRUE(
      eventually([&] { return is_locked(first.book, kOne) && is_locked(second.book, kOne); }));
}

TEST_F(RedisLocks, ALockAndAnUnlockHoldAtTheOtherDaemonWithinASecond) {
  LockDaemon here(shared_server().address());
  LockDaemon there(shared_server().address());
  const auto noticed = [&](bool locked) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(eventually([&] { return is_locked(there.book, kOne) == locked; }));
    return std::chrono::steady_clock::now() - start;
  };
  EXPECT_TRUE(here.fail(kOne, 10, 1).new_lock);
  EXPECT_TRUE(is_locked(here.book, kOne));
  EXPECT_LT(noticed(true), kNoticed);
  const auto unlocked = std::get<UnlockOutcome>(here.book.unlock(net(kOne)));
  EXPECT_TRUE(unlocked.lock);
  EXPECT_FALSE(unlocked.only_here);
  EXPECT_FALSE(is_locked(here.book, kOne));
  EXPECT_LT(noticed(false), kNoticed);
  EXPECT_EQ(there.counted(kOne), 0);
  EXPECT_TRUE(value_of(here.book.lock(hand_lock("2001:db8::/64", real_now()))));
  EXPECT_TRUE(eventually([&] { return is_locked(there.book, "2001:db8::/64"); }));
}

TEST_F(RedisLocks, ASuccessThroughOneDaemonForgetsTheLoginsFailuresThroughAnother) {
  LockDaemon here(shared_server().address());
  LockDaemon there(shared_server().address());
  here.fail(kOne, 9, 1);
  EXPECT_TRUE(std::get<bool>(there.book.succeed(failed_login(kOne, 100), lock_terms(kOne))));
  EXPECT_EQ(here.fail(kOne, 9, 200).counted, 9);
  EXPECT_FALSE(is_locked(here.book, kOne));
}

TEST_F(RedisLocks, ANetworkWithTenFailuresTakesLittleMemory) {
  LockDaemon daemon(shared_server().address());
  daemon.fail(kOne, 9, 1);
  const auto before = shared_server().stat_of("evalsha").calls;
  daemon.fail(kOne, 1, 10);
  const auto calls = shared_server().stat_of("evalsha").calls - before;
  std::int64_t bytes = 0;
  for (const auto& key : call({"KEYS", "gatepost:{*"}).elements) {
    const auto of_key = number({"MEMORY", "USAGE", key.text});
    std::printf("%6lld  %s\n", static_cast<long long>(of_key), key.text.c_str());
    if (key.text.ends_with(":n:" + std::string(kOne))) bytes = of_key;
  }
  std::printf("scripts for the failure that locks: %.0f\n", calls);
  EXPECT_GT(bytes, 0);
  EXPECT_LT(bytes, 1024);
}

TEST_F(RedisLocks, AKeyOfAnotherTypeIsAnErrorAndNoAnswer) {
  call({"SET", "gatepost:{locks}:e", "odd"});
  RedisLockBook book(connected.connection, {}, {});
  RedisLockBook::Lifted lifted;
  EXPECT_FALSE(book.refresh(lifted)) << "nothing to read yet";
  EXPECT_FALSE(value_of(book.records().put_lock(hand_lock(kOne, real_now()))));
  EXPECT_FALSE(connected.connection.away()) << "one wrong key is no outage";
}

TEST_F(RedisLocks, EntriesThatCannotBeReadAreNoLocks) {
  RedisLockBook book(connected.connection, {}, {});
  ASSERT_TRUE(value_of(book.records().put_lock(hand_lock(kOne, real_now()))));
  int number = 1;
  for (const char* entry : {"", "L", "Lrubbish", "U", "Uxyz", "X1", "L1 2 3"}) {
    const std::string network = v4(number++);
    call({"HSET", "gatepost:{locks}:e", network, entry});
    call({"ZADD", "gatepost:{locks}:s", std::to_string(number), network});
  }
  call({"ZADD", "gatepost:{locks}:s", "1", "not a network"});
  RedisLockBook::Lifted lifted;
  EXPECT_FALSE(book.refresh(lifted));
  EXPECT_EQ(book.lock_count(), 1u);
  EXPECT_TRUE(lifted.empty());
}

TEST_F(RedisLocks, ARecordThatCannotBeReadBeginsAnew) {
  LockDaemon daemon(shared_server().address());
  daemon.fail(kOne, 5, 1);
  for (const auto& key : call({"KEYS", "gatepost:{f*}:n:*"}).elements)
    call({"SET", key.text, "rubbish"});
  EXPECT_EQ(daemon.fail(kOne, 1, 10).counted, 1);
}

TEST_F(RedisLocks, WhoWasAwayForLongReadsTheListAsAWhole) {
  RedisLockBook book(connected.connection,
                     {.clock = {}, .bounds = {}, .whole_after = milliseconds(0)}, {});
  const Time before = real_now() - seconds(60);
  ASSERT_TRUE(value_of(book.records().put_lock(hand_lock(kOne, before))));
  ASSERT_TRUE(value_of(book.records().put_lock(hand_lock(v4(1), before))));
  RedisLockBook::Lifted lifted;
  EXPECT_FALSE(book.refresh(lifted));
  EXPECT_EQ(book.lock_count(), 2u);
  // As after a lift that is remembered no more.
  call({"HDEL", "gatepost:{locks}:e", kOne});
  call({"ZREM", "gatepost:{locks}:s", kOne});
  const auto deadline = std::chrono::steady_clock::now() + seconds(10);
  while (is_locked(book, kOne) && std::chrono::steady_clock::now() < deadline)
    ASSERT_FALSE(book.refresh(lifted));
  EXPECT_FALSE(is_locked(book, kOne));
  EXPECT_TRUE(is_locked(book, v4(1)));
}

}  // namespace
}  // namespace gatepost::test
