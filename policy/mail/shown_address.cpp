#include <algorithm>
#include <optional>

#include "policy/mail/ascii.hpp"
#include "policy/mail/mailbox.hpp"
#include "policy/mail/readable_text.hpp"
#include "policy/mail/utf8.hpp"

namespace gatepost {
namespace {

using Text = std::u32string_view;

constexpr std::size_t kLongestLocal = 64;    // characters
constexpr std::size_t kLongestDomain = 253;  // characters

// `name` as an eye reads it: unseen characters gone, look-alikes as what they look like.
std::u32string plain_text(std::string_view name) {
  std::u32string out;
  while (!name.empty()) {
    const utf8::Step step = utf8::first(name);
    name.remove_prefix(step.octets);
    if (is_unseen(step.character)) continue;
    out += is_wide_space(step.character) ? U' ' : plain_form(step.character);
  }
  return out;
}

bool is_alnum(char32_t c) {
  return c < 0x80 && ascii::is_alnum(static_cast<char>(c));
}

// Scripts that are written without spaces between words and stand right beside Latin text: from
// the radicals of Chinese upwards.
bool is_east_asian(char32_t c) {
  return c >= 0x2E80;
}

bool is_letter_beyond_ascii(char32_t c) {
  return c > 0x9F && c != utf8::kReplacement;
}

bool is_local_character(char32_t c) {
  return is_alnum(c) || is_letter_beyond_ascii(c) ||
         Text(U"!#$%&'*+-/=?^_`{|}~.").find(c) != Text::npos;
}

bool is_domain_character(char32_t c) {
  return is_alnum(c) || is_letter_beyond_ascii(c) || c == '-' || c == '_' || c == '.';
}

bool is_western_local(char32_t c) {
  return is_local_character(c) && !is_east_asian(c);
}

bool is_western_domain(char32_t c) {
  return is_domain_character(c) && !is_east_asian(c);
}

// The part of a word that an address may begin with.
Text local_before(Text text, bool (*belongs)(char32_t)) {
  std::size_t length = 0;
  while (length < std::min(text.size(), kLongestLocal) && belongs(text[text.size() - 1 - length]))
    ++length;
  Text local = text.substr(text.size() - length);
  const auto starts = [](char32_t c) { return is_alnum(c) || c > 0x7F || c == '_'; };
  while (!local.empty() && !starts(local.front()))
    local.remove_prefix(1);
  return local;
}

Text domain_after(Text text, bool (*belongs)(char32_t)) {
  std::size_t length = 0;
  while (length < std::min(text.size(), kLongestDomain) && belongs(text[length]))
    ++length;
  Text domain = text.substr(0, length);
  while (!domain.empty() && !is_alnum(domain.back()) && domain.back() <= 0x7F)
    domain.remove_suffix(1);
  return domain;
}

std::string utf8_of(Text text) {
  std::string out;
  for (const char32_t c : text)
    utf8::append(out, c);
  return out;
}

std::optional<Address> address_of(Text local, Text domain) {
  if (local.empty() || domain.find('.') == Text::npos) return {};
  return Address::parse(utf8_of(local) + '@' + utf8_of(domain));
}

// The address around one '@'. Chinese or Japanese that touches it belongs to it only where there
// is no address without it.
std::optional<Address> address_around(Text before, Text after) {
  Text local = local_before(before, is_western_local);
  if (local.empty()) local = local_before(before, is_local_character);
  if (auto address = address_of(local, domain_after(after, is_western_domain))) return address;
  return address_of(local, domain_after(after, is_domain_character));
}

}  // namespace

std::vector<Address> addresses_shown(std::string_view name, std::size_t most) {
  std::vector<Address> out;
  const std::u32string plain = plain_text(name);
  const Text text = plain;
  for (auto at = text.find(U'@'); at != Text::npos; at = text.find(U'@', at + 1)) {
    auto address = address_around(text.substr(0, at), text.substr(at + 1));
    if (!address || std::find(out.begin(), out.end(), *address) != out.end()) continue;
    out.push_back(std::move(*address));
    if (out.size() == most) break;
  }
  return out;
}

}  // namespace gatepost
