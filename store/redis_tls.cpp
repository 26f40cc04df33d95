#include "store/redis_tls.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/verify_context.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace gatepost::store {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using Error = TlsStream::Error;

constexpr const char* kWrongPort = "is this the port where it speaks TLS?";

constexpr int kMostNames = 4;
constexpr std::size_t kLongestName = 100;

// Whether OpenSSL says that `reason` of its part `library`.
bool is(const Error& error, int library, int reason) {
  const auto code = static_cast<unsigned long>(error.value());
  return error.category() == asio::error::get_ssl_category() && ERR_GET_LIB(code) == library &&
         ERR_GET_REASON(code) == reason;
}

// Without the names of OpenSSL's parts.
std::string text_of(const Error& error) {
  const char* reason = nullptr;
  if (error.category() == asio::error::get_ssl_category()) {
    reason = ERR_reason_error_string(static_cast<unsigned long>(error.value()));
  }
  return reason == nullptr ? error.message() : reason;
}

std::string cannot_use(const std::string& key, const std::string& file, const std::string& why) {
  return fmt::format("TLS: store.tls.{} {} cannot be used: {}", key, file, why);
}

// Puts the daemon's own certificate and its key into `context`. Empty, or why they are of no use.
std::string load_own(ssl::context& context, const RedisTls& tls) {
  Error error;
  context.use_certificate_chain_file(tls.cert_file, error);
  if (is(error, ERR_LIB_PEM, PEM_R_NO_START_LINE)) {
    return cannot_use("cert_file", tls.cert_file, "there is no certificate in it");
  }
  if (error) return cannot_use("cert_file", tls.cert_file, text_of(error));
  const auto locked = std::make_shared<bool>(false);
  // Without this OpenSSL would ask at the terminal, and wait.
  context.set_password_callback([locked](std::size_t /*most*/, auto /*purpose*/) {
    *locked = true;
    return std::string();
  });
  context.use_private_key_file(tls.key_file, ssl::context::pem, error);
  if (!error) return {};
  if (*locked) return cannot_use("key_file", tls.key_file, "it is locked with a passphrase");
  if (is(error, ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH) ||
      is(error, ERR_LIB_X509, X509_R_KEY_TYPE_MISMATCH)) {
    return cannot_use("key_file", tls.key_file, "it is not the key of " + tls.cert_file);
  }
  if (is(error, ERR_LIB_OSSL_DECODER, ERR_R_UNSUPPORTED)) {
    return cannot_use("key_file", tls.key_file, "there is no private key in it");
  }
  return cannot_use("key_file", tls.key_file, text_of(error));
}

// Puts in whom to trust, and who we are. Empty, or what cannot be used.
std::string load(ssl::context& context, const RedisTls& tls) {
  Error error;
  if (tls.ca_file.empty()) {
    context.set_default_verify_paths(error);
    if (error) return "TLS: the system's certificates cannot be used: " + text_of(error);
  } else {
    context.load_verify_file(tls.ca_file, error);
    if (error) return cannot_use("ca_file", tls.ca_file, text_of(error));
  }
  return tls.cert_file.empty() ? std::string() : load_own(context, tls);
}

// Of a certificate that nobody has vouched for yet: it may hold anything.
std::string printable(const ASN1_STRING* text) {
  std::string out;
  if (text == nullptr) return out;
  const std::string_view bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                               static_cast<std::size_t>(ASN1_STRING_length(text)));
  for (const char c : bytes.substr(0, kLongestName))
    out += c > ' ' && c <= '~' ? c : '?';
  return out;
}

std::string address_of(const ASN1_OCTET_STRING* bytes) {
  const unsigned char* data = ASN1_STRING_get0_data(bytes);
  const auto copied = [data](auto out) {
    std::copy_n(data, out.size(), out.begin());
    return out;
  };
  switch (ASN1_STRING_length(bytes)) {
    case 4: return asio::ip::address_v4(copied(asio::ip::address_v4::bytes_type())).to_string();
    case 16: return asio::ip::address_v6(copied(asio::ip::address_v6::bytes_type())).to_string();
    default: return "?";
  }
}

std::string common_name_of(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  return printable(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
}

// The names and addresses that the certificate is for.
std::string names_of(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  std::string out;
  int listed = 0;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    if (listed == kMostNames) return out + ", ...";
    if (listed++ > 0) out += ", ";
    out += name->type == GEN_DNS ? printable(name->d.dNSName) : address_of(name->d.iPAddress);
  }
  if (listed == 0) out = common_name_of(certificate);
  return out.empty() ? "nobody" : out;
}

// Why the certificate that the check stopped at is not good.
std::string why_refused(X509_STORE_CTX* check, const std::string& expected,
                        const std::string& ca_file) {
  const int error = X509_STORE_CTX_get_error(check);
  switch (error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return fmt::format("TLS: the certificate is for {}, not for {} (set store.tls.server_name)",
                         names_of(X509_STORE_CTX_get_current_cert(check)), expected);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return fmt::format(
          "TLS: certificate verify failed: {} ({})", X509_verify_cert_error_string(error),
          ca_file.empty() ? "the system does not trust its authority: set store.tls.ca_file"
                          : "its authority is not in " + ca_file);
    default:
      return fmt::format("TLS: certificate verify failed: {}",
                         X509_verify_cert_error_string(error));
  }
}

// What the server, or OpenSSL on our side, has against going on.
std::string why_ended(const Error& error) {
  const std::string said = text_of(error);
  const auto code = static_cast<unsigned long>(error.value());
  switch (ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_UNEXPECTED_MESSAGE:
      return fmt::format("TLS: what answers there is not TLS: {}", kWrongPort);
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_UNSUPPORTED_PROTOCOL: return "TLS: the server does not speak TLS 1.2 or later";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return "TLS: the server asks for a certificate of this daemon's (set store.tls.cert_file)";
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return fmt::format("TLS: {} (does the server ask for a certificate? store.tls.cert_file)",
                         said);
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
      return fmt::format("TLS: the server refuses the certificate of store.tls.cert_file: {}",
                         said);
    default: return "TLS: " + said;
  }
}

std::string name_to_expect(const RedisAddress& address) {
  std::string out = address.tls->server_name.empty() ? address.host : address.tls->server_name;
  if (out.ends_with('.')) out.pop_back();  // certificates name no root
  return out;
}

}  // namespace

std::variant<std::unique_ptr<TlsStream>, std::string> TlsStream::make(Socket& socket,
                                                                      const RedisAddress& address) {
  try {
    ssl::context context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX* native = context.native_handle();
    // The system's own settings may ask for more.
    if (SSL_CTX_get_min_proto_version(native) < TLS1_2_VERSION) {
      SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    }
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
    std::string wrong = load(context, *address.tls);
    if (!wrong.empty()) return wrong;
    // make_unique cannot reach the constructor.
    std::unique_ptr<TlsStream> out(new TlsStream(socket, std::move(context), address));
    if (!out->expect_name()) {
      return fmt::format("TLS: no certificate can be for \"{}\" (set store.tls.server_name)",
                         out->name_);
    }
    return out;
  } catch (const boost::system::system_error& error) {  // OpenSSL's own settings, or no memory
    return "TLS: " + text_of(error.code());
  }
}

TlsStream::TlsStream(Socket& socket, ssl::context context, const RedisAddress& address)
    : name_(name_to_expect(address)),
      ca_file_(address.tls->ca_file),
      context_(std::move(context)),
      stream_(socket, context_) {
  stream_.set_verify_mode(ssl::verify_peer);
  stream_.set_verify_callback([this](bool good, ssl::verify_context& check) {
    if (!good && refused_.empty()) refused_ = why_refused(check.native_handle(), name_, ca_file_);
    return good;
  });
}

// False where it cannot be checked.
bool TlsStream::expect_name() {
  if (name_.empty()) return false;
  SSL* native = stream_.native_handle();
  SSL_set_hostflags(native, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  Error not_address;
  const auto address = asio::ip::make_address(name_, not_address);
  if (not_address) {
    return SSL_set_tlsext_host_name(native, name_.c_str()) == 1 &&
           SSL_set1_host(native, name_.c_str()) == 1;
  }
  // An address is not asked for: RFC 6066, 3.
  const auto check = [native](const auto& bytes) {
    return X509_VERIFY_PARAM_set1_ip(SSL_get0_param(native), bytes.data(), bytes.size()) == 1;
  };
  return address.is_v4() ? check(address.to_v4().to_bytes()) : check(address.to_v6().to_bytes());
}

std::string TlsStream::why(const Error& error) {
  if (!refused_.empty()) return refused_;
  if (error.category() == asio::error::get_ssl_category()) return why_ended(error);
  const bool ended = error == ssl::error::stream_truncated || error == asio::error::eof;
  if (SSL_is_init_finished(stream_.native_handle()) != 0) {
    return ended ? Error(asio::error::eof).message() : error.message();
  }
  if (ended) {
    return fmt::format("TLS: the server ended the connection in the handshake: {}", kWrongPort);
  }
  return "TLS: " + error.message();
}

}  // namespace gatepost::store
