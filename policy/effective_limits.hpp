#pragma once

#include <string_view>

#include "policy/facts.hpp"
#include "policy/settings.hpp"

namespace gatepost {

/// The limits in force for `login` at `now`, per limit: its group_senders entry, then its groups
/// (of several the one that allows most per second; on a tie the longer window), then its domain,
/// then the site's default (R4).
EffectiveLimits limits_of_login(const Settings& settings, const Login& login, Time now);

/// The limits of an application server: its entry's, then the site's defaults.
EffectiveLimits limits_of_server(const Settings& settings, const Server& server);

/// The site's defaults: for mail without a login.
EffectiveLimits default_limits(const Settings& settings);

/// The names of the groups that `login` belongs to, in file order.
std::vector<std::string> groups_of(const Settings& settings, const Login& login);

/// All counters that `settings` configure anywhere, sorted and without duplicates: what every
/// message is charged to, so that moving between groups forgets nothing.
std::vector<Counter> configured_counters(const Settings& settings);

/// True where `a` allows more than `b`: more per second, or as much over a longer window.
bool allows_more(const Limit& a, const Limit& b);

}  // namespace gatepost
