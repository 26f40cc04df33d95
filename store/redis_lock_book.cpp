#include "store/redis_lock_book.hpp"

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace gatepost::store {
namespace {

// So many locks are put back at once: well within a deadline.
constexpr std::size_t kAtOnce = 200;
// A lock may come to be while the list is read: only older ones can have been missed in it.
constexpr std::chrono::seconds kYoung{10};

}  // namespace

RedisLockBook::RedisLockBook(Redis& redis, Options options, Log log, const Through& through)
    : records_(redis, std::move(options.clock), options.bounds),
      table_(options.bounds.locks),
      book_(through ? through(records_) : records_, table_, Source::store),
      whole_after_(options.whole_after),
      log_(std::move(log)) {}

std::optional<Unavailable> RedisLockBook::refresh(Lifted& lifted) {
  for (;;) {
    const auto more = read_page(lifted);
    if (const auto* away = std::get_if<Unavailable>(&more)) return *away;
    if (!*value_of(more)) return {};
  }
}

Answer<bool> RedisLockBook::read_page(Lifted& lifted) {
  const std::lock_guard lock(exchange_);
  if (!epoch_.empty() && !seen_ && std::chrono::steady_clock::now() - whole_at_ > whole_after_) {
    last_ = 0;
    seen_.emplace();
  }
  const auto answer = records_.changes(last_);
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  const LockChanges& page = *value_of(answer);
  if (page.epoch != epoch_ || page.newest < last_) {
    if (auto away = put_back(page.now)) return std::move(*away);
    epoch_ = page.epoch;
    last_ = 0;
    seen_.reset();
    return true;
  }
  for (const LockChange& change : page.changes)
    apply(change, page.now, lifted);
  last_ = page.last;
  if (page.more) return true;
  if (seen_) drop_unseen(page.now);
  seen_.reset();
  whole_at_ = std::chrono::steady_clock::now();
  return false;
}

// What the server has forgotten.
std::optional<Unavailable> RedisLockBook::put_back(Time now) {
  const std::vector<ClientLock> held = table_.locks(now);
  if (held.empty()) return {};
  for (std::size_t i = 0; i < held.size(); i += kAtOnce) {
    const std::span part = std::span(held).subspan(i, std::min(kAtOnce, held.size() - i));
    const auto answer = records_.add_locks(part);
    if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  }
  if (log_ && !epoch_.empty()) {
    log_(fmt::format("store: redis came back without its memory: {} locks are put there again",
                     held.size()));
  }
  return {};
}

void RedisLockBook::apply(const LockChange& change, Time now, Lifted& lifted) {
  if (seen_ && change.lock) seen_->insert(change.network);
  if (change.lock) {
    table_.put(*change.lock, now);
  } else {
    table_.lift(change.network);
    lifted.push_back(change.network);
  }
}

void RedisLockBook::drop_unseen(Time now) {
  for (const ClientLock& lock : table_.locks(now)) {
    if (lock.since < now - kYoung && !seen_->contains(lock.network)) table_.lift(lock.network);
  }
}

std::mutex& RedisLockBook::mutex_of(const Network& network) {
  return stripes_[std::hash<std::string>{}(network.text()) % stripes_.size()];
}

std::optional<ClientLock> RedisLockBook::lock_of(const IpAddress& client, Time now) const {
  return book_.lock_of(client, now);
}

std::vector<ClientLock> RedisLockBook::locks(Time now) const {
  return book_.locks(now);
}

std::size_t RedisLockBook::lock_count() const {
  return book_.lock_count();
}

Answer<FailureOutcome> RedisLockBook::fail(const LoginAttempt& attempt, const LockoutTerms& terms,
                                           const Reference& reference) {
  const std::lock_guard lock(mutex_of(terms.network));
  return book_.fail(attempt, terms, reference);
}

Answer<FailureOutcome> RedisLockBook::turned_away(const LoginAttempt& attempt,
                                                  const LockoutTerms& terms) {
  if (!terms.prolong) return book_.turned_away(attempt, terms);
  const std::lock_guard lock(mutex_of(terms.network));
  return book_.turned_away(attempt, terms);
}

Answer<bool> RedisLockBook::succeed(const LoginAttempt& attempt, const LockoutTerms& terms) {
  const std::lock_guard lock(mutex_of(terms.network));
  return book_.succeed(attempt, terms);
}

Answer<bool> RedisLockBook::lock(const ClientLock& lock) {
  const std::lock_guard exchange(exchange_);
  return book_.lock(lock);
}

Answer<UnlockOutcome> RedisLockBook::unlock(const Network& network) {
  const std::lock_guard exchange(exchange_);
  return book_.unlock(network);
}

Answer<NetworkStanding> RedisLockBook::standing(const Network& network, const LockoutTerms& terms) {
  return book_.standing(network, terms);
}

Answer<std::vector<LoginFailures>> RedisLockBook::failures_of(const LoginName& login,
                                                              std::chrono::seconds span) {
  return book_.failures_of(login, span);
}

}  // namespace gatepost::store
