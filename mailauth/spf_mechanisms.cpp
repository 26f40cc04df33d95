// What each mechanism matches (RFC 7208 5).
#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "mailauth/spf_check.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

constexpr std::size_t kMostExchanges = 10;  // RFC 7208 4.6.4
constexpr std::size_t kMostNames = 10;
constexpr int kMapped = 96;  // bits before the IPv4 address in a mapped one

// The first `prefix` bits of both are the same.
bool same_network(const IpAddress& one, const IpAddress& other, int prefix) {
  for (int bit = 0; bit < prefix; bit += 8) {
    const auto mask = static_cast<std::uint8_t>(0xFF00U >> std::min(prefix - bit, 8));
    const auto i = static_cast<std::size_t>(bit / 8);
    if (((one.bytes()[i] ^ other.bytes()[i]) & mask) != 0) return false;
  }
  return true;
}

}  // namespace

// RFC 7208 5.2
SpfStep SpfCheck::match(const SpfInclude& include, const SpfPlace& place) {
  if (auto verdict = count_lookup(place)) return *std::move(verdict);
  const SpfVerdict none{SpfResult::permerror, SpfCause::no_record_included, place.text()};
  const SpfTarget included = target(include.domain, place.domain);
  if (std::holds_alternative<SpfWaiting>(included)) return SpfWaiting{};
  if (std::holds_alternative<SpfNeverMatches>(included)) return SpfNoMatch{};
  const auto* domain = std::get_if<std::string>(&included);
  if (domain == nullptr || domain->find('.') == std::string::npos) return none;
  auto verdict = check_host(*domain);
  if (!verdict) return SpfWaiting{};
  switch (verdict->result) {
    case SpfResult::pass: return SpfMatch{std::move(verdict->detail)};
    case SpfResult::fail:
    case SpfResult::softfail:
    case SpfResult::neutral: return SpfNoMatch{};
    case SpfResult::temperror:
    case SpfResult::permerror: return *std::move(verdict);
    case SpfResult::none: return none;
  }
  return none;
}

// RFC 7208 5.3
SpfStep SpfCheck::match(const SpfA& mechanism, const SpfPlace& place) {
  if (auto verdict = count_lookup(place)) return *std::move(verdict);
  const SpfTarget where = target(mechanism.domain, place.domain);
  if (std::holds_alternative<SpfWaiting>(where)) return SpfWaiting{};
  const auto* host = std::get_if<std::string>(&where);
  if (host == nullptr) return SpfNoMatch{};
  const DnsAnswer* answer = answers_.find(*host, address_type());
  if (answer == nullptr) return SpfWaiting{};
  if (answer->status == DnsStatus::failed) return dns_failed(address_type(), *host, *answer);
  if (is_void(*answer)) return count_void(place);
  if (holds_client(*answer, mechanism.prefix4, mechanism.prefix6)) return SpfMatch{};
  return SpfNoMatch{};
}

// RFC 7208 5.4. Hosts without an address are no void look-ups of their own: the term had an answer.
// A host that cannot be asked only matters where no other one is the client.
SpfStep SpfCheck::match(const SpfMx& mechanism, const SpfPlace& place) {
  if (auto verdict = count_lookup(place)) return *std::move(verdict);
  const SpfTarget where = target(mechanism.domain, place.domain);
  if (std::holds_alternative<SpfWaiting>(where)) return SpfWaiting{};
  const auto* domain = std::get_if<std::string>(&where);
  if (domain == nullptr) return SpfNoMatch{};
  const DnsAnswer* exchanges = answers_.find(*domain, DnsType::mx);
  if (exchanges == nullptr) return SpfWaiting{};
  if (exchanges->status == DnsStatus::failed) return dns_failed(DnsType::mx, *domain, *exchanges);
  if (is_void(*exchanges)) return count_void(place);
  if (exchanges->texts.size() > kMostExchanges)  // RFC 7208 4.6.4
    return SpfVerdict{SpfResult::permerror, SpfCause::too_many_exchanges, place.text()};
  bool missing = false;
  bool matched = false;
  std::optional<SpfVerdict> failure;
  for (const std::string& host : exchanges->texts) {
    if (!is_dns_name(host)) continue;  // the null MX of RFC 7505 is the root
    const DnsAnswer* answer = answers_.find(host, address_type());
    if (answer == nullptr) {
      missing = true;
    } else if (answer->status == DnsStatus::failed) {
      if (!failure) failure = dns_failed(address_type(), host, *answer);
    } else if (holds_client(*answer, mechanism.prefix4, mechanism.prefix6)) {
      matched = true;
    }
  }
  if (missing) return SpfWaiting{};
  if (matched) return SpfMatch{};
  if (failure) return *std::move(failure);
  return SpfNoMatch{};
}

// RFC 7208 5.5: errors of the DNS are no match here.
SpfStep SpfCheck::match(const SpfPtr& mechanism, const SpfPlace& place) {
  if (auto verdict = count_lookup(place)) return *std::move(verdict);
  const SpfTarget where = target(mechanism.domain, place.domain);
  if (std::holds_alternative<SpfWaiting>(where)) return SpfWaiting{};
  const auto* domain = std::get_if<std::string>(&where);
  if (domain == nullptr) return SpfNoMatch{};
  const DnsAnswer* answer = names_of_client();
  if (answer == nullptr) return SpfWaiting{};
  if (is_void(*answer)) return count_void(place);
  const std::string end = ascii::lower(*domain);
  std::vector<std::string> candidates;
  for (std::size_t i = 0; i < std::min(kMostNames, answer->texts.size()); ++i) {
    const std::string& name = answer->texts[i];
    if (name == end || name.ends_with("." + end)) candidates.push_back(name);
  }
  const auto names = validated(candidates);
  if (!names) return SpfWaiting{};
  if (names->empty()) return SpfNoMatch{};
  return SpfMatch{};
}

// An IPv6 client differs in the bits before.
SpfStep SpfCheck::match(const SpfIp4& network, const SpfPlace& /*place*/) const {
  if (!same_network(network.address, input_.client, kMapped + network.prefix)) return SpfNoMatch{};
  return SpfMatch{};
}

// A v4-mapped client is one of IPv4 (RFC 7208 5).
SpfStep SpfCheck::match(const SpfIp6& network, const SpfPlace& /*place*/) const {
  if (input_.client.is_v4() || !same_network(network.address, input_.client, network.prefix))
    return SpfNoMatch{};
  return SpfMatch{};
}

// RFC 7208 5.7: an A record, whatever the client's family.
SpfStep SpfCheck::match(const SpfExists& mechanism, const SpfPlace& place) {
  if (auto verdict = count_lookup(place)) return *std::move(verdict);
  const SpfTarget where = target(mechanism.domain, place.domain);
  if (std::holds_alternative<SpfWaiting>(where)) return SpfWaiting{};
  const auto* host = std::get_if<std::string>(&where);
  if (host == nullptr) return SpfNoMatch{};
  const DnsAnswer* answer = answers_.find(*host, DnsType::a);
  if (answer == nullptr) return SpfWaiting{};
  if (answer->status == DnsStatus::failed) return dns_failed(DnsType::a, *host, *answer);
  if (is_void(*answer)) return count_void(place);
  return SpfMatch{};
}

bool SpfCheck::holds_client(const DnsAnswer& answer, int prefix4, int prefix6) const {
  const int prefix = input_.client.is_v4() ? kMapped + prefix4 : prefix6;
  return std::any_of(
      answer.addresses.begin(), answer.addresses.end(),
      [&](const IpAddress& address) { return same_network(address, input_.client, prefix); });
}

const DnsAnswer* SpfCheck::names_of_client() {
  return answers_.find(reverse_name(input_.client), DnsType::ptr);
}

std::optional<std::vector<std::string>> SpfCheck::validated(const std::vector<std::string>& names) {
  bool missing = false;
  std::vector<std::string> out;
  for (const std::string& name : names) {
    if (!is_dns_name(name)) continue;
    const DnsAnswer* answer = answers_.find(name, address_type());
    if (answer == nullptr) {
      missing = true;
    } else if (holds_client(*answer, 32, 128)) {
      out.push_back(name);
    }
  }
  if (missing) return {};
  return out;
}

std::optional<std::string> SpfCheck::validated_name(std::string_view domain) {
  const DnsAnswer* answer = names_of_client();
  if (answer == nullptr) return {};
  auto names = answer->texts;
  if (names.size() > kMostNames) names.resize(kMostNames);
  const auto known = validated(names);
  if (!known) return {};
  const std::string lower = ascii::lower(domain);
  for (const std::string& name : *known) {
    if (name == lower) return name;
  }
  for (const std::string& name : *known) {
    if (name.ends_with("." + lower)) return name;
  }
  return known->empty() ? "unknown" : known->front();
}

}  // namespace gatepost::mailauth
