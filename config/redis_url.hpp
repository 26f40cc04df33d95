#pragma once

#include <string_view>

#include "config/mark.hpp"
#include "policy/store_settings.hpp"

namespace gatepost::config {

/// Sets in `out` what a `store.url` says: topology, where the servers are, and how to log in.
///
///     redis://[user:password@]host[:port][/database]     rediss:// the same with TLS
///     unix:/path
///     sentinel://[user:password@]host[:port],.../NAME[/database]
///     cluster://[user:password@]host[:port],...
///
/// The settings so changed, or a mistake that shows nothing of what may be a password.
Parsed<StoreSettings> parse_redis_url(std::string_view text, StoreSettings out);

}  // namespace gatepost::config
