#pragma once

#include <string_view>
#include <vector>

#include "mailauth/dns.hpp"

namespace gatepost::mailauth {

/// The records of one answer, `rdata` as they stand on the wire without compression (RFC 1035 3.3,
/// 3.4; RFC 3596 2.2): an answer that was found, without a time to live. One that cannot be read
/// makes the whole answer a failure. Left out are hosts that no host can be called: those with
/// octets other than visible ASCII, or with a dot or backslash inside a label. Linear in time.
DnsAnswer read_records(DnsType type, const std::vector<std::string_view>& rdata);

}  // namespace gatepost::mailauth
