#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/lock_book.hpp"
#include "store/lock_records.hpp"
#include "store/memory_lock_records.hpp"
#include "store/redis.hpp"

namespace gatepost::store {

/// What became of one network's lock.
struct LockChange {
  std::int64_t number = 0;
  Network network;
  std::optional<ClientLock> lock;  ///< nothing: it was lifted
  Time lifted;
};

/// A page of the list's changes.
struct LockChanges {
  std::string epoch;                ///< another one after the server lost its memory
  std::int64_t newest = 0;          ///< number of the newest change of all
  Time now;                         ///< the server's clock
  std::int64_t last = 0;            ///< number of the last change of this page
  bool more = false;                ///< there may be another page
  std::vector<LockChange> changes;  ///< without those that cannot be read
};

/// Records and locks in Redis. Thread-safe.
///
///     gatepost:{fNN}:n:NETWORK    record of a network, in one of 64 shards
///     gatepost:{aNN}:u:LOGIN      record of a login
///     gatepost:{fNN}:z, ...       index of a shard, for its bound
///     gatepost:{locks}:...        the list of locks: store/lua/lock_prelude.lua
///
/// Loading costs one round trip, every other call one as well. A record and the list are two steps
/// that lie in two slots of a cluster; either may be repeated.
class RedisLockRecords final : public LockRecords {
public:
  static constexpr std::size_t kShards = 64;
  static constexpr std::size_t kPage = 1000;
  /// How long a lift is remembered; whoever was away for longer reads the list as a whole.
  static constexpr std::chrono::hours kLiftRemembered{1};

  /// `clock` is the server's own where it is empty; only tests pass one. `redis` must outlive
  /// this.
  explicit RedisLockRecords(Redis& redis, Clock clock = {}, LockBounds bounds = {});

  Answer<Loaded> load(Kind kind, std::string_view key) override;
  Answer<bool> replace(Kind kind, std::string_view key, std::string_view expected,
                       std::string_view next, Time forget_at) override;
  Answer<bool> put_lock(const ClientLock& lock) override;
  Answer<bool> lift_lock(const Network& network, Time now) override;

  /// Puts the locks on the list wherever no other one is that holds as long. False for each whose
  /// network was unlocked after it was made.
  Answer<std::vector<bool>> add_locks(std::span<const ClientLock> locks);
  /// What the list says of a network; nothing: it does not know it.
  Answer<std::optional<LockChange>> entry_of(const Network& network);
  /// What changed after the change with the number `after`; 0: everything.
  Answer<LockChanges> changes(std::int64_t after, std::size_t most = kPage);

private:
  std::string now_text() const;
  std::vector<std::string> list_words() const;
  std::vector<std::string> words_to_put(const ClientLock& lock, std::string_view how) const;
  Answer<std::int64_t> run_for_number(RedisScript script, std::size_t keys,
                                      const std::vector<std::string>& words);
  Unavailable odd_reply(std::string_view what) const;

  Redis& redis_;
  const Clock clock_;
  const LockBounds bounds_;
  // An epoch that a call of this daemon may begin: never the same twice.
  const std::string epoch_;
  mutable std::atomic<std::uint64_t> epochs_{0};
};

}  // namespace gatepost::store
