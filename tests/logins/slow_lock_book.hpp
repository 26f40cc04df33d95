#pragma once

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "tests/policy/fake_lock_book.hpp"

namespace gatepost::test {

/// A lock book for several threads, which can be held up.
class SlowLockBook final : public LockBook {
public:
  void hold() { set_held(true); }

  void release() { set_held(false); }

  void throw_once() {
    const std::lock_guard lock(mutex_);
    throws_ = true;
  }

  std::vector<LoginAttempt> failures() const {
    const std::lock_guard lock(mutex_);
    return book_.failures;
  }

  std::optional<ClientLock> lock_of(const IpAddress& client, Time now) const override {
    const std::lock_guard lock(mutex_);
    return book_.lock_of(client, now);
  }

  std::vector<ClientLock> locks(Time now) const override {
    const std::lock_guard lock(mutex_);
    return book_.locks(now);
  }

  std::size_t lock_count() const override {
    const std::lock_guard lock(mutex_);
    return book_.lock_count();
  }

  Answer<FailureOutcome> fail(const LoginAttempt& attempt, const LockoutTerms& terms,
                              const Reference& reference) override {
    const auto lock = turn();
    return book_.fail(attempt, terms, reference);
  }

  Answer<FailureOutcome> turned_away(const LoginAttempt& attempt,
                                     const LockoutTerms& terms) override {
    const auto lock = turn();
    return book_.turned_away(attempt, terms);
  }

  Answer<bool> succeed(const LoginAttempt& attempt, const LockoutTerms& terms) override {
    const auto lock = turn();
    return book_.succeed(attempt, terms);
  }

  Answer<bool> lock(const ClientLock& lock) override {
    const auto own = turn();
    return book_.lock(lock);
  }

  Answer<UnlockOutcome> unlock(const Network& network) override {
    const auto lock = turn();
    return book_.unlock(network);
  }

  Answer<NetworkStanding> standing(const Network& network, const LockoutTerms& terms) override {
    const auto lock = turn();
    return book_.standing(network, terms);
  }

  Answer<std::vector<LoginFailures>> failures_of(const LoginName& login,
                                                 std::chrono::seconds span) override {
    const auto lock = turn();
    return book_.failures_of(login, span);
  }

  void set_clock(Time now) {
    const std::lock_guard lock(mutex_);
    book_.clock = now;
  }

private:
  void set_held(bool held) {
    {
      const std::lock_guard lock(mutex_);
      held_ = held;
    }
    changed_.notify_all();
  }

  std::unique_lock<std::mutex> turn() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !held_; });
    if (std::exchange(throws_, false)) throw std::logic_error("a bug");
    return lock;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  bool throws_ = false;
  FakeLockBook book_;
};

}  // namespace gatepost::test
