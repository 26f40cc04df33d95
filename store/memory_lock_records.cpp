#include "store/memory_lock_records.hpp"

namespace gatepost::store {
namespace {

constexpr int kPiece = 2;  // expired records dropped beside one change

}  // namespace

MemoryLockRecords::MemoryLockRecords(Clock clock, LockBounds bounds)
    : clock_(std::move(clock)), most_locks_(bounds.locks) {
  shelf(Kind::network).most = bounds.networks;
  shelf(Kind::login).most = bounds.logins;
}

Answer<LockRecords::Loaded> MemoryLockRecords::load(Kind kind, std::string_view key) {
  const std::lock_guard guard(mutex_);
  const Shelf& shelf = this->shelf(kind);
  Loaded out{clock_(), {}};
  const auto found = shelf.held.find(std::string(key));
  if (found != shelf.held.end() && out.now < found->second.forget_at) {
    out.record = found->second.record;
  }
  return out;
}

Answer<bool> MemoryLockRecords::replace(Kind kind, std::string_view key, std::string_view expected,
                                        std::string_view next, Time forget_at) {
  return change_record(kind, key, expected, next, forget_at).done;
}

MemoryLockRecords::Change MemoryLockRecords::change_record(Kind kind, std::string_view key,
                                                           std::string_view expected,
                                                           std::string_view next, Time forget_at) {
  const std::lock_guard guard(mutex_);
  Shelf& shelf = this->shelf(kind);
  const Time now = clock_();
  const auto found = shelf.held.find(std::string(key));
  const bool stands = found != shelf.held.end() && now < found->second.forget_at;
  Change change;
  if (expected != (stands ? std::string_view(found->second.record) : std::string_view())) {
    return change;
  }
  change.done = true;
  if (found != shelf.held.end()) erase(shelf, found);
  if (!next.empty() && now < forget_at) {
    const auto at =
        shelf.held.emplace(std::string(key), Held{std::string(next), forget_at, {}}).first;
    at->second.place = shelf.by_change.insert(shelf.by_change.end(), &at->first);
    shelf.by_end.emplace(forget_at, &at->first);
  }
  keep_in_bounds(shelf, now, change.dropped_keys);
  return change;
}

void MemoryLockRecords::erase(Shelf& shelf, std::unordered_map<std::string, Held>::iterator at) {
  shelf.by_end.erase({at->second.forget_at, &at->first});
  shelf.by_change.erase(at->second.place);
  shelf.held.erase(at);
}

void MemoryLockRecords::keep_in_bounds(Shelf& shelf, Time now, std::vector<std::string>& dropped) {
  const auto drop = [&](const std::string& key) {
    dropped.push_back(key);
    erase(shelf, shelf.held.find(dropped.back()));
  };
  for (int i = 0; i < kPiece && !shelf.by_end.empty(); ++i) {
    if (now < shelf.by_end.begin()->first) break;
    drop(*shelf.by_end.begin()->second);
  }
  while (shelf.held.size() > shelf.most)
    drop(*shelf.by_change.front());
}

Answer<bool> MemoryLockRecords::put_lock(const ClientLock& lock) {
  return change_lock(lock).done;
}

MemoryLockRecords::Change MemoryLockRecords::change_lock(const ClientLock& lock) {
  const std::lock_guard guard(mutex_);
  const Time now = clock_();
  forget_lifts(now);
  Change change;
  const auto lifted = lifted_.find(lock.network);
  if (lifted != lifted_.end() && lock.since <= lifted->second) return change;
  change.done = true;
  const auto [at, is_new] = locks_.try_emplace(lock.network, lock.until);
  if (!is_new) locks_by_end_.erase({at->second, lock.network});
  at->second = lock.until;
  locks_by_end_.emplace(lock.until, lock.network);
  while (!locks_by_end_.empty()) {
    const auto [until, network] = *locks_by_end_.begin();
    if (now < until && locks_.size() <= most_locks_) break;
    locks_by_end_.erase(locks_by_end_.begin());
    locks_.erase(network);
    change.dropped_locks.push_back(network);
  }
  return change;
}

Answer<bool> MemoryLockRecords::lift_lock(const Network& network, Time now) {
  const std::lock_guard guard(mutex_);
  forget_lifts(clock_());
  if (const auto before = lifted_.find(network); before != lifted_.end()) {
    lifted_by_time_.erase({before->second, network});
  }
  lifted_.insert_or_assign(network, now);
  lifted_by_time_.emplace(now, network);
  const auto found = locks_.find(network);
  if (found == locks_.end()) return false;
  const bool held = now < found->second;
  locks_by_end_.erase({found->second, network});
  locks_.erase(found);
  return held;
}

void MemoryLockRecords::forget_lifts(Time now) {
  while (!lifted_by_time_.empty()) {
    const auto [when, network] = *lifted_by_time_.begin();
    if (now < when + kLiftRemembered && lifted_.size() <= most_locks_) return;
    lifted_by_time_.erase(lifted_by_time_.begin());
    lifted_.erase(network);
  }
}

std::size_t MemoryLockRecords::size(Kind kind) const {
  const std::lock_guard guard(mutex_);
  return shelves_.at(static_cast<std::size_t>(kind)).held.size();
}

}  // namespace gatepost::store
