#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "policy/store_settings.hpp"
#include "store/fallback_figures.hpp"
#include "store/fallback_local.hpp"
#include "store/fallback_remote.hpp"
#include "store/fallback_waiting.hpp"
#include "store/stores.hpp"

namespace gatepost::store {

/// What counts while the store is away.
struct WhenAway {
  WhenDown when_down = WhenDown::local;
  int share = 100;                  ///< of what was left of a limit, in per cent, for this daemon
  std::chrono::seconds at_most{0};  ///< an outage that lasts longer is WhenDown::unknown; 0: none
};

/// A remote ledger that carries on while the remote one is away.
///
/// With WhenDown::local it answers from the last figures it knew of a subject, all taken for as new
/// as they can be, and its own charges since. Answers of the store that are on their way are waited
/// for, so that one daemon which knew the figures lets nothing through beyond the limit. Each
/// daemon does so alone: n daemons may let n times their share of what was left through. Once the
/// store is back every such charge is paid into the bucket of its time, once: under the token of
/// its message, so that one the store had charged without our hearing of it is not charged twice,
/// unless the outage outlasted the token. A subject's charges are paid before it is looked at.
///
/// With WhenDown::unknown it answers Unavailable.
class FallbackLedger final : public Ledger {
public:
  struct Counts {
    std::uint64_t calls = 0;
    std::uint64_t failed = 0;
    std::uint64_t answered_locally = 0;
    std::uint64_t unanswered = 0;
    std::uint64_t paid_back = 0;
    std::uint64_t waiting = 0;
    std::uint64_t lost = 0;
    std::uint64_t maybe_twice = 0;  ///< paid back though the store may have held it already
  };

  /// `remote` must outlive this. Starts the thread that pays back.
  FallbackLedger(RemoteLedger& remote, WhenAway when_away, Clock clock, Log log);
  /// Pays what it can in one last go, and says what is given up.
  ~FallbackLedger() override;
  FallbackLedger(const FallbackLedger&) = delete;
  FallbackLedger& operator=(const FallbackLedger&) = delete;

  Answer<Settlement> look(const LedgerRequest& request) override;
  Answer<Settlement> glance(const LedgerRequest& request) override;
  Answer<Settlement> settle(const LedgerRequest& request, Token token) override;

  Counts counts() const;

private:
  // Subjects whose texts have the same hash; `under_way`: settles at the store, by those texts.
  struct Shard {
    std::mutex mutex;
    std::condition_variable answered;
    std::unordered_map<std::string, int> under_way;
  };

  bool is_far_from_limits(const LedgerRequest& request) const;
  std::optional<Unavailable> settle_up(const Subject& subject);
  std::optional<Unavailable> pay(const Subject& subject);
  std::optional<Unavailable> begin_settle(Shard& shard, const Subject& subject);
  static void end_settle(Shard& shard, const Subject& subject);
  bool counts_here(const Unavailable& away) const;
  Answer<Settlement> settle_here(const LedgerRequest& request, Token token, bool in_doubt);
  void learn(const LedgerRequest& request, const Settlement& settlement, bool settled);
  void pay_back();
  Shard& shard_of(const Subject& subject);
  Time store_now() const;

  RemoteLedger& remote_;
  const WhenAway when_away_;
  const Clock clock_;
  const Log log_;

  KnownFigures figures_;
  LocalCounters local_{figures_, when_away_.share};
  WaitingCharges waiting_;
  std::array<Shard, 64> shards_;            // a subject's step from the store to us is one
  std::atomic<std::int64_t> offset_ms_{0};  // the store's clock minus ours

  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> answered_locally_{0};
  std::atomic<std::uint64_t> unanswered_{0};
  std::atomic<std::uint64_t> paid_back_{0};
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::uint64_t> maybe_twice_{0};

  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread payer_;
};

}  // namespace gatepost::store
