#pragma once

#include <memory>
#include <string>
#include <variant>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "policy/store_settings.hpp"

namespace gatepost::store {

/// TLS over the socket of one connection to a Redis server: version 1.2 at least. The server's
/// certificate is always checked, and must be for `tls.server_name`, or else the host dialled.
class TlsStream {
public:
  using Socket = boost::asio::generic::stream_protocol::socket;
  using Stream = boost::asio::ssl::stream<Socket&>;
  using Error = boost::system::error_code;

  /// Before the handshake. Reads the files of `address.tls`, which must be there, now; a sentence
  /// for the admin where one cannot be used. `socket` must outlive the stream.
  static std::variant<std::unique_ptr<TlsStream>, std::string> make(Socket& socket,
                                                                    const RedisAddress& address);
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  /// What the handshake and the bytes go through.
  Stream& stream() { return stream_; }

  /// A sentence for the admin: why the handshake, or what came after it, failed with `error`.
  std::string why(const Error& error);

private:
  TlsStream(Socket& socket, boost::asio::ssl::context context, const RedisAddress& address);

  bool expect_name();

  const std::string name_;  // or address, which the server's certificate must be for
  const std::string ca_file_;
  std::string refused_;  // why that certificate is not good; empty: nothing is known against it
  boost::asio::ssl::context context_;
  Stream stream_;
};

}  // namespace gatepost::store
