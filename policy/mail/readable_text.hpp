#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gatepost {

/// True for characters that take no room on a screen or change the direction of the text around
/// them (U+00AD, U+200B..200F, U+202A..202E, U+2060..206F, U+FEFF, variation selectors, ...).
bool is_unseen(char32_t character);

/// True for the white space of Unicode beyond ASCII (U+00A0, U+2000..200A, U+3000, ...).
bool is_wide_space(char32_t character);

/// The ASCII character that people take `character` for: fullwidth forms (U+FF01..FF5E), the
/// small commercial at, the full stops of Chinese and Japanese. Any other character is itself.
char32_t plain_form(char32_t character);

/// `text` as people may see it on one line: UTF-8 (other octets become U+FFFD), without unseen
/// characters, controls and line ends as a space, one space at a time and none at the ends, at
/// most `octets` octets, the last of them "..." where something was cut off.
std::string readable_text(std::string_view text, std::size_t octets);

}  // namespace gatepost
