#include "mailauth/dns_rdata.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

// RFC 1035 2.3.4
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestLabel = 63;

struct Host {
  std::string name;     // lower case, without the final dot
  bool usable = false;  // some host may be called so
};

bool is_of_host(char c) {
  return c > ' ' && !ascii::is_high(c) && !ascii::is_control(c) && c != '.' && c != '\\';
}

// A whole name that fills `octets`.
std::optional<Host> read_host(std::string_view octets) {
  if (octets.size() > kLongestName) return {};
  Host out{{}, true};
  while (!octets.empty()) {
    const std::size_t length = static_cast<unsigned char>(octets.front());
    octets.remove_prefix(1);
    if (length == 0) {
      if (!octets.empty()) return {};
      return out;
    }
    if (length > kLongestLabel || length > octets.size()) return {};
    const std::string_view label = octets.substr(0, length);
    octets.remove_prefix(length);
    if (!std::all_of(label.begin(), label.end(), is_of_host)) out.usable = false;
    if (!out.name.empty()) out.name += '.';
    out.name += ascii::lower(label);
  }
  return {};
}

// The strings of one TXT record, joined.
std::optional<std::string> read_text(std::string_view octets) {
  if (octets.empty()) return {};
  std::string out;
  out.reserve(octets.size());
  while (!octets.empty()) {
    const std::size_t length = static_cast<unsigned char>(octets.front());
    octets.remove_prefix(1);
    if (length > octets.size()) return {};
    out += octets.substr(0, length);
    octets.remove_prefix(length);
  }
  return out;
}

template <std::size_t size>
std::optional<std::array<std::uint8_t, size>> read_octets(std::string_view octets) {
  if (octets.size() != size) return {};
  std::array<std::uint8_t, size> out{};
  std::transform(octets.begin(), octets.end(), out.begin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  return out;
}

bool read_address(DnsType type, std::string_view octets, DnsAnswer& out) {
  if (type == DnsType::a) {
    const auto address = read_octets<4>(octets);
    if (address) out.addresses.push_back(IpAddress::v4(*address));
    return address.has_value();
  }
  const auto address = read_octets<16>(octets);
  if (address) out.addresses.push_back(IpAddress::v6(*address));
  return address.has_value();
}

bool read_all_texts(const std::vector<std::string_view>& rdata, DnsAnswer& out) {
  for (const std::string_view octets : rdata) {
    auto text = read_text(octets);
    if (!text) return false;
    out.texts.push_back(*std::move(text));
  }
  return true;
}

bool read_all_names(const std::vector<std::string_view>& rdata, DnsAnswer& out) {
  for (const std::string_view octets : rdata) {
    auto host = read_host(octets);
    if (!host) return false;
    if (host->usable) out.texts.push_back(std::move(host->name));
  }
  return true;
}

// By preference; among equals the name decides, so that the same records give the same answer.
bool read_exchanges(const std::vector<std::string_view>& rdata, DnsAnswer& out) {
  std::vector<std::pair<unsigned, std::string>> hosts;
  for (const std::string_view octets : rdata) {
    if (octets.size() < 3) return false;
    auto host = read_host(octets.substr(2));
    if (!host) return false;
    const unsigned preference =
        static_cast<unsigned char>(octets[0]) * 256U + static_cast<unsigned char>(octets[1]);
    if (host->usable) hosts.emplace_back(preference, std::move(host->name));
  }
  std::sort(hosts.begin(), hosts.end());
  for (auto& host : hosts)
    out.texts.push_back(std::move(host.second));
  return true;
}

bool read_all(DnsType type, const std::vector<std::string_view>& rdata, DnsAnswer& out) {
  switch (type) {
    case DnsType::txt: return read_all_texts(rdata, out);
    case DnsType::mx: return read_exchanges(rdata, out);
    case DnsType::ptr: return read_all_names(rdata, out);
    case DnsType::a:
    case DnsType::aaaa: break;
  }
  return std::all_of(rdata.begin(), rdata.end(),
                     [&](std::string_view octets) { return read_address(type, octets, out); });
}

}  // namespace

DnsAnswer read_records(DnsType type, const std::vector<std::string_view>& rdata) {
  DnsAnswer out;
  if (!read_all(type, rdata, out)) {
    DnsAnswer unreadable;
    unreadable.why = fmt::format("a {} record that cannot be read", name(type));
    return unreadable;
  }
  out.status = DnsStatus::found;
  return out;
}

}  // namespace gatepost::mailauth
