#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/mail/domain.hpp"
#include "policy/mail/login.hpp"

namespace gatepost {

/// A login name as failures keep it: people type passwords there, so only names of the site's own
/// domains are kept as they are.
struct LoginName {
  std::string text;     ///< canonical login; or, masked, `h...#4f1a`; empty: none was readable
  bool masked = false;  ///< not of site.domains: first character and a digest of 16 bits

  friend auto operator<=>(const LoginName&, const LoginName&) = default;
};

/// What was typed as a login name, fit to be kept. Names with characters that Dovecot by default
/// takes from nobody (auth_username_chars) are the empty one, which is how Dovecot reports them.
/// `domains` are the site's; `secret` keys the digest, so that it says nothing elsewhere.
LoginName login_name(std::string_view typed, const LoginRules& rules,
                     const std::vector<Domain>& domains, std::uint64_t secret);

}  // namespace gatepost
