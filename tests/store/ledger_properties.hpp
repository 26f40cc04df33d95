#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/store/hand_clock.hpp"
#include "tests/store/ledger_world.hpp"

/// What must hold of every ledger at any arrival pattern: random bursts, pauses and limits, checked
/// against plain arithmetic over all that passed. Worlds are those of
/// ledger_world.hpp.
namespace gatepost::test {

/// One message that was tried.
struct Tried {
  Time when;
  std::int64_t amount = 0;
  bool passed = false;
};

/// Arrivals of all kinds: bursts, drips, pauses of about the window's length.
class Arrivals {
public:
  explicit Arrivals(unsigned seed) : random_(seed) {}

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }

  milliseconds pause(milliseconds window) {
    switch (between(0, 9)) {
      case 0: return window + milliseconds(between(-2, 2));
      case 1: return milliseconds(between(0, window.count() * 2));
      case 2:
      case 3: return milliseconds(between(0, window.count() / 30));
      default: return milliseconds(between(0, 3));
    }
  }

private:
  std::mt19937 random_;
};

/// What passed from `from` on (inclusive) to `to` (exclusive).
inline std::int64_t passed_between(const std::vector<Tried>& all, Time from, Time to) {
  std::int64_t sum = 0;
  for (const Tried& each : all) {
    if (each.passed && each.when >= from && each.when < to) sum += each.amount;
  }
  return sum;
}

template <typename World>
class LedgerProperties : public LedgerContract<World> {};

TYPED_TEST_SUITE_P(LedgerProperties);

TYPED_TEST_P(LedgerProperties, NoSpanOfTheWindowHoldsMoreThanTheLimitAndNoRefusalIsIdle) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    Arrivals arrivals(seed);
    const std::string name = "ann" + std::to_string(seed);
    const Window window{seconds(arrivals.between(1, 40) * 3)};
    const milliseconds length = window.length;
    const std::int64_t limit = arrivals.between(1, 30);
    std::vector<Tried> all;
    for (int i = 0; i < 400; ++i) {
      this->move(arrivals.pause(length));
      const std::int64_t amount = arrivals.between(1, 3);
      const auto seen = this->settle(name, {charge({Unit::messages, window}, amount, limit)});
      all.push_back({this->now(), amount, !seen.refused});
      const Time after = this->now() + milliseconds(1);
      ASSERT_LE(passed_between(all, after - length, after), limit);
      if (seen.refused) {
        ASSERT_GT(passed_between(all, after - length * 61 / 60, after) + amount, limit)
            << "refused though it would fit a sixtieth late";
      }
    }
  }
}

TYPED_TEST_P(LedgerProperties, WhenItClearsIsTrueToTheMillisecond) {
  Arrivals arrivals(4711);
  const Window window{seconds(60)};
  const std::int64_t limit = 20;
  for (int round = 0; round < 60; ++round) {
    const std::string name = "ann" + std::to_string(round);
    for (int i = 0; i < 12; ++i) {
      this->move(milliseconds(arrivals.between(0, 6000)));
      this->settle(name, {charge({Unit::messages, window}, arrivals.between(1, 4), limit)});
    }
    const auto asked =
        this->request(name, {charge({Unit::messages, window}, arrivals.between(1, 20), limit)});
    const auto seen = this->look(asked);
    if (!seen.refused) continue;
    ASSERT_TRUE(seen.readings[0].clears_at);
    this->world_.clock().set(*seen.readings[0].clears_at - milliseconds(1));
    EXPECT_TRUE(this->look(asked).refused);
    this->move(milliseconds(1));
    EXPECT_FALSE(this->look(asked).refused);
    this->world_.clock().set(*seen.readings[0].resets_at);
    EXPECT_EQ(this->look(asked).readings[0].used, 0);
  }
}

TYPED_TEST_P(LedgerProperties, NoDayHoldsMoreThanTheLimitThoughDaemonsClocksDiffer) {
  // Days of 24, 23, 24, 25, 24 ... hours; daemons up to five minutes off the store's clock.
  std::vector<Time> starts{days_at(this->now()).starts[0] - hours(24)};
  for (const int length : {24, 24, 23, 24, 25, 24, 23, 25, 24, 24, 24}) {
    starts.push_back(starts.back() + hours(length));
  }
  const auto index_at = [&](Time when) {
    std::size_t index = 0;
    while (starts[index + 1] <= when)
      ++index;
    return index;
  };
  Arrivals arrivals(42);
  const std::int64_t limit = 100;
  std::vector<Tried> all;
  while (this->now() < starts[7]) {
    this->move(milliseconds(arrivals.between(0, arrivals.between(0, 3) == 0 ? 3'600'000 : 1000)));
    const Time daemon_now = this->now() + milliseconds(arrivals.between(-300'000, 300'000));
    const std::size_t seen_day = index_at(daemon_now);
    const Days days{
        {starts[seen_day - 1], starts[seen_day], starts[seen_day + 1], starts[seen_day + 2]}};
    const std::int64_t amount = arrivals.between(1, 9);
    const auto seen = this->settle({user("ann"), {charge(kDaily, amount, limit)}, days});
    const std::size_t day = index_at(this->now());
    const std::int64_t before = passed_between(all, starts[day], starts[day + 1]);
    ASSERT_EQ(seen.readings[0].used, before);
    ASSERT_EQ(seen.refused, before + amount > limit);
    all.push_back({this->now(), amount, !seen.refused});
  }
}

REGISTER_TYPED_TEST_SUITE_P(LedgerProperties,
                            NoSpanOfTheWindowHoldsMoreThanTheLimitAndNoRefusalIsIdle,
                            WhenItClearsIsTrueToTheMillisecond,
                            NoDayHoldsMoreThanTheLimitThoughDaemonsClocksDiffer);

}  // namespace gatepost::test
