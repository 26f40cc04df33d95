#include "policy/mail/utf8.hpp"

#include <array>

namespace gatepost::utf8 {
namespace {

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// The octets after the lead are 80..BF, and after some leads the first of them fewer.
bool second_allowed(unsigned char lead, unsigned char second) {
  if (lead == 0xE0) return second >= 0xA0;
  if (lead == 0xED) return second <= 0x9F;
  if (lead == 0xF0) return second >= 0x90;
  if (lead == 0xF4) return second <= 0x8F;
  return true;
}

}  // namespace

Step first(std::string_view text) {
  constexpr std::array<char32_t, 5> kLeadBits{0, 0x7F, 0x1F, 0x0F, 0x07};
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = sequence_length(lead);
  if (length == 0 || length > text.size()) return {};
  char32_t character = lead & kLeadBits.at(length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto octet = static_cast<unsigned char>(text[i]);
    if ((octet & 0xC0U) != 0x80U) return {};
    if (i == 1 && !second_allowed(lead, octet)) return {};
    character = (character << 6U) | (octet & 0x3FU);
  }
  return {character, length, true};
}

bool is_valid(std::string_view text) {
  while (!text.empty()) {
    const Step step = first(text);
    if (!step.valid) return false;
    text.remove_prefix(step.octets);
  }
  return true;
}

void append(std::string& out, char32_t character) {
  const auto put = [&out](char32_t octet) { out += static_cast<char>(octet); };
  const auto put_rest = [&put](char32_t bits) { put(0x80U | (bits & 0x3FU)); };
  if (character < 0x80) {
    put(character);
  } else if (character < 0x800) {
    put(0xC0U | (character >> 6U));
    put_rest(character);
  } else if (character < 0x10000) {
    put(0xE0U | (character >> 12U));
    put_rest(character >> 6U);
    put_rest(character);
  } else {
    put(0xF0U | (character >> 18U));
    put_rest(character >> 12U);
    put_rest(character >> 6U);
    put_rest(character);
  }
}

std::string repaired(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Step step = first(text);
    append(out, step.character);
    text.remove_prefix(step.octets);
  }
  return out;
}

std::string_view cut(std::string_view text, std::size_t octets) {
  if (text.size() <= octets) return text;
  while (octets > 0 && (static_cast<unsigned char>(text[octets]) & 0xC0U) == 0x80U)
    --octets;
  return text.substr(0, octets);
}

}  // namespace gatepost::utf8
