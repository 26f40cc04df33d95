#pragma once

#include <vector>

#include "store/fallback_remote.hpp"
#include "store/redis.hpp"
#include "store/stores.hpp"

namespace gatepost::store {

/// The counters in Redis, shared by all daemons that use it: exact, by scripts that run one after
/// the other. One hash for each subject; store/lua/prelude.lua describes it.
class RedisLedger final : public RemoteLedger {
public:
  /// `redis` must outlive the ledger. `clock` is for tests: without it time is the server's.
  explicit RedisLedger(Redis& redis, Clock clock = {}) : redis_(redis), clock_(std::move(clock)) {}

  Answer<Settlement> look(const LedgerRequest& request) override;
  Answer<Settlement> settle(const LedgerRequest& request, Token token) override;
  Answer<std::vector<Payment>> pay(const Subject& subject, const std::vector<LocalCharge>& charges,
                                   Time now) override;

  std::optional<Unavailable> away() const override { return redis_.away(); }

private:
  Redis& redis_;
  const Clock clock_;
};

}  // namespace gatepost::store
