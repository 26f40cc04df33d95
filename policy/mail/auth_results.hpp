#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatepost {

/// `dkim=pass header.d=example.com` of an Authentication-Results field.
struct AuthMethod {
  std::string method;  ///< lower case
  std::string result;  ///< lower case
  /// `header.d` in lower case to its value, unquoted.
  std::vector<std::pair<std::string, std::string>> properties;

  /// The first value of `name`, or null.
  const std::string* property(std::string_view name) const;

  friend bool operator==(const AuthMethod&, const AuthMethod&) = default;
};

/// What an Authentication-Results field says (RFC 8601 2.2).
struct AuthResults {
  std::string authserv_id;  ///< lower case
  std::vector<AuthMethod> methods;

  friend bool operator==(const AuthResults&, const AuthResults&) = default;
};

/// Reads the value of an Authentication-Results field; of ARC-Authentication-Results what follows
/// its `i=`. Nothing where it is none. At most 100 methods with 20 properties each are kept; linear
/// in time.
std::optional<AuthResults> parse_auth_results(std::string_view value);

/// The authserv-id alone, lower case: it is found even where the rest cannot be read. Nothing where
/// there is none.
std::optional<std::string> authserv_id_of(std::string_view value);

}  // namespace gatepost
