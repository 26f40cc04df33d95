#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gatepost {

/// TLS to Redis, from `store.tls`. The server's certificate is checked in any case.
struct RedisTls {
  std::string ca_file;      ///< PEM; empty: those the system trusts
  std::string cert_file;    ///< PEM, this daemon's own certificate; empty: none
  std::string key_file;     ///< PEM, its key
  std::string server_name;  ///< what the certificate must name; empty: the host that is dialled

  friend bool operator==(const RedisTls&, const RedisTls&) = default;
};

/// Where a Redis server is reached, from `store.url`.
struct RedisAddress {
  std::string host;  ///< empty: a unix socket
  std::uint16_t port = 6379;
  std::string unix_path;
  std::string user;      ///< ACL user; empty: the default one
  std::string password;  ///< empty: none; from `password_file`, or the URL
  int database = 0;
  std::optional<RedisTls> tls{};  ///< nothing: in the clear

  friend bool operator==(const RedisAddress&, const RedisAddress&) = default;
};

/// How the servers of `store.url` belong together.
enum class RedisTopology : std::uint8_t {
  single,    ///< one server
  sentinel,  ///< a master with replicas; Sentinels say which one it is
  cluster,   ///< a Redis Cluster: keys are spread over its masters
};

/// A Sentinel, or a node of a Cluster.
struct RedisPeer {
  std::string host;
  std::uint16_t port = 0;

  friend bool operator==(const RedisPeer&, const RedisPeer&) = default;
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
  RedisTopology topology = RedisTopology::single;
  RedisAddress redis;              ///< of `single` whole; of the others how to log in, and `tls`
  std::vector<RedisPeer> peers{};  ///< of `sentinel` and `cluster`: whom to ask first
  std::string master_name{};       ///< of `sentinel`
  std::chrono::milliseconds deadline{50};  ///< of one call
  WhenDown when_down = WhenDown::local;
  int local_share = 100;              ///< per cent of what was left of a limit, for this daemon
  std::chrono::seconds local_for{0};  ///< then on_unknown decides; 0: local without end

  friend bool operator==(const StoreSettings&, const StoreSettings&) = default;
};

}  // namespace gatepost
