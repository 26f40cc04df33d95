#include "policy/mail/domain.hpp"

#include <algorithm>
#include <memory>

#include <idn2.h>

#include "policy/mail/ascii.hpp"

namespace gatepost {
namespace {

constexpr std::size_t kLongestDomain = 253;  // RFC 1035 2.3.4, without the root's dot
constexpr std::size_t kLongestLabel = 63;

bool is_label_character(char c) {
  return ascii::is_alnum(c) || c == '-' || c == '_';
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), is_label_character);
}

bool is_canonical(std::string_view name) {
  if (name.empty() || name.size() > kLongestDomain) return false;
  while (true) {
    const auto dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

// IDNA 2008 with the non-transitional mapping of UTS 46; nothing where a label is not allowed.
std::optional<std::string> to_a_labels(std::string_view text) {
  constexpr std::size_t kLongestInput = 1024;  // 253 octets of A-labels never need more UTF-8
  if (text.size() > kLongestInput || text.find('\0') != std::string_view::npos) return {};
  char* out = nullptr;
  const std::string input(text);
  const int status = idn2_to_ascii_8z(input.c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, decltype(&idn2_free)> owner(out, &idn2_free);
  if (status != IDN2_OK || out == nullptr) return {};
  return std::string(out);
}

}  // namespace

std::optional<Domain> Domain::parse(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  std::string name;
  if (ascii::is_ascii(text)) {
    name = ascii::lower(text);
  } else if (auto converted = to_a_labels(text)) {
    name = ascii::lower(*converted);
  }
  if (!is_canonical(name)) return {};
  return Domain(std::move(name));
}

bool Domain::is_or_under(const Domain& parent) const {
  if (ascii_.size() == parent.ascii_.size()) return ascii_ == parent.ascii_;
  return ascii_.ends_with(parent.ascii_) && ascii_.size() > parent.ascii_.size() &&
         ascii_[ascii_.size() - parent.ascii_.size() - 1] == '.';
}

}  // namespace gatepost
