#include "logins/login_guard.hpp"

#include <utility>

#include <fmt/format.h>

#include "policy/engine.hpp"
#include "policy/lockout.hpp"

namespace gatepost::logins {
namespace {

constexpr std::chrono::hours kReportedAgain{1};
constexpr std::chrono::minutes kAwayAgain{1};
constexpr const char* kStoreKey = "the store";  // no login has a space in it

bool is_observed(const Settings& settings) {
  return observes(settings, rule_of<LoginLockout>(settings.rules).settings);
}

// Our own machines are locked like others, and with them everybody who works through them.
std::string hint_for(const Settings& settings, const ClientLock& lock) {
  if (!settings.channels.relay_clients.contains(lock.network.address())) return {};
  return "; that is one of the site's own machines (channels.relay): where it is the webmail, name "
         "it in rules.login_lockout.webmail";
}

std::string known_key(const Network& network, const LoginName& login) {
  return network.text() + ' ' + login.text;
}

// Behind a webmail host it is the person, where the host tells of one.
const IpAddress& person_of(const Settings& settings, const LoginEvent& event) {
  const bool for_another = event.told_client && is_webmail(settings, event.client);
  return for_another ? *event.told_client : event.client;
}

}  // namespace

void LoginGuard::Slowed::put(const std::string& key, Time until) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    entries_.erase(found->second);
    by_key_.erase(found);
  }
  entries_.emplace_front(key, until);
  by_key_.emplace(key, entries_.begin());
  if (entries_.size() <= kMostSlowed) return;
  by_key_.erase(entries_.back().first);
  entries_.pop_back();
}

void LoginGuard::Slowed::drop(const std::string& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  entries_.erase(found->second);
  by_key_.erase(found);
}

bool LoginGuard::Slowed::holds(const std::string& key, Time now) {
  const auto found = by_key_.find(key);
  return found != by_key_.end() && now < found->second->second;
}

LoginGuard::LoginGuard(GuardServices services)
    : services_(std::move(services)), secret_(services_.random()) {}

Network LoginGuard::client_of(const LoginEvent& event) const {
  const auto settings = services_.settings();
  return client_network(*settings, person_of(*settings, event));
}

LoginAttempt LoginGuard::attempt_of(const Settings& settings, const LoginEvent& event) const {
  return {.client = person_of(settings, event),
          .login = login_name(event.login, settings.site.logins, settings.site.domains, secret_),
          .service = event.service,
          .source = event.source,
          .protocol = event.protocol,
          .guess = event.guess,
          .age = event.age,
          .token = event.token};
}

void LoginGuard::count(LoginSource source, std::string_view result) {
  const std::lock_guard lock(mutex_);
  ++memory_.counts[{source, result}];
}

std::optional<LoginAnswer> LoginGuard::deny(const LoginEvent& event) {
  const auto settings = services_.settings();
  return deny(*settings, attempt_of(*settings, event), services_.clock());
}

std::optional<LoginAnswer> LoginGuard::deny(const Settings& settings, const LoginAttempt& attempt,
                                            Time now) {
  const auto lock = lock_in_force(settings, services_.locks, attempt.client, now);
  if (!lock) return {};
  const std::string text = lock_text(*lock, settings.site);
  if (is_observed(settings)) {
    would_deny(*lock, text, now);
    return {};
  }
  count(attempt.source, "denied");
  return LoginAnswer{LoginAnswer::kDeny, text};
}

bool LoginGuard::must_wait(const LoginEvent& event) {
  const auto settings = services_.settings();
  if (is_observed(*settings)) return false;
  const LoginAttempt attempt = attempt_of(*settings, event);
  const Time now = services_.clock();
  const LockoutTerms terms = lockout_terms(*settings, attempt.client, now);
  const std::lock_guard lock(mutex_);
  return memory_.under_way.must_wait(attempt, terms, now);
}

LoginAnswer LoginGuard::ask(const LoginEvent& event) {
  const auto settings = services_.settings();
  const LoginAttempt attempt = attempt_of(*settings, event);
  const Time now = services_.clock();
  const LoginLockout& rule = rule_of<LoginLockout>(settings->rules);
  if (const auto denial = deny(*settings, attempt, now)) return *denial;
  const LockoutTerms terms = lockout_terms(*settings, attempt.client, now);
  const Network& network = terms.network;
  std::chrono::seconds wait{0};
  {
    const std::lock_guard lock(mutex_);
    memory_.under_way.begun(attempt, terms, now);
    if (memory_.networks.holds(network.text(), now)) wait = rule.shared.tarpit;
    if (memory_.accounts.holds(attempt.login.text, now) &&
        !memory_.known.holds(known_key(network, attempt.login), now)) {
      wait = std::max(wait, rule.account.tarpit);
    }
  }
  const bool slow =
      wait.count() > 0 && !is_observed(*settings) && !never_locked(*settings, attempt.client);
  count(attempt.source, slow ? "slowed" : "allowed");
  return {slow ? static_cast<int>(wait.count()) : 0, {}};
}

void LoginGuard::would_deny(const ClientLock& lock, const std::string& text, Time now) {
  {
    const std::lock_guard guard(mutex_);
    if (memory_.observed.holds(lock.reference.text(), now)) return;
    memory_.observed.put(lock.reference.text(), lock.until);
  }
  services_.note({LoginNote::Kind::would_deny, text});
}

void LoginGuard::tell(const LoginEvent& event) {
  const auto settings = services_.settings();
  const LoginAttempt attempt = attempt_of(*settings, event);
  const Time now = services_.clock();
  const LockoutTerms terms = lockout_terms(*settings, attempt.client, now);
  switch (event.result) {
    case LoginEvent::Result::success: {
      count(attempt.source, "success");
      static_cast<void>(services_.locks.succeed(attempt, terms));
      const std::lock_guard lock(mutex_);
      memory_.under_way.ended(attempt, terms, 0, now);
      memory_.known.put(known_key(terms.network, attempt.login), now + terms.shared.within);
      return;
    }
    case LoginEvent::Result::turned_away:
      count(attempt.source, "turned_away");
      if (terms.prolong) static_cast<void>(services_.locks.turned_away(attempt, terms));
      return;
    case LoginEvent::Result::failure: break;
  }
  count(attempt.source, "failure");
  failed(*settings, attempt, terms, now);
}

void LoginGuard::failed(const Settings& settings, const LoginAttempt& attempt,
                        const LockoutTerms& terms, Time now) {
  const auto answer =
      services_.locks.fail(attempt, terms, Reference::from_bits(services_.random()));
  const FailureOutcome* outcome = value_of(answer);
  if (outcome == nullptr) {
    store_away(std::get<Unavailable>(answer).why, now);
    return;
  }
  const LoginLockout& rule = rule_of<LoginLockout>(settings.rules);
  if (outcome->new_lock && outcome->lock) made_lock(settings, *outcome->lock);
  {
    const std::lock_guard lock(mutex_);
    memory_.under_way.ended(attempt, terms, outcome->lock ? 0 : outcome->counted, now);
    const bool slow = outcome->shared && terms.failures && outcome->counted >= *terms.failures;
    if (slow) {
      memory_.networks.put(terms.network.text(), now + terms.within);
    } else {
      memory_.networks.drop(terms.network.text());
    }
  }
  const bool is_account = !attempt.login.text.empty() && rule.account.addresses > 0;
  if (is_account && outcome->networks_of_login >= rule.account.addresses) {
    account_attacked(settings, attempt, outcome->networks_of_login, now);
  }
}

void LoginGuard::store_away(const std::string& why, Time now) {
  {
    const std::lock_guard lock(mutex_);
    if (memory_.reported.holds(kStoreKey, now)) return;
    memory_.reported.put(kStoreKey, now + kAwayAgain);
  }
  services_.note({LoginNote::Kind::store_away, "failed logins are not counted: " + why});
}

void LoginGuard::made_lock(const Settings& settings, const ClientLock& lock) {
  const auto& calendar = *settings.site.calendar;
  std::string logins;
  for (const LoginName& login : lock.logins)
    logins += ' ' + (login.text.empty() ? "?" : login.text);
  services_.note({LoginNote::Kind::locked,
                  fmt::format("{} locked until {} after {} failed logins, for:{} [ref {}]{}",
                              client_text(lock.network), calendar.text(lock.until), lock.failures,
                              logins, lock.reference.text(),
                              is_observed(settings) ? "; only observed, nobody is kept out" : "") +
                      hint_for(settings, lock)});
  services_.file_case(case_of(lock, settings.site, services_.host));
}

void LoginGuard::account_attacked(const Settings& settings, const LoginAttempt& attempt,
                                  std::int64_t networks, Time now) {
  const LoginLockout& rule = rule_of<LoginLockout>(settings.rules);
  {
    const std::lock_guard lock(mutex_);
    memory_.accounts.put(attempt.login.text, now + rule.within);
    if (memory_.reported.holds(attempt.login.text, now)) return;
    memory_.reported.put(attempt.login.text, now + kReportedAgain);
  }
  services_.note({LoginNote::Kind::account_attacked,
                  fmt::format("logins of {} failed from {} addresses lately; the account is not "
                              "locked (gatepost lockout show {})",
                              attempt.login.text, networks, attempt.login.text)});
}

std::vector<LoginCount> LoginGuard::counts() const {
  const std::lock_guard lock(mutex_);
  std::vector<LoginCount> out;
  for (const auto& [key, count] : memory_.counts)
    out.push_back({name(key.first), key.second, count});
  return out;
}

}  // namespace gatepost::logins
