#include <memory>

#include <gtest/gtest.h>

#include "store/fallback_lock_book.hpp"
#include "store/redis_lock_book.hpp"
#include "tests/store/hand_clock.hpp"
#include "tests/store/lock_book_contract.hpp"
#include "tests/store/redis_server.hpp"
#include "tests/store/redis_world.hpp"

namespace gatepost::test {
namespace {

RedisServer& contract_server() {
  static RedisServer server;
  return server;
}

struct RedisLockWorldBase {
  RedisLockWorldBase() { connected.connection.call({"FLUSHALL"}); }

  Time now() { return hand.now(); }

  void advance(std::chrono::milliseconds by) { hand.move(by); }

  HandClock hand{kTestStart};
  Connected connected{contract_server().address()};
};

/// The book alone.
struct RedisLockWorld : RedisLockWorldBase {
  RedisLockWorld() { reopen(); }

  LockBook& locks() { return *book; }

  void reopen() {
    book = std::make_unique<store::RedisLockBook>(
        connected.connection, store::RedisLockBook::Options{.clock = hand.clock(), .bounds = {}},
        store::Log());
    store::RedisLockBook::Lifted lifted;
    book->refresh(lifted);
  }

  std::unique_ptr<store::RedisLockBook> book;
};

/// As the daemon has it.
struct FallbackLockWorld : RedisLockWorldBase {
  FallbackLockWorld() { reopen(); }

  LockBook& locks() { return *book; }

  void reopen() {
    book.reset();
    book = std::make_unique<store::FallbackLockBook>(
        connected.connection, WhenDown::local, hand.clock(), store::Log(),
        store::RedisLockBook::Options{.clock = hand.clock(), .bounds = {}});
  }

  std::unique_ptr<store::FallbackLockBook> book;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Redis, LockBookContract, RedisLockWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(RedisFallback, LockBookContract, FallbackLockWorld);

}  // namespace
}  // namespace gatepost::test
