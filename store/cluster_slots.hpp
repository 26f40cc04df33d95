#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "policy/store_settings.hpp"
#include "store/redis_protocol.hpp"

namespace gatepost::store {

inline constexpr std::size_t kClusterSlots = 16384;

/// Which master of a Cluster serves each slot. A plain value.
struct SlotMap {
  static constexpr std::uint16_t kNobody = 0xFFFF;

  std::vector<RedisPeer> nodes;      ///< masters
  std::vector<std::uint16_t> owner;  ///< of each slot: an index into `nodes`, or kNobody

  /// The index of this node; it is added where it is not there.
  std::uint16_t index_of(const RedisPeer& node);

  friend bool operator==(const SlotMap&, const SlotMap&) = default;
};

/// The reply to `CLUSTER SLOTS` of the node `asked`, which may leave its own host out. Nothing
/// where it is none, or no slot is served.
std::optional<SlotMap> read_cluster_slots(const RedisReply& reply, const RedisPeer& asked);

/// Where an error reply sends a command: `MOVED 3999 127.0.0.1:6381`, `ASK 3999 127.0.0.1:6381`.
struct Redirection {
  bool ask = false;  ///< this once, with ASKING before it
  std::uint16_t slot = 0;
  RedisPeer to;

  friend bool operator==(const Redirection&, const Redirection&) = default;
};

/// Nothing where the error sends it nowhere. `from` is the node that said so.
std::optional<Redirection> read_redirection(std::string_view error, const RedisPeer& from);

}  // namespace gatepost::store
