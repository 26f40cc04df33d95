#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "admin/account_view.hpp"
#include "admin/daemon.hpp"
#include "admin/lockout_target.hpp"
#include "policy/answer.hpp"
#include "policy/calendar.hpp"
#include "policy/catalogue.hpp"
#include "policy/explain.hpp"
#include "policy/lock_book.hpp"
#include "policy/settings.hpp"

/// What support is told of locks and failed logins (R5).
namespace gatepost::admin {

/// What a network's failures look like.
enum class FailurePattern : std::uint8_t {
  unclear,
  one_login,      ///< one login repeats: a program with an old password
  several_users,  ///< several users fail and several log in: an office
  guessing,       ///< many names fail, and nobody logs in
};

/// `one_login`: the stable code in JSON.
std::string_view name(FailurePattern pattern);

/// A lock, and why it has no effect where it has none.
struct LockView {
  ClientLock lock;
  std::optional<Place> never_locked;  ///< the entry that lets its client in all the same
};

struct LockListView {
  Time now;
  std::vector<LockView> locks;  ///< the newest first
  std::size_t count = 0;        ///< how many there are, those not in `locks` included
  bool observed = false;
  LoginsStatus logins;
};

/// Everything about one client.
struct ClientView {
  Time now;
  ClientTarget target;
  std::optional<ClientLock> lock;  ///< in the book; may have no effect
  std::optional<Place> never_locked;
  LockoutTerms terms;
  std::optional<std::int64_t> locks_at;  ///< how many failures lock it; a shared address has more
  bool shared = false;
  bool observed = false;
  Answer<NetworkStanding> standing = NetworkStanding{};
  FailurePattern pattern = FailurePattern::unclear;
  LoginsStatus logins;

  /// Keeps its logins out, but for observe mode.
  bool is_locked() const { return lock && !never_locked; }
};

/// An address from which logins of somebody failed, or whose lock names him.
struct FailedFrom {
  Network network;
  std::optional<LoginFailures> failures;  ///< nothing: only its lock tells
  std::optional<ClientLock> lock;
  std::optional<Place> never_locked;

  bool is_locked() const { return lock && !never_locked; }
};

/// Why somebody cannot log in, as far as Gatepost knows.
struct UserView {
  Time now;
  Login login;
  bool kept_by_name = true;  ///< false: a name of others, whose failures are kept masked
  std::chrono::seconds within{0};
  Answer<std::vector<FailedFrom>> addresses = std::vector<FailedFrom>{};  ///< newest first
  bool attacked = false;                                                  ///< from many addresses
  std::chrono::seconds slowed{0};  ///< its logins from new places, where it is attacked
  std::optional<FrozenView> frozen;
  bool observed = false;
  LoginsStatus logins;

  /// How many of the addresses are locked.
  std::size_t locked() const;
};

/// The newest `most` locks.
LockListView look_at_locks(const Settings& settings, const LockBook& book, const Status& status,
                           std::size_t most);
/// Asks the store once.
ClientView look_at_client(const Settings& settings, LockBook& book, const Status& status,
                          const ClientTarget& target);
UserView look_at_user(const Settings& settings, store::Stores& stores, const Status& status,
                      const Login& login);

/// The name under which failures of `login` are kept; nothing for one whose name is masked.
std::optional<LoginName> kept_name(const Settings& settings, const Login& login);
/// From where logins of `name` failed within the rule's span, and whose locks name it.
Answer<std::vector<FailedFrom>> failed_from(const Settings& settings, LockBook& book,
                                            const LoginName& name, Time now);

/// What would keep such a client from being locked, ready to paste, where its failures look as if
/// it should not be.
std::vector<Exception> exceptions_for(const ClientView& view, const Calendar& calendar,
                                      Language language);

/// How long something still takes, as people say it: in one unit, rounded up.
std::string left_text(Language language, std::chrono::milliseconds left);
/// A login name for people; a masked or unreadable one says so.
std::string login_text(Language language, const LoginName& login);

/// The views for people, as lines.
std::string text_of(const LockListView& view, const Calendar& calendar, Language language);
std::string text_of(const ClientView& view, const Calendar& calendar, Language language);
std::string text_of(const UserView& view, const Calendar& calendar, Language language);

}  // namespace gatepost::admin
