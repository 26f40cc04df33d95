#include "config/addresses.hpp"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "config/source_text.hpp"
#include "policy/mail/ascii.hpp"
#include "policy/mail/domain.hpp"
#include "policy/mail/network.hpp"

namespace gatepost::config {
namespace {

constexpr std::size_t kLongestSocketPath = 107;  // sun_path without its NUL

std::string tcp_text(const IpAddress& address, std::uint16_t port) {
  return address.is_v4() ? fmt::format("inet:{}@{}", port, address.text())
                         : fmt::format("inet6:{}@[{}]", port, address.text());
}

// The address and port of `127.0.0.1:8899`, as Postfix spells what follows `inet:`.
struct HostPort {
  IpAddress address;
  std::uint16_t port;
};

std::optional<HostPort> postfix_spelling(std::string_view text) {
  for (const std::string_view start : {"inet:", "inet6:"}) {
    if (text.starts_with(start)) text.remove_prefix(start.size());
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view host = without_brackets(text.substr(0, colon));
  const auto address = IpAddress::parse(host == "localhost" ? "127.0.0.1" : host);
  const auto port = port_number(text.substr(colon + 1));
  if (!address || !port) return {};
  return HostPort{*address, *port};
}

Mistake refuse_postfix_spelling(std::string_view text, const HostPort& meant) {
  const std::string host =
      meant.address.is_v4() ? meant.address.text() : '[' + meant.address.text() + ']';
  return {
      fmt::format("{} is the way Postfix writes it: write {} here, and in main.cf "
                  "smtpd_milters = inet:{}:{}",
                  in_quotes(text), tcp_text(meant.address, meant.port), host, meant.port)};
}

Parsed<ListenAddress> parse_tcp(std::string_view text, ListenAddress::Kind kind) {
  const std::string_view rest = text.substr(text.find(':') + 1);
  const auto at = rest.find('@');
  const auto port = port_number(rest.substr(0, at));
  if (!port) {
    if (const auto meant = postfix_spelling(text)) return refuse_postfix_spelling(text, *meant);
    return Mistake{
        fmt::format("{} has no port from 1 to 65535: write inet:8899@127.0.0.1", in_quotes(text))};
  }
  if (at == std::string_view::npos) {
    return Mistake{
        fmt::format("{} names no address and would be open to everybody: write "
                    "inet:{}@127.0.0.1",
                    in_quotes(text), *port)};
  }
  const auto address = IpAddress::parse(without_brackets(rest.substr(at + 1)));
  if (!address) {
    return Mistake{
        fmt::format("{} names no address: write it in figures, inet:{}@127.0.0.1 or "
                    "inet6:{}@[::1]",
                    in_quotes(text), *port, *port)};
  }
  const bool v4 = kind == ListenAddress::Kind::inet;
  if (address->is_v4() != v4) {
    return Mistake{fmt::format("{} mixes IPv4 and IPv6: write {}", in_quotes(text),
                               tcp_text(*address, *port))};
  }
  return ListenAddress{kind, address->text(), *port, {}};
}

Parsed<ListenAddress> parse_unix(std::string_view text) {
  const std::string_view path = text.substr(text.find(':') + 1);
  if (!path.starts_with('/')) {
    return Mistake{fmt::format("{} has no absolute path: write unix:/run/gatepost/name.sock",
                               in_quotes(text))};
  }
  if (path.size() > kLongestSocketPath) {
    return Mistake{fmt::format("{} is longer than the {} bytes that a socket may have",
                               in_quotes(path), kLongestSocketPath)};
  }
  if (path.ends_with('/')) return Mistake{fmt::format("{} names a folder", in_quotes(text))};
  return ListenAddress{ListenAddress::Kind::unix_socket, {}, 0, path};
}

}  // namespace

std::optional<std::uint16_t> port_number(std::string_view text) {
  std::uint16_t value = 0;
  if (text.empty() || !ascii::is_digit(text.front())) return {};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0) return {};
  return value;
}

std::string_view without_brackets(std::string_view host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

Parsed<ListenAddress> parse_listen(std::string_view text) {
  if (text == "systemd") return ListenAddress{ListenAddress::Kind::systemd, {}, 0, {}};
  if (text.starts_with("inet:") || text.starts_with("inet6:")) return parse_tcp_listen(text);
  if (text.starts_with("unix:")) return parse_unix_listen(text);
  if (const auto meant = postfix_spelling(text)) {
    return Mistake{fmt::format("{} lacks its kind: write {}", in_quotes(text),
                               tcp_text(meant->address, meant->port))};
  }
  if (text.starts_with('/')) {
    return Mistake{fmt::format("{} lacks its kind: write unix:{}", in_quotes(text), shown(text))};
  }
  return Mistake{
      fmt::format("{} is no listener: write inet:8899@127.0.0.1, "
                  "unix:/run/gatepost/milter.sock or systemd",
                  in_quotes(text))};
}

Parsed<ListenAddress> parse_unix_listen(std::string_view text) {
  if (text.starts_with("unix:")) return parse_unix(text);
  return Mistake{
      fmt::format("{} is no unix socket: write unix:/run/gatepost/name.sock", in_quotes(text))};
}

Parsed<ListenAddress> parse_tcp_listen(std::string_view text) {
  if (text.starts_with("inet:")) return parse_tcp(text, ListenAddress::Kind::inet);
  if (text.starts_with("inet6:")) return parse_tcp(text, ListenAddress::Kind::inet6);
  return Mistake{fmt::format("{} is no TCP listener: write inet:9899@127.0.0.1", in_quotes(text))};
}

Parsed<ListenAddress> parse_auth_policy_listen(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    rest = rest.substr(0, rest.find('/'));
  }
  if (const auto meant = postfix_spelling(rest)) {
    return Mistake{fmt::format("{} is the way Dovecot or Postfix writes it: write {} here",
                               in_quotes(text), tcp_text(meant->address, meant->port))};
  }
  if (text.starts_with("inet:") || text.starts_with("inet6:")) return parse_tcp_listen(text);
  return Mistake{fmt::format(
      "{} is no address that Dovecot could ask at: write inet:8898@127.0.0.1", in_quotes(text))};
}

bool is_local(const ListenAddress& address) {
  static const Network v4 = *Network::parse("127.0.0.0/8");
  static const Network v6 = *Network::parse("::1/128");
  const auto host = IpAddress::parse(address.host);
  return host && (v4.contains(*host) || v6.contains(*host));
}

Parsed<NameServer> parse_name_server(std::string_view text) {
  if (const auto address = IpAddress::parse(without_brackets(text))) return NameServer{*address};
  const auto colon = text.rfind(':');
  const std::string_view host = text.substr(0, colon);
  const auto address = IpAddress::parse(without_brackets(host));
  const bool bare = host.find(':') != std::string_view::npos && host.front() != '[';
  if (!address || bare) {
    return Mistake{
        fmt::format("{} is no name server: write its address in figures, 127.0.0.1, "
                    "127.0.0.1:5353 or \"[::1]:5353\"",
                    in_quotes(text))};
  }
  const auto port = port_number(text.substr(colon + 1));
  if (!port) return Mistake{fmt::format("{} has no port from 1 to 65535", in_quotes(text))};
  return NameServer{*address, *port};
}

}  // namespace gatepost::config
