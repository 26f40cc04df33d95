#include "mailauth/dns.hpp"

#include <utility>

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {

std::string_view name(DnsType type) {
  switch (type) {
    case DnsType::a: return "A";
    case DnsType::aaaa: return "AAAA";
    case DnsType::mx: return "MX";
    case DnsType::ptr: return "PTR";
    case DnsType::txt: return "TXT";
  }
  return "?";
}

DnsQuestion ask_for(std::string_view name, DnsType type) {
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  return {ascii::lower(name), type};
}

std::string reverse_name(const IpAddress& address) {
  const auto& bytes = address.bytes();
  std::string out;
  if (address.is_v4()) {
    for (std::size_t i = bytes.size(); i > bytes.size() - 4; --i)
      out += fmt::format("{}.", bytes[i - 1]);
    return out + "in-addr.arpa";
  }
  for (std::size_t i = bytes.size(); i > 0; --i)
    out += fmt::format("{:x}.{:x}.", bytes[i - 1] & 0x0FU, bytes[i - 1] >> 4U);
  return out + "ip6.arpa";
}

SharedAnswer failed_answer(std::string why) {
  DnsAnswer out;
  out.why = std::move(why);
  return std::make_shared<const DnsAnswer>(std::move(out));
}

}  // namespace gatepost::mailauth
