#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "mailauth/resolver.hpp"

namespace gatepost::mailauth {

/// What a resolver was asked and how it went.
struct DnsCounters {
  std::uint64_t asked = 0;            ///< questions of the checks
  std::uint64_t from_cache = 0;       ///< of them, answered at once
  std::uint64_t shared = 0;           ///< of them, that joined one under way
  std::uint64_t failed = 0;           ///< questions to the DNS without a usable answer
  std::uint64_t failed_in_a_row = 0;  ///< the last questions to the DNS, without any answer between
  std::size_t under_way = 0;          ///< now
};

/// A resolver before another one: each question is under way once however many ask it, answers are
/// kept for as long as they say, and failures for a moment, so that a dead name server is not asked
/// for each message. Bounded; thread-safe.
class SharedResolver final : public Resolver {
public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  static constexpr std::size_t kMostAnswers = 50'000;
  static constexpr std::size_t kMostOctets = 64U << 20U;  ///< of all answers kept
  static constexpr std::size_t kMostUnderWay = 1'000;     ///< beyond: failed at once
  static constexpr std::chrono::seconds kLongestKept{3600};
  static constexpr std::chrono::seconds kFailureKept{5};
  static constexpr std::chrono::seconds kNothingKept{60};  ///< at most, of no_data and no_name

  /// `behind` must outlive it.
  SharedResolver(Resolver& behind, Clock clock);
  /// Questions under way fail; none may be asked any more by another thread. What `behind` still
  /// answers goes nowhere.
  ~SharedResolver() override;

  SharedAnswer ask(const DnsQuestion& question, Done done) override;

  DnsCounters counters() const;

private:
  // What answers of `behind` may find gone.
  class State;

  Resolver& behind_;
  std::shared_ptr<State> state_;
};

}  // namespace gatepost::mailauth
