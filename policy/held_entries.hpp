#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/mail/address_pattern.hpp"

namespace gatepost {

/// Entries that give somebody (a login, a server, an envelope domain) rights to addresses, in file
/// order. What holds of one address is found in time that grows neither with the number of holders
/// nor with the entries or addresses that one of them has; only the patterns with a `*` of one
/// holder and one domain are tried in turn. `patterns_of(entry)` names the addresses. Immutable
/// after it is filled; then safe to read from every thread.
template <typename Entry>
class HeldEntries {
public:
  using value_type = std::pair<std::string, Entry>;  ///< holder and entry

  void emplace(std::string holder, Entry entry) {
    const std::size_t index = entries_.size();
    by_holder_[holder].push_back(index);
    for (const AddressPattern& pattern : patterns_of(entry)) {
      auto& indexes = by_address_[key(holder, name_of(pattern))];
      if (indexes.empty() || indexes.back() != index) indexes.push_back(index);
    }
    entries_.emplace_back(std::move(holder), std::move(entry));
  }

  /// The first entry of `holder` that names `address`, or the mailbox that its sub-address belongs
  /// to, and that `wanted` accepts; entries that name it outright before patterns. Null where there
  /// is none.
  template <typename Wanted>
  const Entry* find(const std::string& holder, const Address& address, const Wanted& wanted) const {
    if (by_holder_.find(holder) == by_holder_.end()) return nullptr;
    for (const std::string& name : names_of(address)) {
      const auto found = by_address_.find(key(holder, name));
      if (found == by_address_.end()) continue;
      for (const std::size_t index : found->second) {
        const Entry& entry = entries_[index].second;
        if (wanted(entry) && patterns_of(entry).find_with_base(address) != nullptr) return &entry;
      }
    }
    return nullptr;
  }

  /// All entries of `holder`, in file order.
  std::vector<const Entry*> of(const std::string& holder) const {
    std::vector<const Entry*> out;
    const auto found = by_holder_.find(holder);
    if (found == by_holder_.end()) return out;
    for (const std::size_t index : found->second)
      out.push_back(&entries_[index].second);
    return out;
  }

  std::size_t size() const { return entries_.size(); }

  bool empty() const { return entries_.empty(); }

  /// In file order.
  auto begin() const { return entries_.begin(); }

  auto end() const { return entries_.end(); }

private:
  static std::string key(std::string_view holder, std::string_view name) {
    std::string out(holder);
    out.append(1, '\0').append(name);
    return out;
  }

  static std::string name_of(const AddressPattern& pattern) {
    if (pattern.is_exact()) return pattern.text();
    return (pattern.is_below() ? "@*." : "@") + pattern.domain().ascii();
  }

  // Every name under which a pattern for the address may stand.
  static std::vector<std::string> names_of(const Address& address) {
    std::vector<std::string> out = {address.text()};
    if (std::string base = address.base().text(); base != out.front()) {
      out.push_back(std::move(base));
    }
    std::string_view domain = address.domain().ascii();
    out.push_back('@' + std::string(domain));
    for (auto dot = domain.find('.'); dot != std::string_view::npos; dot = domain.find('.')) {
      domain.remove_prefix(dot + 1);
      out.push_back("@*." + std::string(domain));
    }
    return out;
  }

  std::vector<value_type> entries_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_holder_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_address_;
};

}  // namespace gatepost
