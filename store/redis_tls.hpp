#pragma once

#include <memory>
#include <string>
#include <variant>

#include <boost/asio/ssl/context.hpp>

#include "policy/store_settings.hpp"

namespace gatepost::store {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// What a connection to Redis speaks TLS with: version 1.2 at least, the server's certificate
/// always checked. Reads the files of `tls` now. A sentence for the admin where one cannot be used.
std::variant<TlsContext, std::string> make_tls_context(const RedisTls& tls);

/// Which name or address the server's certificate must be for: `server_name`, else the host.
const std::string& expected_name(const RedisAddress& address);

/// Has `connection` ask for that name (not for an address: RFC 6066, 3) and check it.
void expect_name(SSL* connection, const std::string& name);

/// Why a handshake failed, with what to do where that is known; `said` is what the library says.
std::string why_no_handshake(SSL* connection, const std::string& name, const std::string& said);

}  // namespace gatepost::store
