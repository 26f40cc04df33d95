#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "mailauth/spf.hpp"
#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {

/// Mail from `from`, which may be empty, by `client`.
inline SpfInput mail(std::string from, std::string_view client = "192.0.2.1") {
  return {*IpAddress::parse(client), "helo.example", std::move(from), "receiver.example"};
}

/// SPF of `input`, with the answers of `zone`.
inline SpfOutcome check(const Zone& zone, const SpfInput& input) {
  return ask_until_done(zone, [&](Answers& answers) { return check_spf(input, answers); });
}

/// `pass: ip4:192.0.2.1 of example.com`
inline std::string shown(const SpfOutcome& outcome) {
  return fmt::format("{}: {}", name(outcome.result), outcome.detail);
}

}  // namespace gatepost::mailauth::testing
