#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/mail/network.hpp"

namespace gatepost::mailauth {

/// What is wrong with a text of a record, and where.
struct SpfFault {
  std::size_t at = 0;  ///< octets before the place
  std::string what;    ///< in plain English, without anything of the text itself

  friend bool operator==(const SpfFault&, const SpfFault&) = default;
};

/// `%{l2r-}` (RFC 7208 7.1)
struct SpfMacro {
  char letter = 'd';       ///< in lower case
  bool escaped = false;    ///< written in upper case: URL-escaped (RFC 7208 7.3)
  std::size_t parts = 0;   ///< how many of the right are kept; 0: all
  bool reversed = false;   ///< `r`
  std::string delimiters;  ///< empty: the dot

  friend bool operator==(const SpfMacro&, const SpfMacro&) = default;
};

/// A macro-string (RFC 7208 7.1), parsed. Text and macros as they follow each other; `%%`, `%_` and
/// `%-` have become text.
struct MacroString {
  std::vector<std::variant<std::string, SpfMacro>> pieces;
  bool ends_with_macro = false;  ///< also where that is `%%`, `%_` or `%-`

  friend bool operator==(const MacroString&, const MacroString&) = default;
};

/// More macros in one macro-string are an error: no name has more labels, and expanding them would
/// be work for nothing.
inline constexpr std::size_t kMostMacros = 127;

/// A macro-string. The letters c, r and t are none of it: they stand in explanations alone (RFC
/// 7208 7.2), which are never fetched.
std::variant<MacroString, SpfFault> parse_macro_string(std::string_view text);

/// A domain-spec: a macro-string that ends in a macro or in a top label (RFC 7208 7.1).
std::variant<MacroString, SpfFault> parse_domain_spec(std::string_view text);

/// What the macros stand for (RFC 7208 7.2).
struct MacroValues {
  std::string_view local_part;      ///< %{l}; %{s} with `sender_domain`
  std::string_view sender_domain;   ///< %{o}
  std::string_view domain;          ///< %{d}: whose record it is
  std::string_view helo;            ///< %{h}
  std::string_view validated_name;  ///< %{p}
  IpAddress client;                 ///< %{i}, %{v}
};

/// Whether `letter` (lower case) is among its macros.
bool uses_macro(const MacroString& text, char letter);

/// The name that `text` stands for with these values: without a final dot, longer ones cut from the
/// left at a label (RFC 7208 7.3). Nothing where that is no name the DNS can hold: an empty label
/// or one of more than 63 octets, or octets outside of ASCII. Time and memory do not depend on how
/// often `text` repeats long values.
std::optional<std::string> expand_to_name(const MacroString& text, const MacroValues& values);

/// Whether the DNS can hold that name: labels of 1 to 63 octets, 253 in all (RFC 1035 2.3.4).
bool is_dns_name(std::string_view name);

}  // namespace gatepost::mailauth
