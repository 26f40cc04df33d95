#pragma once

#include <string_view>

#include "config/mark.hpp"
#include "policy/mail/address_pattern.hpp"
#include "policy/settings.hpp"

namespace gatepost::config {

/// An address or a pattern of addresses, as whitelist.yaml names senders; or what to write instead
/// of what would match more than it shows.
Parsed<AddressPattern> parse_pattern(std::string_view text);

/// Whether the pattern stands for every address of one of the site's domains.
bool covers_our_domain(const AddressPattern& pattern, const Site& site);

}  // namespace gatepost::config
