#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/config.hpp"
#include "config/mark.hpp"

/// Parsers of what names a listener or a server. Pure functions.
namespace gatepost::config {

/// `inet:8899@127.0.0.1`, `inet6:8899@[::1]`, `unix:/path`, `systemd`. Postfix' spelling is
/// refused: libmilter would listen on another port, open to everybody.
Parsed<ListenAddress> parse_listen(std::string_view text);
/// `unix:/path` alone.
Parsed<ListenAddress> parse_unix_listen(std::string_view text);
/// `inet:` or `inet6:` alone.
Parsed<ListenAddress> parse_tcp_listen(std::string_view text);
/// `inet:` or `inet6:`, where Dovecot asks about logins.
Parsed<ListenAddress> parse_auth_policy_listen(std::string_view text);
/// Whether only programs of this machine can connect there.
bool is_local(const ListenAddress& address);

/// `127.0.0.1`, `127.0.0.1:5353`, `2001:db8::1`, `[2001:db8::1]:53`: a name server, by address.
Parsed<NameServer> parse_name_server(std::string_view text);

/// 1 to 65535; nothing for any other text.
std::optional<std::uint16_t> port_number(std::string_view text);
/// `[::1]` without its brackets; any other text as it is.
std::string_view without_brackets(std::string_view host);

}  // namespace gatepost::config
