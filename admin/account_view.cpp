#include "admin/account_view.hpp"

#include <algorithm>

#include "admin/lockout_view.hpp"
#include "policy/effective_limits.hpp"
#include "policy/engine.hpp"

namespace gatepost::admin {
namespace {

Facts facts_of_next_message(const Settings& settings, const Login& login, Time now,
                            const std::optional<FrozenView>& frozen) {
  Facts facts;
  facts.now = now;
  facts.envelope.channel = Channel::submission;
  facts.envelope.subject = Subject::user(login);
  facts.envelope.login = login;
  facts.envelope.limits = limits_of_login(settings, login, now);
  facts.envelope.recipients = {"one recipient"};
  facts.envelope.sender_right.kind = Right::Kind::own;
  if (frozen) {
    facts.envelope.frozen_sender = Frozen{login.text(), frozen->reason, frozen->place};
  }
  return facts;
}

LimitView limit_view(RuleId rule, const EffectiveLimit& limit, std::optional<Unit> unit,
                     const Usage& usage) {
  LimitView out{
      .rule = rule, .limit = limit, .counted = unit.has_value(), .used = {}, .resets_at = {}};
  if (!unit) return out;
  const Reading* reading = usage.reading({*unit, limit.limit.window});
  if (reading == nullptr) return out;
  out.used = reading->used;
  if (reading->used > 0) out.resets_at = reading->resets_at;
  return out;
}

// What the next message would meet, stage by stage, by the same engine that decides real ones.
void judge_next_message(AccountView& view, const Settings& settings, const Facts& facts,
                        const Usage& usage) {
  for (const Stage stage : {Stage::mail, Stage::recipient, Stage::end}) {
    const Decision decision = decide(settings, stage, facts, usage);
    const Refusal* refused = refusal_of(decision.verdict);
    if (refused != nullptr && !view.refusal) view.refusal = *refused;
    if (!decision.would_refuse.empty() && !view.would_refuse) {
      view.would_refuse = decision.would_refuse.front();
    }
  }
}

bool is_ours(const Settings& settings, const Login& login) {
  const auto& domains = settings.site.domains;
  return !login.address() ||
         std::find(domains.begin(), domains.end(), login.address()->domain()) != domains.end();
}

std::optional<FailedLogins> failed_logins_of(const Settings& settings, LockBook& book,
                                             const Login& login, Time now) {
  const auto name = kept_name(settings, login);
  if (!name) return {};
  const auto answer = failed_from(settings, book, *name, now);
  const auto* addresses = value_of(answer);
  if (addresses == nullptr || addresses->empty()) return {};
  FailedLogins out{.times = 0, .addresses = addresses->size(), .locked = 0};
  for (const FailedFrom& one : *addresses) {
    if (one.failures) out.times += one.failures->times;
    if (one.is_locked()) ++out.locked;
  }
  return out;
}

bool anything_used(const Usage& usage) {
  const Settlement* settlement = usage.settlement();
  return settlement != nullptr &&
         std::any_of(settlement->readings.begin(), settlement->readings.end(),
                     [](const Reading& reading) { return reading.used > 0; });
}

}  // namespace

std::optional<std::int64_t> LimitView::left() const {
  if (!used || !limit.limit.count) return {};
  return std::max<std::int64_t>(0, *limit.limit.count - *used);
}

std::optional<FrozenView> find_frozen_view(const Settings& settings, const FreezeBook& freezes,
                                           const Login& login, Time now) {
  const auto [first, last] = settings.whitelist.frozen.equal_range(login.text());
  for (auto entry = first; entry != last; ++entry) {
    const EntryInfo& info = entry->second.info;
    if (info.applies(now)) {
      return FrozenView{.reason = info.reason, .place = info.place, .actor = {}, .since = {}};
    }
  }
  const auto by_command = freezes.frozen(login.text());
  if (!by_command) return {};
  return FrozenView{.reason = by_command->reason,
                    .place = {},
                    .actor = by_command->actor,
                    .since = by_command->since};
}

AccountView look_at(const Settings& settings, store::Stores& stores, const Login& login, Time now) {
  AccountView view{.now = now,
                   .login = login,
                   .is_ours = is_ours(settings, login),
                   .seen = false,
                   .groups = groups_of(settings, login),
                   .limits = {},
                   .frozen = find_frozen_view(settings, stores.freezes(), login, now),
                   .failed_logins = failed_logins_of(settings, stores.locks(), login, now),
                   .counters = Source::store,
                   .refusal = {},
                   .would_refuse = {},
                   .cases = std::vector<Case>{}};
  const Facts facts = facts_of_next_message(settings, login, now, view.frozen);
  const auto request = request_for(settings, facts);
  const Answer<Settlement> answer = stores.ledger().look(*request);
  const Usage usage(*request, answer);

  if (const auto* away = usage.unavailable()) view.counters = *away;
  if (const auto* settlement = usage.settlement()) view.counters = settlement->source;
  const EffectiveLimits& limits = facts.envelope.limits;
  view.limits = {
      limit_view(RuleId::message_rate, limits.message_rate, Unit::messages, usage),
      limit_view(RuleId::recipients_per_message, limits.recipients_per_message, {}, usage),
      limit_view(RuleId::recipients_per_day, limits.recipients_per_day, Unit::recipients, usage),
      limit_view(RuleId::message_size, limits.message_size, {}, usage)};
  judge_next_message(view, settings, facts, usage);
  view.cases = stores.cases().recent(facts.envelope.subject, kCasesShown);
  const auto* cases = value_of(view.cases);
  view.seen = anything_used(usage) || (cases != nullptr && !cases->empty());
  return view;
}

}  // namespace gatepost::admin
