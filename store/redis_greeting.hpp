#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/store_settings.hpp"
#include "store/redis_protocol.hpp"

namespace gatepost::store {

/// What the server's replies to the greeting mean.
struct Welcome {
  std::string refused;  ///< why this server cannot be used now; empty: it can
  std::string warning;  ///< what endangers the counters in it; empty: nothing
  std::string life;     ///< another one after the server lost what it held; empty: it has none
};

/// What is said at the start of each connection, and what all the replies to it mean.
struct RedisGreeting {
  RedisCommands commands;
  std::function<Welcome(const std::vector<RedisReply>&)> judge;
  bool is_node = false;  ///< of a Cluster: MOVED is a reply then, and no sign of trouble
};

/// To a server that holds counters: who we are, which database, the scripts, and whether it is a
/// master that takes writes and keeps what it has. `tag` is a hash tag of a slot that the server
/// has, where it is a node of a Cluster; empty: it is none.
RedisGreeting server_greeting(const RedisAddress& address, std::string_view tag = {});
/// To a Sentinel, and to a node of a Cluster that is only asked where keys are. One without a
/// password takes one too.
RedisGreeting asking_greeting(const RedisAddress& address);

/// `127.0.0.1:6379/0` or the socket's path, without credentials.
std::string text_of(const RedisAddress& address);

}  // namespace gatepost::store
