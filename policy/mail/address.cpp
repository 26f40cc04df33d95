#include "policy/mail/address.hpp"

#include <algorithm>

#include "policy/mail/ascii.hpp"
#include "policy/mail/utf8.hpp"

namespace gatepost {
namespace {

constexpr std::size_t kLongestAddress = 254;  // RFC 5321 4.5.3.1.3, without the brackets

// atext of RFC 5322 3.2.3, with the UTF-8 of RFC 6532.
bool is_atext(char c) {
  constexpr std::string_view kSpecials = "!#$%&'*+-/=?^_`{|}~";
  return ascii::is_alnum(c) || ascii::is_high(c) || kSpecials.find(c) != std::string_view::npos;
}

bool is_dot_string(std::string_view local) {
  if (local.empty() || local.front() == '.' || local.back() == '.') return false;
  if (local.find("..") != std::string_view::npos) return false;
  return std::all_of(local.begin(), local.end(), [](char c) { return is_atext(c) || c == '.'; });
}

// The content of a quoted-string, quoted-pairs resolved; nothing where the quoting is broken.
std::optional<std::string> unquote(std::string_view quoted) {
  if (quoted.size() < 2 || quoted.front() != '"' || quoted.back() != '"') return {};
  quoted = quoted.substr(1, quoted.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    char c = quoted[i];
    if (c == '"') return {};
    if (c == '\\') {
      if (++i == quoted.size()) return {};
      c = quoted[i];
    }
    out += c;
  }
  return out;
}

std::optional<std::string> parse_local(std::string_view text) {
  if (text.empty() || !utf8::is_valid(text)) return {};
  if (std::any_of(text.begin(), text.end(), ascii::is_control)) return {};
  if (text.front() != '"') {
    if (!is_dot_string(text)) return {};
    return ascii::lower(text);
  }
  auto content = unquote(text);
  if (!content || content->empty()) return {};
  return ascii::lower(*content);
}

// The end of the path inside brackets: the first '>' outside a quoted-string.
std::size_t closing_bracket(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '>' && !quoted) {
      return i;
    }
  }
  return std::string_view::npos;
}

std::string_view without_brackets(std::string_view text) {
  text = ascii::trim(text);
  if (!text.starts_with('<')) return text;
  text.remove_prefix(1);
  return text.substr(0, closing_bracket(text));
}

// RFC 5321 4.1.1.3: `@a,@b:user@c` means user@c.
std::string_view without_source_route(std::string_view path) {
  if (!path.starts_with('@')) return path;
  const auto colon = path.find(':');
  return colon == std::string_view::npos ? path : path.substr(colon + 1);
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > kLongestAddress) return {};
  auto local = parse_local(text.substr(0, at));
  auto domain = Domain::parse(text.substr(at + 1));
  if (!local || !domain) return {};
  // The canonical form may be longer than what was written: A-labels are, and quoted pairs.
  Address address(std::move(*local), std::move(*domain));
  if (address.text().size() > kLongestAddress) return {};
  return address;
}

std::string Address::text() const {
  if (is_dot_string(local_)) return local_ + '@' + domain_.ascii();
  std::string out = "\"";
  for (const char c : local_) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"@" + domain_.ascii();
}

Address Address::base() const {
  const auto plus = local_.find('+');
  if (plus == std::string::npos || plus == 0) return *this;
  return {local_.substr(0, plus), domain_};
}

EnvelopePath parse_envelope_path(std::string_view argument,
                                 const std::optional<Domain>& local_domain) {
  const std::string_view path = without_brackets(argument);
  EnvelopePath out{.null = path.empty(), .address = {}, .text = std::string(path)};
  if (out.null) return out;
  const std::string_view mailbox = without_source_route(path);
  out.address = Address::parse(mailbox);
  const bool unqualified = mailbox.find('@') == std::string_view::npos;
  if (!out.address && unqualified && local_domain) {
    out.address = Address::parse(std::string(mailbox) + '@' + local_domain->ascii());
  }
  return out;
}

}  // namespace gatepost
