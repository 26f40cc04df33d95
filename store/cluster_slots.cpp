#include "store/cluster_slots.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace gatepost::store {
namespace {

constexpr std::size_t kMostNodes = 1000;

std::optional<std::uint16_t> number_of(std::string_view text) {
  std::uint16_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return out;
}

bool is_slot(std::int64_t number) {
  return number >= 0 && number < static_cast<std::int64_t>(kClusterSlots);
}

// `host port id ...` of one range: its master.
std::optional<RedisPeer> master_of(const RedisReply& range, const RedisPeer& asked) {
  if (range.elements.size() < 3) return {};
  const std::vector<RedisReply>& master = range.elements[2].elements;
  if (master.size() < 2 || master[1].integer <= 0 || master[1].integer > 0xFFFF) return {};
  const std::string& host = master[0].text;
  return RedisPeer{host.empty() || host == "?" ? asked.host : host,
                   static_cast<std::uint16_t>(master[1].integer)};
}

}  // namespace

std::uint16_t SlotMap::index_of(const RedisPeer& node) {
  const auto found = std::find(nodes.begin(), nodes.end(), node);
  if (found == nodes.end()) {
    nodes.push_back(node);
    return static_cast<std::uint16_t>(nodes.size() - 1);
  }
  return static_cast<std::uint16_t>(found - nodes.begin());
}

std::optional<SlotMap> read_cluster_slots(const RedisReply& reply, const RedisPeer& asked) {
  if (reply.kind != RedisReply::Kind::array) return {};
  SlotMap out;
  out.owner.assign(kClusterSlots, SlotMap::kNobody);
  for (const RedisReply& range : reply.elements) {
    const auto master = master_of(range, asked);
    if (!master || out.nodes.size() >= kMostNodes) return {};
    const std::int64_t first = range.elements[0].integer;
    const std::int64_t last = range.elements[1].integer;
    if (!is_slot(first) || !is_slot(last) || first > last) return {};
    const std::uint16_t owner = out.index_of(*master);
    std::fill(out.owner.begin() + first, out.owner.begin() + last + 1, owner);
  }
  if (out.nodes.empty()) return {};
  return out;
}

std::optional<Redirection> read_redirection(std::string_view error, const RedisPeer& from) {
  Redirection out;
  out.ask = error.starts_with("ASK ");
  if (!out.ask && !error.starts_with("MOVED ")) return {};
  error.remove_prefix(error.find(' ') + 1);
  const auto space = error.find(' ');
  const auto colon = error.rfind(':');
  if (space == std::string_view::npos || colon == std::string_view::npos || colon < space)
    return {};
  const auto slot = number_of(error.substr(0, space));
  const auto port = number_of(error.substr(colon + 1));
  if (!slot || !is_slot(*slot) || !port || *port == 0) return {};
  const std::string_view host = error.substr(space + 1, colon - space - 1);
  out.slot = *slot;
  out.to = {host.empty() ? from.host : std::string(host), *port};
  return out;
}

}  // namespace gatepost::store
