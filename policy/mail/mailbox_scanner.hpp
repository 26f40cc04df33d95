#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost {

/// What an address field is made of (RFC 5322 3.2).
enum class MailboxTokenKind : std::uint8_t {
  atom,       ///< a run of other characters, UTF-8 among them
  quoted,     ///< a quoted-string
  comment,    ///< with the comments in it
  at,         ///< @
  dot,        ///< .
  separator,  ///< , or ;
  colon,      ///< :
  open,       ///< <
  close,      ///< >
  odd         ///< [ or ], or a quoted-pair outside of quotes: only in display names
};

struct MailboxToken {
  MailboxTokenKind kind = MailboxTokenKind::atom;
  bool spaced = false;    ///< white space stands before it
  std::string_view text;  ///< of a quoted-string or comment what is inside
};

/// `text`, an unfolded field value, as tokens that point into it. Nothing where quotes, comments
/// or quoted-pairs are broken, or such that a reader who ignores one of them finds other tokens:
/// a comment with an angle bracket, an odd number of quotes or a quoted-pair beside `@`; a
/// quoted-string with both a quoted-pair and an angle bracket; address syntax in one of them that
/// an encoded word (RFC 2047) from outside reaches into. Linear.
std::optional<std::vector<MailboxToken>> scan_mailbox(std::string_view text);

/// What a quoted-string or comment says: quoted-pairs resolved (RFC 5322 3.2.1).
std::string without_quoted_pairs(std::string_view text);

}  // namespace gatepost
