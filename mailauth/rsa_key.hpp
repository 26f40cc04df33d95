#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace gatepost::mailauth {

/// The numbers of an RSA public key: big-endian, without leading zeros. Views into what was read.
struct RsaNumbers {
  std::string_view modulus;
  std::string_view exponent;

  /// Of the modulus.
  std::size_t bits() const;
};

/// SubjectPublicKeyInfo (RFC 8017 A.1, RFC 3279 2.3.1) or a bare RSAPublicKey, in DER. Nothing
/// where `der` is neither, or a number is not fit for use: even, or an exponent of 1 or of more
/// than 64 bits, which only costs the verifier time. Linear; allocates nothing.
std::optional<RsaNumbers> read_rsa_key(std::string_view der);

}  // namespace gatepost::mailauth
