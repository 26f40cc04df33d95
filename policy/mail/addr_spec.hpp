#pragma once

#include <optional>
#include <span>

#include "policy/mail/address.hpp"
#include "policy/mail/mailbox_scanner.hpp"

namespace gatepost {

/// The addr-spec (RFC 5322 3.4.1) that `tokens` are, comments and white space around its parts
/// allowed (4.4). Nothing where it is none, or one that readers take for another: with a comment
/// that holds address syntax, a quoted local part that a naive reader splits elsewhere, an encoded
/// word, characters that are not seen or look like others of ASCII, a dot at the end. Address
/// literals and source routes are none. Linear.
std::optional<Address> read_addr_spec(std::span<const MailboxToken> tokens);

}  // namespace gatepost
