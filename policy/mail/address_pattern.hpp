#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/mail/address.hpp"

namespace gatepost {

/// An address, or addresses of one domain, as whitelists name them: `alice@example.com`,
/// `*@example.com`, `sales-*@example.com`, `*@*.example.com`. A `*` in the local part stands for
/// any characters there; `*.` at the start of the domain for one or more whole labels, so that the
/// pattern never matches outside the domain it shows. An immutable value.
class AddressPattern {
public:
  /// Nothing where `text` is none of these, or names a whole top-level domain (`*@*.com`, `*@*`).
  static std::optional<AddressPattern> parse(std::string_view text);

  bool matches(const Address& address) const;

  /// True where exactly one address matches.
  bool is_exact() const { return exact_.has_value(); }

  /// The address of an exact pattern.
  const std::optional<Address>& address() const { return exact_; }

  const Domain& domain() const { return domain_; }

  /// True where the pattern is for the domains below domain(), false for domain() itself.
  bool is_below() const { return below_; }

  /// The canonical spelling.
  std::string text() const;

  friend bool operator==(const AddressPattern&, const AddressPattern&) = default;

private:
  AddressPattern(std::optional<Address> exact, std::string local, Domain domain, bool below)
      : exact_(std::move(exact)),
        local_(std::move(local)),
        domain_(std::move(domain)),
        below_(below) {}

  std::optional<Address> exact_;
  std::string local_;  // lower case, with its '*'; unused where exact
  Domain domain_;
  bool below_;
};

/// Many patterns, looked up in time that does not grow with the number of exact addresses and of
/// other domains. Immutable after it is filled; then safe to read from every thread.
class AddressPatterns {
public:
  AddressPatterns() = default;
  explicit AddressPatterns(std::vector<AddressPattern> patterns);

  /// The first pattern that matches, exact ones before others; null where none does.
  const AddressPattern* find(const Address& address) const;

  /// The same for the address, or the mailbox that its sub-address belongs to (`a+tag@b`: `a@b`).
  const AddressPattern* find_with_base(const Address& address) const;

  bool empty() const { return patterns_.empty(); }

  std::size_t size() const { return patterns_.size(); }

  /// In the order given.
  auto begin() const { return patterns_.begin(); }

  auto end() const { return patterns_.end(); }

private:
  using Indexes = std::vector<std::size_t>;

  const AddressPattern* find_in(const std::string& key, const Address& address) const;

  std::vector<AddressPattern> patterns_;
  std::unordered_map<std::string, std::size_t> exact_;  // by address
  std::unordered_map<std::string, Indexes> by_domain_;  // `example.com`, or `*.example.com`
};

}  // namespace gatepost
