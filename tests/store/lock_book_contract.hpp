#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "policy/lock_book.hpp"
#include "tests/store/lock_attempts.hpp"

/// What every lock book must do. A world has
///
///     gatepost::LockBook& locks();               // empty at first
///     gatepost::Time now();                      // of the book's records; stands still
///     void advance(std::chrono::milliseconds);
///     void reopen();                             // closes it, opens it again over the same store
///
/// A book's own changes are in its copy as soon as they return.
namespace gatepost::test {

template <typename World>
class LockBookContract : public testing::Test {
protected:
  template <typename Value>
  static Value known(const Answer<Value>& answer) {
    if (const auto* value = value_of(answer)) return *value;
    ADD_FAILURE() << "unavailable: " << std::get<Unavailable>(answer).why;
    return {};
  }

  FailureOutcome fail(const LoginAttempt& tried, const LockoutTerms& terms = lock_terms()) {
    return known(world_.locks().fail(tried, terms, kLockReference));
  }

  void fail_times(int times, const std::string& login = "ann@example.com") {
    for (int i = 0; i < times; ++i)
      fail(attempt(login));
  }

  bool is_locked() { return held().has_value(); }

  std::optional<ClientLock> held() {
    return world_.locks().lock_of(kClient.address(), world_.now());
  }

  ClientLock by_hand(const std::string& network, std::chrono::minutes length) {
    return {.network = *Network::parse(network),
            .reference = Reference::from_bits(7),
            .since = world_.now(),
            .until = world_.now() + length,
            .actor = "root",
            .reason = "ticket 4711\n\xe7\xa6\xbb",
            .failures = 0,
            .within = {},
            .logins = {},
            .offence = 1};
  }

  World world_;
};

TYPED_TEST_SUITE_P(LockBookContract);

TYPED_TEST_P(LockBookContract, StartsEmpty) {
  EXPECT_FALSE(this->is_locked());
  EXPECT_TRUE(this->world_.locks().locks(this->world_.now()).empty());
  const auto standing = this->known(this->world_.locks().standing(kClient, lock_terms()));
  EXPECT_TRUE(standing.failures.empty());
  const auto unlocked = this->known(this->world_.locks().unlock(kClient));
  EXPECT_FALSE(unlocked.lock);
  EXPECT_EQ(unlocked.failures, 0);
}

TYPED_TEST_P(LockBookContract, TheTenthFailureLocksForHalfAnHour) {
  this->fail_times(9);
  EXPECT_FALSE(this->is_locked());
  const auto tenth = this->fail(attempt("ann@example.com"));
  EXPECT_TRUE(tenth.new_lock);
  EXPECT_EQ(tenth.counted, 10);
  ASSERT_TRUE(tenth.lock);
  EXPECT_EQ(tenth.lock->reference, kLockReference);
  EXPECT_EQ(tenth.lock->failures, 10);
  EXPECT_EQ(tenth.lock->logins, (std::vector<LoginName>{{"ann@example.com", false}}));
  EXPECT_EQ(this->held(), tenth.lock);
  EXPECT_EQ(this->world_.locks().locks(this->world_.now()), std::vector<ClientLock>{*tenth.lock});
  EXPECT_FALSE(this->world_.locks().lock_of(*IpAddress::parse("192.0.2.2"), this->world_.now()));
  this->world_.advance(std::chrono::minutes(30) - std::chrono::milliseconds(1));
  EXPECT_TRUE(this->is_locked());
  EXPECT_FALSE(this->fail(attempt("ann@example.com")).new_lock) << "counts nothing while it holds";
  this->world_.advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(this->is_locked());
  EXPECT_EQ(this->fail(attempt("ann@example.com")).counted, 1);
}

TYPED_TEST_P(LockBookContract, ASuccessForgetsItsOwnLoginOnly) {
  this->fail_times(5);
  this->fail_times(4, "bob@example.com");
  EXPECT_TRUE(this->known(this->world_.locks().succeed(attempt("bob@example.com"), lock_terms())));
  EXPECT_EQ(this->known(this->world_.locks().standing(kClient, lock_terms())).counted, 5);
  EXPECT_FALSE(this->known(this->world_.locks().succeed(attempt("bob@example.com"), lock_terms())))
      << "nothing to change";
  EXPECT_EQ(this->known(this->world_.locks().standing(kClient, lock_terms())).good_logins,
            (std::vector<LoginName>{{"bob@example.com", false}}));
}

TYPED_TEST_P(LockBookContract, UnlockLiftsAndForgets) {
  this->fail_times(10);
  const auto out = this->known(this->world_.locks().unlock(kClient));
  ASSERT_TRUE(out.lock);
  EXPECT_EQ(out.lock->reference, kLockReference);
  EXPECT_EQ(out.failures, 10);
  EXPECT_FALSE(this->is_locked());
  EXPECT_TRUE(this->known(this->world_.locks().standing(kClient, lock_terms())).failures.empty());
  EXPECT_TRUE(this->known(this->world_.locks().failures_of({"ann@example.com", false},
                                                           std::chrono::hours(1)))
                  .empty());
  this->fail_times(9);
  EXPECT_FALSE(this->is_locked());
  this->fail_times(1);
  EXPECT_TRUE(this->is_locked()) << "also in the very millisecond of the unlock";
  this->world_.reopen();
  EXPECT_TRUE(this->is_locked());
}

TYPED_TEST_P(LockBookContract, ALockByHandHoldsForItsTimeAndItsNetwork) {
  const ClientLock lock = this->by_hand("192.0.2.0/24", std::chrono::minutes(5));
  EXPECT_TRUE(this->known(this->world_.locks().lock(lock)));
  EXPECT_EQ(this->held(), lock);
  const ClientLock longer = this->by_hand("192.0.2.1", std::chrono::minutes(9));
  EXPECT_TRUE(this->known(this->world_.locks().lock(longer)));
  EXPECT_EQ(this->held(), longer) << "the longest of several";
  this->world_.advance(std::chrono::minutes(5));
  EXPECT_EQ(this->world_.locks().locks(this->world_.now()), std::vector<ClientLock>{longer});
  EXPECT_EQ(this->known(this->world_.locks().unlock(kClient)).lock, longer);
  EXPECT_FALSE(this->is_locked());
}

TYPED_TEST_P(LockBookContract, AnAttemptToldTwiceCountsOnce) {
  LoginAttempt once = attempt("ann@example.com");
  once.token = Token{4711};
  EXPECT_EQ(this->fail(once).counted, 1);
  EXPECT_EQ(this->fail(once).counted, 1);
}

TYPED_TEST_P(LockBookContract, ProlongsOnlyWhereAsked) {
  LockoutTerms terms = lock_terms();
  this->fail_times(10);
  const Time until = this->held()->until;
  this->world_.advance(std::chrono::minutes(10));
  this->fail(attempt("ann@example.com"), terms);
  this->known(this->world_.locks().turned_away(attempt("ann@example.com"), terms));
  EXPECT_EQ(this->held()->until, until);
  terms.prolong = true;
  this->known(this->world_.locks().turned_away(attempt("ann@example.com"), terms));
  EXPECT_EQ(this->held()->until, until + std::chrono::minutes(10));
}

TYPED_TEST_P(LockBookContract, TellsWhereALoginFailed) {
  const LoginName ann{"ann@example.com", false};
  for (int i = 1; i <= 3; ++i) {
    const Network network = *Network::parse("198.51.100." + std::to_string(i));
    EXPECT_EQ(this->fail(attempt(ann.text), lock_terms(network)).networks_of_login, i);
    this->world_.advance(std::chrono::seconds(1));
  }
  const auto found = this->known(this->world_.locks().failures_of(ann, std::chrono::minutes(30)));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].network.text(), "198.51.100.3/32");
  EXPECT_EQ(found[0].times, 1);
  LoginAttempt masked = attempt("h...#4f1a");
  masked.login.masked = true;
  EXPECT_EQ(this->fail(masked).networks_of_login, 0);
}

TYPED_TEST_P(LockBookContract, LocksAndFailuresOutliveTheProcess) {
  this->fail_times(10);
  const auto lock = this->held();
  const Network other = *Network::parse("2001:db8::/64");
  this->fail(attempt("bob@example.com"), lock_terms(other));
  this->known(this->world_.locks().lock(this->by_hand("203.0.113.7", std::chrono::minutes(9))));
  this->known(this->world_.locks().unlock(*Network::parse("203.0.113.7")));
  this->world_.reopen();
  EXPECT_EQ(this->held(), lock);
  EXPECT_EQ(this->world_.locks().lock_count(), 1u);
  EXPECT_EQ(this->known(this->world_.locks().standing(other, lock_terms(other))).counted, 1);
  this->world_.advance(std::chrono::minutes(30));
  this->world_.reopen();
  EXPECT_FALSE(this->is_locked());
}

TYPED_TEST_P(LockBookContract, ThreadsThatFailTogetherMakeOneLock) {
  std::atomic<int> made{0};
  std::vector<std::thread> threads;
  LockBook& book = this->world_.locks();
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&book, &made, i] {
      for (int each = 0; each < 5; ++each) {
        const auto answer = book.fail(attempt("user" + std::to_string(i) + "@example.com"),
                                      lock_terms(), kLockReference);
        ASSERT_TRUE(value_of(answer)) << std::get<Unavailable>(answer).why;
        if (value_of(answer)->new_lock) ++made;
      }
    });
  }
  for (std::thread& each : threads)
    each.join();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(this->held()->failures, 10);
}

REGISTER_TYPED_TEST_SUITE_P(LockBookContract, StartsEmpty, TheTenthFailureLocksForHalfAnHour,
                            ASuccessForgetsItsOwnLoginOnly, UnlockLiftsAndForgets,
                            ALockByHandHoldsForItsTimeAndItsNetwork, AnAttemptToldTwiceCountsOnce,
                            ProlongsOnlyWhereAsked, TellsWhereALoginFailed,
                            LocksAndFailuresOutliveTheProcess, ThreadsThatFailTogetherMakeOneLock);

}  // namespace gatepost::test
