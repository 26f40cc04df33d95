#pragma once

#include <cstdint>
#include <functional>

namespace gatepost::session {

/// 64 random bits a call; thread-safe.
using Random = std::function<std::uint64_t()>;

/// The kernel's random generator (getrandom(2)).
Random system_random();

}  // namespace gatepost::session
