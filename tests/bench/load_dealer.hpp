#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/bench/load_options.hpp"
#include "tests/bench/load_report.hpp"

namespace gatepost::bench {

/// Deals messages to the connections until the run is over: the number of messages is reached or
/// the time is up.
class Dealer {
public:
  explicit Dealer(const LoadOptions& options) : options_(options), random_(options.seed) {}

  /// The clock starts; before it nothing is dealt.
  void start(SteadyTime now);

  bool started() const { return started_; }

  /// The login of the next message; nothing once the run is over.
  std::optional<std::string> next_login(SteadyTime now);
  /// A queue id that no other message has.
  std::string next_queue_id();

private:
  const LoadOptions& options_;
  std::uint64_t random_;
  std::uint64_t dealt_ = 0;
  std::uint64_t queue_ids_ = 0;
  bool started_ = false;
  SteadyTime begun_{};
  SteadyTime end_;
};

}  // namespace gatepost::bench
