#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/answer.hpp"
#include "policy/client_lock.hpp"
#include "policy/lockout_terms.hpp"
#include "policy/login_attempt.hpp"
#include "policy/reference.hpp"
#include "policy/time.hpp"

namespace gatepost {

/// What a failure led to.
struct FailureOutcome {
  std::int64_t counted = 0;        ///< failures of the network that count now, this one included
  bool new_lock = false;           ///< this failure made `lock`
  std::optional<ClientLock> lock;  ///< in force after this failure
  bool shared = false;             ///< several users logged in from the network lately
  std::int64_t networks_of_login = 0;  ///< networks with failures of this login in the span
  Source source = Source::store;
};

/// Failures of one kind from one network.
struct FailureLine {
  LoginName login;
  LoginService service = LoginService::submission;
  LoginSource source = LoginSource::auth_policy;
  std::string protocol;
  std::int64_t times = 0;    ///< attempts in the span, repeated guesses included
  std::int64_t counted = 0;  ///< of these, what counts towards a lock; 0 once it is made
  Time first;
  Time last;

  friend bool operator==(const FailureLine&, const FailureLine&) = default;
};

/// What is known of a network.
struct NetworkStanding {
  std::int64_t counted = 0;
  std::vector<FailureLine> failures;   ///< newest first
  std::vector<LoginName> good_logins;  ///< who logged in from there lately
  std::optional<ClientLock> lock;      ///< in force
};

/// Failures of one login from one network.
struct LoginFailures {
  Network network;
  std::int64_t times = 0;
  Time last;
  std::string protocol;  ///< or several: `smtp, imap`

  friend bool operator==(const LoginFailures&, const LoginFailures&) = default;
};

struct UnlockOutcome {
  std::optional<ClientLock> lock;  ///< that was lifted
  std::int64_t failures = 0;       ///< counted failures that were forgotten
  bool only_here = false;          ///< the store is away: the others learn of it when it is back
};

/// Failed logins by client network, and the locks they lead to (POLICIES R5). Whether an address
/// is locked is read from this process' copy, which is at most a second behind the store and costs
/// no round trip; the rest asks the store. Implementations are exact under concurrency: failures
/// of one network take effect one after the other, across all daemons that share the store. While
/// a shared store is away this daemon counts and locks alone. Bounded: of networks with failures
/// the kMostNetworks latest are kept, of locks the kMostLocks that hold longest. All methods are
/// thread-safe and return within the store's deadline.
class LockBook {
public:
  static constexpr std::size_t kMostNetworks = 200'000;
  static constexpr std::size_t kMostLocks = 200'000;

  virtual ~LockBook() = default;

  /// The lock that holds for this address at `now`, from the copy; the longest of several. Never
  /// waits.
  virtual std::optional<ClientLock> lock_of(const IpAddress& client, Time now) const = 0;
  /// All locks that hold at `now`, from the copy, the newest first.
  virtual std::vector<ClientLock> locks(Time now) const = 0;
  /// How many the copy holds; may include some that ended within the last seconds.
  virtual std::size_t lock_count() const = 0;

  /// Counts a failed login. Where that reaches the terms' figure, the network is locked under
  /// `reference`. While a lock holds, failures do not count and prolong it only where the terms
  /// say so. An attempt whose token was given before changes nothing.
  virtual Answer<FailureOutcome> fail(const LoginAttempt& attempt, const LockoutTerms& terms,
                                      const Reference& reference) = 0;
  /// An attempt of a locked network that was turned away before its password was looked at: only
  /// prolongs, and only where the terms say so.
  virtual Answer<FailureOutcome> turned_away(const LoginAttempt& attempt,
                                             const LockoutTerms& terms) = 0;
  /// A successful login: forgets this login's failures from this network, no others, and remembers
  /// who logs in there. False: there was nothing to change.
  virtual Answer<bool> succeed(const LoginAttempt& attempt, const LockoutTerms& terms) = 0;

  /// Locks a network by hand, in the place of a lock that holds.
  virtual Answer<bool> lock(const ClientLock& lock) = 0;
  /// Lifts the lock and forgets all failures of the network; both take effect for every daemon
  /// within a second.
  virtual Answer<UnlockOutcome> unlock(const Network& network) = 0;

  virtual Answer<NetworkStanding> standing(const Network& network, const LockoutTerms& terms) = 0;
  /// Where logins of this name failed within `span`, newest first.
  virtual Answer<std::vector<LoginFailures>> failures_of(const LoginName& login,
                                                         std::chrono::seconds span) = 0;
};

}  // namespace gatepost
