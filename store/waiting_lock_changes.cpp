#include "store/waiting_lock_changes.hpp"

#include <algorithm>

namespace gatepost::store {

Answer<LockRecords::Loaded> WaitingLockChanges::load(Kind kind, std::string_view key) {
  return known_.load(kind, key);
}

Answer<bool> WaitingLockChanges::replace(Kind kind, std::string_view key, std::string_view expected,
                                         std::string_view next, Time forget_at) {
  const std::lock_guard lock(mutex_);
  auto answer = known_.replace(kind, key, expected, next, forget_at);
  if (const bool* done = value_of(answer); done == nullptr || !*done) return answer;
  const Key name(kind, key);
  auto found = changed_.find(name);
  if (found == changed_.end()) {
    if (changed_.size() >= most_) {
      ++lost_;
      return answer;
    }
    found = changed_.try_emplace(name).first;
    found->second.base = expected;
  }
  found->second.forget_at = forget_at;
  ++found->second.version;
  count_locked();
  return answer;
}

Answer<bool> WaitingLockChanges::put_lock(const ClientLock& lock) {
  const std::lock_guard guard(mutex_);
  if (locks_.size() >= most_ && !locks_.contains(lock.network)) {
    ++lost_;
    return true;
  }
  locks_.insert_or_assign(lock.network, lock);
  // They led to it, and count no more.
  if (!lock.by_hand()) forget_attempts(lock.network);
  count_locked();
  return true;
}

Answer<bool> WaitingLockChanges::lift_lock(const Network& network, Time now) {
  const std::lock_guard guard(mutex_);
  const bool there = locks_.erase(network) != 0;
  forget_attempts(network);
  Changed& changed = changed_[key_of(network)];
  changed.anyway = true;
  ++changed.version;
  if (lifts_.size() >= most_ && !lifts_.contains(network)) {
    ++lost_;
  } else {
    lifts_.insert_or_assign(network, now);
  }
  count_locked();
  return there;
}

void WaitingLockChanges::mirror(Kind kind, std::string_view key, std::string_view record,
                                Time forget_at) {
  const std::lock_guard lock(mutex_);
  if (!changed_.empty() && changed_.contains(Key(kind, key))) return;
  const auto held = known_.load(kind, key);
  if (const Loaded* loaded = value_of(held)) {
    known_.replace(kind, key, loaded->record, record, forget_at);
  }
}

void WaitingLockChanges::add(WaitingAttempt attempt) {
  const std::lock_guard lock(mutex_);
  if (attempt_count_ >= most_) {
    ++lost_;
    return;
  }
  attempt.id = ++last_id_;
  const Network network = attempt.terms.network;
  attempts_[network].push_back(std::move(attempt));
  ++attempt_count_;
  count_locked();
}

void WaitingLockChanges::forget(const Network& network) {
  const std::lock_guard lock(mutex_);
  changed_.erase(key_of(network));
  forget_attempts(network);
  locks_.erase(network);
  lifts_.erase(network);
  count_locked();
}

std::map<Network, Time> WaitingLockChanges::lifts() const {
  const std::lock_guard lock(mutex_);
  return lifts_;
}

std::vector<ClientLock> WaitingLockChanges::locks() const {
  const std::lock_guard lock(mutex_);
  std::vector<ClientLock> out;
  for (const auto& [network, held] : locks_)
    out.push_back(held);
  return out;
}

std::vector<WaitingLockChanges::Key> WaitingLockChanges::records() const {
  const std::lock_guard lock(mutex_);
  std::vector<Key> out;
  for (const auto& [key, changed] : changed_)
    out.push_back(key);
  return out;
}

std::vector<Network> WaitingLockChanges::networks() const {
  const std::lock_guard lock(mutex_);
  std::vector<Network> out;
  for (const auto& [network, attempts] : attempts_)
    out.push_back(network);
  return out;
}

std::optional<WaitingLockChanges::Changed> WaitingLockChanges::changed(const Key& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = changed_.find(key);
  if (found == changed_.end()) return {};
  return found->second;
}

std::vector<WaitingAttempt> WaitingLockChanges::attempts_of(const Network& network) const {
  const std::lock_guard lock(mutex_);
  const auto found = attempts_.find(network);
  return found == attempts_.end() ? std::vector<WaitingAttempt>() : found->second;
}

void WaitingLockChanges::lifted(const Network& network, Time when) {
  const std::lock_guard lock(mutex_);
  const auto found = lifts_.find(network);
  if (found != lifts_.end() && found->second == when) lifts_.erase(found);
  count_locked();
}

void WaitingLockChanges::put(const ClientLock& lock) {
  const std::lock_guard guard(mutex_);
  const auto found = locks_.find(lock.network);
  if (found != locks_.end() && found->second == lock) locks_.erase(found);
  count_locked();
}

void WaitingLockChanges::offer(const Key& key, std::string_view record) {
  const std::lock_guard lock(mutex_);
  const auto found = changed_.find(key);
  if (found != changed_.end()) found->second.offered = record;
}

void WaitingLockChanges::carried(const Key& key, std::uint64_t version, std::string_view record) {
  const std::lock_guard lock(mutex_);
  const auto found = changed_.find(key);
  if (found == changed_.end()) return;
  if (found->second.version == version) {
    changed_.erase(found);
  } else {
    found->second.base = record;
    found->second.anyway = false;
    found->second.offered.reset();
  }
  count_locked();
}

void WaitingLockChanges::carried_with_record(const Network& network, std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  erase_attempts(network, [&](const WaitingAttempt& each) { return each.id <= id && !each.apart; });
}

void WaitingLockChanges::told(const Network& network, std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  erase_attempts(network, [&](const WaitingAttempt& each) { return each.id == id; });
}

void WaitingLockChanges::erase_attempts(const Network& network,
                                        const std::function<bool(const WaitingAttempt&)>& which) {
  const auto found = attempts_.find(network);
  if (found == attempts_.end()) return;
  attempt_count_ -= std::erase_if(found->second, which);
  if (found->second.empty()) attempts_.erase(found);
  count_locked();
}

bool WaitingLockChanges::give_up(const Key& key, std::uint64_t version) {
  const std::lock_guard lock(mutex_);
  const auto found = changed_.find(key);
  if (found == changed_.end()) return true;
  if (found->second.version != version) return false;
  changed_.erase(found);
  if (key.first == Kind::network) {
    const auto network = Network::parse(key.second);
    const auto attempts = network ? attempts_.find(*network) : attempts_.end();
    if (attempts != attempts_.end()) {
      for (WaitingAttempt& each : attempts->second)
        each.apart = true;
    }
  }
  count_locked();
  return true;
}

// As RecordLockBook names it.
WaitingLockChanges::Key WaitingLockChanges::key_of(const Network& network) {
  return {Kind::network, network.text()};
}

void WaitingLockChanges::forget_attempts(const Network& network) {
  const auto found = attempts_.find(network);
  if (found == attempts_.end()) return;
  attempt_count_ -= found->second.size();
  attempts_.erase(found);
}

void WaitingLockChanges::count_locked() {
  size_.store(changed_.size() + attempt_count_ + locks_.size() + lifts_.size(),
              std::memory_order_release);
}

Answer<LockRecords::Loaded> MirroredLockRecords::load(Kind kind, std::string_view key) {
  auto answer = store_.load(kind, key);
  if (const Loaded* loaded = value_of(answer)) heard_(loaded->now);
  return answer;
}

Answer<bool> MirroredLockRecords::replace(Kind kind, std::string_view key,
                                          std::string_view expected, std::string_view next,
                                          Time forget_at) {
  auto answer = store_.replace(kind, key, expected, next, forget_at);
  if (const bool* done = value_of(answer); done != nullptr && *done) {
    mirror_.mirror(kind, key, next, forget_at);
  }
  return answer;
}

}  // namespace gatepost::store
