#pragma once

#include <map>
#include <optional>
#include <set>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "policy/client_lock.hpp"
#include "policy/lock_book.hpp"

namespace gatepost::store {

/// A daemon's copy of the locks. A look-up costs as much as there are different prefix lengths
/// among them, not as there are locks. Ended ones go when others come. Thread-safe.
class LockTable {
public:
  /// Beyond `most`, those that end first go first.
  explicit LockTable(std::size_t most = LockBook::kMostLocks) : most_(most) {}

  /// In the place of a lock of the same network; ended ones are dropped by `now`.
  void put(const ClientLock& lock, Time now);
  /// The lock that was taken away, whether it still held or not.
  std::optional<ClientLock> lift(const Network& network);
  /// These locks and no others.
  void assign(const std::vector<ClientLock>& locks);

  /// The lock of this very network, where it holds.
  std::optional<ClientLock> find(const Network& network, Time now) const;
  /// The lock that holds for the address; of several the one that ends last.
  std::optional<ClientLock> lock_of(const IpAddress& client, Time now) const;
  /// All that hold, newest first.
  std::vector<ClientLock> locks(Time now) const;
  std::size_t size() const;

private:
  void insert(const ClientLock& lock);
  std::optional<ClientLock> erase(const Network& network);
  void erase_first_to_end();

  const std::size_t most_;
  mutable std::shared_mutex mutex_;  ///< for all below
  std::map<Network, ClientLock> locks_;
  std::set<std::pair<Time, Network>> by_end_;
  std::map<int, std::size_t> prefixes_;  ///< in bits of 128: how many have it
};

}  // namespace gatepost::store
