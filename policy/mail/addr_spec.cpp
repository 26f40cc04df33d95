#include "policy/mail/addr_spec.hpp"

#include <algorithm>
#include <string>

#include "policy/mail/ascii.hpp"
#include "policy/mail/encoded_word.hpp"
#include "policy/mail/readable_text.hpp"
#include "policy/mail/utf8.hpp"

namespace gatepost {
namespace {

using Kind = MailboxTokenKind;

bool holds_any(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

// What an address may not hold though the grammar allows it: nobody sees it, or takes it for
// something else.
bool is_deceptive(char32_t character) {
  const bool c1_control = character >= 0x80 && character <= 0x9F;
  return c1_control || is_unseen(character) || is_wide_space(character) ||
         plain_form(character) != character;
}

bool is_honest(std::string_view address) {
  while (!address.empty()) {
    const utf8::Step step = utf8::first(address);
    if (is_deceptive(step.character)) return false;
    address.remove_prefix(step.octets);
  }
  return true;
}

// A quoted local part that no reader splits elsewhere.
bool is_clear_local(std::string_view inside) {
  return !holds_any(inside, "@<>,;:()\\\t") && inside == ascii::trim(inside);
}

// addr-spec (RFC 5322 3.4.1) with comments and white space around its parts (4.4), as one string
// without them; nothing where it is none.
std::optional<std::string> addr_spec_text(std::span<const MailboxToken> tokens) {
  std::string out;
  bool after_word = false;
  for (const auto& token : tokens) {
    const bool word = token.kind == Kind::atom || token.kind == Kind::quoted;
    if (word && after_word) return {};
    switch (token.kind) {
      case Kind::comment:
        if (holds_any(token.text, "@<>,;:\"\\")) return {};
        continue;
      case Kind::quoted:
        if (!out.empty() || !is_clear_local(token.text)) return {};
        out.append(1, '"').append(token.text).append(1, '"');
        break;
      case Kind::atom:
      case Kind::at:
      case Kind::dot: out += token.text; break;
      default: return {};
    }
    after_word = word;
  }
  return out;
}

}  // namespace

std::optional<Address> read_addr_spec(std::span<const MailboxToken> tokens) {
  const auto text = addr_spec_text(tokens);
  if (!text || std::count(text->begin(), text->end(), '@') != 1) return {};
  if (may_hold_encoded_word(*text) || !is_honest(*text)) return {};
  if (text->ends_with('.')) return {};  // the root's dot: to some readers another domain
  return Address::parse(*text);
}

}  // namespace gatepost
