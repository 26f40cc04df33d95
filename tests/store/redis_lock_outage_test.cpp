#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/store/odd_server.hpp"
#include "tests/store/redis_lock_world.hpp"

namespace gatepost::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kDeadline{50};
// With a deadline of 50 ms, on a machine that may be busy with other things.
constexpr milliseconds kNoDelay{1000};
constexpr const char* kOne = "192.0.2.1/32";
constexpr const char* kTwo = "192.0.2.2/32";

class RedisLockOutage : public testing::Test {
protected:
  std::string cli(const std::vector<std::string>& words) const { return server.cli(words); }

  /// Both see it away.
  static void lose(LockDaemon& first, LockDaemon& second) {
    ASSERT_TRUE(first.sees_it_away());
    ASSERT_TRUE(second.sees_it_away());
  }

  RedisServer server;
};

TEST_F(RedisLockOutage, LocksHoldAndNewFailuresLockHereWithoutDelay) {
  LockDaemon daemon(server.address(), kDeadline);
  EXPECT_TRUE(daemon.fail(kOne, 10, 1).new_lock);
  daemon.fail(kTwo, 9, 100);
  server.kill();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(is_locked(daemon.book, kOne));
  const auto outcome = daemon.fail(kTwo, 1, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - start, kNoDelay);
  EXPECT_TRUE(outcome.new_lock) << "from the nine that were known here";
  EXPECT_EQ(outcome.counted, 10);
  EXPECT_EQ(outcome.source, Source::local);
  EXPECT_TRUE(is_locked(daemon.book, kTwo));
  EXPECT_EQ(daemon.fail("198.51.100.7/32", 10, 300).new_lock, true);
}

TEST_F(RedisLockOutage, WhileItStandsStillNobodyWaitsLongerThanTheDeadlines) {
  LockDaemon daemon(server.address(), kDeadline);
  daemon.fail(kOne, 10, 1);
  server.freeze();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(daemon.fail(kTwo, 10, 100).new_lock);
  EXPECT_LT(std::chrono::steady_clock::now() - start, kNoDelay);
  EXPECT_TRUE(is_locked(daemon.book, kOne));
  server.thaw();
  ASSERT_TRUE(daemon.carried());
  LockDaemon other(server.address());
  EXPECT_TRUE(is_locked(other.book, kOne));
  EXPECT_TRUE(is_locked(other.book, kTwo));
}

TEST_F(RedisLockOutage, OnItsReturnLocksAndFailuresReachRedisOnce) {
  LockDaemon daemon(server.address(), kDeadline);
  LockDaemon other(server.address(), kDeadline);
  daemon.fail(kOne, 3, 1);
  server.freeze();
  lose(daemon, other);
  daemon.fail(kOne, 4, 100);
  const auto locked = daemon.fail(kTwo, 10, 200).lock;
  ASSERT_TRUE(locked);
  EXPECT_FALSE(is_locked(other.book, kTwo));
  server.thaw();
  ASSERT_TRUE(daemon.carried());
  EXPECT_TRUE(eventually([&] { return is_locked(other.book, kTwo); }));
  EXPECT_EQ(other.book.lock_of(net(kTwo).address(), real_now()), locked) << "its end stays";
  ASSERT_TRUE(eventually([&] { return other.counted(kOne) == 7; }));
  EXPECT_EQ(daemon.counted(kOne), 7);
  // Told again, they change nothing.
  daemon.fail(kOne, 4, 100);
  EXPECT_EQ(other.counted(kOne), 7);
  const auto standing = other.book.standing(net(kTwo), lock_terms(kTwo));
  EXPECT_EQ(std::get<NetworkStanding>(standing).failures.at(0).times, 10) << "support sees them";
}

TEST_F(RedisLockOutage, FailuresOfOneNetworkAtTwoDaemonsAreAllInRedisAfterwards) {
  LockDaemon first(server.address(), kDeadline);
  LockDaemon second(server.address(), kDeadline);
  first.fail(kOne, 1, 1);
  server.freeze();
  lose(first, second);
  first.fail(kOne, 3, 100);
  second.fail(kOne, 4, 200);
  server.thaw();
  ASSERT_TRUE(first.carried() && second.carried());
  ASSERT_TRUE(eventually([&] { return first.counted(kOne) == 8 && second.counted(kOne) == 8; }));
  EXPECT_TRUE(first.fail(kOne, 2, 300).new_lock);
}

TEST_F(RedisLockOutage, ASuccessMeanwhileIsNotForgotten) {
  LockDaemon daemon(server.address(), kDeadline);
  LockDaemon other(server.address(), kDeadline);
  daemon.fail(kOne, 5, 1);
  server.freeze();
  lose(daemon, other);
  daemon.book.succeed(failed_login(kOne, 50), lock_terms(kOne));
  daemon.fail(kOne, 4, 100);
  server.thaw();
  ASSERT_TRUE(daemon.carried());
  EXPECT_TRUE(eventually([&] { return other.counted(kOne) == 4; }));
  EXPECT_FALSE(is_locked(daemon.book, kOne));
}

TEST_F(RedisLockOutage, AnUnlockMeanwhileReachesRedisAndTheOtherDaemon) {
  LockDaemon daemon(server.address(), kDeadline);
  LockDaemon other(server.address(), kDeadline);
  daemon.fail(kOne, 10, 1);
  ASSERT_TRUE(eventually([&] { return is_locked(other.book, kOne); }));
  server.freeze();
  lose(daemon, other);
  const auto outcome = std::get<UnlockOutcome>(daemon.book.unlock(net(kOne)));
  EXPECT_TRUE(outcome.only_here);
  EXPECT_TRUE(outcome.lock);
  EXPECT_FALSE(is_locked(daemon.book, kOne));
  EXPECT_TRUE(is_locked(other.book, kOne));
  server.thaw();
  ASSERT_TRUE(daemon.carried());
  EXPECT_TRUE(eventually([&] { return !is_locked(other.book, kOne); }));
  EXPECT_FALSE(is_locked(daemon.book, kOne));
  EXPECT_EQ(other.counted(kOne), 0);
  EXPECT_EQ(other.fail(kOne, 1, 100).counted, 1);
}

TEST_F(RedisLockOutage, AfterAnUnlockMeanwhileNewFailuresLockAgain) {
  LockDaemon daemon(server.address(), kDeadline);
  LockDaemon other(server.address(), kDeadline);
  daemon.fail(kOne, 10, 1);
  server.freeze();
  lose(daemon, other);
  daemon.book.unlock(net(kOne));
  const auto again = daemon.fail(kOne, 10, 100);
  EXPECT_TRUE(again.new_lock);
  server.thaw();
  ASSERT_TRUE(daemon.carried());
  EXPECT_TRUE(eventually(
      [&] { return other.book.lock_of(net(kOne).address(), real_now()) == again.lock; }));
  EXPECT_TRUE(is_locked(daemon.book, kOne));
}

TEST_F(RedisLockOutage, WhatAnotherUnlockedMeanwhileIsNotCarriedOver) {
  LockDaemon daemon(server.address(), kDeadline);
  daemon.fail(kOne, 5, 1);
  server.freeze();
  ASSERT_TRUE(daemon.sees_it_away());
  daemon.fail(kOne, 10, 100);
  EXPECT_TRUE(is_locked(daemon.book, kOne));
  // The other one finds Redis first: the unlock is later than all that waits.
  const auto offset = seconds(5);
  server.thaw();
  Connected connected(server.address());
  store::RedisLockRecords records(connected.connection);
  records.lift_lock(net(kOne), real_now() + offset);
  ASSERT_TRUE(daemon.carried());
  EXPECT_TRUE(eventually([&] { return !is_locked(daemon.book, kOne); }));
}

TEST_F(RedisLockOutage, LocksByHandWorkMeanwhileAndReachRedis) {
  LockDaemon daemon(server.address(), kDeadline, WhenDown::unknown);
  server.freeze();
  ASSERT_TRUE(daemon.sees_it_away());
  EXPECT_TRUE(value_of(daemon.book.lock(hand_lock(kOne, real_now()))));
  EXPECT_TRUE(is_locked(daemon.book, kOne));
  EXPECT_FALSE(
      value_of(daemon.book.fail(failed_login(kTwo, 1), lock_terms(kTwo), Reference::from_bits(1))))
      << "with when_down: unknown nobody counts";
  server.thaw();
  ASSERT_TRUE(daemon.carried());
  LockDaemon other(server.address());
  EXPECT_TRUE(is_locked(other.book, kOne));
}

TEST_F(RedisLockOutage, ARedisThatLostItsMemoryGetsTheLocksBack) {
  LockDaemon daemon(server.address(), kDeadline);
  LockDaemon other(server.address(), kDeadline);
  const auto lock = daemon.fail(kOne, 10, 1).lock;
  daemon.fail(kTwo, 10, 100);
  ASSERT_TRUE(eventually([&] { return is_locked(other.book, kTwo); }));
  cli({"FLUSHALL"});
  EXPECT_TRUE(eventually([&] { return cli({"HLEN", "gatepost:{locks}:e"}) == "2"; }));
  EXPECT_TRUE(is_locked(daemon.book, kOne));
  EXPECT_TRUE(is_locked(other.book, kOne));
  LockDaemon fresh(server.address());
  EXPECT_EQ(fresh.book.lock_of(net(kOne).address(), real_now()), lock);
  // And what they hold is in step with Redis again.
  fresh.book.unlock(net(kOne));
  EXPECT_TRUE(
      eventually([&] { return !is_locked(daemon.book, kOne) && !is_locked(other.book, kOne); }));
  EXPECT_TRUE(is_locked(daemon.book, kTwo));
}

TEST_F(RedisLockOutage, ARestartWithoutPersistenceUnlocksNobody) {
  LockDaemon daemon(server.address(), kDeadline);
  daemon.fail(kOne, 10, 1);
  server.kill();
  ASSERT_TRUE(daemon.sees_it_away());
  EXPECT_TRUE(daemon.fail(kTwo, 10, 100).new_lock);
  server.start();
  cli({"FLUSHALL"});
  ASSERT_TRUE(daemon.carried());
  EXPECT_TRUE(eventually([&] { return cli({"HLEN", "gatepost:{locks}:e"}) == "2"; }));
  LockDaemon fresh(server.address());
  EXPECT_TRUE(is_locked(fresh.book, kOne));
  EXPECT_TRUE(is_locked(fresh.book, kTwo));
}

TEST_F(RedisLockOutage, ADaemonThatStartsMeanwhileFindsTheLocksLater) {
  {
    LockDaemon before(server.address());
    before.fail(kOne, 10, 1);
  }
  server.freeze();
  store::RedisConnection connection(server.address(), kDeadline, store::system_clock(), {});
  store::FallbackLockBook book(connection, WhenDown::local, store::system_clock(), {});
  EXPECT_FALSE(is_locked(book, kOne));
  EXPECT_TRUE(
      value_of(book.fail(failed_login(kTwo, 1), lock_terms(kTwo, 1), Reference::from_bits(1))));
  EXPECT_TRUE(is_locked(book, kTwo));
  server.thaw();
  EXPECT_TRUE(eventually([&] { return is_locked(book, kOne); }));
  EXPECT_TRUE(is_locked(book, kTwo));
}

TEST_F(RedisLockOutage, NoFailureIsLostOrCountedTwiceWhileItComesAndGoes) {
  LockDaemon daemon(server.address(), kDeadline);
  constexpr int kThreads = 4;
  constexpr std::int64_t kNever = 100'000;
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> token{0};
  std::atomic<int> unanswered{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const std::string network = "198.51.100." + std::to_string(t) + "/32";
      while (!stop) {
        const auto answer = daemon.book.fail(failed_login(network, ++token),
                                             lock_terms(network, kNever), Reference::from_bits(1));
        unanswered += value_of(answer) == nullptr ? 1 : 0;
        std::this_thread::sleep_for(milliseconds(1));
      }
    });
  }
  for (int round = 0; round < 3; ++round) {
    const auto before = token.load();
    EXPECT_TRUE(eventually([&] { return token > before + 60; }));
    server.freeze();
    EXPECT_TRUE(daemon.sees_it_away());
    const auto locally = daemon.book.counts().answered_locally;
    EXPECT_TRUE(eventually([&] { return daemon.book.counts().answered_locally > locally + 60; }));
    server.thaw();
    EXPECT_TRUE(daemon.connected.connection.wait_until_up(kPatience));
  }
  stop = true;
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(unanswered, 0);
  ASSERT_TRUE(daemon.carried());
  LockDaemon fresh(server.address());
  std::int64_t counted = 0;
  for (int t = 0; t < kThreads; ++t) {
    const std::string network = "198.51.100." + std::to_string(t) + "/32";
    const auto standing = fresh.book.standing(net(network), lock_terms(network, kNever));
    counted += std::get<NetworkStanding>(standing).counted;
  }
  EXPECT_EQ(counted, static_cast<std::int64_t>(token.load()));
}

TEST_F(RedisLockOutage, AServerThatSpeaksOddlyIsAway) {
  OddServer odd("HTTP/1.1 400 Bad Request\r\n\r\n");
  store::RedisConnection connection(odd.address(), kDeadline, store::system_clock(), {});
  store::FallbackLockBook book(connection, WhenDown::local, store::system_clock(), {});
  const auto answer =
      book.fail(failed_login(kOne, 1), lock_terms(kOne, 1), Reference::from_bits(1));
  ASSERT_TRUE(value_of(answer));
  EXPECT_EQ(value_of(answer)->source, Source::local);
  EXPECT_TRUE(is_locked(book, kOne));
}

TEST_F(RedisLockOutage, WhatIsGivenUpAtTheStopIsSaid) {
  LogLines lines;
  store::RedisConnection connection(server.address(), kDeadline, store::system_clock(), {});
  ASSERT_TRUE(connection.wait_until_up(kPatience));
  {
    store::FallbackLockBook book(connection, WhenDown::local, store::system_clock(), lines.log());
    server.kill();
    ASSERT_TRUE(eventually([&] { return connection.away().has_value(); }));
    book.fail(failed_login(kOne, 1), lock_terms(kOne), Reference::from_bits(1));
  }
  EXPECT_EQ(count_of(lines, "given up"), 1u);
}

}  // namespace
}  // namespace gatepost::test
