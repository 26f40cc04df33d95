#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/ledger.hpp"
#include "store/fallback_figures.hpp"
#include "store/window_counters.hpp"

namespace gatepost::store {

/// Counts alone while the store is away: from the figures the store last gave for a subject, and
/// what was charged here since. Bounded. Thread-safe.
class LocalCounters {
public:
  static constexpr std::size_t kSubjects = 100'000;
  static constexpr std::size_t kTokens = 20'000;

  struct Outcome {
    Settlement settlement;
    std::vector<std::int64_t> charged;  ///< for each charge; empty: nothing was charged
  };

  /// `figures` must outlive this. Of what the store's figures leave of a limit, `share` per cent
  /// are counted here.
  LocalCounters(const KnownFigures& figures, int share) : figures_(figures), share_(share) {}

  /// As Ledger::look at `now`, by the store's clock.
  Settlement look(const LedgerRequest& request, Time now);
  /// As Ledger::settle.
  Outcome settle(const LedgerRequest& request, Token token, Time now);
  /// The store charged this for a subject that is being counted here; nothing where it is not.
  void add(const Subject& subject, const std::vector<Portion>& portions);
  /// The store answered for this subject: its figures are better.
  void forget(const Subject& subject);
  /// Forgets what counts no more.
  void sweep(Time now);

private:
  struct Answered {
    std::string subject;
    Settlement settlement;
  };

  WindowCounters seeded(const LedgerRequest& request) const;
  std::vector<Charge> shared(const LedgerRequest& request, Time now) const;
  const Settlement* answered(const LedgerRequest& request, Token token, Time now);
  void make_room(Time now);

  const KnownFigures& figures_;
  const int share_;
  std::mutex mutex_;
  std::unordered_map<std::string, WindowCounters> counters_;  // by Subject::text()
  std::unordered_map<std::uint64_t, Answered> tokens_;        // of the last two minutes
  std::deque<std::uint64_t> token_line_;                      // the oldest first
};

}  // namespace gatepost::store
