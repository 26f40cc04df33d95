#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "policy/mail/network.hpp"

namespace gatepost {

/// Values by address block; a look-up gives the most specific block that holds an address. Its
/// cost grows with the number of different prefix lengths, not with the number of blocks.
/// Immutable after it is filled; then safe to read from every thread.
template <typename Value>
class NetworkMap {
public:
  /// False, and nothing changed, where this very block is there already.
  bool insert(const Network& network, Value value) {
    prefixes_.insert(network.prefix_in_128());
    return values_.emplace(network, std::move(value)).second;
  }

  /// The value of the longest block around `address`, or null.
  const Value* find(const IpAddress& address) const {
    return find_if(address, [](const Value&) { return true; });
  }

  /// The value of the longest block around `address` whose value `wanted` accepts, or null.
  template <typename Wanted>
  const Value* find_if(const IpAddress& address, const Wanted& wanted) const {
    for (auto prefix = prefixes_.rbegin(); prefix != prefixes_.rend(); ++prefix) {
      const auto block = block_of(address, *prefix);
      if (!block) continue;
      const auto found = values_.find(*block);
      if (found != values_.end() && wanted(found->second)) return &found->second;
    }
    return nullptr;
  }

  bool contains(const IpAddress& address) const { return find(address) != nullptr; }

  bool empty() const { return values_.empty(); }

  std::size_t size() const { return values_.size(); }

  auto begin() const { return values_.begin(); }

  auto end() const { return values_.end(); }

  friend bool operator==(const NetworkMap&, const NetworkMap&) = default;

private:
  // Blocks shorter than the mapped prefix are IPv6's own: ::/0 says nothing about IPv4.
  static std::optional<Network> block_of(const IpAddress& address, int prefix_in_128) {
    constexpr int kMappedPrefix = 96;
    if (!address.is_v4()) return Network::around(address, prefix_in_128);
    if (prefix_in_128 < kMappedPrefix) return {};
    return Network::around(address, prefix_in_128 - kMappedPrefix);
  }

  std::set<int> prefixes_;
  std::map<Network, Value> values_;
};

}  // namespace gatepost
