#include "store/redis_tls.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace gatepost::store {
namespace {

namespace ssl = boost::asio::ssl;
using Error = boost::system::error_code;

bool is_address(const std::string& name) {
  Error wrong;
  boost::asio::ip::make_address(name, wrong);
  return !wrong;
}

std::string cannot_use(const std::string& key, const std::string& file, const Error& error) {
  return fmt::format("TLS: {} {} cannot be used: {}", key, file, error.message());
}

}  // namespace

std::variant<TlsContext, std::string> make_tls_context(const RedisTls& tls) {
  auto out = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(out->native_handle(), TLS1_2_VERSION);
  out->set_verify_mode(ssl::verify_peer);
  Error error;
  if (tls.ca_file.empty()) {
    out->set_default_verify_paths(error);
  } else {
    out->load_verify_file(tls.ca_file, error);
  }
  if (error) return cannot_use("ca_file", tls.ca_file, error);
  if (tls.cert_file.empty()) return out;
  out->use_certificate_chain_file(tls.cert_file, error);
  if (error) return cannot_use("cert_file", tls.cert_file, error);
  out->use_private_key_file(tls.key_file, ssl::context::pem, error);
  if (error) return cannot_use("key_file", tls.key_file, error);
  return out;
}

const std::string& expected_name(const RedisAddress& address) {
  const bool given = address.tls && !address.tls->server_name.empty();
  return given ? address.tls->server_name : address.host;
}

void expect_name(SSL* connection, const std::string& name) {
  if (is_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), name.c_str());
    return;
  }
  SSL_set_tlsext_host_name(connection, name.c_str());
  SSL_set1_host(connection, name.c_str());
}

std::string why_no_handshake(SSL* connection, const std::string& name, const std::string& said) {
  const long verified = SSL_get_verify_result(connection);
  switch (verified) {
    case X509_V_OK: return "TLS: " + said;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return fmt::format(
          "TLS: the server's certificate is not for {}: set store.tls.server_name to "
          "what it is for",
          name);
    default:
      return fmt::format("TLS: the server's certificate is not trusted: {} (store.tls.ca_file)",
                         X509_verify_cert_error_string(verified));
  }
}

}  // namespace gatepost::store
