#include "store/fallback_lock_book.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace gatepost::store {
namespace {

using std::chrono::milliseconds;

// So many locks are put at once: well within a deadline.
constexpr std::size_t kAtOnce = 200;
// How often a record is carried over anew where another daemon changes it at the same time.
constexpr int kTries = 3;

}  // namespace

FallbackLockBook::FallbackLockBook(Redis& redis, WhenDown when_down, Clock clock, Log log,
                                   RedisLockBook::Options options)
    : redis_(redis),
      when_down_(when_down),
      clock_(std::move(clock)),
      log_(std::move(log)),
      known_([this] { return store_now(); }),
      waiting_(known_),
      remote_(redis, std::move(options), log_,
              [this](RedisLockRecords& records) -> LockRecords& {
                return mirrored_.emplace(records, waiting_, [this](Time now) {
                  offset_ms_.store((now - clock_()).count(), std::memory_order_relaxed);
                });
              }),
      local_(waiting_, remote_.table(), Source::local),
      forgetting_(known_, no_locks_, Source::local) {
  serving_ = !redis_.away() && !exchange();
  poller_ = std::thread([this] { poll(); });
}

FallbackLockBook::~FallbackLockBook() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  poller_.join();
  if (waiting_.empty()) return;
  if (!redis_.away()) exchange();
  if (waiting_.size() > 0 && log_) {
    log_(
        fmt::format("store: {} changes of failed logins and locks that were made here alone are "
                    "given up: the store is still away at the stop",
                    waiting_.size()));
  }
}

Time FallbackLockBook::store_now() const {
  return clock_() + milliseconds(offset_ms_.load(std::memory_order_relaxed));
}

void FallbackLockBook::poll() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, serving_ ? kPoll : kPollAway, [this] { return stopping_; })) {
    lock.unlock();
    auto failed = redis_.away();
    const bool away = failed.has_value();
    if (!failed) failed = exchange();
    serving_ = !failed;
    // That it is away the connection says itself.
    const std::string why = failed && !away ? failed->why : std::string();
    if (log_ && !why.empty() && why != said_) log_("store: the list of locks: " + why);
    said_ = why;
    lock.lock();
  }
}

std::optional<Unavailable> FallbackLockBook::exchange() {
  Networks lifted_here;
  if (!waiting_.empty()) {
    if (auto failed = carry_lifts(lifted_here)) return failed;
    if (auto failed = carry_locks()) return failed;
  }
  if (auto failed = read_list(lifted_here)) return failed;
  return waiting_.empty() ? std::nullopt : carry_records();
}

std::optional<Unavailable> FallbackLockBook::carry_lifts(Networks& lifted_here) {
  for (const auto& [network, when] : waiting_.lifts()) {
    const auto entry = remote_.records().entry_of(network);
    if (const auto* away = std::get_if<Unavailable>(&entry)) return *away;
    const auto& held = *value_of(entry);
    if (held && held->lock && held->lock->since > when) {
      waiting_.forget(network);  // locked anew meanwhile
      continue;
    }
    const auto answer = remote_.records().lift_lock(network, when);
    if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
    waiting_.lifted(network, when);
    lifted_here.insert(network);
  }
  return {};
}

std::optional<Unavailable> FallbackLockBook::carry_locks() {
  std::vector<ClientLock> locks = waiting_.locks();
  // One by hand goes in the place of another, however long that holds.
  const auto by_hand = std::partition(locks.begin(), locks.end(),
                                      [](const ClientLock& lock) { return !lock.by_hand(); });
  for (auto lock = by_hand; lock != locks.end(); ++lock) {
    const auto answer = remote_.records().put_lock(*lock);
    if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
    waiting_.put(*lock);
  }
  locks.erase(by_hand, locks.end());
  for (std::size_t i = 0; i < locks.size(); i += kAtOnce) {
    const std::span part = std::span(locks).subspan(i, std::min(kAtOnce, locks.size() - i));
    const auto answer = remote_.records().add_locks(part);
    if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
    for (const ClientLock& lock : part)
      waiting_.put(lock);
  }
  return {};
}

std::optional<Unavailable> FallbackLockBook::read_list(const Networks& lifted_here) {
  RedisLockBook::Lifted lifted;
  auto failed = remote_.refresh(lifted);
  for (const Network& network : lifted) {
    if (lifted_here.contains(network)) continue;
    waiting_.forget(network);
    forgetting_.unlock(network);
  }
  return failed;
}

std::optional<Unavailable> FallbackLockBook::carry_records() {
  for (const auto& key : waiting_.records()) {
    if (auto failed = carry_record(key)) return failed;
  }
  for (const Network& network : waiting_.networks()) {
    if (auto failed = carry_attempts(network)) return failed;
  }
  return {};
}

std::optional<Unavailable> FallbackLockBook::carry_record(const WaitingLockChanges::Key& key) {
  const auto& [kind, name] = key;
  // Nothing is counted meanwhile: the attempts that wait are those that the record has.
  Here here_counts(counting_);
  const auto changed = waiting_.changed(key);
  if (!changed) return {};
  const auto network =
      kind == LockRecords::Kind::network ? Network::parse(name) : std::optional<Network>();
  const std::vector<WaitingAttempt> attempts =
      network ? waiting_.attempts_of(*network) : std::vector<WaitingAttempt>();
  const auto loaded = known_.load(kind, name);
  here_counts.unlock();
  if (const auto* away = std::get_if<Unavailable>(&loaded)) return *away;
  const std::string& here = value_of(loaded)->record;
  // Those that are told apart must reach Redis' record before their tokens leave it.
  const bool some_apart = std::any_of(attempts.begin(), attempts.end(),
                                      [](const WaitingAttempt& each) { return each.apart; });
  for (int i = 0; i < kTries; ++i) {
    const auto there = remote_.records().load(kind, name);
    if (const auto* away = std::get_if<Unavailable>(&there)) return *away;
    const std::string& held = value_of(there)->record;
    const bool same_base = held == changed->base && !some_apart;
    if (!changed->anyway && !held.empty() && !same_base && held != here &&
        held != changed->offered) {
      // Another daemon's: the attempts are told one by one.
      const Here counting(counting_);
      if (waiting_.give_up(key, changed->version)) {
        waiting_.mirror(kind, name, held, changed->forget_at);
      }
      return {};
    }
    waiting_.offer(key, here);
    const auto done = remote_.records().replace(kind, name, held, here, changed->forget_at);
    if (const auto* away = std::get_if<Unavailable>(&done)) return *away;
    if (!*value_of(done)) continue;
    waiting_.carried(key, changed->version, here);
    if (!attempts.empty()) waiting_.carried_with_record(*network, attempts.back().id);
    ++carried_over_;
    return {};
  }
  return {};
}

std::optional<Unavailable> FallbackLockBook::carry_attempts(const Network& network) {
  for (const WaitingAttempt& each : waiting_.attempts_of(network)) {
    LoginAttempt attempt = each.attempt;
    attempt.age += std::max(milliseconds(0), clock_() - each.when);
    if (attempt.age < each.terms.within) {
      if (each.reference) {
        const auto answer = remote_.fail(attempt, each.terms, *each.reference);
        if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
      } else {
        const auto answer = remote_.succeed(attempt, each.terms);
        if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
      }
      ++carried_over_;
    }
    waiting_.told(network, each.id);
  }
  return {};
}

std::optional<ClientLock> FallbackLockBook::lock_of(const IpAddress& client, Time now) const {
  return remote_.lock_of(client, now);
}

std::vector<ClientLock> FallbackLockBook::locks(Time now) const {
  return remote_.locks(now);
}

std::size_t FallbackLockBook::lock_count() const {
  return remote_.lock_count();
}

template <typename Value, typename Ask>
Answer<Value> FallbackLockBook::ask(const Ask& ask, bool by_hand, Here& here) {
  auto away = redis_.away();
  if (!away && serving_) {
    auto answer = ask(static_cast<LockBook&>(remote_));
    if (value_of(answer) != nullptr) return answer;
    away = std::get<Unavailable>(answer);
    serving_ = false;  // until all that follows is carried over
  }
  if (when_down_ == WhenDown::unknown && !by_hand) {
    return away ? *away : Unavailable{"redis " + redis_.where() + " is back just now"};
  }
  here = Here(counting_);
  ++answered_locally_;
  return ask(static_cast<LockBook&>(local_));
}

Answer<FailureOutcome> FallbackLockBook::fail(const LoginAttempt& attempt,
                                              const LockoutTerms& terms,
                                              const Reference& reference) {
  Here here;
  auto answer = ask<FailureOutcome>(
      [&](LockBook& book) { return book.fail(attempt, terms, reference); }, false, here);
  const auto* outcome = value_of(answer);
  if (!here && outcome != nullptr && outcome->source == Source::local && outcome->lock) {
    waiting_.put_lock(*outcome->lock);  // it is in the record; the list did not get it
    serving_ = false;
  }
  if (here && outcome != nullptr && !outcome->lock) {
    waiting_.add({.attempt = attempt, .terms = terms, .reference = reference, .when = clock_()});
  }
  return answer;
}

Answer<FailureOutcome> FallbackLockBook::turned_away(const LoginAttempt& attempt,
                                                     const LockoutTerms& terms) {
  Here here;
  return ask<FailureOutcome>([&](LockBook& book) { return book.turned_away(attempt, terms); },
                             false, here);
}

Answer<bool> FallbackLockBook::succeed(const LoginAttempt& attempt, const LockoutTerms& terms) {
  Here here;
  auto answer =
      ask<bool>([&](LockBook& book) { return book.succeed(attempt, terms); }, false, here);
  const bool* changed = value_of(answer);
  if (here && changed != nullptr && *changed) {
    waiting_.add({.attempt = attempt, .terms = terms, .reference = {}, .when = clock_()});
  }
  return answer;
}

Answer<bool> FallbackLockBook::lock(const ClientLock& lock) {
  Here here;
  return ask<bool>([&](LockBook& book) { return book.lock(lock); }, true, here);
}

Answer<UnlockOutcome> FallbackLockBook::unlock(const Network& network) {
  Here here;
  auto answer =
      ask<UnlockOutcome>([&](LockBook& book) { return book.unlock(network); }, true, here);
  if (auto* outcome = std::get_if<UnlockOutcome>(&answer)) {
    outcome->only_here = here.owns_lock();
    if (!here) waiting_.forget(network);
  }
  return answer;
}

Answer<NetworkStanding> FallbackLockBook::standing(const Network& network,
                                                   const LockoutTerms& terms) {
  Here here;
  return ask<NetworkStanding>([&](LockBook& book) { return book.standing(network, terms); }, false,
                              here);
}

Answer<std::vector<LoginFailures>> FallbackLockBook::failures_of(const LoginName& login,
                                                                 std::chrono::seconds span) {
  Here here;
  return ask<std::vector<LoginFailures>>(
      [&](LockBook& book) { return book.failures_of(login, span); }, false, here);
}

FallbackLockBook::Counts FallbackLockBook::counts() const {
  return {.answered_locally = answered_locally_,
          .carried_over = carried_over_,
          .waiting = waiting_.size(),
          .lost = waiting_.lost()};
}

}  // namespace gatepost::store
