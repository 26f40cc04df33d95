#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "policy/store_settings.hpp"
#include "store/fallback_figures.hpp"
#include "store/fallback_local.hpp"
#include "store/fallback_remote.hpp"
#include "store/fallback_waiting.hpp"
#include "store/stores.hpp"

namespace gatepost::store {

/// A remote ledger that carries on while the remote one is away.
///
/// With WhenDown::local it answers from the last figures it knew of a subject, all taken for as new
/// as they can be, and its own charges since. Each daemon does so alone: n daemons may let n times
/// what was left through; and at the moment when the store goes away, every message of the subject
/// whose answer is on its way, one a session at most, may pass beside what is counted here. Once
/// the store is back every such charge is paid into the bucket of its time, once: under the token
/// of its message, so that one the store had charged without our hearing of it is not charged
/// twice. A subject's charges are paid before it is looked at.
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
  };

  /// `remote` must outlive this. Starts the thread that pays back.
  FallbackLedger(RemoteLedger& remote, WhenDown when_down, Clock clock, Log log);
  /// Pays what it can in one last go, and says what is given up.
  ~FallbackLedger() override;
  FallbackLedger(const FallbackLedger&) = delete;
  FallbackLedger& operator=(const FallbackLedger&) = delete;

  Answer<Settlement> look(const LedgerRequest& request) override;
  Answer<Settlement> glance(const LedgerRequest& request) override;
  Answer<Settlement> settle(const LedgerRequest& request, Token token) override;

  Counts counts() const;

private:
  bool is_far_from_limits(const LedgerRequest& request) const;
  std::optional<Unavailable> settle_up(const Subject& subject);
  std::optional<Unavailable> pay(const Subject& subject);
  void learn(const LedgerRequest& request, const Settlement& settlement, bool settled);
  void pay_back();
  std::mutex& mutex_of(const Subject& subject);
  Time store_now() const;

  RemoteLedger& remote_;
  const WhenDown when_down_;
  const Clock clock_;
  const Log log_;

  KnownFigures figures_;
  LocalCounters local_{figures_};
  WaitingCharges waiting_;
  std::array<std::mutex, 64> subject_mutexes_;  // a subject's step from the store to us is one
  std::atomic<std::int64_t> offset_ms_{0};      // the store's clock minus ours

  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> answered_locally_{0};
  std::atomic<std::uint64_t> unanswered_{0};
  std::atomic<std::uint64_t> paid_back_{0};
  std::atomic<std::uint64_t> lost_{0};

  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread payer_;
};

}  // namespace gatepost::store
