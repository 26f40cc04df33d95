#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "policy/read_header.hpp"
#include "policy/verdict.hpp"
#include "tests/policy/origin.hpp"

namespace gatepost::test {

/// Where the entry of an exception stands.
inline const Place kPlace{"whitelist.yaml", 7, 5};

/// Facts of a message from outside with this header, of which `found` was found.
inline Facts facts_of(const Settings& settings,
                      const std::vector<std::pair<std::string, std::string>>& fields,
                      const Authentication& found) {
  Facts facts;
  facts.connection.client = test::ip("192.0.2.7");
  facts.envelope.sender.address = Address::parse("bounce@bounce.test");
  facts.now = kNoon;
  MessageHeader header;
  for (const auto& [name, value] : fields)
    header.add(name, value);
  facts.headers = read_header(settings, facts.connection, facts.envelope, header, kNoon, &found);
  facts.authentication.emplace();
  facts.authentication->found = found;
  return facts;
}

/// What `rule` said.
inline const Finding& finding_of(const Decision& decision, RuleId rule) {
  for (const Finding& finding : decision.trace) {
    if (finding.rule == rule) return finding;
  }
  throw std::logic_error("the rule was not asked");
}

/// What became of the message: `refuse_message`, `junk`, ...
inline std::string fate(const Decision& decision) {
  if (decision.mark) return std::string(name(decision.mark->level));
  return std::string(name(decision.verdict));
}

/// `hit dmarc_asks_reject`
inline std::string outcome_and_reason(const Finding& finding) {
  const char* const outcomes[] = {"pass ", "hit ", "unknown "};
  return outcomes[static_cast<std::size_t>(finding.outcome)] + std::string(name(finding.reason));
}

inline Authentication& found(Facts& facts) {
  return facts.authentication->found;
}

}  // namespace gatepost::test
