// The parsers of what strangers type: what they accept they accept again, in the same form, and
// nothing dangerous comes through.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/mail/address.hpp"
#include "policy/mail/ascii.hpp"
#include "policy/mail/domain.hpp"
#include "policy/mail/login.hpp"
#include "policy/mail/network.hpp"
#include "policy/reference.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using gatepost::fuzz::check;

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), gatepost::ascii::is_control);
}

void fuzz_domain(std::string_view text) {
  const auto domain = gatepost::Domain::parse(text);
  if (!domain) return;
  check(gatepost::Domain::parse(domain->ascii()) == domain);
  check(gatepost::ascii::is_ascii(domain->ascii()) && !has_control(domain->ascii()));
  check(!domain->ascii().empty() && domain->ascii().size() <= 253);
  check(domain->is_or_under(*domain));
}

void fuzz_address(std::string_view text) {
  const auto address = gatepost::Address::parse(text);
  if (!address) return;
  check(gatepost::Address::parse(address->text()) == address);
  check(!has_control(address->text()));
  const gatepost::Address base = address->base();
  check(base.base() == base);
  check(base.domain() == address->domain());
  check(address->with_domain(address->domain()) == *address);
}

void fuzz_path(std::string_view text) {
  const auto local = gatepost::Domain::parse("example.com");
  const auto path = gatepost::parse_envelope_path(text, local);
  check(path.null == path.text.empty());
  check(!path.null || !path.address);
  if (!path.address) return;
  const auto again = gatepost::parse_envelope_path('<' + path.address->text() + '>', std::nullopt);
  check(again.address == path.address);
}

void fuzz_network(std::string_view text) {
  if (const auto address = gatepost::IpAddress::parse(text)) {
    check(gatepost::IpAddress::parse(address->text()) == address);
    check(gatepost::Network::parse(address->text())->contains(*address));
  }
  if (const auto network = gatepost::Network::parse(text)) {
    check(gatepost::Network::parse(network->text()) == network);
    check(network->contains(network->address()));
    check(gatepost::Network::around(network->address(), network->prefix()) == *network);
  }
}

void fuzz_login(std::string_view text) {
  const auto domain = gatepost::Domain::parse("example.com");
  const auto realm = gatepost::Domain::parse("mx.example.com");
  const gatepost::LoginRules rules[] = {{domain, {*realm}}, {std::nullopt, {}}};
  for (const auto& each : rules) {
    const auto login = gatepost::Login::parse(text, each);
    if (!login) continue;
    check(gatepost::Login::parse(login->text(), each) == login);
    check(!has_control(login->text()));
    check(!login->address() || login->address()->text() == login->text());
  }
}

void fuzz_reference(std::string_view text) {
  const auto reference = gatepost::Reference::parse(text);
  if (!reference) return;
  check(gatepost::Reference::parse(reference->text()) == reference);
  check(gatepost::Reference::parse("[ref " + reference->text() + ']') == reference);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzz_domain(text);
  fuzz_address(text);
  fuzz_path(text);
  fuzz_network(text);
  fuzz_login(text);
  fuzz_reference(text);
  return 0;
}
