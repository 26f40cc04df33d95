#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/lock_book.hpp"
#include "policy/lockout_terms.hpp"
#include "policy/login_attempt.hpp"

namespace gatepost::store {

/// Failed logins of one network and the lock they lead to, as a plain value: no clock, no lock, no
/// file. The one place of the rules of counting.
///
/// - What is as old as `terms.within` counts no more. A clock that was set back makes no failure
///   count longer: what lies ahead of `now` is taken for now.
/// - One attempt may be told of by several sources. Of a login and a service the source that tells
///   the most counts, not their sum; attempts whose login a log does not tell are taken for those
///   that the other sources name, as far as they go. With distinct passwords, what auth-policy
///   tells goes before what logs tell: logs know no passwords.
/// - A lock spends the failures that made it: they are listed while they are in the span, and
///   count no more.
/// - An attempt that is told late (age > 0) and was made before the lock's end, before an unlock or
///   before a success of its login does not count.
/// - Bounded whatever is put in; what is dropped first never keeps a lock from being made.
///
/// Not thread-safe.
class FailureRecord {
public:
  static constexpr std::size_t kMostTokens = 64;
  static constexpr std::size_t kMostGoodLogins = 64;
  static constexpr std::size_t kMostEntries = 5000;
  static constexpr std::size_t kMostTimes = 1000;

  struct Counted {
    FailureOutcome outcome;  ///< without networks_of_login and source, which others know
    bool changed = false;    ///< the record has to be stored
  };

  struct Unlocked {
    std::optional<ClientLock> lock;  ///< that held
    std::int64_t failures = 0;       ///< that were forgotten, those that made the lock included
    std::vector<LoginName> logins;   ///< whose failures were forgotten
    Time at;                         ///< not before the making of any lock of this record
  };

  struct Succeeded {
    bool changed = false;  ///< the record has to be stored
    bool forgot = false;   ///< failures were dropped
  };

  /// LockBook::fail. A token of 0 is none.
  Counted fail(const LoginAttempt& attempt, const LockoutTerms& terms, const Reference& reference,
               Time now);
  /// LockBook::turned_away. A lock by hand has the end that it was given.
  Counted turned_away(const LockoutTerms& terms, Time now);
  /// LockBook::succeed.
  Succeeded succeed(const LoginAttempt& attempt, const LockoutTerms& terms, Time now);

  /// Takes `lock` in the place of one that holds, from `now` on for its length. Gives the lock as
  /// it is now.
  ClientLock lock(ClientLock lock, Time now);
  /// Forgets the failures, the lock and former locks; who logs in there stays.
  Unlocked unlock(Time now);

  NetworkStanding standing(const LockoutTerms& terms, Time now) const;
  /// The lock that holds.
  std::optional<ClientLock> lock_at(Time now) const;

  bool empty() const;
  /// From when on it holds nothing that matters, by the spans of the terms it saw last. One that
  /// tells guesses apart goes with them: no trace of a password outlives its failure.
  Time forget_at() const;

  /// Empty for an empty record.
  std::string encode() const;
  /// An empty record where the bytes are damaged, or of a version that is not known.
  static FailureRecord decode(std::string_view bytes);

  friend bool operator==(const FailureRecord&, const FailureRecord&) = default;

private:
  // Attempts that differ in nothing but their time.
  struct Entry {
    LoginName login;
    LoginService service = LoginService::submission;
    LoginSource source = LoginSource::auth_policy;
    std::string protocol;
    std::uint64_t guess = 0;  // digest; 0: not known, or not asked for
    std::vector<Time> times;  // the first `spent` made a lock and count no more; then ascending
    std::size_t spent = 0;
    std::int64_t repeats = 0;  // of the guess, besides `times`
    Time first;                // of the repeats

    bool same_kind(const Entry& other) const;

    std::int64_t counting() const { return static_cast<std::int64_t>(times.size() - spent); }

    friend bool operator==(const Entry&, const Entry&) = default;
  };

  struct GoodLogin {
    LoginName login;
    Time last;

    friend bool operator==(const GoodLogin&, const GoodLogin&) = default;
  };

  // Of the terms it saw last: what it must know where nobody gives terms.
  struct Spans {
    std::chrono::seconds within{1800};
    std::chrono::seconds shared{0};
    std::chrono::seconds remembered{0};
    CountedFailures count = CountedFailures::failures;

    friend bool operator==(const Spans&, const Spans&) = default;
  };

  // What one login's failures in one service come to, source by source.
  struct Group;

  // failure_record.cpp
  void begin(const LockoutTerms& terms, Time now);
  void age(Time now);
  void age_entries(Time now);
  bool is_late(const LoginAttempt& attempt, Time now) const;
  bool told_before(const Token& token);
  void add(const LoginAttempt& attempt, Time when);
  static void add_repeat(Entry& entry, Time when);
  void keep_in_bounds(const LockoutTerms& terms);
  void make_lock(const LockoutTerms& terms, const Reference& reference, std::int64_t failures,
                 Time now);
  bool prolong(const LockoutTerms& terms, Time now);
  Time after_unlock(Time now) const;
  void spend();
  bool forget_login(const LoginName& login, Time until);
  void forget_nameless(LoginService service, LoginSource source, std::int64_t most, Time until);
  bool note_good(const LoginName& login, Time when, bool at_once, const LockoutTerms& terms);

  // failure_record_count.cpp
  bool is_shared(const LockoutTerms& terms) const;
  std::optional<std::int64_t> limit(const LockoutTerms& terms) const;
  std::vector<std::int64_t> contributions(CountedFailures count) const;
  std::vector<Group> groups(CountedFailures count) const;
  std::int64_t count(CountedFailures count) const;
  std::vector<LoginName> logins_of_lock() const;
  std::vector<FailureLine> lines(CountedFailures count) const;
  std::optional<Time> guesses_until() const;

  std::vector<Entry> entries_;
  std::vector<GoodLogin> good_;  // newest last
  std::optional<ClientLock> lock_;
  std::int64_t offences_ = 0;          // locks without a pause of growth.remembered
  std::optional<Time> last_until_;     // end of the newest lock made by failures
  std::optional<Time> settled_;        // what was made before and is told later does not count
  std::optional<Time> unlocked_;       // locks are made later than this
  std::optional<Time> last_failure_;   // until when tokens matter
  std::vector<std::uint64_t> tokens_;  // newest last
  Spans spans_;
};

}  // namespace gatepost::store
