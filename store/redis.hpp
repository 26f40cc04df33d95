#pragma once

#include <chrono>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/answer.hpp"
#include "policy/time.hpp"
#include "store/redis_protocol.hpp"
#include "store/redis_scripts.hpp"

namespace gatepost::store {

/// How Redis is doing.
struct RedisState {
  bool away = true;
  Time since;                       ///< of `away`
  std::string last_error;           ///< empty: none since the start
  std::string warning;              ///< a setting of the server that endangers the counters
  std::optional<Time> memory_lost;  ///< when it last came back without what it held
};

/// Redis as the ports over it see it: one server, the master that Sentinels name, or a Cluster.
/// Commands go where their keys are. All methods are thread-safe.
class Redis {
public:
  using Replies = std::vector<RedisReply>;

  virtual ~Redis() = default;

  /// Sends the commands and waits for all their replies, which come in their order. An error reply
  /// is a reply. Commands that have one key each may be for several servers, and reach some where
  /// others are Unavailable.
  virtual Answer<Replies> call(const RedisCommands& commands,
                               std::chrono::milliseconds deadline) = 0;
  /// Sends commands that each run `script` by its name; again after giving it to the server, where
  /// that has forgotten it: the script must bear running twice.
  virtual Answer<Replies> call_script(RedisScript script, const RedisCommands& commands) = 0;

  /// Nothing where a call would be tried now; else why not.
  virtual std::optional<Unavailable> away() const = 0;
  virtual RedisState state() const = 0;
  /// Without credentials, as `127.0.0.1:6379/0`.
  virtual std::string where() const = 0;
  /// The deadline of a call.
  virtual std::chrono::milliseconds deadline() const = 0;
  /// True once calls are answered; false where they are not within `patience`.
  virtual bool wait_until_up(std::chrono::milliseconds patience) = 0;

  Answer<Replies> call(const RedisCommands& commands) { return call(commands, deadline()); }

  /// Sends one command. An error reply is Unavailable.
  Answer<RedisReply> call(std::initializer_list<std::string_view> words);
  /// Runs a script by its name. `words` are its keys and arguments. An error reply is Unavailable.
  Answer<RedisReply> run(RedisScript script, std::size_t keys,
                         std::span<const std::string_view> words);

private:
  Answer<RedisReply> only(Answer<Replies> answer) const;
};

}  // namespace gatepost::store
