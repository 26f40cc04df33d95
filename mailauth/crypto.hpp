#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// The little of OpenSSL that signatures need. No OpenSSL type shows.
namespace gatepost::mailauth {

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 of what is added. Not thread-safe.
class Sha256 {
public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void add(std::string_view octets);
  /// Another one that has been given the same so far.
  Sha256 copy() const;
  /// The digest of what was added by now; more may follow.
  Digest so_far() const;
  /// The digest of all that was added; nothing may be added after it.
  Digest finish();

private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Digest sha256(std::string_view octets);

/// The octets of `text` in base64 (RFC 4648 4), white space in it ignored (RFC 6376 3.2); nothing
/// where it is none.
std::optional<std::string> decode_base64(std::string_view text);

enum class KeyType : std::uint8_t { rsa, ed25519 };

/// A public key out of the DNS. An immutable value, safe on every thread.
class PublicKey {
public:
  /// Of RSA keys; a longer one is read, but verifies nothing: its work is more than a signature is
  /// worth.
  static constexpr std::size_t kMostBits = 4'096;

  /// RSA: SubjectPublicKeyInfo, or the bare RSAPublicKey that some publish (RFC 6376 3.6.1).
  /// Ed25519: the 32 octets (RFC 8463 4). Nothing where `octets` is none.
  static std::optional<PublicKey> read(KeyType type, std::string_view octets);

  KeyType type() const { return type_; }

  /// Of the modulus; 256 for Ed25519.
  std::size_t bits() const { return bits_; }

  /// Whether `signature` is this key's over `digest`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 6376
  /// 3.3.2), or PureEdDSA of the digest (RFC 8463 3).
  bool verifies(const Digest& digest, std::string_view signature) const;

private:
  struct Key;

  PublicKey(KeyType type, std::size_t bits, std::shared_ptr<const Key> key)
      : type_(type), bits_(bits), key_(std::move(key)) {}

  KeyType type_;
  std::size_t bits_;
  std::shared_ptr<const Key> key_;
};

}  // namespace gatepost::mailauth
