#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "policy/mail/network.hpp"
#include "policy/place.hpp"

namespace gatepost {

/// What counts towards a lock.
enum class CountedFailures : std::uint8_t {
  failures,            ///< each failed login
  distinct_passwords,  ///< equal guesses for one login once; what tells no guess, singly
};

/// How locks grow for those who come back.
struct LockGrowth {
  int factor = 1;                       ///< each lock is so many times as long as the one before
  std::chrono::seconds longest{86400};  ///< at most
  std::chrono::seconds remembered{7 * 86400};  ///< after a lock's end, until it is the first again

  friend bool operator==(const LockGrowth&, const LockGrowth&) = default;
};

/// An address that many people share (an exit of a provider, a hotel): known by the different
/// logins that succeeded there. It is slowed first and locked later than others.
struct SharedAddress {
  int users = 5;  ///< so many different logins make it one; 0: nobody is
  std::chrono::seconds within{86400};
  std::int64_t failures = 20;      ///< that lock it
  std::chrono::seconds tarpit{5};  ///< for each attempt from the usual figure on; below 10 s

  friend bool operator==(const SharedAddress&, const SharedAddress&) = default;
};

/// By which figures failures of one client count: the rule's, or those of its office.
struct LockoutTerms {
  Network network;                       ///< what counts as one client
  std::optional<std::int64_t> failures;  ///< that lock it; nothing: it is never locked
  std::chrono::seconds within{1800};     ///< the span in which they must fall
  std::chrono::seconds lock{1800};       ///< how long
  CountedFailures count = CountedFailures::failures;
  bool prolong = false;  ///< attempts while it is locked start the lock's time anew
  LockGrowth growth;
  SharedAddress shared;
  std::optional<Place> office;  ///< the entry whose figures these are
};

}  // namespace gatepost
