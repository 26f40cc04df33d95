#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "store/fallback_ledger.hpp"
#include "store/redis_ledger.hpp"
#include "store/stores.hpp"
#include "tests/store/ledger_contract.hpp"
#include "tests/store/redis_server.hpp"
#include "tests/store/redis_world.hpp"
#include "tests/store/settle_load.hpp"
#include "tests/store/temp_dir.hpp"

namespace gatepost::test {
namespace {

using store::FallbackLedger;
using store::RedisLedger;

constexpr milliseconds kDeadline{50};
// With a deadline of 50 ms, on a machine that may be busy with other things.
constexpr milliseconds kBoundP99{250};

/// One daemon's view of a Redis.
struct DaemonOf {
  explicit DaemonOf(const RedisAddress& address) : connected(address, kDeadline) {}

  Connected connected;
  RedisLedger remote{connected.connection};
  FallbackLedger ledger{remote, {.when_down = WhenDown::local}, store::system_clock(), {}};
};

/// While Redis is there, the fallback is a ledger like any other.
struct FallbackWorld {
  Ledger& ledger() { return fallback; }

  HandClock& clock() { return hand; }

  HandClock hand{kTestStart};
  RedisServer server;
  Connected connected{server.address()};
  RedisLedger remote{connected.connection, hand.clock()};
  FallbackLedger fallback{remote, {.when_down = WhenDown::local}, hand.clock(), {}};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Fallback, LedgerContract, FallbackWorld);

std::int64_t used(RedisLedger& ledger, const std::string& name, Counter counter) {
  const auto answer =
      ledger.look({user(name), {charge(counter, 0, {})}, days_at(store::system_clock()())});
  return std::get<Settlement>(answer).readings.at(0).used;
}

bool all_paid(const FallbackLedger& ledger) {
  return eventually([&] { return ledger.counts().waiting == 0; });
}

class RedisOutage : public testing::Test {
protected:
  /// Waits for so many more calls.
  void more(const Load& load, int calls) {
    const int before = load.calls();
    ASSERT_TRUE(eventually([&] { return load.calls() >= before + calls; }));
  }

  void expect_exact(const Load& load) {
    Connected patient(server.address());
    RedisLedger ledger(patient.connection);
    for (std::size_t i = 0; i < Load::kUsers; ++i) {
      EXPECT_EQ(used(ledger, Load::name(i), kMessages), load.passed(i)) << Load::name(i);
      EXPECT_EQ(used(ledger, Load::name(i), kDaily), 3 * load.passed(i)) << Load::name(i);
    }
  }

  RedisServer server;
};

TEST_F(RedisOutage, AFrozenServerCostsNobodyAnAnswerAndNoChargeIsLostOrMadeTwice) {
  DaemonOf daemon(server.address());
  Load load(daemon.ledger, 1);
  for (int round = 0; round < 3; ++round) {
    more(load, 500);
    server.freeze();
    EXPECT_TRUE(eventually([&] { return daemon.connected.connection.away().has_value(); }));
    more(load, 2000);
    server.thaw();
    EXPECT_TRUE(daemon.connected.connection.wait_until_up(kPatience));
  }
  more(load, 500);
  load.stop();
  ASSERT_TRUE(all_paid(daemon.ledger));
  EXPECT_EQ(load.unanswered(), 0);
  EXPECT_LT(load.p99(), kBoundP99);
  const auto counts = daemon.ledger.counts();
  EXPECT_GE(counts.answered_locally, 6000u);
  EXPECT_EQ(counts.paid_back, counts.answered_locally);
  EXPECT_EQ(counts.lost, 0u);
  expect_exact(load);
}

TEST_F(RedisOutage, AKilledServerCostsNobodyAnAnswerAndNoChargeIsLostOrMadeTwice) {
  DaemonOf daemon(server.address());
  Load load(daemon.ledger, 1);
  for (int round = 0; round < 2; ++round) {
    more(load, 500);
    server.kill();
    EXPECT_TRUE(eventually([&] { return daemon.connected.connection.away().has_value(); }));
    more(load, 2000);
    server.start();
    EXPECT_TRUE(daemon.connected.connection.wait_until_up(kPatience));
  }
  more(load, 500);
  load.stop();
  ASSERT_TRUE(all_paid(daemon.ledger));
  EXPECT_EQ(load.unanswered(), 0);
  EXPECT_LT(load.p99(), kBoundP99);
  EXPECT_EQ(daemon.ledger.counts().lost, 0u);
  expect_exact(load);
}

TEST_F(RedisOutage, EachOfTwoDaemonsLetsAtMostThroughWhatWasLeft) {
  DaemonOf first(server.address());
  DaemonOf second(server.address());
  const auto passes = [&](DaemonOf& daemon, int tries, std::uint64_t token) {
    int out = 0;
    for (int i = 0; i < tries; ++i) {
      const auto answer = daemon.ledger.settle(
          {user("ann"), {charge(kMessages, 1, 50)}, days_at(store::system_clock()())},
          Token{token + static_cast<std::uint64_t>(i)});
      out += std::get<Settlement>(answer).refused ? 0 : 1;
    }
    return out;
  };
  EXPECT_EQ(passes(first, 20, 1000) + passes(second, 10, 2000), 30);
  server.freeze();
  // The first saw 20, the second all 30.
  EXPECT_EQ(passes(first, 60, 3000), 30);
  EXPECT_EQ(passes(second, 60, 4000), 20);
  server.thaw();
  ASSERT_TRUE(first.connected.connection.wait_until_up(kPatience));
  ASSERT_TRUE(second.connected.connection.wait_until_up(kPatience));
  ASSERT_TRUE(all_paid(first.ledger) && all_paid(second.ledger));
  EXPECT_EQ(used(first.remote, "ann", kMessages), 80);
  EXPECT_EQ(passes(first, 5, 5000) + passes(second, 5, 6000), 0);
}

TEST_F(RedisOutage, LooksAfterTheReturnIncludeWhatStillWaits) {
  DaemonOf daemon(server.address());
  server.kill();
  ASSERT_TRUE(eventually([&] { return daemon.connected.connection.away().has_value(); }));
  const LedgerRequest asked{
      user("ann"), {charge(kMessages, 1, {})}, days_at(store::system_clock()())};
  for (std::uint64_t i = 1; i <= 1000; ++i)
    daemon.ledger.settle(asked, Token{i});
  server.start();
  ASSERT_TRUE(daemon.connected.connection.wait_until_up(kPatience));
  const auto seen = std::get<Settlement>(daemon.ledger.look(asked));
  EXPECT_EQ(seen.source, Source::store);
  EXPECT_EQ(seen.readings[0].used, 1000);
}

/// The stores as the daemon opens them.
struct Opened {
  explicit Opened(const RedisAddress& address, WhenDown when_down = WhenDown::local)
      : stores(store::open_stores({.kind = StoreSettings::Kind::redis,
                                   .redis = address,
                                   .deadline = kDeadline,
                                   .when_down = when_down},
                                  dir.path(), store::system_clock(), log.log())) {}

  Answer<Settlement> settle(std::uint64_t token) {
    return stores->ledger().settle(
        {user("ann"), {charge(kMessages, 1, 50)}, days_at(store::system_clock()())}, Token{token});
  }

  TempDir dir;
  LogLines log;
  std::unique_ptr<store::Stores> stores;
};

TEST_F(RedisOutage, TheStatusTellsWhatHappens) {
  Opened opened(server.address());
  ASSERT_TRUE(eventually([&] { return !opened.stores->status().away; }));
  opened.settle(1);
  StoreStatus status = opened.stores->status();
  EXPECT_EQ(status.kind, "redis");
  EXPECT_EQ(status.where, "127.0.0.1:" + std::to_string(server.port()) + "/0");
  EXPECT_EQ(status.calls, 1u);
  EXPECT_EQ(status.answered_locally, 0u);
  server.kill();
  ASSERT_TRUE(eventually([&] { return opened.stores->status().away; }));
  EXPECT_EQ(std::get<Settlement>(opened.settle(2)).source, Source::local);
  status = opened.stores->status();
  EXPECT_EQ(status.answered_locally, 1u);
  EXPECT_EQ(status.waiting, 1u);
  EXPECT_FALSE(status.last_error.empty());
  EXPECT_FALSE(value_of(opened.stores->freezes().freeze({"ann@example.com", "x", "root", {}})));
  EXPECT_TRUE(value_of(opened.stores->audit().append({.when = store::system_clock()(),
                                                      .actor = "root",
                                                      .action = "account freeze",
                                                      .target = "ann@example.com",
                                                      .reason = "x",
                                                      .result = "away"})));
  server.start();
  ASSERT_TRUE(eventually([&] { return opened.stores->status().waiting == 0; }));
  EXPECT_EQ(opened.stores->status().paid_back, 1u);
  EXPECT_FALSE(opened.stores->status().away);
}

TEST_F(RedisOutage, StartsWithoutRedisAndFindsItLater) {
  server.kill();
  Opened opened(server.address(), WhenDown::unknown);
  EXPECT_TRUE(opened.stores->status().away);
  EXPECT_FALSE(value_of(opened.settle(1)));
  EXPECT_EQ(opened.stores->status().unanswered, 1u);
  server.start();
  ASSERT_TRUE(eventually([&] { return !opened.stores->status().away; }));
  EXPECT_TRUE(value_of(opened.settle(2)));
}

TEST_F(RedisOutage, ASecondDaemonOnTheSameStateDirectoryDoesNotStart) {
  Opened opened(server.address());
  EXPECT_THROW(store::open_stores({.kind = StoreSettings::Kind::redis,
                                   .redis = server.address(),
                                   .deadline = kDeadline,
                                   .when_down = WhenDown::local},
                                  opened.dir.path(), store::system_clock(), {}),
               std::runtime_error);
}

}  // namespace
}  // namespace gatepost::test
