#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/milter_client/wire.hpp"

namespace gatepost::bench {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Latencies of one kind, kept one by one so that the percentiles are exact.
class Latencies {
public:
  void add(std::chrono::steady_clock::duration taken);
  /// Milliseconds below which `share` (0..1) of them lie; 0 where there are none.
  double at(double share) const;

private:
  mutable std::vector<std::uint32_t> microseconds_;
  mutable bool sorted_ = false;
};

/// What a run saw.
struct LoadReport {
  std::uint64_t answered = 0;  ///< messages that got their final answer, whatever it was
  std::uint64_t passed = 0;    ///< of them, those the MTA would deliver
  std::uint64_t lost = 0;      ///< messages whose connection broke
  std::uint64_t sessions = 0;
  std::uint32_t steps = 0;  ///< that the filter negotiated
  double seconds = 0;
  double load_cpu_seconds = 0;                   ///< of the load itself
  Latencies message;                             ///< MAIL sent to final answer
  Latencies mail;                                ///< MAIL sent to its answer
  std::map<std::string, std::uint64_t> replies;  ///< `mail 450 4.7.1`, `end c`, ... and how often

  /// Counts a reply under its stage, its code and the two SMTP codes.
  void count(std::string_view stage, const test::Reply& reply);

  double rate() const { return seconds > 0 ? static_cast<double>(answered) / seconds : 0; }

  /// For people.
  std::string text() const;
  /// The same for scripts, one JSON object on one line.
  std::string json() const;
};

}  // namespace gatepost::bench
