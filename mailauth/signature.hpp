#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mailauth/canonical.hpp"
#include "mailauth/crypto.hpp"
#include "mailauth/raw_header.hpp"
#include "mailauth/tag_list.hpp"
#include "policy/mail/authentication.hpp"

/// What DKIM-Signature (RFC 6376 3.5) and ARC-Message-Signature (RFC 8617 4.1.2) have in common.
namespace gatepost::mailauth {

/// What a signature covers, and how.
struct Signature {
  KeyType key_type = KeyType::rsa;
  Canonicalization header_form = Canonicalization::simple;
  Canonicalization body_form = Canonicalization::simple;
  std::optional<Domain> domain;              ///< d=; always there after a successful parse
  std::string selector;                      ///< s=, lower case
  std::vector<std::string> signed_fields;    ///< h= in its order, lower case
  std::string value;                         ///< b=, decoded
  std::string value_start;                   ///< its first 8 base64 octets
  Digest body_hash{};                        ///< bh=
  std::optional<std::uint64_t> body_length;  ///< l=
};

/// Why a signature cannot be verified.
struct SignatureFault {
  DkimResult result = DkimResult::permerror;
  DkimCause cause = DkimCause::bad_syntax;
  std::string detail;  ///< for people; may be empty
};

/// What an empty name in h= is: sealers write some (`h=from::to`), and other verifiers take them.
enum class EmptyNames : std::uint8_t { faults, sign_nothing };

/// Reads a=, b=, bh=, c=, d=, h=, l=, s= of both kinds of field.
std::variant<Signature, SignatureFault> read_signature(const TagList& tags,
                                                       EmptyNames empty = EmptyNames::faults);

/// a= alone, as ARC-Seal has it (RFC 8617 4.1.3).
std::variant<KeyType, SignatureFault> read_algorithm(std::string_view a);

/// The first octets of b= without white space, as header.b shows them (RFC 6008 3).
std::string signature_start(std::string_view b);

/// The field `value` with the contents of its b= taken out (RFC 6376 3.7), everything else as it
/// stands.
std::string without_signature(std::string_view value);

/// The hash that b= signs: the fields of `signed_fields`, each name from the bottom up, then the
/// signature's own field without its b= and without the final CRLF (RFC 6376 3.7, 5.4.2). Where
/// `own` is one of the header's fields, h= does not reach it. n log n.
Digest header_digest(const RawHeader& header, const Signature& signature, const RawField& own);

}  // namespace gatepost::mailauth
