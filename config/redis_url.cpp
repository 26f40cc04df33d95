#include "config/redis_url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "config/addresses.hpp"
#include "policy/mail/ascii.hpp"
#include "policy/mail/domain.hpp"
#include "policy/mail/network.hpp"

namespace gatepost::config {
namespace {

constexpr std::uint16_t kRedisPort = 6379;
constexpr std::uint16_t kSentinelPort = 26379;
constexpr std::size_t kMostPeers = 16;

struct Scheme {
  std::string_view start;
  RedisTopology topology;
  bool tls;
  std::uint16_t port;
  std::string_view shape;  // what a mistake shows: no word of what is before the @
};

constexpr Scheme kSchemes[] = {
    {"redis://", RedisTopology::single, false, kRedisPort,
     "must be redis://[user:password@]host:port/database, or unix:/path"},
    {"rediss://", RedisTopology::single, true, kRedisPort,
     "must be rediss://[user:password@]host:port/database"},
    {"sentinel://", RedisTopology::sentinel, false, kSentinelPort,
     "must be sentinel://[user:password@]host:port,host:port/NAME/database, where NAME is what the "
     "Sentinels call the master"},
    {"cluster://", RedisTopology::cluster, false, kRedisPort,
     "must be cluster://[user:password@]host:port,host:port; a Cluster has no databases"}};

constexpr const char* kNoScheme =
    "must be redis://[user:password@]host:port/database, or unix:/path; rediss:// with TLS, "
    "sentinel:// and cluster:// for several servers";

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    const std::string_view hex = text.substr(i + 1, 2);
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
    if (hex.size() != 2 || error != std::errc{} || end != hex.data() + 2) return {};
    if (value == 0) return {};
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

bool read_credentials(std::string_view text, RedisAddress& out) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  auto user = percent_decoded(text.substr(0, colon));
  auto password = percent_decoded(text.substr(colon + 1));
  if (!user || !password || password->empty()) return false;
  out.user = std::move(*user);
  out.password = std::move(*password);
  return true;
}

std::optional<RedisPeer> read_peer(std::string_view text, std::uint16_t usual_port) {
  RedisPeer out{{}, usual_port};
  const auto bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return {};
  const auto colon = text.find(':', bracket);
  if (colon != std::string_view::npos) {
    const auto port = port_number(text.substr(colon + 1));
    if (!port) return {};
    out.port = *port;
  }
  const std::string_view host = without_brackets(text.substr(0, colon));
  if (!IpAddress::parse(host) && !Domain::parse(host)) return {};
  out.host = std::string(host);
  return out;
}

// `host:port,host:port`; empty where one of them cannot be read, or there are too many.
std::vector<RedisPeer> read_peers(std::string_view text, std::uint16_t usual_port) {
  std::vector<RedisPeer> out;
  for (;;) {
    const auto comma = text.find(',');
    auto peer = read_peer(text.substr(0, comma), usual_port);
    if (!peer || out.size() == kMostPeers) return {};
    out.push_back(std::move(*peer));
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

bool read_database(std::string_view text, int& out) {
  if (text.empty()) return true;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!ascii::is_digit(text.front()) || error != std::errc{} || end != text.data() + text.size() ||
      value > 65535) {
    return false;
  }
  out = value;
  return true;
}

// Redis' documentation asks for letters, digits, full stops, hyphens and low lines.
bool is_master_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_';
  });
}

// The path behind the hosts: a database, or a master's name and a database.
bool read_path(std::string_view path, StoreSettings& out) {
  switch (out.topology) {
    case RedisTopology::single: return read_database(path, out.redis.database);
    case RedisTopology::cluster: return path.empty();
    case RedisTopology::sentinel: break;
  }
  const auto slash = path.find('/');
  out.master_name = std::string(path.substr(0, slash));
  if (!is_master_name(out.master_name)) return false;
  return slash == std::string_view::npos ||
         read_database(path.substr(slash + 1), out.redis.database);
}

bool read_url(std::string_view rest, const Scheme& scheme, StoreSettings& out) {
  out.topology = scheme.topology;
  if (scheme.tls) out.redis.tls.emplace();
  const auto at = rest.rfind('@');
  if (at != std::string_view::npos) {
    if (!read_credentials(rest.substr(0, at), out.redis)) return false;
    rest.remove_prefix(at + 1);
  }
  const auto slash = rest.find('/');
  const std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  auto peers = read_peers(rest.substr(0, slash), scheme.port);
  if (peers.empty() || !read_path(path, out)) return false;
  if (scheme.topology != RedisTopology::single) {
    out.peers = std::move(peers);
    return true;
  }
  out.redis.host = std::move(peers.front().host);
  out.redis.port = peers.front().port;
  return peers.size() == 1;
}

}  // namespace

Parsed<StoreSettings> parse_redis_url(std::string_view text, StoreSettings out) {
  for (const Scheme& scheme : kSchemes) {
    if (!text.starts_with(scheme.start)) continue;
    if (read_url(text.substr(scheme.start.size()), scheme, out)) return out;
    return Mistake{std::string(scheme.shape)};
  }
  if (!text.starts_with("unix:")) return Mistake{kNoScheme};
  auto socket = parse_unix_listen(text);
  if (auto* wrong = std::get_if<Mistake>(&socket)) return std::move(*wrong);
  out.redis.unix_path = std::get<ListenAddress>(socket).path.string();
  return out;
}

}  // namespace gatepost::config
