#include "store/timed_ledger.hpp"

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/store/fake_remote.hpp"
#include "tests/store/hand_clock.hpp"
#include "tests/store/ledger_world.hpp"

namespace gatepost::test {
namespace {

using store::TimedLedger;

struct TimedLedgerTest : testing::Test {
  // Each look at the watch finds it one step later, so a call takes one step.
  std::chrono::steady_clock::time_point watch() { return at += step; }

  LedgerRequest request() const {
    return {user("alice"), {charge(kMessages, 1, 50)}, days_at(clock.now())};
  }

  // Of `operation`, how many were answered and how many not.
  std::pair<std::uint64_t, std::uint64_t> counts(const std::string& operation) const {
    std::map<std::string, std::uint64_t> found;
    for (const StoreLatency& one : ledger.latencies()) {
      if (one.operation == operation) found[one.outcome] = one.calls.count();
    }
    EXPECT_EQ(found.size(), 2U);
    return {found["answered"], found["unanswered"]};
  }

  using Counts = std::pair<std::uint64_t, std::uint64_t>;

  HandClock clock{kTestStart};
  FakeRemote remote{clock};
  std::chrono::steady_clock::time_point at{};
  milliseconds step{3};
  TimedLedger ledger{remote, [this] { return watch(); }};
};

TEST_F(TimedLedgerTest, CountsEachOperationAndOutcomeApart) {
  EXPECT_EQ(ledger.latencies().size(), 6U);
  EXPECT_TRUE(value_of(ledger.look(request())));
  EXPECT_TRUE(value_of(ledger.glance(request())));
  EXPECT_TRUE(value_of(ledger.settle(request(), Token{1})));
  EXPECT_TRUE(value_of(ledger.pay(request().subject, {}, clock.now())));
  remote.set_down(true);
  EXPECT_FALSE(value_of(ledger.settle(request(), Token{2})));
  EXPECT_EQ(counts("look"), Counts(2, 0));
  EXPECT_EQ(counts("settle"), Counts(1, 1));
  EXPECT_EQ(counts("pay"), Counts(1, 0));
  EXPECT_FALSE(value_of(ledger.look(request())));
  EXPECT_FALSE(value_of(ledger.pay(request().subject, {}, clock.now())));
  EXPECT_EQ(counts("look"), Counts(2, 1));
  EXPECT_EQ(counts("pay"), Counts(1, 1));
}

TEST_F(TimedLedgerTest, TakesTheTimeOfTheCallAlone) {
  ledger.settle(request(), Token{1});
  step = milliseconds(70);
  ledger.settle(request(), Token{2});
  LatencySnapshot expected;
  expected.buckets[4] = 1;  // up to 5 ms
  expected.buckets[8] = 1;  // up to 100 ms
  expected.sum = milliseconds(73);
  EXPECT_EQ(ledger.latencies()[2].operation, "settle");
  EXPECT_EQ(ledger.latencies()[2].outcome, "answered");
  EXPECT_EQ(ledger.latencies()[2].calls, expected);
}

TEST_F(TimedLedgerTest, ChangesNoAnswer) {
  const auto first = ledger.settle(request(), Token{1});
  EXPECT_EQ(std::get<Settlement>(first).readings.at(0).used, 0);
  EXPECT_EQ(ledger.look(request()), remote.look(request()));
  EXPECT_EQ(std::get<Settlement>(ledger.look(request())).readings.at(0).used, 1);
  EXPECT_EQ(ledger.away(), std::nullopt);
  remote.set_down(true);
  EXPECT_EQ(ledger.look(request()), remote.look(request()));
  EXPECT_EQ(ledger.away(), remote.away());
  EXPECT_TRUE(ledger.away());
}

}  // namespace
}  // namespace gatepost::test
