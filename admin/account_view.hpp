#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/answer.hpp"
#include "policy/case.hpp"
#include "policy/catalogue.hpp"
#include "policy/finding.hpp"
#include "policy/ledger.hpp"
#include "policy/mail/login.hpp"
#include "policy/settings.hpp"
#include "policy/verdict.hpp"
#include "store/stores.hpp"

namespace gatepost::admin {

/// One limit of an account, and how much of it is used.
struct LimitView {
  RuleId rule = RuleId::message_rate;
  EffectiveLimit limit;
  bool counted = false;              ///< has a counter; else it is a limit of single messages
  std::optional<std::int64_t> used;  ///< nothing: not counted, or the counter cannot be read
  std::optional<Time> resets_at;     ///< where something is used

  /// Nothing where unlimited, not counted or not known. Never negative.
  std::optional<std::int64_t> left() const;
};

/// That an account is frozen, and by whom.
struct FrozenView {
  std::string reason;
  std::optional<Place> place;  ///< of the whitelist entry; nothing: by command
  std::string actor;           ///< by command: who did it
  std::optional<Time> since;
};

/// Failed logins of an account, in short.
struct FailedLogins {
  std::int64_t times = 0;     ///< within the rule's span
  std::size_t addresses = 0;  ///< from which they came, or whose locks name the account
  std::size_t locked = 0;     ///< of these
};

/// Everything `account show` tells. All of it as of `now`.
struct AccountView {
  Time now;
  Login login;
  bool is_ours = true;  ///< its domain is one of site.domains
  bool seen = false;    ///< anything counted or any refusal on record
  std::vector<std::string> groups;
  std::vector<LimitView> limits;
  std::optional<FrozenView> frozen;
  std::optional<FailedLogins> failed_logins;  ///< nothing: none, or not known
  Answer<Source> counters = Source::store;    ///< who counted, or why nobody can say
  std::optional<Refusal> refusal;             ///< what a message to one recipient would meet now
  std::optional<Refusal> would_refuse;        ///< what it would meet, were observed rules enforced
  Answer<std::vector<Case>> cases = std::vector<Case>{};
};

/// How many recent refusals an account view holds.
inline constexpr std::size_t kCasesShown = 10;

/// Looks at the account; charges nothing. Waits for the store at most its deadline, three times.
AccountView look_at(const Settings& settings, store::Stores& stores, const Login& login, Time now);

/// Whether and why `login` is frozen at `now`: the whitelist's entry comes before a command.
std::optional<FrozenView> find_frozen_view(const Settings& settings, const FreezeBook& freezes,
                                           const Login& login, Time now);

/// The view for people, as lines.
std::string text_of(const AccountView& view, const Calendar& calendar, Language language);

}  // namespace gatepost::admin
