#include "policy/mail/address_pattern.hpp"

#include <algorithm>

#include "policy/mail/ascii.hpp"

namespace gatepost {
namespace {

// Whether `text` matches `pattern`, whose '*' stand for any characters. Each '*' is tried at the
// first place where what follows it fits, so the time is bounded by the product of the lengths.
bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(),
                     [](char c) { return c == '*'; });
}

// A local part with stars is one that would be an address with letters in their place.
bool is_local_glob(std::string_view local) {
  std::string filled(local);
  std::replace(filled.begin(), filled.end(), '*', 'x');
  return !filled.empty() && filled.front() != '"' && Address::parse(filled + "@x.example");
}

bool has_several_labels(const Domain& domain) {
  return domain.ascii().find('.') != std::string::npos;
}

std::string below_key(std::string_view domain) {
  return "*." + std::string(domain);
}

}  // namespace

std::optional<AddressPattern> AddressPattern::parse(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return {};
  const std::string_view local = text.substr(0, at);
  std::string_view domain_text = text.substr(at + 1);
  const bool below = domain_text.starts_with("*.");
  if (below) domain_text.remove_prefix(2);
  auto domain = Domain::parse(domain_text);
  if (!domain || (below && !has_several_labels(*domain))) return {};
  if (!below && local.find('*') == std::string_view::npos) {
    auto address = Address::parse(text);
    if (!address) return {};
    return AddressPattern(std::move(address), "", std::move(*domain), false);
  }
  if (!is_local_glob(local)) return {};
  std::string glob = ascii::lower(local);
  const auto both_stars = [](char a, char b) { return a == '*' && b == '*'; };
  glob.erase(std::unique(glob.begin(), glob.end(), both_stars), glob.end());
  return AddressPattern({}, std::move(glob), std::move(*domain), below);
}

bool AddressPattern::matches(const Address& address) const {
  if (exact_) return *exact_ == address;
  const bool in_domain = below_
                             ? address.domain() != domain_ && address.domain().is_or_under(domain_)
                             : address.domain() == domain_;
  return in_domain && matches_glob(local_, address.local());
}

std::string AddressPattern::text() const {
  if (exact_) return exact_->text();
  return local_ + '@' + (below_ ? below_key(domain_.ascii()) : domain_.ascii());
}

AddressPatterns::AddressPatterns(std::vector<AddressPattern> patterns)
    : patterns_(std::move(patterns)) {
  for (std::size_t i = 0; i < patterns_.size(); ++i) {
    const AddressPattern& pattern = patterns_[i];
    if (pattern.is_exact()) {
      exact_.emplace(pattern.text(), i);
    } else {
      const std::string& domain = pattern.domain().ascii();
      by_domain_[pattern.is_below() ? below_key(domain) : domain].push_back(i);
    }
  }
}

const AddressPattern* AddressPatterns::find_in(const std::string& key,
                                               const Address& address) const {
  const auto found = by_domain_.find(key);
  if (found == by_domain_.end()) return nullptr;
  for (const std::size_t index : found->second) {
    if (patterns_[index].matches(address)) return &patterns_[index];
  }
  return nullptr;
}

const AddressPattern* AddressPatterns::find(const Address& address) const {
  if (patterns_.empty()) return nullptr;
  const auto exact = exact_.find(address.text());
  if (exact != exact_.end()) return &patterns_[exact->second];
  if (by_domain_.empty()) return nullptr;
  std::string_view domain = address.domain().ascii();
  if (const auto* found = find_in(std::string(domain), address)) return found;
  for (auto dot = domain.find('.'); dot != std::string_view::npos; dot = domain.find('.')) {
    domain.remove_prefix(dot + 1);
    if (const auto* found = find_in(below_key(domain), address)) return found;
  }
  return nullptr;
}

const AddressPattern* AddressPatterns::find_with_base(const Address& address) const {
  if (const auto* found = find(address)) return found;
  const Address base = address.base();
  return base == address ? nullptr : find(base);
}

}  // namespace gatepost
