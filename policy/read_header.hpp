#pragma once

#include <string>
#include <vector>

#include "policy/facts.hpp"
#include "policy/mail/message_header.hpp"
#include "policy/settings.hpp"

namespace gatepost {

/// What `header` says of the message whose envelope is known: parsed, and held against the site's
/// domains and whitelist, whose exceptions may ask for what was `found` of it (null: it was not
/// verified). A pure function.
HeaderFacts read_header(const Settings& settings, const Connection& connection,
                        const Envelope& envelope, const MessageHeader& header, Time now,
                        const Authentication* found = nullptr);

/// The domain of From's one mailbox, or, where From does not name one, all that its fields show, at
/// most 4. A pure function.
AuthorDomains author_domains(const MessageHeader& header);

/// The list that the one List-Id field names (RFC 2919), lower case; empty where there is none, or
/// several. A pure function.
std::string list_id_of(const MessageHeader& header);

}  // namespace gatepost
