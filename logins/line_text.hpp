#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/mail/ascii.hpp"

/// Reading a log line from left to right; what was read is taken off the front.
namespace gatepost::logins::line_text {

/// True, and `start` taken off, where `text` begins with it.
inline bool skip(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

/// The longest start whose characters all are `wanted`; may be empty.
template <typename Wanted>
std::string_view take_while(std::string_view& text, Wanted wanted) {
  std::size_t size = 0;
  while (size < text.size() && wanted(text[size]))
    ++size;
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(size);
  return taken;
}

/// A decimal number without sign; nothing where there is none, or one above a thousand million.
inline std::optional<int> take_number(std::string_view& text) {
  constexpr int kMost = 1'000'000'000;
  const std::string_view digits = take_while(text, ascii::is_digit);
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || value > kMost) return {};
  return value;
}

/// The name of a SASL mechanism, as RFC 4422 writes it, in any case; empty: none.
inline std::string_view take_mechanism(std::string_view& text) {
  return take_while(text, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; });
}

}  // namespace gatepost::logins::line_text
