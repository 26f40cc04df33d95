#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace gatepost {

/// Where a Redis server is reached, from `store.url`.
struct RedisAddress {
  std::string host;  ///< empty: a unix socket
  std::uint16_t port = 6379;
  std::string unix_path;
  std::string user;      ///< ACL user; empty: the default one
  std::string password;  ///< empty: none; from `password_file`, or the URL
  int database = 0;

  friend bool operator==(const RedisAddress&, const RedisAddress&) = default;
};

/// What counts while Redis is away (D10).
enum class WhenDown : std::uint8_t {
  local,    ///< this daemon counts alone, from the last figures it knew
  unknown,  ///< each rule's on_unknown
};

/// `store:` of gatepost.yaml.
struct StoreSettings {
  enum class Kind : std::uint8_t { memory, redis };

  Kind kind = Kind::memory;
  RedisAddress redis;
  std::chrono::milliseconds deadline{50};  ///< of one call
  WhenDown when_down = WhenDown::local;

  friend bool operator==(const StoreSettings&, const StoreSettings&) = default;
};

}  // namespace gatepost
