#pragma once

#include <string>
#include <vector>

#include "policy/store_settings.hpp"
#include "store/redis_protocol.hpp"

namespace gatepost::store {

/// What is said at the start of each connection: who we are, which database, the scripts, and
/// whether the server takes writes and keeps what it has.
RedisCommands greeting_for(const RedisAddress& address);

/// What the server's replies to the greeting mean.
struct Welcome {
  std::string refused;  ///< why this server cannot be used now; empty: it can
  std::string warning;  ///< what endangers the counters in it; empty: nothing
};

/// Reads all replies to greeting_for(address).
Welcome judge_greeting(const RedisAddress& address, const std::vector<RedisReply>& replies);

/// `127.0.0.1:6379/0` or the socket's path, without credentials.
std::string text_of(const RedisAddress& address);

}  // namespace gatepost::store
