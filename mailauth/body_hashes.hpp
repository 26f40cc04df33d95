#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mailauth/canonical.hpp"
#include "mailauth/crypto.hpp"

namespace gatepost::mailauth {

/// The hashes of one body that its signatures are to be held against, taken while it streams by.
/// What is kept does not grow with the body, nor does the work with the lengths: it is hashed once
/// in each form. Not thread-safe.
class BodyHashes {
public:
  /// Different ones; what a stranger asks for beyond that is not hashed. One for each of the DKIM
  /// signatures that are verified, and one for the ARC chain.
  static constexpr std::size_t kMost = 9;

  /// One hash: of the body in this form, of its first `length` octets (l=) or all of it. The same
  /// one asked for twice is taken once. Its number; nothing where there are too many. Before the
  /// first chunk.
  std::optional<std::size_t> want(Canonicalization form, std::optional<std::uint64_t> length);

  bool empty() const { return hashes_.empty(); }

  void add(std::string_view chunk);
  void finish();

  /// After finish().
  const Digest& digest(std::size_t number) const { return hashes_[number].digest; }

  /// Octets of the canonical body, in this hash's form. After finish().
  std::uint64_t body_length(std::size_t number) const;

private:
  struct Hash {
    Canonicalization form = Canonicalization::simple;
    std::optional<std::uint64_t> length{};
    bool taken = false;
    Digest digest{};
  };

  struct Form {
    BodyCanonicalizer canonicalizer;
    std::string waiting{};     // canonical octets that are not hashed yet, at most kPiece
    Sha256 running{};          // of all before them
    std::uint64_t hashed = 0;  // octets in `running`
    std::uint64_t octets = 0;
    bool wanted = false;
  };

  static constexpr std::size_t kPiece = 4'096;

  Form& of(Canonicalization form) { return form == Canonicalization::simple ? simple_ : relaxed_; }

  const Form& of(Canonicalization form) const {
    return form == Canonicalization::simple ? simple_ : relaxed_;
  }

  void take(Canonicalization form, std::string_view octets);
  void flush(Canonicalization form);
  void hash(Canonicalization form, std::string_view octets);
  Hash* next_length(Canonicalization form);

  std::vector<Hash> hashes_;
  Form simple_{BodyCanonicalizer(Canonicalization::simple)};
  Form relaxed_{BodyCanonicalizer(Canonicalization::relaxed)};
};

}  // namespace gatepost::mailauth
