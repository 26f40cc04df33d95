#pragma once

#include "policy/rules/settings.hpp"
#include "policy/rules/usage.hpp"

namespace gatepost {

/// R8: outsiders may not show our domains. A hit where mail from there could have been proven and
/// was not; where nothing proves or disproves it the answer is `unknown`.
struct OwnDomainsFromOutside {
  static constexpr RuleId kId = RuleId::own_domains_from_outside;
  static constexpr Stages kStages{Stage::content};
  RuleSettings settings{.on_unknown = Action::suspicious};

  friend bool operator==(const OwnDomainsFromOutside&, const OwnDomainsFromOutside&) = default;
};

/// A From that does not name one mailbox, in mail from outside. On submission and server channels
/// it is a hit of from_is_sender.
struct AmbiguousFrom {
  static constexpr RuleId kId = RuleId::ambiguous_from;
  static constexpr Stages kStages{Stage::content};
  RuleSettings settings{.on_hit = Action::suspicious, .on_unknown = Action::suspicious};

  friend bool operator==(const AmbiguousFrom&, const AmbiguousFrom&) = default;
};

/// A display name in From that shows another address than the one it stands beside.
struct DisplayName {
  static constexpr RuleId kId = RuleId::display_name;
  static constexpr Stages kStages{Stage::content};
  RuleSettings settings{.on_hit = Action::junk};  ///< on_hit: an address of ours
  Action on_foreign = Action::suspicious;         ///< an address of another domain than From's

  friend bool operator==(const DisplayName&, const DisplayName&) = default;
};

/// `about` is the address that From or Sender shows, or the place of the forwarder's entry;
/// `detail` of a hit says what failed, of an exception it is the place of the entry.
Finding judge(const OwnDomainsFromOutside& rule, Stage stage, const Facts& facts,
              const Usage& usage);
/// `about` is what stands there.
Finding judge(const AmbiguousFrom& rule, Stage stage, const Facts& facts, const Usage& usage);
/// `about` is the address shown, `detail` the one in From.
Finding judge(const DisplayName& rule, Stage stage, const Facts& facts, const Usage& usage);

}  // namespace gatepost
