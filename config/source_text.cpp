#include "config/source_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::config {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::size_t length_by_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// Overlong forms, surrogates and what lies above U+10FFFF show in the second octet.
bool second_fits(unsigned char lead, unsigned char second) {
  if (lead == 0xE0) return second >= 0xA0;
  if (lead == 0xED) return second <= 0x9F;
  if (lead == 0xF0) return second >= 0x90;
  if (lead == 0xF4) return second <= 0x8F;
  return true;
}

bool is_allowed_control(char c) {
  return c == '\t' || c == '\n' || c == '\r';
}

std::optional<std::string> bad_character(std::string_view rest) {
  const char c = rest.front();
  if (c == '\0') return "a NUL byte: this is not a text file, or it was written only half";
  if (ascii::is_control(c) && !is_allowed_control(c)) {
    return fmt::format("a control character (0x{:02X})", static_cast<unsigned char>(c));
  }
  if (utf8_sequence(rest) == 0) {
    return fmt::format(
        "byte 0x{:02X} is not UTF-8: save the file as UTF-8 (it may be GBK or Latin-1)",
        static_cast<unsigned char>(c));
  }
  return {};
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) {
  if (text.empty()) return 0;
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = length_by_lead(lead);
  if (length == 0 || length > text.size()) return 0;
  const std::string_view tail = text.substr(1, length - 1);
  if (!std::all_of(tail.begin(), tail.end(), is_continuation)) return 0;
  if (length > 1 && !second_fits(lead, static_cast<unsigned char>(text[1]))) return 0;
  return length;
}

std::optional<MarkedMistake> bad_text(std::string_view text) {
  if (text.size() > kLargestFile) {
    return MarkedMistake{{},
                         fmt::format("the file has {} bytes, more than the {} that are read",
                                     text.size(), kLargestFile)};
  }
  Mark mark;
  while (!text.empty()) {
    if (auto what = bad_character(text)) return MarkedMistake{mark, std::move(*what)};
    const bool new_line = text.front() == '\n';
    mark = new_line ? Mark{mark.line + 1, 1} : Mark{mark.line, mark.column + 1};
    text.remove_prefix(utf8_sequence(text));
  }
  return {};
}

std::string normalised(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      out += '\n';
    }
  }
  return out;
}

std::optional<Mark> tab_indentation(std::string_view text) {
  Mark mark;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const auto tab = line.find_first_not_of(' ');
    if (tab != std::string_view::npos && line[tab] == '\t') {
      mark.column = static_cast<int>(tab) + 1;
      return mark;
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
    ++mark.line;
  }
  return {};
}

std::string shown(std::string_view text, std::size_t most) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_sequence(text), 1);
    if (out.size() + length > most) return out + "...";
    const bool fine = utf8_sequence(text) != 0 && !ascii::is_control(text.front());
    out += fine ? text.substr(0, length) : std::string_view("?");
    text.remove_prefix(length);
  }
  return out;
}

std::string in_quotes(std::string_view text) {
  return '\'' + shown(text) + '\'';
}

}  // namespace gatepost::config
