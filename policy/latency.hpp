#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace gatepost {

/// Up to how long a call took, for each bucket but the last, which has what took longer.
inline constexpr std::array<std::chrono::microseconds, 12> kLatencyBounds = {
    std::chrono::microseconds(250),  std::chrono::microseconds(500), std::chrono::milliseconds(1),
    std::chrono::microseconds(2500), std::chrono::milliseconds(5),   std::chrono::milliseconds(10),
    std::chrono::milliseconds(25),   std::chrono::milliseconds(50),  std::chrono::milliseconds(100),
    std::chrono::milliseconds(250),  std::chrono::milliseconds(500), std::chrono::seconds(1)};

/// How long calls took, as it was at one moment.
struct LatencySnapshot {
  /// Calls of each bucket alone, in the order of kLatencyBounds; the last one has no bound.
  std::array<std::uint64_t, kLatencyBounds.size() + 1> buckets{};
  std::chrono::nanoseconds sum{0};

  /// All calls.
  std::uint64_t count() const;

  friend bool operator==(const LatencySnapshot&, const LatencySnapshot&) = default;
};

/// Counts how long calls take. Thread-safe, and no call waits for another.
class LatencyHistogram {
public:
  /// One call. A negative time, which no steady clock gives, counts as none.
  void add(std::chrono::nanoseconds taken);
  /// Each figure is exact for some moment of this call; calls that end meanwhile may be in the
  /// buckets and not yet in the sum, or the other way round.
  LatencySnapshot snapshot() const;

private:
  std::array<std::atomic<std::uint64_t>, kLatencyBounds.size() + 1> buckets_{};
  std::atomic<std::int64_t> sum_ns_{0};
};

}  // namespace gatepost
