#include "config/redis_url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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
  std::string_view form;
};

constexpr Scheme kSchemes[] = {
    {"redis://", RedisTopology::single, false, kRedisPort,
     "redis://[user:password@]host:port/database"},
    {"rediss://", RedisTopology::single, true, kRedisPort,
     "rediss://[user:password@]host:port/database"},
    {"sentinel://", RedisTopology::sentinel, false, kSentinelPort,
     "sentinel://[user:password@]host:port,host:port/NAME/database, where NAME is what the "
     "Sentinels call the master"},
    {"cluster://", RedisTopology::cluster, false, kRedisPort,
     "cluster://[user:password@]host:port,host:port"}};

constexpr const char* kNoScheme =
    "must be redis://[user:password@]host:port/database, or unix:/path; rediss:// with TLS, "
    "sentinel:// and cluster:// for several servers (with TLS where store.tls is written)";

constexpr const char* kDatabaseForm = "a database is a number, 0 to 65535";

// Which part cannot be read and why, in words that hold nothing of the text: a password may stand
// where another part belongs.
using Wrong = std::optional<std::string>;

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

Wrong read_credentials(std::string_view text, RedisAddress& out) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    return "before the @ stands user:password; a password alone is written :password";
  }
  auto user = percent_decoded(text.substr(0, colon));
  auto password = percent_decoded(text.substr(colon + 1));
  if (!user || !password) {
    return "a % before the @ needs two hexadecimal digits; the sign itself is %25";
  }
  if (password->empty()) return "the password before the @ is empty";
  out.user = std::move(*user);
  out.password = std::move(*password);
  return {};
}

Wrong read_peer(std::string_view text, RedisPeer& out) {
  if (text.empty()) return "a host is missing";
  const auto bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return "the ] of an IPv6 address is missing";
  const auto colon = text.find(':', bracket);
  if (colon != std::string_view::npos) {
    const auto port = port_number(text.substr(colon + 1));
    if (!port) return "a port is a number, 1 to 65535; an IPv6 address stands in [ ]";
    out.port = *port;
  }
  const std::string_view host = without_brackets(text.substr(0, colon));
  if (!IpAddress::parse(host) && !Domain::parse(host)) {
    return "a host is neither a host name nor an address";
  }
  out.host = std::string(host);
  return {};
}

// `host:port,host:port`
Wrong read_peers(std::string_view text, std::uint16_t usual_port, std::vector<RedisPeer>& out) {
  for (;;) {
    const auto comma = text.find(',');
    RedisPeer peer{{}, usual_port};
    if (auto wrong = read_peer(text.substr(0, comma), peer)) return wrong;
    if (out.size() == kMostPeers) return fmt::format("more than {} hosts", kMostPeers);
    out.push_back(std::move(peer));
    if (comma == std::string_view::npos) return {};
    text.remove_prefix(comma + 1);
  }
}

Wrong read_database(std::string_view text, int& out) {
  if (text.empty()) return {};
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!ascii::is_digit(text.front()) || error != std::errc{} || end != text.data() + text.size() ||
      value > 65535) {
    return kDatabaseForm;
  }
  out = value;
  return {};
}

// Redis' documentation asks for letters, digits, full stops, hyphens and low lines.
bool is_master_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_'; });
}

// The path behind the hosts: a database, or a master's name and a database.
Wrong read_path(std::string_view path, StoreSettings& out) {
  switch (out.topology) {
    case RedisTopology::single: return read_database(path, out.redis.database);
    case RedisTopology::cluster:
      return path.empty() ? Wrong() : "a Cluster has no databases: write nothing behind the hosts";
    case RedisTopology::sentinel: break;
  }
  const auto slash = path.find('/');
  out.master_name = std::string(path.substr(0, slash));
  if (out.master_name.empty()) return "the name of the master is missing behind the hosts";
  if (!is_master_name(out.master_name)) {
    return "the name of a master has letters, digits, full stops, hyphens and low lines";
  }
  if (slash == std::string_view::npos) return {};
  return read_database(path.substr(slash + 1), out.redis.database);
}

Wrong read_url(std::string_view rest, const Scheme& scheme, StoreSettings& out) {
  out.topology = scheme.topology;
  if (scheme.tls) out.redis.tls.emplace();
  const auto at = rest.rfind('@');
  if (at != std::string_view::npos) {
    if (auto wrong = read_credentials(rest.substr(0, at), out.redis)) return wrong;
    rest.remove_prefix(at + 1);
  }
  const auto slash = rest.find('/');
  const std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  std::vector<RedisPeer> peers;
  if (auto wrong = read_peers(rest.substr(0, slash), scheme.port, peers)) return wrong;
  if (auto wrong = read_path(path, out)) return wrong;
  if (scheme.topology != RedisTopology::single) {
    out.peers = std::move(peers);
    return {};
  }
  if (peers.size() > 1) return "several hosts are for sentinel:// and cluster://";
  out.redis.host = std::move(peers.front().host);
  out.redis.port = peers.front().port;
  return {};
}

}  // namespace

Parsed<StoreSettings> parse_redis_url(std::string_view text, StoreSettings out) {
  for (const Scheme& scheme : kSchemes) {
    if (!text.starts_with(scheme.start)) continue;
    const auto wrong = read_url(text.substr(scheme.start.size()), scheme, out);
    if (wrong) return Mistake{fmt::format("{}; the form is {}", *wrong, scheme.form)};
    return out;
  }
  if (!text.starts_with("unix:")) return Mistake{kNoScheme};
  auto socket = parse_unix_listen(text);
  if (auto* wrong = std::get_if<Mistake>(&socket)) return std::move(*wrong);
  out.redis.unix_path = std::get<ListenAddress>(socket).path.string();
  return out;
}

}  // namespace gatepost::config
