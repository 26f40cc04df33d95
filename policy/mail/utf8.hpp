#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// UTF-8 as RFC 3629 has it: no surrogates, no overlong forms, nothing above U+10FFFF.
namespace gatepost::utf8 {

constexpr char32_t kReplacement = 0xFFFD;  ///< stands for bytes that are no character

/// One step through a text.
struct Step {
  char32_t character = kReplacement;
  std::size_t octets = 1;
  bool valid = false;
};

/// The character at the start of `text`, which is not empty. Where there is none: one octet, not
/// valid, U+FFFD.
Step first(std::string_view text);

/// True where all of `text` is UTF-8. Linear.
bool is_valid(std::string_view text);

/// Appends `character`, a Unicode scalar value.
void append(std::string& out, char32_t character);

/// `text` as UTF-8: octets that are no part of a character become U+FFFD.
std::string repaired(std::string_view text);

/// The longest start of `text`, which is UTF-8, that has at most `octets` octets and ends between
/// two characters.
std::string_view cut(std::string_view text, std::size_t octets);

}  // namespace gatepost::utf8
