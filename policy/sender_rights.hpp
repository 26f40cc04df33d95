#pragma once

#include <optional>

#include "policy/mail/address.hpp"
#include "policy/mail/login.hpp"
#include "policy/mail/network.hpp"
#include "policy/right.hpp"
#include "policy/settings.hpp"
#include "policy/time.hpp"

/// Who may use which address: the one place where logins, aliases, the login map and the
/// exceptions of whitelist.yaml are looked up. Pure functions, safe on every thread; their cost
/// does not grow with the number of entries (HeldEntries says where it does).
namespace gatepost {

/// What a login may use. `user+tag@d` belongs to `user@d`.
Right right_of_login(const Settings& settings, const Login& login, const Address& address,
                     Time now);

/// What an application server may use.
Right right_of_server(const Settings& settings, const Server& server, const Address& address,
                      Time now);

/// What mail from outside may use: an `envelope:` entry of send_on_behalf, proven by the client's
/// address or by what was found of the message (null: it was not verified). What the sender typed
/// alone gives no right.
Right right_of_envelope(const Settings& settings, const std::optional<IpAddress>& client,
                        const EnvelopePath& sender, const Address& address, Time now,
                        const Authentication* found = nullptr);

/// The forwarder entry in force that the client belongs to, or null.
const Forwarder* forwarder_of(const Settings& settings, const std::optional<IpAddress>& client,
                              Time now);

/// The server entry in force that the client belongs to, of whatever listener; the most specific
/// block around it decides. Null where there is none.
const Server* server_of(const Settings& settings, const std::optional<IpAddress>& client, Time now);

/// The entry of `site.domains` that is `domain` or above it; nothing where it is not ours. Of
/// several, the longest.
std::optional<Domain> site_domain_of(const Site& site, const Domain& domain);

}  // namespace gatepost
