#include "policy/mail/encoded_word.hpp"

#include <cstdint>
#include <optional>

#include "policy/mail/ascii.hpp"
#include "policy/mail/charset.hpp"

namespace gatepost {
namespace {

struct EncodedWord {
  std::string_view charset;
  char encoding = 'q';  ///< b or q
  std::string_view text;
  std::size_t length = 0;  ///< of all of it
};

// The encoded word at the start of `text`.
std::optional<EncodedWord> encoded_word_at(std::string_view text) {
  constexpr std::size_t kLongestCharset = 40;
  if (!text.starts_with("=?")) return {};
  const auto charset_end = text.substr(0, 2 + kLongestCharset + 1).find('?', 2);
  if (charset_end == std::string_view::npos || charset_end == 2) return {};
  if (charset_end + 2 >= text.size() || text[charset_end + 2] != '?') return {};
  const char encoding = ascii::lower(text[charset_end + 1]);
  if (encoding != 'b' && encoding != 'q') return {};
  const auto begin = charset_end + 3;
  const auto end = text.find('?', begin);
  if (end == std::string_view::npos || !text.substr(end).starts_with("?=")) return {};
  const auto charset = text.substr(2, charset_end - 2);
  return EncodedWord{.charset = charset.substr(0, charset.find('*')),
                     .encoding = encoding,
                     .text = text.substr(begin, end - begin),
                     .length = end + 2};
}

std::optional<unsigned> hex_digit(char c) {
  if (ascii::is_digit(c)) return c - '0';
  c = ascii::lower(c);
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return {};
}

std::string decode_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=' && i + 2 < text.size()) {
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (high && low) {
        out += static_cast<char>(*high * 16 + *low);
        i += 2;
        continue;
      }
    }
    out += text[i] == '_' ? ' ' : text[i];
  }
  return out;
}

std::optional<std::uint32_t> base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (ascii::is_digit(c)) return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return {};
}

// As clients read it: other characters ignored, padding may be missing.
std::string decode_b(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    if (c == '=') break;
    const auto digit = base64_digit(c);
    if (!digit) continue;
    bits = (bits << 6U) | *digit;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 0xFFU);
  }
  return out;
}

std::string octets_of(const EncodedWord& word) {
  return word.encoding == 'b' ? decode_b(word.text) : decode_q(word.text);
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && ascii::trim(text.substr(at, 1)).empty())
    ++at;
  return at;
}

// Encoded words of one charset, one behind the other.
struct Run {
  std::string octets;
  std::size_t length = 0;
  std::size_t space = 0;  ///< white space behind it that an encoded word of another charset ends
};

Run run_at(std::string_view text, const EncodedWord& head) {
  Run run{.octets = octets_of(head), .length = head.length};
  while (true) {
    const auto at = skip_space(text, run.length);
    const auto next = encoded_word_at(text.substr(at));
    if (!next) return run;
    if (ascii::lower(next->charset) != ascii::lower(head.charset)) {
      run.space = at - run.length;
      return run;
    }
    run.octets += octets_of(*next);
    run.length = at + next->length;
  }
}

}  // namespace

std::string decode_encoded_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto word = encoded_word_at(text);
    if (!word) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const Run run = run_at(text, *word);
    const auto decoded = utf8_from(word->charset, run.octets);
    out += decoded ? *decoded : std::string(text.substr(0, run.length));
    text.remove_prefix(run.length + run.space);
  }
  return out;
}

bool may_hold_encoded_word(std::string_view text) {
  const auto begin = text.find("=?");
  return begin != std::string_view::npos && text.find("?=", begin + 2) != std::string_view::npos;
}

}  // namespace gatepost
