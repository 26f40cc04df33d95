#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policy/lock_book.hpp"
#include "store/lock_table.hpp"
#include "store/record_lock_book.hpp"
#include "store/redis_lock_records.hpp"

namespace gatepost::store {

/// Failures and locks in Redis, with this daemon's copy of the locks. refresh() brings the copy up
/// to date; while Redis is away it stays as it is, and everything that asks Redis is Unavailable.
///
/// Where Redis comes back without its memory, or with an older one, the locks of the copy that
/// still hold are put on its list again: nobody is unlocked because a Redis without persistence was
/// restarted. Failures that had not led to a lock are forgotten then.
class RedisLockBook final : public LockBook {
public:
  struct Options {
    Clock clock;  ///< the server's own where it is empty; only tests give one
    LockBounds bounds;
    /// After so long without Redis the list is read as a whole: shorter than lifts are remembered.
    std::chrono::milliseconds whole_after = std::chrono::minutes(50);
  };

  /// Networks that were unlocked.
  using Lifted = std::vector<Network>;
  /// Where the book keeps its records; made from those in Redis, which outlive it.
  using Through = std::function<LockRecords&(RedisLockRecords&)>;

  RedisLockBook(Redis& redis, Options options, Log log, const Through& through = {});

  /// Reads what changed on the list since the last time; at the first time all of it. Adds to
  /// `lifted` who was unlocked, also where it fails half-way. Not for two threads at once.
  std::optional<Unavailable> refresh(Lifted& lifted);

  RedisLockRecords& records() { return records_; }

  LockTable& table() { return table_; }

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

private:
  static constexpr std::size_t kStripes = 64;

  // Whether there is another page.
  Answer<bool> read_page(Lifted& lifted);
  std::optional<Unavailable> put_back(Time now);
  void apply(const LockChange& change, Time now, Lifted& lifted);
  void drop_unseen(Time now);
  std::mutex& mutex_of(const Network& network);

  RedisLockRecords records_;
  LockTable table_;
  RecordLockBook book_;
  const std::chrono::milliseconds whole_after_;
  const Log log_;

  // Failures of one network are sent one after the other, so that they do not collide in Redis.
  std::array<std::mutex, kStripes> stripes_;

  // Held while a page is read and applied, and while a lock is made or lifted by hand: an older
  // page never undoes that.
  std::mutex exchange_;
  std::string epoch_;                               // of the list that was read; empty: none yet
  std::int64_t last_ = 0;                           // number of the last change that was read
  std::chrono::steady_clock::time_point whole_at_;  // when all changes were last known
  std::optional<std::set<Network>> seen_;           // while the list is read anew as a whole
};

}  // namespace gatepost::store
