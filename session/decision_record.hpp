#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/facts.hpp"
#include "policy/reference.hpp"
#include "policy/verdict.hpp"

namespace gatepost::session {

/// What the log line of one decision is made of. Views and references hold during the call only.
struct DecisionRecord {
  std::string_view verdict;  ///< name(Verdict), or name(MarkLevel) of what passes marked
  std::string_view stage;    ///< `mail`, `rcpt`, `end`
  const Facts& facts;
  const Finding* decisive = nullptr;  ///< null where nothing was refused, held or marked
  std::optional<Reference> reference;
  std::string reply;  ///< empty where nothing was refused
  const std::vector<Finding>& trace;
  std::string_view queue_id = {};
  std::size_t recipients = 0;
  std::vector<RuleId> would_refuse = {};  ///< rules in observe mode
};

}  // namespace gatepost::session
