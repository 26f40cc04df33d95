#pragma once

#include <optional>

#include "policy/case.hpp"
#include "policy/lock_book.hpp"
#include "policy/settings.hpp"

/// R5 as the parts that ask or tell of logins need it. Pure functions but for the book's copy.
namespace gatepost {

/// The network that counts as one client with `client`.
Network client_network(const Settings& settings, const IpAddress& client);

/// Why a client is never locked: the entry of `trusted` or `webmail`. Nothing: it may be.
std::optional<Place> never_locked(const Settings& settings, const IpAddress& client);
/// Whether the client is a webmail host, which may tell whom it logs in for.
bool is_webmail(const Settings& settings, const IpAddress& client);

/// By which figures failures of `client` count at `now`.
LockoutTerms lockout_terms(const Settings& settings, const IpAddress& client, Time now);

/// The lock that holds for `client`; nothing for those who are never locked, whatever the book
/// says.
std::optional<ClientLock> lock_in_force(const Settings& settings, const LockBook& book,
                                        const IpAddress& client, Time now);

/// What the rule says of a lock that holds.
Finding finding_of(const ClientLock& lock);

/// The sentence that a locked client gets, by mail programs shown after a reply code or an IMAP
/// `NO`: what happened, until when, the reference, the site's help. Printable ASCII.
std::string lock_text(const ClientLock& lock, const Site& site);

/// The record of a lock, for those who are asked about its reference.
Case case_of(const ClientLock& lock, const Site& site, const std::string& host);

}  // namespace gatepost
