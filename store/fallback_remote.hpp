#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "policy/ledger.hpp"

namespace gatepost::store {

/// A charge that was counted here alone while the store was away.
struct LocalCharge {
  std::uint64_t id = 0;   ///< unique in this daemon
  Token token;            ///< of its message: the store may have charged it without our knowing
  Time when;              ///< by the daemon's clock
  bool in_doubt = false;  ///< the store was asked and did not answer: it may hold the charge
  std::vector<std::int64_t> amounts;           ///< one for each charge of `request`
  std::shared_ptr<const LedgerRequest> shape;  ///< counters and days; its amounts mean nothing
};

/// What became of a charge that was paid in late.
enum class Payment : std::uint8_t {
  charged,  ///< now, or before under the same token
  dropped,  ///< it is so old that no counter holds it any longer
};

/// A ledger that can be away, and takes charges afterwards.
class RemoteLedger : public Ledger {
public:
  /// Charges each at `now` minus its age, without asking any limit, and each token once. All are of
  /// `subject`; the payments come in their order. Thread-safe.
  virtual Answer<std::vector<Payment>> pay(const Subject& subject,
                                           const std::vector<LocalCharge>& charges, Time now) = 0;
  /// Nothing where a call would be tried now; else why not.
  virtual std::optional<Unavailable> away() const = 0;
};

}  // namespace gatepost::store
