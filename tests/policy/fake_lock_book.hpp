#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/lock_book.hpp"
#include "tests/policy/site.hpp"

namespace gatepost::test {

/// A lock of this network at noon for half an hour, for ten failures of alice's.
inline ClientLock locked(const std::string& network) {
  return {.network = *Network::parse(network),
          .reference = Reference::from_bits(0x123456789AULL),
          .since = kNoon,
          .until = kNoon + std::chrono::minutes(30),
          .actor = {},
          .reason = {},
          .failures = 10,
          .within = std::chrono::minutes(30),
          .logins = {{"alice@example.com", false}},
          .offence = 1};
}

/// A lock book that counts every failure and forgets none by itself; `away` makes it silent. What
/// it was asked is kept.
class FakeLockBook final : public LockBook {
public:
  std::optional<ClientLock> lock_of(const IpAddress& client, Time now) const override {
    for (const auto& [network, lock] : held) {
      if (network.contains(client) && lock.holds(now)) return lock;
    }
    return {};
  }

  std::vector<ClientLock> locks(Time now) const override {
    std::vector<ClientLock> out;
    for (const auto& [network, lock] : held) {
      if (lock.holds(now)) out.push_back(lock);
    }
    return out;
  }

  std::size_t lock_count() const override { return held.size(); }

  Answer<FailureOutcome> fail(const LoginAttempt& attempt, const LockoutTerms& terms,
                              const Reference& reference) override {
    if (away) return Unavailable{*away};
    failures.push_back(attempt);
    FailureOutcome out;
    out.shared = shared;
    out.networks_of_login = networks_of_login;
    const auto found = held.find(terms.network);
    if (found != held.end()) {
      out.lock = found->second;
      return out;
    }
    out.counted = ++counts[terms.network];
    if (!terms.failures || out.counted < *terms.failures) return out;
    out.new_lock = true;
    out.lock = ClientLock{.network = terms.network,
                          .reference = reference,
                          .since = clock,
                          .until = clock + terms.lock,
                          .actor = {},
                          .reason = {},
                          .failures = out.counted,
                          .within = terms.within,
                          .logins = {attempt.login},
                          .offence = 1};
    held.emplace(terms.network, *out.lock);
    return out;
  }

  Answer<FailureOutcome> turned_away(const LoginAttempt& attempt,
                                     const LockoutTerms& /*terms*/) override {
    if (away) return Unavailable{*away};
    denied.push_back(attempt);
    return FailureOutcome{};
  }

  Answer<bool> succeed(const LoginAttempt& attempt, const LockoutTerms& terms) override {
    if (away) return Unavailable{*away};
    successes.push_back(attempt);
    return counts.erase(terms.network) != 0;
  }

  Answer<bool> lock(const ClientLock& lock) override {
    if (away) return Unavailable{*away};
    held.insert_or_assign(lock.network, lock);
    return true;
  }

  Answer<UnlockOutcome> unlock(const Network& network) override {
    if (away) return Unavailable{*away};
    UnlockOutcome out;
    out.only_here = only_here;
    if (const auto found = held.find(network); found != held.end()) {
      out.lock = found->second;
      held.erase(found);
    }
    out.failures = counts[network];
    counts.erase(network);
    return out;
  }

  Answer<NetworkStanding> standing(const Network& network, const LockoutTerms& /*terms*/) override {
    if (away) return Unavailable{*away};
    NetworkStanding out;
    if (const auto found = standings.find(network); found != standings.end()) out = found->second;
    if (const auto found = held.find(network); found != held.end()) out.lock = found->second;
    return out;
  }

  Answer<std::vector<LoginFailures>> failures_of(const LoginName& login,
                                                 std::chrono::seconds /*span*/) override {
    if (away) return Unavailable{*away};
    const auto found = by_login.find(login);
    return found == by_login.end() ? std::vector<LoginFailures>{} : found->second;
  }

  std::optional<std::string> away;
  bool only_here = false;  ///< what unlock says of itself
  Time clock;              ///< when locks are made
  bool shared = false;
  std::int64_t networks_of_login = 0;
  std::map<Network, ClientLock> held;
  std::map<Network, std::int64_t> counts;
  std::map<Network, NetworkStanding> standings;
  std::map<LoginName, std::vector<LoginFailures>> by_login;
  std::vector<LoginAttempt> failures;
  std::vector<LoginAttempt> successes;
  std::vector<LoginAttempt> denied;
};

}  // namespace gatepost::test
