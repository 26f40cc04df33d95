#include "policy/latency.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace gatepost {
namespace {

using std::chrono::nanoseconds;

TEST(Latency, ABoundBelongsToItsOwnBucket) {
  for (std::size_t i = 0; i < kLatencyBounds.size(); ++i) {
    LatencyHistogram histogram;
    histogram.add(kLatencyBounds[i]);
    histogram.add(kLatencyBounds[i] + nanoseconds(1));
    LatencySnapshot expected;
    expected.buckets[i] = 1;
    expected.buckets[i + 1] = 1;
    expected.sum = 2 * kLatencyBounds[i] + nanoseconds(1);
    EXPECT_EQ(histogram.snapshot(), expected) << i;
  }
}

TEST(Latency, TheBoundsRiseFromAQuarterMillisecondToASecond) {
  EXPECT_EQ(kLatencyBounds.front(), std::chrono::microseconds(250));
  EXPECT_EQ(kLatencyBounds.back(), std::chrono::seconds(1));
  for (std::size_t i = 1; i < kLatencyBounds.size(); ++i) {
    EXPECT_LT(kLatencyBounds[i - 1], kLatencyBounds[i]);
  }
}

TEST(Latency, TimesBelowZeroCountAsNone) {
  LatencyHistogram histogram;
  EXPECT_EQ(histogram.snapshot(), LatencySnapshot{});
  histogram.add(nanoseconds(-5));
  const LatencySnapshot seen = histogram.snapshot();
  EXPECT_EQ(seen.buckets.front(), 1U);
  EXPECT_EQ(seen.sum, nanoseconds(0));
}

TEST(Latency, NoCallIsLostAmongManyThreads) {
  LatencyHistogram histogram;
  constexpr int kThreads = 4;
  constexpr int kCalls = 5000;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&histogram] {
      for (int call = 0; call < kCalls; ++call)
        histogram.add(std::chrono::milliseconds(call % 2000));
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  const LatencySnapshot seen = histogram.snapshot();
  EXPECT_EQ(seen.count(), std::uint64_t{kThreads} * kCalls);
  // 0..1999 ms twice, and 0..999 ms, by each thread.
  EXPECT_EQ(seen.sum, std::chrono::milliseconds(kThreads * (2 * 1'999'000 + 499'500)));
}

}  // namespace
}  // namespace gatepost
