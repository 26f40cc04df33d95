#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/rules/dmarc.hpp"
#include "policy/rules/from_outside.hpp"
#include "policy/rules/frozen_accounts.hpp"
#include "policy/rules/limits.hpp"
#include "policy/rules/login_lockout.hpp"
#include "policy/rules/sender_checks.hpp"
#include "policy/rules/server_channel.hpp"

namespace gatepost {

/// The closed set of rules. A new one is a struct, its functions, and a line here; the compiler
/// names every place that must learn of it.
using Rule = std::variant<LoginLockout, FrozenAccounts, ServerChannel, MessageSize, SenderIsLogin,
                          MessageRate, RecipientsPerMessage, RecipientsPerDay, FromIsSender,
                          OwnDomainsFromOutside, Dmarc, AmbiguousFrom, DisplayName>;

/// All rules with the documented defaults, in the order in which they are asked.
std::vector<Rule> default_rules();

/// The rule of type `R` among `rules`, which must hold one.
template <typename R, typename Rules>
auto& rule_of(Rules& rules) {
  for (auto& rule : rules) {
    if (auto* found = std::get_if<R>(&rule)) return *found;
  }
  throw std::bad_variant_access();
}

RuleId id_of(const Rule& rule);
const RuleSettings& settings_of(const Rule& rule);
RuleSettings& settings_of(Rule& rule);

/// The reply codes of a rule's refusal: for good, and for now (RFC 3463).
struct Codes {
  int permanent;
  const char* permanent_enhanced;
  int transient;
  const char* transient_enhanced;
};

Codes codes_of(Reason reason);

/// Whether `on_hit` of this rule can be `action`. The limits and frozen accounts decide before
/// there is a message to hold or mark: refuse, defer, continue.
bool can_honour_on_hit(RuleId rule, Action action);
/// Whether `on_unknown` can be `action`; only continue where the rule always knows.
bool can_honour_on_unknown(RuleId rule, Action action);

/// Whether the rule looks at header fields.
bool reads_headers(RuleId rule);
/// Whether it goes by what SPF, DKIM, DMARC and ARC found.
bool reads_authentication(RuleId rule);
/// False where every answer of the rule is settled to continue.
bool costs_something(const Rule& rule);

/// What this finding of the rule costs, were it enforced: `on_hit`, `on_unknown`, or the rule's own
/// setting for the reason. A post of our own user that returns from a mailing list is at most junk.
Action action_of(const Rule& rule, const Finding& finding);

/// What the rule wants counted; nothing where it counts nothing or does not apply.
std::optional<Need> need_of(const Rule& rule, const Facts& facts);

/// Whether the rule ever has something to say at this stage.
bool speaks_at(const Rule& rule, Stage stage);
/// What the rule says at this stage. A rule's own `judge` is asked only where it speaks.
Finding finding_of(const Rule& rule, Stage stage, const Facts& facts, const Usage& usage);

}  // namespace gatepost
