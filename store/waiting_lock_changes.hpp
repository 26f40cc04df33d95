#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/client_lock.hpp"
#include "policy/lockout_terms.hpp"
#include "policy/login_attempt.hpp"
#include "policy/reference.hpp"
#include "store/lock_records.hpp"

namespace gatepost::store {

/// An attempt that was counted here alone.
struct WaitingAttempt {
  LoginAttempt attempt;
  LockoutTerms terms;
  std::optional<Reference> reference;  ///< of a failure; nothing: a success
  Time when;                           ///< by this daemon's clock
  std::uint64_t id = 0;                ///< set by add(), ascending
  bool apart = false;  ///< set besides: the record that is known here may not have it
};

/// The records as this daemon knows them, and what it did with them while the store was away: what
/// is to be carried over once it is back. Bounded; what does not fit is lost to the store, not to
/// this daemon. Thread-safe.
///
/// As LockRecords it is what a book works on while the store is away. mirror() keeps it up to date
/// while the store is there.
class WaitingLockChanges final : public LockRecords {
public:
  static constexpr std::size_t kMost = 10'000;  ///< records, attempts, locks, lifts: each

  using Key = std::pair<Kind, std::string>;

  /// A record that was changed here.
  struct Changed {
    std::string base;  ///< what the store had, as far as known here
    /// What the store was given and did not confirm: it may have that by now.
    std::optional<std::string> offered;
    Time forget_at;
    std::uint64_t version = 0;  ///< counts the changes
    /// The network was unlocked here: it goes in the place of whatever is there.
    bool anyway = false;
  };

  /// `known` holds the records; it must outlive this.
  explicit WaitingLockChanges(LockRecords& known, std::size_t most = kMost)
      : known_(known), most_(most) {}

  Answer<Loaded> load(Kind kind, std::string_view key) override;
  Answer<bool> replace(Kind kind, std::string_view key, std::string_view expected,
                       std::string_view next, Time forget_at) override;
  Answer<bool> put_lock(const ClientLock& lock) override;
  Answer<bool> lift_lock(const Network& network, Time now) override;

  /// What the store holds by now; ignored where the record was changed here besides.
  void mirror(Kind kind, std::string_view key, std::string_view record, Time forget_at);
  void add(WaitingAttempt attempt);
  /// The network was unlocked through the store: nothing of it is to be carried over.
  void forget(const Network& network);

  /// Whether anything waits; one look at an atomic number where nothing does.
  bool empty() const { return size_.load(std::memory_order_acquire) == 0; }

  std::map<Network, Time> lifts() const;
  std::vector<ClientLock> locks() const;
  std::vector<Key> records() const;
  std::vector<Network> networks() const;  ///< with attempts

  std::optional<Changed> changed(const Key& key) const;
  std::vector<WaitingAttempt> attempts_of(const Network& network) const;

  void lifted(const Network& network, Time when);
  void put(const ClientLock& lock);
  /// The store is about to be given `record`.
  void offer(const Key& key, std::string_view record);
  /// The store holds `record` now. Stays where it was changed since.
  void carried(const Key& key, std::uint64_t version, std::string_view record);
  /// The store holds something else, and keeps it. False: the record was changed here since.
  bool give_up(const Key& key, std::uint64_t version);

  /// The attempts of the network up to `id` are in the record that was carried, but for those
  /// apart from it.
  void carried_with_record(const Network& network, std::uint64_t id);
  /// This one was told.
  void told(const Network& network, std::uint64_t id);

  std::size_t size() const { return size_.load(std::memory_order_acquire); }

  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

private:
  static Key key_of(const Network& network);
  // With mutex_ held.
  void forget_attempts(const Network& network);
  void erase_attempts(const Network& network,
                      const std::function<bool(const WaitingAttempt&)>& which);
  void count_locked();

  LockRecords& known_;
  const std::size_t most_;

  mutable std::mutex mutex_;
  std::map<Key, Changed> changed_;
  std::map<Network, std::vector<WaitingAttempt>> attempts_;
  std::size_t attempt_count_ = 0;
  std::map<Network, ClientLock> locks_;
  std::map<Network, Time> lifts_;
  std::uint64_t last_id_ = 0;
  std::atomic<std::size_t> size_{0};
  std::atomic<std::uint64_t> lost_{0};
};

/// Records in a store; what is put there is mirrored.
class MirroredLockRecords final : public LockRecords {
public:
  /// `heard` is told the store's clock at each load.
  MirroredLockRecords(LockRecords& store, WaitingLockChanges& mirror,
                      std::function<void(Time)> heard)
      : store_(store), mirror_(mirror), heard_(std::move(heard)) {}

  Answer<Loaded> load(Kind kind, std::string_view key) override;
  Answer<bool> replace(Kind kind, std::string_view key, std::string_view expected,
                       std::string_view next, Time forget_at) override;

  Answer<bool> put_lock(const ClientLock& lock) override { return store_.put_lock(lock); }

  Answer<bool> lift_lock(const Network& network, Time now) override {
    return store_.lift_lock(network, now);
  }

private:
  LockRecords& store_;
  WaitingLockChanges& mirror_;
  std::function<void(Time)> heard_;
};

}  // namespace gatepost::store
