#include "mailauth/spf_macro.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestLabel = 63;
constexpr std::string_view kLetters = "slodiphv";
constexpr std::string_view kLettersOfExplanations = "crt";
constexpr std::string_view kDelimiters = ".-+,/_=";

bool is_visible(char c) {
  return c > ' ' && c <= '~';
}

// The inside of `%{...}`; `at` is where it begins in the whole text, for faults.
std::variant<SpfMacro, SpfFault> parse_macro(std::string_view text, std::size_t at) {
  std::size_t i = 0;
  const auto fault = [&](std::string what) { return SpfFault{at + i, std::move(what)}; };
  if (text.empty()) return fault("a macro without a letter");
  SpfMacro out;
  out.letter = ascii::lower(text.front());
  out.escaped = ascii::is_upper(text.front());
  if (kLettersOfExplanations.find(out.letter) != std::string_view::npos)
    return fault("a macro that only explanations may have");  // RFC 7208 7.2
  if (kLetters.find(out.letter) == std::string_view::npos) return fault("an unknown macro letter");
  const std::size_t digits = ++i;
  for (; i < text.size() && ascii::is_digit(text[i]); ++i)
    out.parts = std::min<std::size_t>(out.parts * 10 + static_cast<std::size_t>(text[i] - '0'),
                                      kMostMacros * 10);
  if (i != digits && out.parts == 0) return fault("a macro that keeps no part");  // RFC 7208 7.3
  if (i < text.size() && ascii::lower(text[i]) == 'r') {
    out.reversed = true;
    ++i;
  }
  for (; i < text.size(); ++i) {
    if (kDelimiters.find(text[i]) == std::string_view::npos) return fault("no macro delimiter");
    if (out.delimiters.find(text[i]) == std::string::npos) out.delimiters.push_back(text[i]);
  }
  return out;
}

void append_text(MacroString& out, std::string_view text) {
  if (out.pieces.empty() || !std::holds_alternative<std::string>(out.pieces.back()))
    out.pieces.emplace_back(std::string());
  std::get<std::string>(out.pieces.back()) += text;
}

// What `%%`, `%_` and `%-` stand for; empty for anything else.
std::string_view escape_of(char c) {
  switch (c) {
    case '%': return "%";
    case '_': return " ";
    case '-': return "%20";
    default: return {};
  }
}

// RFC 7208 7.1: toplabel
bool is_top_label(std::string_view label) {
  if (label.empty() || label.front() == '-' || label.back() == '-') return false;
  const auto allowed = [](char c) { return ascii::is_alnum(c) || c == '-'; };
  return std::all_of(label.begin(), label.end(), allowed) &&
         !std::all_of(label.begin(), label.end(), ascii::is_digit);
}

// RFC 7208 7.1: domain-end
bool has_domain_end(const MacroString& spec) {
  if (spec.pieces.empty()) return false;
  if (spec.ends_with_macro) return true;
  std::string_view tail = std::get<std::string>(spec.pieces.back());
  if (tail.ends_with('.')) tail.remove_suffix(1);
  const auto dot = tail.rfind('.');
  return dot != std::string_view::npos && is_top_label(tail.substr(dot + 1));
}

// RFC 7208 7.3: IPv6 addresses as 32 nibbles with dots between them.
std::string dotted(const IpAddress& address) {
  if (address.is_v4()) return address.text();
  std::string out;
  for (const auto byte : address.bytes())
    out += fmt::format("{:x}.{:x}.", byte >> 4U, byte & 0x0FU);
  out.pop_back();
  return out;
}

std::string value_of(char letter, const MacroValues& values) {
  switch (letter) {
    case 's': return fmt::format("{}@{}", values.local_part, values.sender_domain);
    case 'l': return std::string(values.local_part);
    case 'o': return std::string(values.sender_domain);
    case 'd': return std::string(values.domain);
    case 'i': return dotted(values.client);
    case 'p': return std::string(values.validated_name);
    case 'h': return std::string(values.helo);
    case 'v': return values.client.is_v4() ? "in-addr" : "ip6";
    default: return {};
  }
}

// RFC 7208 7.3: split at the delimiters, reversed, the parts at the right kept, joined by dots.
std::string transformed(const SpfMacro& macro, const std::string& value) {
  if (macro.parts == 0 && !macro.reversed && macro.delimiters.empty()) return value;
  const std::string_view delimiters =
      macro.delimiters.empty() ? std::string_view(".") : std::string_view(macro.delimiters);
  std::vector<std::string_view> parts;
  std::string_view rest = value;
  for (;;) {
    const auto end = rest.find_first_of(delimiters);
    parts.push_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (macro.reversed) std::reverse(parts.begin(), parts.end());
  const std::size_t kept = macro.parts == 0 ? parts.size() : std::min(macro.parts, parts.size());
  return fmt::format("{}",
                     fmt::join(parts.end() - static_cast<std::ptrdiff_t>(kept), parts.end(), "."));
}

// RFC 3986 2.1, 2.3
std::string url_escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (ascii::is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string expanded(const SpfMacro& macro, const MacroValues& values) {
  std::string out = transformed(macro, value_of(macro.letter, values));
  return macro.escaped ? url_escaped(out) : out;
}

}  // namespace

std::variant<MacroString, SpfFault> parse_macro_string(std::string_view text) {
  MacroString out;
  std::size_t macros = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto plain = std::min(text.find('%', i), text.size());
    const auto* const odd = std::find_if_not(text.begin() + i, text.begin() + plain, is_visible);
    if (odd != text.begin() + plain)
      return SpfFault{static_cast<std::size_t>(odd - text.begin()), "a character that no term has"};
    if (plain != i) {
      append_text(out, text.substr(i, plain - i));
      out.ends_with_macro = false;
      i = plain;
      continue;
    }
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    out.ends_with_macro = true;
    if (const auto escape = escape_of(next); !escape.empty()) {
      append_text(out, escape);
      i += 2;
      continue;
    }
    if (next != '{') return SpfFault{i, "a lone %"};
    const auto end = text.find('}', i);
    if (end == std::string_view::npos) return SpfFault{i, "a macro without its end"};
    if (++macros > kMostMacros) return SpfFault{i, "more macros than a name has labels"};
    auto macro = parse_macro(text.substr(i + 2, end - i - 2), i + 2);
    if (auto* fault = std::get_if<SpfFault>(&macro)) return std::move(*fault);
    out.pieces.emplace_back(std::get<SpfMacro>(std::move(macro)));
    i = end + 1;
  }
  return out;
}

std::variant<MacroString, SpfFault> parse_domain_spec(std::string_view text) {
  if (text.empty()) return SpfFault{0, "no domain"};
  auto out = parse_macro_string(text);
  const auto* spec = std::get_if<MacroString>(&out);
  if (spec != nullptr && !has_domain_end(*spec)) {
    const auto dot = text.substr(0, text.size() - 1).rfind('.');
    return SpfFault{dot == std::string_view::npos ? 0 : dot + 1,
                    "neither a macro nor a top-level domain at the end of the domain"};
  }
  return out;
}

bool uses_macro(const MacroString& text, char letter) {
  return std::any_of(text.pieces.begin(), text.pieces.end(), [&](const auto& piece) {
    const auto* macro = std::get_if<SpfMacro>(&piece);
    return macro != nullptr && macro->letter == letter;
  });
}

std::optional<std::string> expand_to_name(const MacroString& text, const MacroValues& values) {
  // From the right, for no more than the octets that are left of it after the cut: a final dot, and
  // one octet to see that there is more.
  constexpr std::size_t kEnough = kLongestName + 2;
  std::string out;
  for (auto piece = text.pieces.rbegin(); piece != text.pieces.rend(); ++piece) {
    const auto* macro = std::get_if<SpfMacro>(&*piece);
    std::string more = macro != nullptr ? expanded(*macro, values) : std::get<std::string>(*piece);
    if (more.size() > kEnough) more.erase(0, more.size() - kEnough);
    out.insert(0, more);
    if (out.size() >= kEnough) break;
  }
  if (out.ends_with('.')) out.pop_back();
  if (out.size() > kLongestName) {
    const auto dot = out.find('.', out.size() - kLongestName - 1);
    if (dot == std::string::npos) return {};
    out.erase(0, dot + 1);
  }
  if (!is_dns_name(out)) return {};
  return out;
}

bool is_dns_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return false;
  // A backslash would be an escape in the text form of a name.
  const auto allowed = [](char c) { return (is_visible(c) || c == ' ') && c != '\\'; };
  if (!std::all_of(name.begin(), name.end(), allowed)) return false;
  for (;;) {
    const auto dot = name.find('.');
    const auto length = std::min(dot, name.size());
    if (length == 0 || length > kLongestLabel) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace gatepost::mailauth
