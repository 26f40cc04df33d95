#include "policy/lockout.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "policy/entry_of.hpp"
#include "policy/reply_text.hpp"
#include "policy/rules/make_finding.hpp"

namespace gatepost {
namespace {

const LoginLockout& rule_in(const Settings& settings) {
  return rule_of<LoginLockout>(settings.rules);
}

std::string names_text(const std::vector<LoginName>& logins) {
  std::vector<std::string> shown;
  for (const LoginName& login : logins) {
    if (!login.text.empty()) shown.push_back(login.text);
  }
  return fmt::format("{}", fmt::join(shown, ", "));
}

}  // namespace

std::string client_text(const Network& network) {
  const bool single = network.prefix() == (network.address().is_v4() ? 32 : 128);
  return single ? network.address().text() : network.text();
}

Network client_network(const Settings& settings, const IpAddress& client) {
  const LoginLockout& rule = rule_in(settings);
  return Network::around(client, client.is_v4() ? rule.ipv4_prefix : rule.ipv6_prefix);
}

std::optional<Place> never_locked(const Settings& settings, const IpAddress& client) {
  const LoginLockout& rule = rule_in(settings);
  for (const auto* exempt : {&rule.trusted, &rule.webmail}) {
    if (const Place* place = exempt->find(client)) return *place;
  }
  return {};
}

bool is_webmail(const Settings& settings, const IpAddress& client) {
  return rule_in(settings).webmail.contains(client);
}

LockoutTerms lockout_terms(const Settings& settings, const IpAddress& client, Time now) {
  const LoginLockout& rule = rule_in(settings);
  LockoutTerms terms{.network = client_network(settings, client),
                     .failures = rule.failures,
                     .within = rule.within,
                     .lock = rule.lock,
                     .count = rule.count,
                     .prolong = rule.prolong,
                     .growth = rule.growth,
                     .shared = rule.shared,
                     .office = {}};
  if (never_locked(settings, client)) {
    terms.failures.reset();
    return terms;
  }
  const Whitelist& whitelist = settings.whitelist;
  const Office* office = entry_of(whitelist.office_clients, whitelist.offices, client, now);
  if (office == nullptr) return terms;
  terms.failures = office->login_failures;
  terms.count = CountedFailures::distinct_passwords;
  terms.shared.failures = std::max(terms.shared.failures, office->login_failures);
  terms.office = office->info.place;
  return terms;
}

std::optional<ClientLock> lock_in_force(const Settings& settings, const LockBook& book,
                                        const IpAddress& client, Time now) {
  auto lock = book.lock_of(client, now);
  if (!lock || never_locked(settings, client)) return {};
  return lock;
}

Finding finding_of(const ClientLock& lock) {
  Finding finding = make_finding(
      RuleId::login_lockout, Outcome::hit,
      lock.by_hand() ? Reason::client_locked_by_hand : Reason::client_locked,
      client_text(lock.network), lock.by_hand() ? lock.reason : names_text(lock.logins));
  finding.figures.clears_at = lock.until;
  if (lock.by_hand()) return finding;
  finding.figures.used = lock.failures;
  finding.figures.limit = Limit{lock.failures, {lock.within}};
  return finding;
}

std::string lock_text(const ClientLock& lock, const Site& site) {
  const Finding finding = finding_of(lock);
  const Codes codes = codes_of(finding.reason);
  return reply_text({codes.transient, codes.transient_enhanced, finding}, lock.reference, site)
      .text();
}

Case case_of(const ClientLock& lock, const Site& site, const std::string& host) {
  const Finding finding = finding_of(lock);
  const Codes codes = codes_of(finding.reason);
  return {.reference = lock.reference,
          .subject = Subject::client(lock.network.address()),
          .channel = Channel::submission,
          .first = lock.since,
          .last = lock.since,
          .count = 1,
          .verdict = std::string(name(Verdict(Defer{}))),
          .reply =
              reply_text({codes.transient, codes.transient_enhanced, finding}, lock.reference, site)
                  .line(),
          .client = client_text(lock.network),
          .client_name = {},
          .daemon_name = {},
          .login = {},
          .server = {},
          .sender = {},
          .recipient = {},
          .queue_id = {},
          .host = host,
          .decisive = finding,
          .trace = {finding}};
}

}  // namespace gatepost
