#pragma once

#include "policy/rules/settings.hpp"
#include "policy/rules/usage.hpp"

namespace gatepost {

/// R14: a frozen account neither sends (the whole message is refused) nor is written to (that
/// recipient alone is refused).
struct FrozenAccounts {
  static constexpr RuleId kId = RuleId::frozen_accounts;
  static constexpr Stages kStages{Stage::mail, Stage::recipient};
  RuleSettings settings;

  friend bool operator==(const FrozenAccounts&, const FrozenAccounts&) = default;
};

Finding judge(const FrozenAccounts& rule, Stage stage, const Facts& facts, const Usage& usage);

}  // namespace gatepost
