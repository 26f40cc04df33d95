#include "store/failure_record.hpp"

#include <gtest/gtest.h>

#include "tests/store/hand_clock.hpp"
#include "tests/store/lock_attempts.hpp"

namespace gatepost::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const std::string kAnn = "ann@example.com";

class FailureRecord : public testing::Test {
protected:
  FailureOutcome fail(LoginAttempt tried) {
    return record_.fail(tried, terms_, kLockReference, now_).outcome;
  }

  void fail_times(int times, const LoginAttempt& tried = attempt(kAnn)) {
    for (int i = 0; i < times; ++i)
      fail(tried);
  }

  void succeed(const std::string& login) { record_.succeed(attempt(login), terms_, now_); }

  bool is_locked() const { return record_.lock_at(now_).has_value(); }

  std::int64_t counted() const { return record_.standing(terms_, now_).counted; }

  minutes lock_length() {
    fail_times(10);
    return std::chrono::duration_cast<minutes>(record_.lock_at(now_)->until - now_);
  }

  store::FailureRecord record_;
  LockoutTerms terms_ = lock_terms();
  Time now_ = kTestStart;
};

TEST_F(FailureRecord, NineFailuresAndASuccessDoNotLock) {
  for (int i = 0; i < 20; ++i) {
    fail_times(9);
    succeed(kAnn);
  }
  EXPECT_FALSE(is_locked());
  EXPECT_EQ(counted(), 0);
}

TEST_F(FailureRecord, GuessesBetweenOwnSuccessesLock) {
  for (int i = 0; i < 2; ++i) {
    fail_times(5);
    succeed("mallory@example.com");
  }
  EXPECT_TRUE(is_locked());
}

TEST_F(FailureRecord, OnlyTheSpanCounts) {
  fail_times(5);
  now_ += minutes(30) - milliseconds(1);
  EXPECT_EQ(counted(), 5);
  now_ += milliseconds(1);
  EXPECT_EQ(counted(), 0);
  fail_times(9);
  EXPECT_FALSE(is_locked());
}

TEST_F(FailureRecord, AStalePasswordCountsOnceWithDistinctPasswords) {
  terms_.count = CountedFailures::distinct_passwords;
  fail_times(1000, attempt(kAnn, "stale"));
  EXPECT_EQ(counted(), 1);
  EXPECT_EQ(record_.standing(terms_, now_).failures.at(0).times, 1000);
  EXPECT_LT(record_.encode().size(), 200u);
  for (int i = 0; i < 9; ++i)
    fail(attempt(kAnn, "guess" + std::to_string(i)));
  EXPECT_TRUE(is_locked());
}

TEST_F(FailureRecord, NoTraceOfAPasswordOutlivesItsFailure) {
  terms_.count = CountedFailures::distinct_passwords;
  succeed("bob@example.com");
  EXPECT_EQ(record_.forget_at(), now_ + terms_.shared.within) << "who logs in there is kept longer";
  fail(attempt(kAnn, "guess"));
  EXPECT_EQ(record_.forget_at(), now_ + minutes(30));
  for (int i = 0; i < 9; ++i)
    fail(attempt(kAnn, "guess" + std::to_string(i)));
  EXPECT_TRUE(is_locked());
  EXPECT_GT(record_.forget_at(), now_ + minutes(30)) << "a lock keeps no guesses";
}

TEST_F(FailureRecord, ALoginLogThatNamesOneLoginForAConnectionAddsNothing) {
  // Two connections with an attempt for each of three logins.
  for (int connection = 0; connection < 2; ++connection) {
    for (const char* login : {"ann@example.com", "bob@example.com", "carl@example.com"})
      fail(attempt(login));
    fail_times(3, attempt("carl@example.com", "", LoginSource::login_log));
  }
  EXPECT_EQ(counted(), 6);
  fail_times(8, attempt("dora@example.com", "", LoginSource::login_log));
  EXPECT_TRUE(is_locked()) << "where nobody else tells, it counts";
}

TEST_F(FailureRecord, WhatTellsNoGuessCountsSingly) {
  terms_.count = CountedFailures::distinct_passwords;
  fail_times(10);
  EXPECT_TRUE(is_locked());
}

TEST_F(FailureRecord, AnAttemptThatSeveralSourcesTellCountsOnce) {
  for (int i = 0; i < 9; ++i) {
    fail(attempt(kAnn));
    fail(attempt(kAnn, "", LoginSource::mta_log));
    fail(attempt(kAnn, "", LoginSource::auth_log));
    fail(attempt("", "", LoginSource::login_log));
  }
  EXPECT_EQ(counted(), 9);
  succeed(kAnn);
  EXPECT_EQ(counted(), 0) << "the nameless ones were the same";
}

TEST_F(FailureRecord, LogsDoNotCountWhatAuthPolicyTellsWithDistinctPasswords) {
  terms_.count = CountedFailures::distinct_passwords;
  for (int i = 0; i < 50; ++i) {
    fail(attempt(kAnn, "stale"));
    fail(attempt(kAnn, "", LoginSource::mta_log));
    fail(attempt("", "", LoginSource::login_log));
  }
  EXPECT_EQ(counted(), 1);
}

TEST_F(FailureRecord, ToldLateCountsOnlyWhereNothingSettledIt) {
  LoginAttempt late = attempt(kAnn, "", LoginSource::mta_log);
  late.age = minutes(1);
  fail(late);
  EXPECT_EQ(counted(), 1);
  succeed(kAnn);
  fail(late);
  EXPECT_EQ(counted(), 0) << "before the success";
  late.login.text = "bob@example.com";
  record_.unlock(now_);
  fail(late);
  EXPECT_EQ(counted(), 0) << "before the unlock";
  late.age = hours(1);
  now_ += hours(2);
  fail(late);
  EXPECT_EQ(counted(), 0) << "before the span";
}

TEST_F(FailureRecord, ASuccessToldLateForgetsOnlyWhatWasBefore) {
  fail_times(3);
  now_ += minutes(1);
  fail_times(2);
  LoginAttempt late = attempt(kAnn);
  late.age = seconds(30);
  EXPECT_TRUE(record_.succeed(late, terms_, now_).forgot);
  EXPECT_EQ(counted(), 2);
}

TEST_F(FailureRecord, ALockSpendsItsFailuresAndListsThem) {
  fail_times(10);
  EXPECT_EQ(counted(), 0);
  ASSERT_EQ(record_.standing(terms_, now_).failures.size(), 1u);
  EXPECT_EQ(record_.standing(terms_, now_).failures[0].times, 10);
  EXPECT_EQ(record_.standing(terms_, now_).failures[0].counted, 0);
}

TEST_F(FailureRecord, LocksGrowForThoseWhoComeBack) {
  terms_.growth = {.factor = 2, .longest = hours(1), .remembered = hours(24)};
  EXPECT_EQ(lock_length(), minutes(30));
  for (const int length : {60, 60}) {
    now_ = record_.lock_at(now_)->until + hours(1);
    EXPECT_EQ(lock_length(), minutes(length));
  }
  EXPECT_EQ(record_.lock_at(now_)->offence, 3);
  now_ = record_.lock_at(now_)->until + hours(24);
  EXPECT_EQ(lock_length(), minutes(30)) << "forgotten";
  record_.unlock(now_);
  EXPECT_EQ(lock_length(), minutes(30)) << "an unlock forgets former locks";
}

TEST_F(FailureRecord, ASharedAddressIsLockedLater) {
  for (int i = 0; i < 5; ++i)
    succeed("user" + std::to_string(i) + "@example.com");
  fail_times(19);
  EXPECT_FALSE(is_locked());
  EXPECT_TRUE(fail(attempt(kAnn)).shared);
  EXPECT_TRUE(is_locked());
}

TEST_F(FailureRecord, ANeverLockedNetworkIsListedWithinBounds) {
  terms_.failures.reset();
  for (int i = 0; i < 500; ++i)
    fail(attempt("u" + std::to_string(i)));
  fail_times(500);
  EXPECT_FALSE(is_locked());
  EXPECT_LE(record_.standing(terms_, now_).failures.size(), 50u);
  EXPECT_LT(record_.encode().size(), 4000u);
}

TEST_F(FailureRecord, FloodsOfAnyShapeStayBounded) {
  terms_.shared.users = 0;
  std::size_t largest = 0;
  for (int i = 0; i < 5000; ++i) {
    now_ += milliseconds(500);
    LoginAttempt tried =
        attempt("u" + std::to_string(i), std::to_string(i), static_cast<LoginSource>(i % 4));
    tried.token = Token{static_cast<std::uint64_t>(i) + (1ULL << 63U)};
    terms_.count = i % 3 == 0 ? CountedFailures::failures : CountedFailures::distinct_passwords;
    fail(tried);
    largest = std::max(largest, record_.encode().size());
  }
  EXPECT_LT(largest, 8000u);
}

TEST_F(FailureRecord, IsKeptWholeAndADamagedOneIsEmpty) {
  fail_times(10);
  succeed(kAnn);
  const std::string bytes = record_.encode();
  EXPECT_EQ(store::FailureRecord::decode(bytes), record_);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_TRUE(store::FailureRecord::decode(bytes.substr(0, size)).empty()) << size;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    auto record = store::FailureRecord::decode(damaged);
    record.fail(attempt(kAnn), terms_, kLockReference, now_);
  }
}

}  // namespace
}  // namespace gatepost::test
