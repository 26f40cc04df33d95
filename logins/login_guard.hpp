#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "logins/guesses_under_way.hpp"
#include "logins/login_event.hpp"
#include "policy/case.hpp"
#include "policy/lock_book.hpp"
#include "policy/settings.hpp"

namespace gatepost::logins {

/// What a login program is told about an attempt before it looks at the password.
struct LoginAnswer {
  static constexpr int kDeny = -1;

  int status = 0;       ///< 0: go on; kDeny; above: go on after so many seconds
  std::string message;  ///< of a denial: for the person, printable ASCII
};

/// One line for the daemon's log.
struct LoginNote {
  enum class Kind : std::uint8_t {
    locked,            ///< a network was locked for its failures
    would_deny,        ///< the first attempt that meets a lock which is only observed
    account_attacked,  ///< one login fails from many networks
    store_away,        ///< a failure could not be counted
  };

  Kind kind;
  std::string message;
};

/// How many attempts of a source ended how.
struct LoginCount {
  std::string_view source;  ///< name(LoginSource)
  std::string_view result;  ///< `success`, `failure`, `turned_away`, `denied`, `slowed`, `allowed`
  std::uint64_t count = 0;
};

/// What the guard needs of the daemon. Everything outlives it and is thread-safe.
struct GuardServices {
  std::function<std::shared_ptr<const Settings>()> settings;
  LockBook& locks;
  std::function<Time()> clock;
  std::function<std::uint64_t()> random;
  std::function<void(Case)> file_case;  ///< the record of a lock; never waits
  std::function<void(const LoginNote&)> note;
  std::string host;  ///< this machine's name, for the records
};

/// Decides about logins (R5): whether an attempt may go on, and what becomes of its outcome. Events
/// of one client must come one after the other; those of others may come at the same time.
class LoginGuard {
public:
  /// Remembers so many networks and accounts that are slowed; the oldest go first.
  static constexpr std::size_t kMostSlowed = 20'000;

  explicit LoginGuard(GuardServices services);

  /// Whose event it is: those of one network must come one after the other.
  Network client_of(const LoginEvent& event) const;

  /// The answer to an attempt of a client that is locked; nothing where it is not. Never waits.
  std::optional<LoginAnswer> deny(const LoginEvent& attempt);

  /// Whether so many guesses of the client are under way that their reports have to be waited for
  /// before this one may go on. Never waits itself.
  bool must_wait(const LoginEvent& attempt);

  /// Whether the attempt may go on. Looks at what this process holds in memory; never waits.
  LoginAnswer ask(const LoginEvent& attempt);

  /// Takes note of how an attempt ended: counts, forgets, locks. Waits for the store, within its
  /// deadline.
  void tell(const LoginEvent& event);

  std::vector<LoginCount> counts() const;

private:
  // What slows attempts for a while, by network or login.
  class Slowed {
  public:
    void put(const std::string& key, Time until);
    void drop(const std::string& key);
    bool holds(const std::string& key, Time now);

  private:
    using Entries = std::list<std::pair<std::string, Time>>;

    Entries entries_;  // newest first
    std::unordered_map<std::string, Entries::iterator> by_key_;
  };

  struct Memory {
    Slowed networks;
    Slowed accounts;
    Slowed known;     // network and login: the login succeeded there
    Slowed reported;  // what was said aloud: accounts that are attacked, that the store is away
    GuessesUnderWay under_way;
    Slowed observed;  // references of locks that were said to be observed only
    std::map<std::pair<LoginSource, std::string_view>, std::uint64_t> counts;
  };

  std::optional<LoginAnswer> deny(const Settings& settings, const LoginAttempt& attempt, Time now);
  LoginAttempt attempt_of(const Settings& settings, const LoginEvent& event) const;
  void count(LoginSource source, std::string_view result);
  void failed(const Settings& settings, const LoginAttempt& attempt, const LockoutTerms& terms,
              Time now);
  void store_away(const std::string& why, Time now);
  void made_lock(const Settings& settings, const ClientLock& lock);
  void would_deny(const ClientLock& lock, const std::string& text, Time now);
  void account_attacked(const Settings& settings, const LoginAttempt& attempt,
                        std::int64_t networks, Time now);

  GuardServices services_;
  const std::uint64_t secret_;  // keys the digests of masked names
  mutable std::mutex mutex_;    // for memory_
  Memory memory_;
};

}  // namespace gatepost::logins
