#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/mail/address.hpp"

namespace gatepost {

/// How the site spells logins (`site.logins`).
struct LoginRules {
  std::optional<Domain> bare_domain;  ///< what `alice` means; nothing: bare logins stay bare
  std::vector<Domain> realms;         ///< realms that mean `bare_domain`, e.g. Cyrus' host name
};

/// An account name in the one canonical form that limits, locks, whitelists and commands share:
/// lower case; bare names and configured realms given the site's domain. An immutable value.
class Login {
public:
  /// Nothing for an empty name, one over 254 octets with its domain, or one with control
  /// characters.
  static std::optional<Login> parse(std::string_view text, const LoginRules& rules);

  const std::string& text() const { return text_; }

  /// The login as an address; nothing where it is not one (`bare: none`).
  const std::optional<Address>& address() const { return address_; }

  friend bool operator==(const Login& a, const Login& b) { return a.text_ == b.text_; }

  friend auto operator<=>(const Login& a, const Login& b) { return a.text_ <=> b.text_; }

private:
  Login(std::string text, std::optional<Address> address)
      : text_(std::move(text)), address_(std::move(address)) {}

  std::string text_;
  std::optional<Address> address_;
};

}  // namespace gatepost
