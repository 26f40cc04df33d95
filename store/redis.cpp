#include "store/redis.hpp"

#include <utility>

namespace gatepost::store {

Answer<RedisReply> Redis::only(Answer<Replies> answer) const {
  if (auto* away = std::get_if<Unavailable>(&answer)) return std::move(*away);
  RedisReply& reply = std::get<Replies>(answer).front();
  if (reply.is_error()) return Unavailable{"redis " + where() + ": " + reply.text};
  return std::move(reply);
}

Answer<RedisReply> Redis::call(std::initializer_list<std::string_view> words) {
  RedisCommands commands;
  commands.add(words);
  return only(call(commands));
}

Answer<RedisReply> Redis::run(RedisScript script, std::size_t keys,
                              std::span<const std::string_view> words) {
  const std::string key_count = std::to_string(keys);
  std::vector<std::string_view> command = {"EVALSHA", sha_of(script), key_count};
  command.insert(command.end(), words.begin(), words.end());
  RedisCommands commands;
  commands.add(command);
  return only(call_script(script, commands));
}

}  // namespace gatepost::store
