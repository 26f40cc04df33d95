#pragma once

#include <array>
#include <string_view>

namespace gatepost::store {

/// The Lua scripts that run inside Redis. Their files under store/lua/ say what they expect.
enum class RedisScript : unsigned char {
  look,
  settle,
  tally,
  freeze,
  life,
  lock_replace,
  lock_put,
  lock_lift,
  lock_changes,
};

inline constexpr std::array kRedisScripts = {
    RedisScript::look,     RedisScript::settle,    RedisScript::tally,
    RedisScript::freeze,   RedisScript::life,      RedisScript::lock_replace,
    RedisScript::lock_put, RedisScript::lock_lift, RedisScript::lock_changes};

/// The whole text of the script, the shared prelude included.
std::string_view source_of(RedisScript script);
/// SHA-1 of the text in hexadecimal digits: the name Redis knows the script by.
std::string_view sha_of(RedisScript script);

}  // namespace gatepost::store
