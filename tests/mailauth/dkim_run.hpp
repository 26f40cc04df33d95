#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "mailauth/dkim.hpp"
#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {

/// A time when the signatures of the tests have not expired: 2026-01-01.
inline constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1'767'225'600)};

/// All signatures of a message, its body fed in one piece.
inline std::vector<DkimOutcome> check_dkim(const SplitMessage& message, const Zone& zone,
                                           const std::vector<Domain>& authors = {},
                                           std::chrono::sys_seconds now = kNow) {
  RawHeader header;
  for (const auto& [name, value] : message.fields)
    header.add(name, value);
  BodyHashes hashes;
  DkimCheck check(header, authors, now, hashes);
  header.clear();
  hashes.add(message.body);
  hashes.finish();
  return ask_until_done(zone, [&](Answers& answers) { return check.conclude(hashes, answers); });
}

}  // namespace gatepost::mailauth::testing
