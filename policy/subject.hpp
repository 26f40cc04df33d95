#pragma once

#include <compare>
#include <string>

#include "policy/mail/login.hpp"
#include "policy/mail/network.hpp"

namespace gatepost {

/// Whom counters and cases are kept for: a login, an application server, or for mail from outside
/// the client address (cases only). An immutable value.
class Subject {
public:
  static Subject user(const Login& login) { return Subject("u:" + login.text()); }

  static Subject server(const std::string& name) { return Subject("s:" + name); }

  static Subject client(const IpAddress& address) { return Subject("c:" + address.text()); }

  /// The local machine's own submissions and sessions without an address.
  static Subject local() { return Subject("c:local"); }

  /// What text() gave, read back from a store.
  static Subject from_text(std::string text) { return Subject(std::move(text)); }

  /// `u:alice@example.com`
  const std::string& text() const { return text_; }

  friend auto operator<=>(const Subject&, const Subject&) = default;

private:
  explicit Subject(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace gatepost
