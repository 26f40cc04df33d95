#pragma once

#include <chrono>
#include <cstdint>

#include "policy/lockout_terms.hpp"
#include "policy/mail/network_map.hpp"
#include "policy/place.hpp"
#include "policy/rules/settings.hpp"
#include "policy/rules/usage.hpp"

namespace gatepost {

/// An account that is attacked from many addresses at once: said aloud, and where asked for slowed,
/// but never locked, which would lock its owner out.
struct AttackedAccount {
  int addresses = 10;              ///< networks with failures of one login that make it one; 0: off
  std::chrono::seconds tarpit{0};  ///< for logins from where it has not logged in; 0: none

  friend bool operator==(const AttackedAccount&, const AttackedAccount&) = default;
};

/// R5: too many failed logins lock the client's address for a while. Counting is the LockBook's;
/// the rule speaks where an MTA asks: at HELO of a submission listener, and at MAIL where no HELO
/// came.
struct LoginLockout {
  static constexpr RuleId kId = RuleId::login_lockout;
  static constexpr Stages kStages{Stage::hello};
  RuleSettings settings{.on_hit = Action::defer};
  std::int64_t failures = 10;
  std::chrono::seconds within{1800};
  std::chrono::seconds lock{1800};
  int ipv4_prefix = 32;  ///< what counts as one client
  int ipv6_prefix = 64;
  CountedFailures count = CountedFailures::failures;
  bool prolong = false;
  LockGrowth growth;
  SharedAddress shared;
  AttackedAccount account;
  NetworkMap<Place> trusted;            ///< never locked
  NetworkMap<Place> webmail;            ///< never locked; may tell whom they log in for
  Action on_inbound = Action::proceed;  ///< for mail from a locked address on other listeners

  friend bool operator==(const LoginLockout&, const LoginLockout&) = default;
};

Finding judge(const LoginLockout& rule, Stage stage, const Facts& facts, const Usage& usage);

}  // namespace gatepost
