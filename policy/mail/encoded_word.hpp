#pragma once

#include <string>
#include <string_view>

namespace gatepost {

/// `text` with its encoded words (RFC 2047) decoded to UTF-8, white space between two of them
/// dropped (6.2), a character that is split over two of one charset made whole. Reads what mail
/// clients read: words that touch each other or other text, spaces in them, base64 with faults, a
/// language (RFC 2231 5). A word of an unknown charset that is not UTF-8 stays as it stands. The
/// result is UTF-8 where `text` is, and may hold controls. Linear.
std::string decode_encoded_words(std::string_view text);

/// True where `text` holds something that a reader might decode: `=?` and behind it `?=`.
bool may_hold_encoded_word(std::string_view text);

}  // namespace gatepost
