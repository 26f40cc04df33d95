#pragma once

#include <chrono>
#include <string>

#include "policy/lockout_terms.hpp"
#include "policy/login_attempt.hpp"
#include "policy/reference.hpp"

/// What tests of failures and locks are made of.
namespace gatepost::test {

inline const Network kClient = *Network::parse("192.0.2.1/32");

inline LockoutTerms lock_terms(const Network& network = kClient) {
  LockoutTerms terms{.network = network, .failures = 10, .growth = {}, .shared = {}, .office = {}};
  return terms;
}

inline LoginAttempt attempt(const std::string& login, const std::string& guess = "",
                            LoginSource source = LoginSource::auth_policy) {
  return {.client = kClient.address(),
          .login = {login, false},
          .service = LoginService::submission,
          .source = source,
          .protocol = "smtp",
          .guess = guess,
          .age = std::chrono::milliseconds(0),
          .token = {}};
}

inline const Reference kLockReference = Reference::from_bits(0x123456789AULL);

}  // namespace gatepost::test
