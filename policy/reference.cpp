#include "policy/reference.hpp"

#include "policy/mail/ascii.hpp"

namespace gatepost {
namespace {

constexpr std::string_view kSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr int kLength = 8;
constexpr int kBitsPerSymbol = 5;
constexpr std::uint64_t kMask = (1ULL << (kLength * kBitsPerSymbol)) - 1;

// The symbol's value, with the look-alikes people type; nothing for any other character.
std::optional<std::uint64_t> value_of_symbol(char c) {
  const char lower = ascii::lower(c);
  if (lower == 'o') return 0;
  if (lower == 'i' || lower == 'l') return 1;
  for (std::size_t i = 0; i < kSymbols.size(); ++i) {
    if (ascii::lower(kSymbols[i]) == lower) return i;
  }
  return {};
}

// What surrounds a reference in a bounce: `[ref 7K3F-9QXM]`.
std::string_view bare(std::string_view text) {
  text = ascii::trim(text);
  if (text.starts_with('[')) text.remove_prefix(1);
  if (text.ends_with(']')) text.remove_suffix(1);
  text = ascii::trim(text);
  if (ascii::lower(text.substr(0, 4)) == "ref ") text.remove_prefix(4);
  return ascii::trim(text);
}

}  // namespace

Reference Reference::from_bits(std::uint64_t bits) {
  return Reference(bits & kMask);
}

std::optional<Reference> Reference::parse(std::string_view text) {
  std::uint64_t bits = 0;
  int symbols = 0;
  for (const char c : bare(text)) {
    if (c == '-' && symbols == kLength / 2) continue;
    const auto value = value_of_symbol(c);
    if (!value || ++symbols > kLength) return {};
    bits = (bits << kBitsPerSymbol) | *value;
  }
  if (symbols != kLength) return {};
  return Reference(bits);
}

std::string Reference::text() const {
  std::string out;
  for (int i = kLength - 1; i >= 0; --i) {
    out += kSymbols[(bits_ >> (i * kBitsPerSymbol)) & 0x1FU];
    if (i == kLength / 2) out += '-';
  }
  return out;
}

std::optional<Reference> find_reference(std::string_view text) {
  for (auto open = text.find('['); open != std::string_view::npos;
       open = text.find('[', open + 1)) {
    const std::string_view inside = text.substr(open + 1, text.find(']', open) - open - 1);
    constexpr std::size_t kWord = 3;  // `ref`
    if (ascii::lower(inside.substr(0, kWord)) != "ref") continue;
    if (auto found = Reference::parse(inside.substr(kWord))) return found;
  }
  return {};
}

}  // namespace gatepost
