#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "policy/store_settings.hpp"
#include "store/memory_lock_records.hpp"
#include "store/redis_lock_book.hpp"
#include "store/stores.hpp"
#include "store/waiting_lock_changes.hpp"

namespace gatepost::store {

/// A lock book over Redis that carries on while Redis is away. A thread keeps the copy of the locks
/// at most a quarter of a second behind Redis.
///
/// While Redis is away the locks of the copy hold on. With WhenDown::local this daemon counts
/// failures and locks alone, from the last records that it put into Redis itself: n daemons may let
/// n times what was left through. Once Redis is back, first of all unlocks and locks that were made
/// here reach its list, then it is read, then the records that were changed here take the place of
/// Redis' own. Where another daemon changed a record meanwhile, the attempts are told to Redis one
/// by one, as old as they are, under their tokens; those that led to a lock here are not: the lock
/// is on the list, and its end stays what people were told. Until that is done, calls are answered
/// here. What was unlocked elsewhere meanwhile is not carried over.
///
/// With WhenDown::unknown failures are Unavailable while Redis is away. Locks and unlocks by hand
/// work here in any case and reach Redis later.
class FallbackLockBook final : public LockBook {
public:
  static constexpr std::chrono::milliseconds kPoll{250};
  static constexpr std::chrono::milliseconds kPollAway{50};

  struct Counts {
    std::uint64_t answered_locally = 0;
    std::uint64_t carried_over = 0;  ///< records and attempts that reached Redis afterwards
    std::uint64_t waiting = 0;       ///< that have still to reach it
    std::uint64_t lost = 0;          ///< more than can wait
  };

  /// Reads the list once, if Redis answers. `redis` must outlive this. `clock` is this
  /// daemon's; options.clock the server's.
  FallbackLockBook(Redis& redis, WhenDown when_down, Clock clock, Log log,
                   RedisLockBook::Options options);

  FallbackLockBook(Redis& redis, WhenDown when_down, Clock clock, Log log)
      : FallbackLockBook(redis, when_down, std::move(clock), std::move(log), {}) {}

  /// Carries over what it can in one last go, and says what is given up.
  ~FallbackLockBook() override;
  FallbackLockBook(const FallbackLockBook&) = delete;
  FallbackLockBook& operator=(const FallbackLockBook&) = delete;

  std::optional<ClientLock> lock_of(const IpAddress& client, Time now) const override;
  std::vector<ClientLock> locks(Time now) const override;
  std::size_t lock_count() const override;
  Answer<FailureOutcome> fail(const LoginAttempt& attempt, const LockoutTerms& terms,
                              const Reference& reference) override;
  Answer<FailureOutcome> turned_away(const LoginAttempt& attempt,
                                     const LockoutTerms& terms) override;
  Answer<bool> succeed(const LoginAttempt& attempt, const LockoutTerms& terms) override;
  Answer<bool> lock(const ClientLock& lock) override;
  Answer<UnlockOutcome> unlock(const Network& network) override;
  Answer<NetworkStanding> standing(const Network& network, const LockoutTerms& terms) override;
  Answer<std::vector<LoginFailures>> failures_of(const LoginName& login,
                                                 std::chrono::seconds span) override;

  Counts counts() const;

private:
  using Networks = std::set<Network>;

  // Held while something is counted here and noted as waiting, so that the poller never meets one
  // without the other. Over memory alone, never over a call of Redis.
  using Here = std::unique_lock<std::mutex>;

  // From Redis, else from what is known here, with `here` held; `by_hand` is answered here in any
  // case.
  template <typename Value, typename Ask>
  Answer<Value> ask(const Ask& ask, bool by_hand, Here& here);

  Time store_now() const;
  void poll();
  // All steps of the return, or one look where nothing waits.
  std::optional<Unavailable> exchange();
  std::optional<Unavailable> carry_lifts(Networks& lifted_here);
  std::optional<Unavailable> carry_locks();
  std::optional<Unavailable> read_list(const Networks& lifted_here);
  std::optional<Unavailable> carry_records();
  std::optional<Unavailable> carry_record(const WaitingLockChanges::Key& key);
  std::optional<Unavailable> carry_attempts(const Network& network);

  Redis& redis_;
  const WhenDown when_down_;
  const Clock clock_;
  const Log log_;
  std::atomic<std::int64_t> offset_ms_{0};  // of the store's clock

  std::mutex counting_;  // see Here
  MemoryLockRecords known_;
  WaitingLockChanges waiting_;
  std::optional<MirroredLockRecords> mirrored_;
  RedisLockBook remote_;
  RecordLockBook local_;

  // Forgets what is known of a network, without a word to anybody.
  LockTable no_locks_;
  RecordLockBook forgetting_;

  std::atomic<bool> serving_{false};  // Redis is there and knows what was done here
  std::atomic<std::uint64_t> answered_locally_{0};
  std::atomic<std::uint64_t> carried_over_{0};

  std::string said_;  // of the poller: the last failure that was logged
  std::mutex mutex_;  // of stopping_
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread poller_;
};

}  // namespace gatepost::store
