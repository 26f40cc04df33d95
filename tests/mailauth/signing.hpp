#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mailauth/canonical.hpp"
#include "mailauth/crypto.hpp"
#include "mailauth/raw_header.hpp"

namespace gatepost::mailauth::testing {

std::string base64(std::string_view octets);

/// A key pair made on the spot: what a test signs with, and the record it publishes. A value.
class SigningKey {
public:
  /// Of one size always the same key, for making them is slow: up to 2048 bits is meant.
  static SigningKey rsa(int bits);
  static SigningKey ed25519();

  KeyType type() const { return type_; }

  /// `rsa-sha256` or `ed25519-sha256`
  std::string algorithm() const;

  /// p= before base64: SubjectPublicKeyInfo, or the 32 octets of Ed25519.
  std::string public_octets() const;

  /// `v=DKIM1; k=rsa; p=...`; `tags` are put before p=: `t=y; `
  std::string record(std::string_view tags = {}) const;

  /// b= before base64.
  std::string sign(const Digest& digest) const;

private:
  struct Pair;

  SigningKey(KeyType type, std::shared_ptr<const Pair> pair)
      : type_(type), pair_(std::move(pair)) {}

  KeyType type_;
  std::shared_ptr<const Pair> pair_;
};

/// p= of an RSA key with a made-up modulus of that many bits, which nothing fits: DER.
std::string made_up_rsa(std::size_t bits, std::string_view exponent = {"\x01\x00\x01", 3});

/// How a test signs a message.
struct Signing {
  std::string field_name = "DKIM-Signature";
  std::string first_tags = "v=1";  ///< `i=1` for ARC-Message-Signature
  std::string domain = "example.com";
  std::string selector = "sel";
  Canonicalization header_form = Canonicalization::relaxed;
  Canonicalization body_form = Canonicalization::relaxed;
  std::string signed_fields = "from:to:subject:date";  ///< h= as written
  std::optional<std::uint64_t> body_length;            ///< l=
  std::string more;       ///< further tags before b=: ` x=1; i=@example.com;`
  std::string algorithm;  ///< a= in place of the key's
};

/// The value of the signature field, with its leading space, for a message with these fields and
/// this body.
std::string signature_value(const RawHeader& header, std::string_view body, const Signing& signing,
                            const SigningKey& key);

/// The hash of the body as bh= has it, base64.
std::string body_hash(std::string_view body, Canonicalization form,
                      std::optional<std::uint64_t> length = {});

}  // namespace gatepost::mailauth::testing
