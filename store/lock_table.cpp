#include "store/lock_table.hpp"

#include <algorithm>
#include <mutex>
#include <tuple>

namespace gatepost::store {
namespace {

constexpr int kMappedPrefix = 96;  // of IPv4 addresses in their 128-bit form

/// The block of so many bits around the address. ::/0 says nothing about IPv4.
std::optional<Network> block_of(const IpAddress& address, int prefix_in_128) {
  if (!address.is_v4()) return Network::around(address, prefix_in_128);
  if (prefix_in_128 < kMappedPrefix) return {};
  return Network::around(address, prefix_in_128 - kMappedPrefix);
}

}  // namespace

void LockTable::put(const ClientLock& lock, Time now) {
  const std::unique_lock guard(mutex_);
  while (!by_end_.empty() && by_end_.begin()->first <= now)
    erase_first_to_end();
  insert(lock);
}

std::optional<ClientLock> LockTable::lift(const Network& network) {
  const std::unique_lock guard(mutex_);
  return erase(network);
}

void LockTable::assign(const std::vector<ClientLock>& locks) {
  const std::unique_lock guard(mutex_);
  locks_.clear();
  by_end_.clear();
  prefixes_.clear();
  for (const ClientLock& lock : locks)
    insert(lock);
}

std::optional<ClientLock> LockTable::find(const Network& network, Time now) const {
  const std::shared_lock guard(mutex_);
  const auto found = locks_.find(network);
  if (found == locks_.end() || !found->second.holds(now)) return {};
  return found->second;
}

std::optional<ClientLock> LockTable::lock_of(const IpAddress& client, Time now) const {
  const std::shared_lock guard(mutex_);
  const ClientLock* longest = nullptr;
  for (const auto& [prefix, count] : prefixes_) {
    const auto block = block_of(client, prefix);
    if (!block) continue;
    const auto found = locks_.find(*block);
    if (found == locks_.end() || !found->second.holds(now)) continue;
    if (longest == nullptr || longest->until <= found->second.until) longest = &found->second;
  }
  return longest == nullptr ? std::nullopt : std::optional(*longest);
}

std::vector<ClientLock> LockTable::locks(Time now) const {
  std::vector<ClientLock> out;
  {
    const std::shared_lock guard(mutex_);
    for (const auto& [network, lock] : locks_) {
      if (lock.holds(now)) out.push_back(lock);
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const ClientLock& a, const ClientLock& b) { return a.since > b.since; });
  return out;
}

std::size_t LockTable::size() const {
  const std::shared_lock guard(mutex_);
  return locks_.size();
}

void LockTable::insert(const ClientLock& lock) {
  erase(lock.network);
  locks_.emplace(lock.network, lock);
  by_end_.emplace(lock.until, lock.network);
  ++prefixes_[lock.network.prefix_in_128()];
  while (locks_.size() > most_)
    erase_first_to_end();
}

std::optional<ClientLock> LockTable::erase(const Network& network) {
  const auto found = locks_.find(network);
  if (found == locks_.end()) return {};
  ClientLock lock = std::move(found->second);
  locks_.erase(found);
  by_end_.erase({lock.until, lock.network});
  const auto prefix = prefixes_.find(lock.network.prefix_in_128());
  if (--prefix->second == 0) prefixes_.erase(prefix);
  return lock;
}

void LockTable::erase_first_to_end() {
  const Network network = by_end_.begin()->second;
  erase(network);
}

}  // namespace gatepost::store
