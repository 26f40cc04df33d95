#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/mail/address.hpp"

namespace gatepost {

/// One mailbox as a header field shows it (RFC 5322 3.4).
struct Mailbox {
  Address address;
  /// Display name with the comments around it in their parentheses, or what the comments say where
  /// there is none, as UTF-8 with encoded words decoded (RFC 2047). Octets of another charset are
  /// decoded where it can be told, else U+FFFD. One line without controls or unseen characters, at
  /// most 1,000 octets.
  std::string name;

  friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

/// Why a header field does not name one mailbox that all readers agree on.
enum class MailboxFault : std::uint8_t {
  missing,     ///< there is no such field
  hidden,      ///< the message has no header at all: its first line is none, the rest is body
  repeated,    ///< the field stands there more than once
  several,     ///< more than one mailbox
  group,       ///< group syntax (RFC 5322 3.4) with members
  empty,       ///< no address: an empty value, `<>`, a group without members
  unreadable,  ///< bytes that readers take for different addresses, or for none
};

/// A field that does not name one mailbox.
struct NoMailbox {
  MailboxFault fault;
  std::string shown;  ///< what stands there, as one line of at most 100 octets (UTF-8)

  friend bool operator==(const NoMailbox&, const NoMailbox&) = default;
};

/// What From, Sender or Resent-From says: one mailbox, or why not.
using MailboxField = std::variant<Mailbox, NoMailbox>;

/// Reads the value of one field (RFC 5322 with the obsolete syntax that real mail has, RFC 6532
/// UTF-8, raw display names of old charsets). Does not guess: where two readers could see different
/// addresses the answer is a fault. Folding white space may be in it. Linear in time, never throws
/// but for lack of memory. The faults missing, hidden and repeated never come from here.
MailboxField parse_mailbox_field(std::string_view value);

/// The addresses that a display name shows to people (`ceo@example.com` in
/// `"ceo@example.com" <x@attacker.example>`), look-alikes of `@` and invisible characters undone.
/// Chinese or Japanese that touches an address is no part of it. At most `most`, each once, in the
/// order they stand in `name`. Linear in time, never throws but for lack of memory.
std::vector<Address> addresses_shown(std::string_view name, std::size_t most = 8);

}  // namespace gatepost
