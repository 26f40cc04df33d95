#pragma once

#include <string>

#include "fakes.hpp"
#include "policy/lockout.hpp"

/// Locks and failures as support meets them, at test_now().
namespace gatepost::test {

inline LoginName own(const std::string& user) {
  return {user + "@example.com", false};
}

/// A lock of five minutes ago for ten failures of alice's; it holds 25 minutes more.
inline ClientLock example_lock(const std::string& network = "192.0.2.7") {
  ClientLock lock = locked(network);
  lock.reference = *Reference::parse("7K3F-9QXM");
  lock.since = test_now() - std::chrono::minutes(5);
  lock.until = test_now() + std::chrono::minutes(25);
  return lock;
}

/// The same, made by hand.
inline ClientLock hand_lock(const std::string& network) {
  ClientLock lock = example_lock(network);
  lock.reference = *Reference::parse("2B2B-2B2B");
  lock.actor = "wang";
  lock.reason = "ticket 12";
  lock.failures = 0;
  lock.within = std::chrono::seconds(0);
  lock.logins = {};
  return lock;
}

inline FailureLine failure_line(const LoginName& login, std::int64_t times) {
  return {.login = login,
          .service = LoginService::mailbox,
          .source = LoginSource::auth_policy,
          .protocol = "imap",
          .times = times,
          .counted = times,
          .first = test_now() - std::chrono::minutes(9),
          .last = test_now() - std::chrono::minutes(1)};
}

inline LoginFailures failures_from(const std::string& network, std::int64_t times) {
  return {.network = *Network::parse(network),
          .times = times,
          .last = test_now() - std::chrono::minutes(1),
          .protocol = "imap"};
}

inline void hold(FakeDaemon& daemon, const ClientLock& lock) {
  daemon.fake_stores.lock_book.held.insert_or_assign(lock.network, lock);
}

inline void remember(FakeDaemon& daemon, const std::string& network, NetworkStanding standing) {
  daemon.fake_stores.lock_book.standings[*Network::parse(network)] = std::move(standing);
}

inline LoginLockout& lockout_rule(FakeDaemon& daemon) {
  for (Rule& rule : daemon.edited->rules) {
    if (auto* found = std::get_if<LoginLockout>(&rule)) return *found;
  }
  throw std::logic_error("no such rule");
}

inline void trust(FakeDaemon& daemon, const std::string& network) {
  lockout_rule(daemon).trusted.insert(*Network::parse(network), Place{"gatepost.yaml", 30, 16});
}

inline void add_office(FakeDaemon& daemon, const std::string& network) {
  Whitelist& whitelist = daemon.edited->whitelist;
  const Network clients = *Network::parse(network);
  whitelist.office_clients.insert(clients, {whitelist.offices.size()});
  whitelist.offices.push_back(
      {.clients = {clients},
       .login_failures = 80,
       .info = {
           .reason = "Berlin", .owner = {}, .expires = {}, .place = {"whitelist.yaml", 4, 5}}});
}

}  // namespace gatepost::test
