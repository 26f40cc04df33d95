#pragma once

#include "policy/rules/settings.hpp"
#include "policy/rules/usage.hpp"

namespace gatepost {

/// R9: what the owner of the author domain asks for where mail in its name is not proven (RFC
/// 9989). `settings.on_hit` is `on_reject` of gatepost.yaml: what p=reject costs; the prices of the
/// other answers stand beside it.
struct Dmarc {
  static constexpr RuleId kId = RuleId::dmarc;
  static constexpr Stages kStages{Stage::content};
  RuleSettings settings;
  Action on_quarantine = Action::junk;
  /// With signs of a mailing list. Never more than what the domain's policy costs by itself.
  Action on_list_mail = Action::junk;

  friend bool operator==(const Dmarc&, const Dmarc&) = default;
};

/// `about` is the author domain; of `brought_by_forwarder` the place of the entry. `detail` says
/// what failed; of the other exceptions it is the place of the entry.
Finding judge(const Dmarc& rule, Stage stage, const Facts& facts, const Usage& usage);

}  // namespace gatepost
