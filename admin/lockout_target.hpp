#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

#include "policy/mail/login.hpp"
#include "policy/mail/network.hpp"
#include "policy/settings.hpp"

/// What `gatepost lockout` is asked about: whom, and for how long.
namespace gatepost::admin {

/// A client, and what counts as one with it.
struct ClientTarget {
  IpAddress client;  ///< as asked; the first address of a network that was asked about
  Network network;
};

/// Why a word is nothing of the kind, and what to write in its place.
struct TargetMistake {
  std::string error;
  std::string hint;
};

using LockoutTarget = std::variant<ClientTarget, Login, TargetMistake>;

/// Reads an address (IPv4, IPv6, v4-mapped, in brackets), a network no wider than what counts as
/// one client, or a login.
LockoutTarget parse_lockout_target(std::string_view text, const Settings& settings);

inline constexpr std::chrono::days kLongestHandLock{30};

/// How long a lock by hand is to hold: `30m`, `2h`, `7d`.
std::variant<std::chrono::minutes, TargetMistake> parse_lock_span(std::string_view text);

}  // namespace gatepost::admin
