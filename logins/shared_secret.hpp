#pragma once

#include <string>
#include <string_view>

namespace gatepost::logins {

/// What those who ask must show. An immutable value; never logged.
class SharedSecret {
public:
  /// Empty: nobody needs to show anything.
  explicit SharedSecret(std::string secret) : secret_(std::move(secret)) {}

  bool is_none() const { return secret_.empty(); }

  /// Whether one of these header values shows it: `SCHEME SECRET` or `Basic base64(USER:SECRET)`
  /// in `authorization`, or `api_key` itself. The time it takes does not tell how much of a wrong
  /// one was right.
  bool is_shown(std::string_view authorization, std::string_view api_key) const;

private:
  bool equals(std::string_view text) const;

  std::string secret_;
};

}  // namespace gatepost::logins
