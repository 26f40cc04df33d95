#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "policy/lockout_terms.hpp"
#include "policy/login_attempt.hpp"
#include "policy/time.hpp"

namespace gatepost::logins {

/// Guesses of which nobody knows yet how they end: between the question whether an attempt may go
/// on and the report of its outcome. They bound how many guesses a client can have looked at by
/// asking for all at once. The same password for the same login is one guess. Bounded; not
/// thread-safe.
class GuessesUnderWay {
public:
  /// Who never reports (a daemon that died) holds up nobody for longer.
  static constexpr std::chrono::seconds kForgotten{10};
  static constexpr std::size_t kMostNetworks = 20'000;
  static constexpr std::size_t kMostGuesses = 1000;  ///< of one network

  /// Whether the network, if this attempt went on and all that are under way failed, would have
  /// more failures than lock it: wait for what becomes of them.
  bool must_wait(const LoginAttempt& attempt, const LockoutTerms& terms, Time now);
  /// The attempt goes on.
  void begun(const LoginAttempt& attempt, const LockoutTerms& terms, Time now);
  /// It has ended; `counted` failures of the network count by now.
  void ended(const LoginAttempt& attempt, const LockoutTerms& terms, std::int64_t counted,
             Time now);

private:
  struct Client {
    std::unordered_map<std::string, Time> begun;  // by guess
    std::int64_t counted = 0;
    Time counted_at;
  };

  static void age(Client& client, Time now);
  void keep_in_bounds(Time now);

  std::unordered_map<std::string, Client> clients_;  // by network
};

}  // namespace gatepost::logins
