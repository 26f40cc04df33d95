#pragma once

#include <optional>

#include "policy/mail/authentication.hpp"
#include "policy/place.hpp"
#include "policy/time.hpp"

namespace gatepost {

struct Connection;
struct Settings;
class MessageHeader;

/// What was found of a message's origin, and which exceptions of the whitelist fit it.
struct AuthenticationFacts {
  Authentication found;
  std::optional<Place> excepted_domain;  ///< of `unauthenticated_domains:`
  std::optional<Place> trusted_sealer;   ///< of `trusted_sealers:`: saw the author domain proven
  std::optional<Place> known_list;       ///< of `mailing_lists:`
};

/// What was found of a message, held against the whitelist. A pure function, safe on every thread;
/// its cost grows with the number of `unauthenticated_domains`.
AuthenticationFacts authentication_facts(const Settings& settings, const Connection& connection,
                                         const MessageHeader& header, Authentication found,
                                         Time now);

}  // namespace gatepost
