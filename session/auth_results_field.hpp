#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "policy/mail/authentication.hpp"
#include "policy/mail/network.hpp"

/// The header fields that say what was found of a message's origin. Pure functions. Whatever a
/// sender put into his names, the values are printable ASCII in folded lines (`\n` and a tab) of
/// less than 998 octets (RFC 5322 2.1.1), without the white space after the colon.
namespace gatepost::session {

/// So many signatures are named at most; those that were not looked at are left out.
inline constexpr std::size_t kSignaturesNamed = 10;

/// Authentication-Results (RFC 8601 2.2, RFC 9989, RFC 8617). `disposition` is what DMARC
/// did to a message that passes: `none`, `quarantine`.
std::string auth_results_field(std::string_view authserv_id, const Authentication& found,
                               const std::optional<IpAddress>& client,
                               std::string_view disposition);

/// Received-SPF (RFC 7208 9.1). `receiver` is this host.
std::string received_spf_field(std::string_view receiver, const SpfOutcome& spf,
                               const IpAddress& client, std::string_view helo);

}  // namespace gatepost::session
