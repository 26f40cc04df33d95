#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/login_name.hpp"
#include "policy/mail/network.hpp"
#include "policy/reference.hpp"
#include "policy/time.hpp"

namespace gatepost {

inline constexpr std::size_t kMostLockLogins = 8;

/// A client network that may not log in.
struct ClientLock {
  Network network;
  Reference reference;  ///< what its refusals carry
  Time since;
  Time until;                 ///< the first instant at which it no longer holds
  std::string actor;          ///< the system user who locked it by hand; empty: its failures did
  std::string reason;         ///< of a lock by hand
  std::int64_t failures = 0;  ///< that counted when it was made
  std::chrono::seconds within{0};  ///< the span in which they fell
  std::vector<LoginName> logins;   ///< whom they were for; at most kMostLockLogins
  std::int64_t offence = 1;        ///< 1: the first lock in a while

  bool holds(Time now) const { return now < until; }

  bool by_hand() const { return !actor.empty(); }

  friend bool operator==(const ClientLock&, const ClientLock&) = default;
};

/// A network as people write it: the address alone where it is one address.
std::string client_text(const Network& network);

}  // namespace gatepost
