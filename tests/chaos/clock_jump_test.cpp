#include <chrono>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "store/fallback_ledger.hpp"
#include "store/redis_ledger.hpp"
#include "tests/store/hand_clock.hpp"
#include "tests/store/ledger_world.hpp"
#include "tests/store/redis_server.hpp"
#include "tests/store/redis_world.hpp"

/// The clock of one daemon's host jumps; Redis is a real one and keeps its own time.
namespace gatepost::test {
namespace {

constexpr std::int64_t kLimit = 20;

struct ClockJump : testing::Test {
  ClockJump() : hand(store::system_clock()()) {}

  int passed(int tries) {
    int out = 0;
    for (int i = 0; i < tries; ++i) {
      const LedgerRequest asked{
          user("ann"), {charge(kMessages, 1, kLimit)}, days_at(store::system_clock()())};
      const auto answer = daemon.settle(asked, Token{++token});
      out += std::get<Settlement>(answer).refused ? 0 : 1;
    }
    return out;
  }

  void go_away() {
    server.freeze();
    eventually([&] {
      daemon.look({user("bob"), {charge(kMessages, 0, {})}, days_at(hand.now())});
      return connected.connection.away().has_value();
    });
  }

  std::int64_t used_after_return() {
    server.thaw();
    eventually([&] { return !connected.connection.away() && daemon.counts().waiting == 0; });
    const LedgerRequest asked{
        user("ann"), {charge(kMessages, 0, {})}, days_at(store::system_clock()())};
    const auto answer = remote.look(asked);
    const auto* seen = value_of(answer);
    return seen == nullptr ? -1 : seen->readings.at(0).used;
  }

  HandClock hand;
  std::uint64_t token = 0;
  RedisServer server;
  Connected connected{server.address(), milliseconds(100)};
  store::RedisLedger remote{connected.connection};
  store::FallbackLedger daemon{remote, {.when_down = WhenDown::local}, hand.clock(), {}};
};

TEST_F(ClockJump, ChangesNothingWhileRedisAnswers) {
  EXPECT_EQ(passed(10), 10);
  hand.move(hours(5));
  EXPECT_EQ(passed(5), 5);
  hand.move(-hours(10));
  EXPECT_EQ(passed(kLimit), 5);
}

TEST_F(ClockJump, ForwardsWhileRedisIsAwayGivesOneLimitMoreAtMost) {
  EXPECT_EQ(passed(15), 15);
  go_away();
  EXPECT_EQ(passed(kLimit), 5);
  hand.move(hours(5));
  EXPECT_EQ(passed(3 * kLimit), kLimit);
  // The first five are as old as the clock says, and belong to no window any longer.
  EXPECT_EQ(used_after_return(), 15 + kLimit);
}

TEST_F(ClockJump, BackwardsWhileRedisIsAwayLetsNothingMoreThrough) {
  EXPECT_EQ(passed(15), 15);
  go_away();
  EXPECT_EQ(passed(kLimit), 5);
  hand.move(-minutes(10));
  EXPECT_EQ(passed(kLimit), 0);
  EXPECT_EQ(used_after_return(), kLimit);
}

}  // namespace
}  // namespace gatepost::test
