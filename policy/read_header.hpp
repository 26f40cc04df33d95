#pragma once

#include "policy/facts.hpp"
#include "policy/mail/message_header.hpp"
#include "policy/settings.hpp"

namespace gatepost {

/// What `header` says of the message whose envelope is known: parsed, and held against the site's
/// domains and whitelist. A pure function.
HeaderFacts read_header(const Settings& settings, const Connection& connection,
                        const Envelope& envelope, const MessageHeader& header, Time now);

}  // namespace gatepost
