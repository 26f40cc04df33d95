#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatepost {

/// `octets` of the charset with the MIME name `charset` (RFC 2045; any case) as UTF-8. Octets that
/// are no character there become U+FFFD. The charsets are those that mail clients show; gb2312 is
/// read as GB18030 and iso-8859-1 as windows-1252, as they do. Of an unknown charset `octets` that
/// are UTF-8 are taken as they stand, others give nothing. Linear.
std::optional<std::string> utf8_from(std::string_view charset, std::string_view octets);

/// `octets` of an unnamed charset as UTF-8: UTF-8, GB18030, Big5 or Shift_JIS, the first in which
/// all of it can be read, a cut last character aside. Otherwise all that is not UTF-8 becomes
/// U+FFFD. A guess: short text may be all characters of another charset too. Linear.
std::string utf8_from_unnamed(std::string_view octets);

}  // namespace gatepost
