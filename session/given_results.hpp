#pragma once

#include <optional>
#include <vector>

#include "mailauth/message_check.hpp"
#include "policy/authentication_settings.hpp"
#include "policy/mail/address.hpp"
#include "policy/mail/message_header.hpp"
#include "policy/mail/network.hpp"

namespace gatepost::session {

/// Whether the client hands on mail of a trusted filter: SPF of its address says nothing of the
/// sender, and without the filter's word nothing is known. A pure function.
bool brings_mail_of_filter(const AuthenticationSettings& settings, const IpAddress& client);

/// What is asked of a trusted filter's word.
struct GivenAbout {
  IpAddress client;
  const EnvelopePath& sender;
  const std::vector<Domain>& authors;  ///< the domains in From
  bool is_signed;                      ///< the message has a DKIM-Signature field
};

/// What the topmost Authentication-Results field (RFC 8601) says of SPF and DKIM, where a filter
/// that `settings` trust wrote it; nothing otherwise. SPF counts for the domain of this envelope
/// sender alone, or for HELO where the sender is null: a pass for another name proves nothing. What
/// the field does not speak of is a temporary error, not a failure. A pure function.
std::optional<mailauth::GivenResults> given_results(const AuthenticationSettings& settings,
                                                    const MessageHeader& header,
                                                    const GivenAbout& about);

}  // namespace gatepost::session
