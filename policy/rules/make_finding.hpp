#pragma once

#include <string>
#include <utility>

#include "policy/finding.hpp"

namespace gatepost {

/// A finding without figures. `about` and `detail` are what its sentences name; each rule says what
/// they are.
inline Finding make_finding(RuleId rule, Outcome outcome, Reason reason, std::string about = {},
                            std::string detail = {}) {
  return {.rule = rule,
          .outcome = outcome,
          .reason = reason,
          .figures = {},
          .about = std::move(about),
          .detail = std::move(detail)};
}

}  // namespace gatepost
