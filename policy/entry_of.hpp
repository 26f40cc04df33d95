#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "policy/mail/network.hpp"
#include "policy/mail/network_map.hpp"
#include "policy/time.hpp"

namespace gatepost {

/// Whether one of `blocks` holds `client`.
inline bool holds(const std::vector<Network>& blocks, const IpAddress& client) {
  return std::any_of(blocks.begin(), blocks.end(),
                     [&](const Network& block) { return block.contains(client); });
}

/// The first of `entries` in force at `now` among those of the most specific block around `client`
/// that has one; null where none has. `clients` holds indexes into `entries`.
template <typename Entry>
const Entry* entry_of(const NetworkMap<std::vector<std::size_t>>& clients,
                      const std::vector<Entry>& entries, const std::optional<IpAddress>& client,
                      Time now) {
  if (!client) return nullptr;
  const auto in_force = [&](std::size_t index) { return entries[index].info.applies(now); };
  const auto* found = clients.find_if(*client, [&](const std::vector<std::size_t>& indexes) {
    return std::any_of(indexes.begin(), indexes.end(), in_force);
  });
  if (found == nullptr) return nullptr;
  return &entries[*std::find_if(found->begin(), found->end(), in_force)];
}

}  // namespace gatepost
