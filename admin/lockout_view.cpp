#include "admin/lockout_view.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "policy/engine.hpp"
#include "policy/lockout.hpp"

namespace gatepost::admin {
namespace {

constexpr std::size_t kManyLogins = 3;
constexpr std::size_t kSeveralUsers = 2;
constexpr std::int64_t kRepeated = 3;

bool is_observed(const Settings& settings) {
  return observes(settings, rule_of<LoginLockout>(settings.rules).settings);
}

FailurePattern pattern_of(const NetworkStanding& standing) {
  std::set<LoginName> failed;
  std::int64_t times = 0;
  std::size_t users = 0;  // failed logins of our own people, as far as names can tell
  for (const FailureLine& line : standing.failures) {
    times += line.times;
    const bool own = !line.login.masked && !line.login.text.empty();
    if (failed.insert(line.login).second && own) ++users;
  }
  if (failed.size() == 1 && times >= kRepeated && users == 1) return FailurePattern::one_login;
  if (users >= kSeveralUsers && standing.good_logins.size() >= kSeveralUsers) {
    return FailurePattern::several_users;
  }
  if (failed.size() >= kManyLogins && standing.good_logins.empty()) {
    return FailurePattern::guessing;
  }
  return FailurePattern::unclear;
}

// Only auth-policy tells which passwords are equal.
bool tells_guesses(const NetworkStanding& standing) {
  return std::any_of(
      standing.failures.begin(), standing.failures.end(),
      [](const FailureLine& line) { return line.source == LoginSource::auth_policy; });
}

bool names(const ClientLock& lock, const LoginName& login) {
  return std::find(lock.logins.begin(), lock.logins.end(), login) != lock.logins.end();
}

Exception trusted_exception(Language language, const std::string& client) {
  return {say(language, Text::exception_trusted_client),
          fmt::format("rules:\n  login_lockout: {{ trusted: [\"{}\"] }}\n", client)};
}

}  // namespace

std::string_view name(FailurePattern pattern) {
  switch (pattern) {
    case FailurePattern::unclear: return "unclear";
    case FailurePattern::one_login: return "one_login";
    case FailurePattern::several_users: return "several_users";
    case FailurePattern::guessing: return "guessing";
  }
  return "?";
}

std::size_t UserView::locked() const {
  const auto* known = value_of(addresses);
  if (known == nullptr) return 0;
  return static_cast<std::size_t>(std::count_if(
      known->begin(), known->end(), [](const FailedFrom& one) { return one.is_locked(); }));
}

LockListView look_at_locks(const Settings& settings, const LockBook& book, const Status& status,
                           std::size_t most) {
  std::vector<ClientLock> locks = book.locks(status.now);
  LockListView view{.now = status.now,
                    .locks = {},
                    .count = locks.size(),
                    .observed = is_observed(settings),
                    .logins = status.logins};
  if (locks.size() > most)
    locks.erase(locks.begin() + static_cast<std::ptrdiff_t>(most), locks.end());
  for (ClientLock& lock : locks) {
    auto place = never_locked(settings, lock.network.address());
    view.locks.push_back({std::move(lock), std::move(place)});
  }
  return view;
}

ClientView look_at_client(const Settings& settings, LockBook& book, const Status& status,
                          const ClientTarget& target) {
  ClientView view{.now = status.now,
                  .target = target,
                  .lock = book.lock_of(target.client, status.now),
                  .never_locked = never_locked(settings, target.client),
                  .terms = lockout_terms(settings, target.client, status.now),
                  .locks_at = {},
                  .observed = is_observed(settings),
                  .logins = status.logins};
  view.locks_at = view.terms.failures;
  view.standing = book.standing(target.network, view.terms);
  const auto* standing = value_of(view.standing);
  if (standing == nullptr) return view;
  // A lock that another daemon made within the last second is not in the copy yet.
  if (!view.lock && standing->lock && standing->lock->holds(view.now)) view.lock = standing->lock;
  view.pattern = pattern_of(*standing);
  const SharedAddress& shared = view.terms.shared;
  view.shared = view.terms.failures && shared.users > 0 &&
                standing->good_logins.size() >= static_cast<std::size_t>(shared.users);
  if (view.shared) view.locks_at = std::max(*view.terms.failures, shared.failures);
  return view;
}

std::optional<LoginName> kept_name(const Settings& settings, const Login& login) {
  LoginName name = login_name(login.text(), settings.site.logins, settings.site.domains, 0);
  if (name.masked || name.text.empty()) return {};
  return name;
}

Answer<std::vector<FailedFrom>> failed_from(const Settings& settings, LockBook& book,
                                            const LoginName& name, Time now) {
  const auto answer = book.failures_of(name, rule_of<LoginLockout>(settings.rules).within);
  const auto* failures = value_of(answer);
  std::map<Network, ClientLock> locks;
  for (ClientLock& lock : book.locks(now)) {
    const Network network = lock.network;
    locks.emplace(network, std::move(lock));
  }
  std::vector<FailedFrom> out;
  if (failures != nullptr) {
    for (const LoginFailures& one : *failures) {
      FailedFrom from{.network = one.network,
                      .failures = one,
                      .lock = {},
                      .never_locked = never_locked(settings, one.network.address())};
      if (const auto held = locks.extract(one.network)) from.lock = held.mapped();
      out.push_back(std::move(from));
    }
  }
  for (auto& [network, lock] : locks) {
    if (!names(lock, name)) continue;
    out.push_back({.network = network,
                   .failures = {},
                   .lock = std::move(lock),
                   .never_locked = never_locked(settings, network.address())});
  }
  // The locks are known in any case; without any, nobody can tell.
  if (failures == nullptr && out.empty()) return std::get<Unavailable>(answer);
  return out;
}

UserView look_at_user(const Settings& settings, store::Stores& stores, const Status& status,
                      const Login& login) {
  const LoginLockout& rule = rule_of<LoginLockout>(settings.rules);
  UserView view{.now = status.now,
                .login = login,
                .within = rule.within,
                .frozen = find_frozen_view(settings, stores.freezes(), login, status.now),
                .observed = is_observed(settings),
                .logins = status.logins};
  const auto name = kept_name(settings, login);
  view.kept_by_name = name.has_value();
  if (!name) return view;
  view.addresses = failed_from(settings, stores.locks(), *name, status.now);
  const auto* known = value_of(view.addresses);
  view.attacked = known != nullptr && rule.account.addresses > 0 &&
                  known->size() >= static_cast<std::size_t>(rule.account.addresses);
  if (view.attacked) view.slowed = rule.account.tarpit;
  return view;
}

std::vector<Exception> exceptions_for(const ClientView& view, const Calendar& calendar,
                                      Language language) {
  std::vector<Exception> out;
  const auto* standing = value_of(view.standing);
  if (standing == nullptr || view.never_locked || view.terms.office) return out;
  const std::string client = client_text(view.target.network);
  if (view.pattern == FailurePattern::several_users) {
    const std::int64_t failures = view.lock ? view.lock->failures : standing->counted;
    const auto office = office_exception(language, client, failures, calendar, view.now);
    if (office) out.push_back(*office);
    out.push_back(trusted_exception(language, client));
  }
  const bool repeats = view.pattern == FailurePattern::one_login && tells_guesses(*standing);
  if (repeats && view.terms.count == CountedFailures::failures) {
    out.push_back({say(language, Text::exception_distinct_passwords),
                   "rules:\n  login_lockout: { count: distinct_passwords }\n"});
  }
  return out;
}

}  // namespace gatepost::admin
