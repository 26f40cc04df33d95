#include "policy/mail/mailbox_scanner.hpp"

#include <algorithm>

#include "policy/mail/ascii.hpp"

namespace gatepost {
namespace {

using Kind = MailboxTokenKind;

constexpr std::string_view kSpecials = "()<>[]:;@\\,.\"";

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool holds_any(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

// The place of the quote that ends the quoted-string at the start of `text`.
std::optional<std::size_t> quoted_end(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i;
    }
  }
  return {};
}

// The place of the parenthesis that ends the comment at the start of `text`.
std::optional<std::size_t> comment_end(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')' && --depth == 0) {
      return i;
    }
  }
  return {};
}

bool is_clear_quoted(std::string_view inside) {
  return !holds_any(inside, "\\") || !holds_any(inside, "<>");
}

bool is_clear_comment(std::string_view inside) {
  if (holds_any(inside, "<>")) return false;
  if (holds_any(inside, "\\") && holds_any(inside, "@")) return false;
  return std::count(inside.begin(), inside.end(), '"') % 2 == 0;
}

// Outside of quotes a quoted-pair may only stand for what needs none.
bool is_clear_pair(std::string_view pair) {
  return pair.size() == 2 &&
         (is_space(pair[1]) || ascii::is_alnum(pair[1]) || ascii::is_high(pair[1]));
}

bool is_enclosed(const MailboxToken& token) {
  return token.kind == Kind::quoted || token.kind == Kind::comment;
}

// True where an encoded word that begins in an atom may end inside a quoted-string or comment: to
// who reads encoded words first, the address syntax behind it is none of that.
bool may_cross_encoded_word(const std::vector<MailboxToken>& tokens) {
  const bool begins = std::any_of(tokens.begin(), tokens.end(), [](const auto& token) {
    return token.kind == Kind::atom && token.text.find("=?") != std::string_view::npos;
  });
  return begins && std::any_of(tokens.begin(), tokens.end(), [](const auto& token) {
           return is_enclosed(token) && token.text.find("?=") != std::string_view::npos &&
                  holds_any(token.text, "<>@,;:");
         });
}

Kind kind_of(char special) {
  switch (special) {
    case '@': return Kind::at;
    case '.': return Kind::dot;
    case ',':
    case ';': return Kind::separator;
    case ':': return Kind::colon;
    case '<': return Kind::open;
    case '>': return Kind::close;
    default: return Kind::odd;
  }
}

// A token and how much of the text it takes.
struct Piece {
  MailboxToken token;
  std::size_t octets = 1;
};

std::optional<Piece> enclosed(Kind kind, std::string_view text, std::optional<std::size_t> end,
                              bool (*is_clear)(std::string_view)) {
  if (!end) return {};
  const auto inside = text.substr(1, *end - 1);
  if (!is_clear(inside)) return {};
  return Piece{{.kind = kind, .text = inside}, *end + 1};
}

// The token at the start of `text`, which is no white space.
std::optional<Piece> next_piece(std::string_view text) {
  switch (text.front()) {
    case '"': return enclosed(Kind::quoted, text, quoted_end(text), is_clear_quoted);
    case '(': return enclosed(Kind::comment, text, comment_end(text), is_clear_comment);
    case ')': return {};
    case '\\':
      if (!is_clear_pair(text.substr(0, 2))) return {};
      return Piece{{.kind = Kind::odd, .text = text.substr(0, 1)}};
    default: break;
  }
  if (kSpecials.find(text.front()) != std::string_view::npos) {
    return Piece{{.kind = kind_of(text.front()), .text = text.substr(0, 1)}};
  }
  std::size_t length = 1;
  while (length < text.size() && !is_space(text[length]) &&
         kSpecials.find(text[length]) == std::string_view::npos)
    ++length;
  return Piece{{.kind = Kind::atom, .text = text.substr(0, length)}, length};
}

}  // namespace

std::optional<std::vector<MailboxToken>> scan_mailbox(std::string_view text) {
  std::vector<MailboxToken> out;
  bool spaced = false;
  while (!text.empty()) {
    if (is_space(text.front())) {
      spaced = true;
      text.remove_prefix(1);
      continue;
    }
    auto piece = next_piece(text);
    if (!piece) return {};
    piece->token.spaced = spaced;
    out.push_back(piece->token);
    text.remove_prefix(piece->octets);
    spaced = false;
  }
  if (may_cross_encoded_word(out)) return {};
  return out;
}

std::string without_quoted_pairs(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

}  // namespace gatepost
