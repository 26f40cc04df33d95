#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/journal_record.hpp"

namespace gatepost::store {

/// What settles were answered within the last two minutes, for those that are asked again.
/// Bounded: of the answers to charges the newest kMostCharged are kept (eight hundred messages a
/// second for two minutes), of refusals the newest kMostRefused. Thread-safe.
class RememberedAnswers {
public:
  static constexpr std::chrono::minutes kKept{2};
  static constexpr std::size_t kMostCharged = 100'000;
  static constexpr std::size_t kMostRefused = 10'000;

  /// The answer that this token got, within kKept before `now`.
  std::optional<Settlement> find(std::string_view subject, Token token, Time now) const;

  /// Keeps the answer; the first one where there are two for a token.
  void remember(std::string_view subject, const JournalAnswer& answer);

  /// Passes on every answer to a charge that is still good at `now`, as journal content.
  void emit(Time now, const std::function<void(std::string_view content)>& emit) const;

  std::size_t size() const;

private:
  struct Entry {
    std::uint64_t key = 0;
    Time when;
  };

  using Queue = std::deque<Entry>;  ///< in order of arrival

  void trim(Queue& queue, std::size_t most, Time now);

  mutable std::mutex mutex_;                                 ///< for all below
  std::unordered_map<std::uint64_t, std::string> contents_;  ///< journal records, by hash
  Queue charged_;
  Queue refused_;
};

}  // namespace gatepost::store
