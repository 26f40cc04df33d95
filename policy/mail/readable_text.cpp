#include "policy/mail/readable_text.hpp"

#include <algorithm>

#include "policy/mail/utf8.hpp"

namespace gatepost {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Default_Ignorable_Code_Point of Unicode, and the controls of direction.
constexpr Range kUnseen[] = {
    {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x061C, 0x061C}, {0x115F, 0x1160}, {0x17B4, 0x17B5},
    {0x180B, 0x180F},   {0x200B, 0x200F},   {0x202A, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164},
    {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

// White_Space of Unicode beyond ASCII and C1.
constexpr Range kWideSpace[] = {
    {0x00A0, 0x00A0}, {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029},
    {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};

template <std::size_t N>
bool is_in(const Range (&ranges)[N], char32_t character) {
  return std::any_of(std::begin(ranges), std::end(ranges), [character](const Range& range) {
    return range.first <= character && character <= range.last;
  });
}

bool is_control(char32_t character) {
  return character < 0x20 || (character >= 0x7F && character <= 0x9F);
}

bool separates(char32_t character) {
  return character == ' ' || is_control(character) || is_wide_space(character);
}

std::string shortened(std::string text, std::size_t octets) {
  constexpr std::string_view kMore = "...";
  if (text.size() <= octets) return text;
  text.resize(utf8::cut(text, octets - std::min(octets, kMore.size())).size());
  return text.append(kMore.substr(0, octets));
}

}  // namespace

bool is_unseen(char32_t character) {
  return is_in(kUnseen, character);
}

bool is_wide_space(char32_t character) {
  return is_in(kWideSpace, character);
}

char32_t plain_form(char32_t character) {
  constexpr char32_t kFullwidthOffset = 0xFEE0;
  switch (character) {
    case 0xFE6B: return '@';
    case 0x3002:  // ideographic full stop
    case 0xFE52:  // small full stop
    case 0xFF61:  // halfwidth ideographic full stop
      return '.';
    default: break;
  }
  if (character >= 0xFF01 && character <= 0xFF5E) return character - kFullwidthOffset;
  return character;
}

std::string readable_text(std::string_view text, std::size_t octets) {
  std::string out;
  bool gap = false;
  while (!text.empty() && out.size() <= octets) {
    const utf8::Step step = utf8::first(text);
    text.remove_prefix(step.octets);
    if (is_unseen(step.character)) continue;
    if (separates(step.character)) {
      gap = true;
      continue;
    }
    if (gap && !out.empty()) out += ' ';
    gap = false;
    utf8::append(out, step.character);
  }
  return shortened(std::move(out), octets);
}

}  // namespace gatepost
