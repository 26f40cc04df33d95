#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "mailauth/answers.hpp"
#include "mailauth/crypto.hpp"
#include "mailauth/signature.hpp"

namespace gatepost::mailauth {

/// A key record (RFC 6376 3.6.1) whose key may be used for e-mail with SHA-256.
struct KeyRecord {
  PublicKey key;
  bool strict_identity = false;  ///< t=s
  bool testing = false;          ///< t=y
};

using KeyOrFault = std::variant<KeyRecord, SignatureFault>;

/// Reads one record. RSA keys under 1024 bits (RFC 8301 3.2) and over 4096 are faults, and so is a
/// type other than `type`.
KeyOrFault read_key_record(std::string_view record, KeyType type);

/// Where the key of a signature is: `selector._domainkey.example.com`.
DnsQuestion key_question(const std::string& selector, const Domain& domain);

/// The key of a signature by `selector` and `domain` (RFC 6376 3.6.2). Nothing while the answer is
/// missing; it is noted then.
std::optional<KeyOrFault> find_key(const std::string& selector, const Domain& domain, KeyType type,
                                   Answers& answers);

}  // namespace gatepost::mailauth
