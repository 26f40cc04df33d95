#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "policy/latency.hpp"
#include "policy/store_status.hpp"
#include "store/fallback_remote.hpp"

namespace gatepost::store {

/// A clock that nobody sets, for how long things take.
using Stopwatch = std::function<std::chrono::steady_clock::time_point()>;

/// The steady clock of the system.
Stopwatch system_stopwatch();

/// A remote ledger that also notes how long each call of the one behind it takes: look, settle and
/// pay, those that were answered and those that were not apart. It changes no answer. A glance is
/// its look.
class TimedLedger final : public RemoteLedger {
public:
  /// `remote` must outlive this. `now` is called on every thread that calls the ledger.
  explicit TimedLedger(RemoteLedger& remote, Stopwatch now = system_stopwatch());

  Answer<Settlement> look(const LedgerRequest& request) override;
  Answer<Settlement> settle(const LedgerRequest& request, Token token) override;
  Answer<std::vector<Payment>> pay(const Subject& subject, const std::vector<LocalCharge>& charges,
                                   Time now) override;

  std::optional<Unavailable> away() const override { return remote_.away(); }

  /// Of each operation and outcome, always in the same order, and also where there were no calls.
  /// Thread-safe.
  std::vector<StoreLatency> latencies() const;

private:
  struct Operation {
    LatencyHistogram answered;
    LatencyHistogram unanswered;
  };

  template <typename Call>
  auto timed(Operation& operation, const Call& call);

  RemoteLedger& remote_;
  const Stopwatch now_;
  Operation look_;
  Operation settle_;
  Operation pay_;
};

}  // namespace gatepost::store
