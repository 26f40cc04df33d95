#include "policy/mail/list_id.hpp"

#include <algorithm>

#include "policy/mail/ascii.hpp"

namespace gatepost {
namespace {

constexpr std::size_t kLongest = 255;  // RFC 2919 3.2

// What an atom is made of (RFC 5322 3.2.3), and dots.
bool is_list_char(char c) {
  constexpr std::string_view kSigns = "!#$%&'*+-/=?^_`{|}~.";
  return ascii::is_alnum(c) || kSigns.find(c) != std::string_view::npos;
}

}  // namespace

bool is_list_id(std::string_view text) {
  return !text.empty() && text.size() <= kLongest &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_list_char(c) && !ascii::is_upper(c); });
}

std::optional<std::string> parse_list_id(std::string_view value) {
  std::optional<std::string> out;
  bool quoted = false;
  int comments = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '\\' && (quoted || comments > 0)) {
      ++i;
    } else if (c == '"' && comments == 0) {
      quoted = !quoted;
    } else if (!quoted && c == '(') {
      ++comments;
    } else if (!quoted && c == ')' && comments > 0) {
      --comments;
    } else if (!quoted && comments == 0 && c == '<') {
      const auto end = value.find('>', i);
      if (out || end == std::string_view::npos) return {};
      out = ascii::lower(ascii::trim(value.substr(i + 1, end - i - 1)));
      i = end;
    }
  }
  if (!out || !is_list_id(*out)) return {};
  return out;
}

}  // namespace gatepost
