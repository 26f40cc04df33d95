#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/mail/network.hpp"

namespace gatepost::mailauth {

enum class DnsType : std::uint8_t { a, aaaa, mx, ptr, txt };

/// `TXT`
std::string_view name(DnsType type);

/// One question. Make it with ask_for: names are compared as they stand.
struct DnsQuestion {
  std::string name;  ///< lower case, without the final dot
  DnsType type = DnsType::txt;

  friend auto operator<=>(const DnsQuestion&, const DnsQuestion&) = default;
};

/// The question about `name` of any case, with or without a final dot.
DnsQuestion ask_for(std::string_view name, DnsType type);

/// `192.0.2.1` to `1.2.0.192.in-addr.arpa`, IPv6 likewise below ip6.arpa.
std::string reverse_name(const IpAddress& address);

enum class DnsStatus : std::uint8_t {
  found,    ///< there are records
  no_data,  ///< the name exists, without records of this type
  no_name,  ///< NXDOMAIN (RFC 8020)
  failed,   ///< no answer, an error, or one that DNSSEC proves wrong: may be better later
};

/// What the DNS says. Aliases (CNAME) have been followed.
struct DnsAnswer {
  DnsStatus status = DnsStatus::failed;
  std::vector<IpAddress> addresses;  ///< of A and AAAA
  /// Of TXT: each record's strings joined without a space (RFC 7208 3.3, RFC 6376 3.6.2.2); of MX
  /// the hosts by preference; of PTR the names. Host names in lower case, without the final dot.
  std::vector<std::string> texts;
  bool secure = false;  ///< validated by DNSSEC
  std::chrono::seconds time_to_live{0};
  std::string why;  ///< of a failure, for people: `no answer within 2 s`

  friend bool operator==(const DnsAnswer&, const DnsAnswer&) = default;
};

using SharedAnswer = std::shared_ptr<const DnsAnswer>;

/// The answer of a question that failed, for the reason `why`.
SharedAnswer failed_answer(std::string why);

}  // namespace gatepost::mailauth
