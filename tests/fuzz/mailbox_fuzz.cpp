// The parser of From and what it stands on: one mailbox that is really in the value, or a fault.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/mail/ascii.hpp"
#include "policy/mail/encoded_word.hpp"
#include "policy/mail/mailbox.hpp"
#include "policy/mail/utf8.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using gatepost::Mailbox;
using gatepost::MailboxFault;
using gatepost::MailboxField;
using gatepost::NoMailbox;
using gatepost::fuzz::check;

void check_line(std::string_view text, std::size_t longest) {
  check(text.size() <= longest);
  check(gatepost::utf8::is_valid(text));
  check(std::none_of(text.begin(), text.end(), gatepost::ascii::is_control));
  check(gatepost::ascii::trim(text) == text);
}

// The value without white space and comments: what is left of an address stands in one piece.
std::string bare(std::string_view value) {
  std::string out;
  int depth = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '\\' && depth > 0) {
      ++i;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (depth <= 0 && !gatepost::ascii::trim(value.substr(i, 1)).empty()) {
      out += gatepost::ascii::lower(c);
    }
  }
  return out;
}

// What stands behind the '@' of `text` up to the end of the domain.
std::string_view written_domain(std::string_view text, std::size_t at) {
  text.remove_prefix(at + 1);
  return text.substr(0, text.find_first_of("<>(),;:@\"\\[]"));
}

bool names_domain(std::string_view text, const gatepost::Domain& domain) {
  for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    if (gatepost::Domain::parse(written_domain(text, at)) == domain) return true;
  }
  return false;
}

// Parentheses in a quoted name would mislead `bare`: it looks from the last '<' on.
bool is_in(std::string_view value, const gatepost::Domain& domain) {
  const auto open = value.rfind('<');
  if (open != std::string_view::npos && names_domain(bare(value.substr(open)), domain)) return true;
  return names_domain(bare(value), domain);
}

void check_mailbox(const Mailbox& mailbox, std::string_view value) {
  check(gatepost::Address::parse(mailbox.address.text()) == mailbox.address);
  check(is_in(value, mailbox.address.domain()));
  check_line(mailbox.name, 1000);
  const MailboxField again = gatepost::parse_mailbox_field('<' + mailbox.address.text() + '>');
  check(std::get<Mailbox>(again).address == mailbox.address);
}

void check_fault(const NoMailbox& none) {
  check(none.fault >= MailboxFault::several);  // the others are not the parser's to say
  check_line(none.shown, 100);
}

std::string folded(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == ' ') out += "\r\n";
    out += c;
  }
  return out;
}

void check_field(std::string_view value) {
  const MailboxField field = gatepost::parse_mailbox_field(value);
  if (const auto* none = std::get_if<NoMailbox>(&field)) {
    check_fault(*none);
  } else {
    check_mailbox(std::get<Mailbox>(field), value);
  }
  const MailboxField other = gatepost::parse_mailbox_field(folded(value));
  check(other.index() == field.index());
  if (std::holds_alternative<Mailbox>(field)) check(other == field);
}

void check_shown(std::string_view name) {
  const auto addresses = gatepost::addresses_shown(name);
  check(addresses.size() <= 8);
  for (const auto& address : addresses) {
    check(gatepost::Address::parse(address.text()) == address);
    check(address.domain().ascii().find('.') != std::string::npos);
  }
}

void check_words(std::string_view text) {
  const std::string decoded = gatepost::decode_encoded_words(text);
  check(!gatepost::utf8::is_valid(text) || gatepost::utf8::is_valid(decoded));
  if (text.find("=?") == std::string_view::npos) check(decoded == text);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_field(text);
  check_shown(text);
  check_words(text);
  return 0;
}
