#include "policy/latency.hpp"

#include <algorithm>
#include <numeric>

namespace gatepost {

std::uint64_t LatencySnapshot::count() const {
  return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
}

void LatencyHistogram::add(std::chrono::nanoseconds taken) {
  taken = std::max(taken, std::chrono::nanoseconds(0));
  const auto bound = std::lower_bound(kLatencyBounds.begin(), kLatencyBounds.end(), taken);
  const auto bucket = static_cast<std::size_t>(bound - kLatencyBounds.begin());
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_ns_.fetch_add(taken.count(), std::memory_order_relaxed);
}

LatencySnapshot LatencyHistogram::snapshot() const {
  LatencySnapshot out;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    out.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
  }
  out.sum = std::chrono::nanoseconds(sum_ns_.load(std::memory_order_relaxed));
  return out;
}

}  // namespace gatepost
