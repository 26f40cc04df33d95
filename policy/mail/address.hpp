#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "policy/mail/domain.hpp"

namespace gatepost {

/// A mailbox address, local part and domain, in one canonical form: the domain as Domain, the
/// local part unquoted and with ASCII letters in lower case (sites do not run two mailboxes that
/// differ in case; Postfix folds it too). An immutable value.
class Address {
public:
  /// `local@domain` without angle brackets. Quoted local parts (RFC 5321 4.1.2) and UTF-8
  /// (RFC 6531) are read; control characters, empty parts and more than 254 octets in all (RFC
  /// 5321 4.5.3.1.3) give nothing. A local part may have more than the 64 octets of 4.5.3.1.1:
  /// VERP and SRS senders do, and MTAs pass them.
  static std::optional<Address> parse(std::string_view text);

  const std::string& local() const { return local_; }

  const Domain& domain() const { return domain_; }

  /// `local@domain`, the local part quoted again where it needs it.
  std::string text() const;

  /// The mailbox that a sub-address belongs to: `user+tag@d` gives `user@d`.
  Address base() const;

  /// The same local part at another domain.
  Address with_domain(const Domain& domain) const { return {local_, domain}; }

  friend auto operator<=>(const Address&, const Address&) = default;

private:
  Address(std::string local, Domain domain)
      : local_(std::move(local)), domain_(std::move(domain)) {}

  std::string local_;
  Domain domain_;
};

/// The argument of MAIL FROM or RCPT TO as a milter gets it (RFC 5321 4.1.2): brackets optional,
/// a source route dropped (RFC 5321 4.1.1.3), an unqualified name given `local_domain`.
struct EnvelopePath {
  bool null = false;               ///< `<>`, or nothing: a bounce
  std::optional<Address> address;  ///< nothing where null or unreadable
  std::string text;                ///< what stood there, without brackets, for logs
};

/// Reads the path at the start of `argument`. Never fails: what cannot be read has no address.
EnvelopePath parse_envelope_path(std::string_view argument,
                                 const std::optional<Domain>& local_domain);

}  // namespace gatepost
