#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "store/stores.hpp"

namespace gatepost::test {

/// A clock that stands still until the test moves it. Thread-safe; outlives what reads it.
class HandClock {
public:
  explicit HandClock(Time start) : now_(start.time_since_epoch().count()) {}

  Time now() const { return Time(std::chrono::milliseconds(now_.load())); }

  void set(Time when) { now_.store(when.time_since_epoch().count()); }

  /// Negative: the clock is set back.
  void move(std::chrono::milliseconds by) { now_.fetch_add(by.count()); }

  store::Clock clock() const {
    return [this] { return now(); };
  }

private:
  std::atomic<std::int64_t> now_;
};

/// 2026-03-10 10:00 UTC, 18:00 in Shanghai: far from any midnight, and at a bucket's beginning.
inline constexpr Time kTestStart{std::chrono::milliseconds(1'773'136'800'000)};

/// The days around `now` in a zone without daylight saving.
inline Days days_at(Time now, std::chrono::hours utc_offset = std::chrono::hours(8)) {
  const auto local = now.time_since_epoch() + utc_offset;
  const Time today(std::chrono::floor<std::chrono::days>(local) - utc_offset);
  const std::chrono::hours day{24};
  return {{today - day, today, today + day, today + 2 * day}};
}

}  // namespace gatepost::test
