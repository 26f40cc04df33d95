#include "admin/lockout_target.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "admin/span.hpp"
#include "policy/client_lock.hpp"
#include "policy/lockout.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::admin {
namespace {

constexpr const char* kAddressHint =
    "write an address such as 192.0.2.7 or 2001:db8::7, or a network as lockout list prints it";

// `[192.0.2.7]`, `[IPv6:2001:db8::7]` (RFC 5321 4.1.3): what stands inside.
std::string_view without_brackets(std::string_view text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return text;
  text = text.substr(1, text.size() - 2);
  constexpr std::string_view kTag = "ipv6:";
  if (ascii::lower(text.substr(0, kTag.size())) == kTag) text.remove_prefix(kTag.size());
  return text;
}

// Whether a word that is no address was meant as one: no login has these characters alone.
bool looks_like_address(std::string_view text) {
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '/';
  });
  return digits || text.find(':') != std::string_view::npos || text.front() == '[';
}

LockoutTarget target_of(const Network& asked, const Settings& settings) {
  const Network network = client_network(settings, asked.address());
  if (asked.prefix_in_128() >= network.prefix_in_128()) {
    return ClientTarget{asked.address(), network};
  }
  return TargetMistake{fmt::format("{} is wider than what counts as one client, /{}", asked.text(),
                                   network.prefix()),
                       "name an address of it; lockout list prints the networks that are locked"};
}

}  // namespace

LockoutTarget parse_lockout_target(std::string_view text, const Settings& settings) {
  const std::string_view bare = without_brackets(text);
  if (const auto address = IpAddress::parse(bare)) {
    return ClientTarget{*address, client_network(settings, *address)};
  }
  if (const auto network = Network::parse(bare)) return target_of(*network, settings);
  if (text.empty() || looks_like_address(text)) {
    return TargetMistake{fmt::format("'{}' is not an address", text), kAddressHint};
  }
  const auto login = Login::parse(text, settings.site.logins);
  const bool broken = login && !login->address() && text.find('@') != std::string_view::npos;
  if (login && !broken) return *login;
  return TargetMistake{fmt::format("'{}' is neither an address nor an account name", text),
                       fmt::format("{}, or a login such as alice@example.com", kAddressHint)};
}

std::variant<std::chrono::minutes, TargetMistake> parse_lock_span(std::string_view text) {
  constexpr const char* kHint = "write a number and a unit: 30m, 2h, 7d; at most 30d";
  const bool number = !text.empty() && std::all_of(text.begin(), text.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  if (number) {
    return TargetMistake{fmt::format("{0} of what? Write {0}m, {0}h or {0}d", text), kHint};
  }
  const auto span = parse_span(text);
  if (!span) return TargetMistake{fmt::format("'{}' is not a span of time", text), kHint};
  if (*span > kLongestHandLock) {
    return TargetMistake{fmt::format("{} is too long for a lock", text), kHint};
  }
  return *span;
}

}  // namespace gatepost::admin
