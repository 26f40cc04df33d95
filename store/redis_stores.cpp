#include "store/redis_stores.hpp"

#include <chrono>

#include "store/embedded_stores.hpp"
#include "store/fallback_ledger.hpp"
#include "store/fallback_lock_book.hpp"
#include "store/redis_case_book.hpp"
#include "store/redis_cluster.hpp"
#include "store/redis_connection.hpp"
#include "store/redis_freeze_book.hpp"
#include "store/redis_ledger.hpp"
#include "store/redis_sentinels.hpp"
#include "store/sqlite_audit_log.hpp"
#include "store/state_lock.hpp"
#include "store/timed_ledger.hpp"

namespace gatepost::store {
namespace {

// Long enough for a server that is there, short enough not to hold up the start by one that is not.
constexpr std::chrono::milliseconds kFirstAnswer{500};

std::unique_ptr<Redis> open_redis(const StoreSettings& settings, const Clock& clock,
                                  const Log& log) {
  switch (settings.topology) {
    case RedisTopology::sentinel: return std::make_unique<RedisSentinels>(settings, clock, log);
    case RedisTopology::cluster: return std::make_unique<RedisCluster>(settings, clock, log);
    case RedisTopology::single: break;
  }
  return std::make_unique<RedisConnection>(settings.redis, settings.deadline, clock, log);
}

class RedisStores final : public Stores {
public:
  RedisStores(const StoreSettings& settings, const std::filesystem::path& state_dir,
              const Clock& clock, const Log& log)
      : lock_(state_dir),
        audit_(database_file(state_dir)),
        redis_(open_redis(settings, clock, log)),
        reached_(redis_->wait_until_up(kFirstAnswer)),
        remote_(*redis_),
        timed_(remote_),
        ledger_(timed_,
                {.when_down = settings.when_down,
                 .share = settings.local_share,
                 .at_most = settings.local_for},
                clock, log),
        freezes_(*redis_),
        locks_(*redis_, settings.when_down, clock, log),
        cases_(*redis_, clock) {}

  Ledger& ledger() override { return ledger_; }

  FreezeBook& freezes() override { return freezes_; }

  LockBook& locks() override { return locks_; }

  CaseBook& cases() override { return cases_; }

  AuditLog& audit() override { return audit_; }

  StoreStatus status() const override {
    const auto state = redis_->state();
    const auto counts = ledger_.counts();
    return {.kind = "redis",
            .where = redis_->where(),
            .away = state.away,
            .since = state.since,
            .last_error = state.last_error,
            .warning = state.warning,
            .calls = counts.calls,
            .failed = counts.failed,
            .answered_locally = counts.answered_locally,
            .unanswered = counts.unanswered,
            .paid_back = counts.paid_back,
            .waiting = counts.waiting,
            .lost = counts.lost,
            .maybe_twice = counts.maybe_twice,
            .memory_lost = state.memory_lost,
            .latencies = timed_.latencies()};
  }

private:
  StateLock lock_;
  SqliteAuditLog audit_;
  std::unique_ptr<Redis> redis_;
  [[maybe_unused]] bool reached_;  // the members below find Redis there, if it is
  RedisLedger remote_;
  TimedLedger timed_;
  FallbackLedger ledger_;
  RedisFreezeBook freezes_;
  FallbackLockBook locks_;
  RedisCaseBook cases_;
};

}  // namespace

std::unique_ptr<Stores> open_redis_stores(const StoreSettings& settings,
                                          const std::filesystem::path& state_dir,
                                          const Clock& clock, const Log& log) {
  return std::make_unique<RedisStores>(settings, state_dir, clock, log);
}

}  // namespace gatepost::store
