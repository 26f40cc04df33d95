#pragma once

#include <optional>

#include "policy/facts.hpp"
#include "policy/freeze_book.hpp"
#include "policy/settings.hpp"

namespace gatepost::session {

/// Whether `account` (canonical login) is frozen at `now`: by whitelist.yaml, or by command.
/// Never waits.
std::optional<Frozen> find_frozen(const Settings& settings, const FreezeBook& freezes,
                                  const std::string& account, Time now);

/// The same for an address, whose sub-address (`user+tag`) belongs to its base.
std::optional<Frozen> find_frozen(const Settings& settings, const FreezeBook& freezes,
                                  const Address& address, Time now);

}  // namespace gatepost::session
