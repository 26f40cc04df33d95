#pragma once

#include <array>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/lock_book.hpp"
#include "store/lock_records.hpp"
#include "store/stores.hpp"

namespace gatepost::store {

/// How much a lock book's store keeps.
struct LockBounds {
  std::size_t networks = LockBook::kMostNetworks;
  std::size_t logins = LockBook::kMostNetworks;
  std::size_t locks = LockBook::kMostLocks;
};

/// Records in this process' memory, gone with it. Of locks it keeps only when they end: the locks
/// themselves are in a LockTable.
class MemoryLockRecords final : public LockRecords {
public:
  /// A lock made before its network was unlocked is turned away for so long.
  static constexpr std::chrono::hours kLiftRemembered{1};

  explicit MemoryLockRecords(Clock clock, LockBounds bounds = {});

  Answer<Loaded> load(Kind kind, std::string_view key) override;
  Answer<bool> replace(Kind kind, std::string_view key, std::string_view expected,
                       std::string_view next, Time forget_at) override;
  Answer<bool> put_lock(const ClientLock& lock) override;
  Answer<bool> lift_lock(const Network& network, Time now) override;

  /// What a change did besides, for those who keep the same elsewhere.
  struct Change {
    bool done = false;
    std::vector<std::string> dropped_keys;  ///< of the same kind
    std::vector<Network> dropped_locks;
  };

  Change change_record(Kind kind, std::string_view key, std::string_view expected,
                       std::string_view next, Time forget_at);
  Change change_lock(const ClientLock& lock);

  std::size_t size(Kind kind) const;

private:
  struct Held {
    std::string record;
    Time forget_at;
    std::list<const std::string*>::iterator place;
  };

  struct Shelf {
    std::unordered_map<std::string, Held> held;
    std::list<const std::string*> by_change;               // least recently changed first
    std::set<std::pair<Time, const std::string*>> by_end;  // forget_at
    std::size_t most = 0;
  };

  Shelf& shelf(Kind kind) { return shelves_[static_cast<std::size_t>(kind)]; }

  static void erase(Shelf& shelf, std::unordered_map<std::string, Held>::iterator at);
  static void keep_in_bounds(Shelf& shelf, Time now, std::vector<std::string>& dropped);
  void forget_lifts(Time now);

  const Clock clock_;
  const std::size_t most_locks_;

  mutable std::mutex mutex_;  ///< for all below
  std::array<Shelf, 2> shelves_;
  std::map<Network, Time> locks_;  // until
  std::set<std::pair<Time, Network>> locks_by_end_;
  std::map<Network, Time> lifted_;
  std::set<std::pair<Time, Network>> lifted_by_time_;
};

}  // namespace gatepost::store
