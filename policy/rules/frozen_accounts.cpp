#include "policy/rules/frozen_accounts.hpp"

namespace gatepost {
namespace {

Finding finding(Outcome outcome, Reason reason, const std::optional<Frozen>& frozen) {
  Finding out{.rule = FrozenAccounts::kId,
              .outcome = outcome,
              .reason = reason,
              .figures = {},
              .about = {},
              .detail = {}};
  if (frozen) {
    out.about = frozen->account;
    out.detail = frozen->reason;
    if (frozen->place) {
      out.figures.origin = Origin{Origin::Kind::account, frozen->account, *frozen->place};
    }
  }
  return out;
}

}  // namespace

Finding judge(const FrozenAccounts& /*rule*/, Stage stage, const Facts& facts,
              const Usage& /*usage*/) {
  const auto& envelope = facts.envelope;
  if (stage == Stage::mail && envelope.channel != Channel::relay) {
    if (envelope.frozen_sender) {
      return finding(Outcome::hit, Reason::sender_frozen, envelope.frozen_sender);
    }
    return finding(Outcome::pass, Reason::not_frozen, {});
  }
  if (stage == Stage::recipient && facts.recipient) {
    if (facts.recipient->frozen) {
      return finding(Outcome::hit, Reason::recipient_frozen, facts.recipient->frozen);
    }
    return finding(Outcome::pass, Reason::not_frozen, {});
  }
  return finding(Outcome::pass, Reason::does_not_apply, {});
}

}  // namespace gatepost
