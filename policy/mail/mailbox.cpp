#include "policy/mail/mailbox.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "policy/mail/addr_spec.hpp"
#include "policy/mail/ascii.hpp"
#include "policy/mail/charset.hpp"
#include "policy/mail/encoded_word.hpp"
#include "policy/mail/mailbox_scanner.hpp"
#include "policy/mail/readable_text.hpp"
#include "policy/mail/utf8.hpp"

namespace gatepost {
namespace {

using Kind = MailboxTokenKind;
using Tokens = std::span<const MailboxToken>;
using Reading = std::variant<Mailbox, MailboxFault>;

constexpr std::size_t kLongestName = 1000;     // octets
constexpr std::size_t kNameOctetsRead = 4096;  // of what stands there, encoded words and all
constexpr std::size_t kLongestShown = 100;     // octets

// RFC 5322 2.2.3: line ends before white space vanish; others are white space themselves.
std::string unfolded(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  while (!value.empty()) {
    const auto end = value.find_first_of("\r\n");
    out += value.substr(0, end);
    if (end == std::string_view::npos) break;
    value.remove_prefix(std::min(value.find_first_not_of("\r\n", end), value.size()));
    if (!value.starts_with(' ') && !value.starts_with('\t')) out += ' ';
  }
  return out;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return ascii::is_control(c) && c != '\t'; });
}

bool holds_any(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

bool is_comment(const MailboxToken& token) {
  return token.kind == Kind::comment;
}

Tokens without_outer_comments(Tokens tokens) {
  while (!tokens.empty() && is_comment(tokens.front()))
    tokens = tokens.subspan(1);
  while (!tokens.empty() && is_comment(tokens.back()))
    tokens = tokens.first(tokens.size() - 1);
  return tokens;
}

std::string readable_name(std::string_view text) {
  return readable_text(decode_encoded_words(utf8::cut(text, kNameOctetsRead)), kLongestName);
}

// The comments of `tokens`, one behind the other.
std::string comments_of(Tokens tokens) {
  std::string out;
  for (const auto& token : tokens) {
    if (out.size() > kNameOctetsRead) break;
    if (!is_comment(token)) continue;
    if (!out.empty()) out += ' ';
    out += without_quoted_pairs(token.text);
  }
  return out;
}

// A phrase as people read it, comments in their parentheses.
std::string phrase_text(Tokens tokens) {
  std::string out;
  for (const auto& token : tokens) {
    if (out.size() > kNameOctetsRead) break;
    if (token.spaced && !out.empty()) out += ' ';
    if (is_comment(token)) out += '(';
    if (is_comment(token) || token.kind == Kind::quoted) {
      out += without_quoted_pairs(token.text);
    } else {
      out += token.text;
    }
    if (is_comment(token)) out += ')';
  }
  return out;
}

// A phrase with a bare `@` is clear only where it says the address that follows it.
bool is_clear_phrase(Tokens phrase, const std::string& text, const Address& address) {
  if (std::none_of(phrase.begin(), phrase.end(),
                   [](const auto& token) { return token.kind == Kind::at; }))
    return true;
  std::string_view said = text;
  if (said.size() > 2 && said.starts_with('\'') && said.ends_with('\'')) {
    said = said.substr(1, said.size() - 2);
  }
  return Address::parse(said) == address;
}

std::string name_of(Tokens phrase, const std::string& phrase_said, Tokens behind) {
  if (std::all_of(phrase.begin(), phrase.end(), is_comment)) {
    const std::string before = comments_of(phrase);
    return before.empty() ? comments_of(behind) : before + ' ' + comments_of(behind);
  }
  return behind.empty() ? phrase_said : phrase_said + ' ' + phrase_text(behind);
}

// name-addr: `open` is the place of the '<', behind which there is one '>'.
Reading read_name_addr(Tokens tokens, std::size_t open) {
  const auto end = std::find_if(tokens.begin(), tokens.end(),
                                [](const auto& token) { return token.kind == Kind::close; });
  const auto close = static_cast<std::size_t>(end - tokens.begin());
  const Tokens phrase = tokens.first(open);
  const Tokens inside = tokens.subspan(open + 1, close - open - 1);
  const Tokens behind = tokens.subspan(close + 1);
  if (!std::all_of(behind.begin(), behind.end(), is_comment)) return MailboxFault::unreadable;
  if (std::all_of(inside.begin(), inside.end(), is_comment)) return MailboxFault::empty;
  auto address = read_addr_spec(inside);
  const std::string said = phrase_text(phrase);
  if (!address || !is_clear_phrase(phrase, said, *address)) return MailboxFault::unreadable;
  return Mailbox{std::move(*address), readable_name(name_of(phrase, said, behind))};
}

// Beside a bare address a comment with `@` is clear only where it says that address.
bool is_clear_beside(const MailboxToken& token, const Address& address) {
  return !is_comment(token) || !holds_any(token.text, "@") ||
         Address::parse(ascii::trim(token.text)) == address;
}

// addr-spec without brackets, comments before and behind it.
Reading read_bare(Tokens tokens) {
  auto address = read_addr_spec(without_outer_comments(tokens));
  const auto clear = [&](const auto& token) { return is_clear_beside(token, *address); };
  if (!address || !std::all_of(tokens.begin(), tokens.end(), clear)) {
    return MailboxFault::unreadable;
  }
  return Mailbox{std::move(*address), readable_name(comments_of(tokens))};
}

// What a group is, from its name to the end of the field.
MailboxFault group_fault(Tokens name, Tokens rest) {
  const bool named = std::all_of(name.begin(), name.end(), [](const auto& token) {
    return token.kind != Kind::at && token.kind != Kind::open && token.kind != Kind::separator;
  });
  const Tokens list = without_outer_comments(rest);
  if (!named || list.empty() || list.back().text != ";") return MailboxFault::unreadable;
  const bool members = std::any_of(list.begin(), list.end(), [](const auto& token) {
    return token.kind != Kind::separator && token.kind != Kind::comment;
  });
  return members ? MailboxFault::group : MailboxFault::empty;
}

// What keeps the field from being one mailbox, seen from outside the brackets.
std::optional<MailboxFault> list_fault(Tokens tokens) {
  bool inside = false;
  bool hole = false;       // a part with nothing in it
  bool part_empty = true;  // nothing yet since the last separator
  std::size_t separators = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Kind kind = tokens[i].kind;
    if (kind == Kind::comment) continue;
    if (kind == Kind::colon && !inside) return group_fault(tokens.first(i), tokens.subspan(i + 1));
    if (kind == Kind::open || kind == Kind::close) {
      if (inside == (kind == Kind::open)) return MailboxFault::unreadable;
      inside = !inside;
    }
    if (kind == Kind::separator) {
      if (inside) return MailboxFault::unreadable;
      hole = hole || part_empty;
      ++separators;
    }
    part_empty = kind == Kind::separator;
  }
  if (inside) return MailboxFault::unreadable;
  if (separators == 0) return {};
  return hole || part_empty ? MailboxFault::unreadable : MailboxFault::several;
}

Reading read_utf8(std::string_view text) {
  const auto tokens = scan_mailbox(text);
  if (!tokens) return MailboxFault::unreadable;
  if (std::all_of(tokens->begin(), tokens->end(), is_comment)) return MailboxFault::empty;
  if (const auto fault = list_fault(*tokens)) return *fault;
  const auto opens = [](const auto& token) { return token.kind == Kind::open; };
  if (std::count_if(tokens->begin(), tokens->end(), opens) > 1) return MailboxFault::unreadable;
  const auto open = std::find_if(tokens->begin(), tokens->end(), opens);
  if (open == tokens->end()) return read_bare(*tokens);
  return read_name_addr(*tokens, static_cast<std::size_t>(open - tokens->begin()));
}

// A bare `@`, not half of a character: what stands before it is ASCII.
bool has_bare_at(std::string_view text) {
  for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    if (at == 0 || !ascii::is_high(text[at - 1])) return true;
  }
  return false;
}

bool has_clear_parentheses(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '(' && text[i] != ')') continue;
    if (i > 0 && text[i - 1] == '\\') return false;
    if (text[i] == ')' && depth == 0) return false;
    depth = text[i] == '(' ? depth + 1 : depth - 1;
  }
  return depth == 0;
}

// Whether a backslash at the end may quote what follows, so that readers could see something else.
// As half of a character (a common one in Taiwan and Japan) it does no harm in a name without any
// `@`: whoever reads on has no other address to see.
bool ends_in_doubt(std::string_view text) {
  if (!text.ends_with('\\')) return false;
  const bool half = text.size() >= 2 && ascii::is_high(text[text.size() - 2]);
  return !half || holds_any(text, "@");
}

// The display name in front of the brackets, which is not UTF-8: any octet from 0x40 may be half
// of a character. Nothing where that matters; without its quotes.
std::optional<std::string_view> raw_name(std::string_view text) {
  if (ends_in_doubt(text)) return {};
  text = ascii::trim(text);
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) {
    text = text.substr(1, text.size() - 2);
    if (holds_any(text, "\"") || ends_in_doubt(text)) return {};
    return text;
  }
  if (holds_any(text, ",;:\"") || has_bare_at(text) || !has_clear_parentheses(text)) return {};
  return text;
}

// A value with octets of an old charset: one angle address at its end, a name before it.
Reading read_raw(std::string_view text) {
  text = ascii::trim(text);
  const bool one_angle = std::count(text.begin(), text.end(), '<') == 1 &&
                         std::count(text.begin(), text.end(), '>') == 1 && text.ends_with('>');
  if (!one_angle) return MailboxFault::unreadable;
  const auto open = text.find('<');
  const auto inside = text.substr(open + 1, text.size() - open - 2);
  const auto name = raw_name(text.substr(0, open));
  if (!name || !utf8::is_valid(inside)) return MailboxFault::unreadable;
  const auto tokens = scan_mailbox(inside);
  if (!tokens) return MailboxFault::unreadable;
  if (std::all_of(tokens->begin(), tokens->end(), is_comment)) return MailboxFault::empty;
  auto address = read_addr_spec(*tokens);
  if (!address) return MailboxFault::unreadable;
  return Mailbox{std::move(*address),
                 readable_name(utf8_from_unnamed(name->substr(0, kNameOctetsRead)))};
}

Reading read(std::string_view text) {
  if (has_control(text)) return MailboxFault::unreadable;
  return utf8::is_valid(text) ? read_utf8(text) : read_raw(text);
}

std::string shown(std::string_view text) {
  constexpr std::size_t kOctetsRead = 1000;
  return readable_text(utf8_from_unnamed(ascii::trim(text).substr(0, kOctetsRead)), kLongestShown);
}

}  // namespace

MailboxField parse_mailbox_field(std::string_view value) {
  const std::string text = unfolded(value);
  auto reading = read(text);
  if (const auto* fault = std::get_if<MailboxFault>(&reading))
    return NoMailbox{*fault, shown(text)};
  return std::move(std::get<Mailbox>(reading));
}

}  // namespace gatepost
