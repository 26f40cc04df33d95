#pragma once

#include <algorithm>
#include <string>
#include <string_view>

/// Character tests and folding for protocol text: ASCII only, whatever the locale.
namespace gatepost::ascii {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

constexpr bool is_alnum(char c) {
  return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z');
}

/// A byte above 0x7F: part of UTF-8 or of an old Asian charset.
constexpr bool is_high(char c) {
  return static_cast<unsigned char>(c) > 0x7F;
}

/// C0 controls and DEL.
constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

constexpr char lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
  return out;
}

inline bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), is_high);
}

/// `text` without white space (SP, TAB, CR, LF) at both ends.
constexpr std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace gatepost::ascii
