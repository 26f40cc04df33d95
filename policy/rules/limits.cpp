#include "policy/rules/limits.hpp"

#include "policy/rules/make_finding.hpp"

namespace gatepost {
namespace {

Finding does_not_apply(RuleId rule) {
  return make_finding(rule, Outcome::pass, Reason::does_not_apply);
}

// The distinct recipients this message has, the one asked about included.
std::int64_t recipients_asked(const Facts& facts) {
  const auto& accepted = facts.envelope.recipients;
  const bool another =
      facts.recipient && accepted.find(recipient_key(facts.recipient->path)) == accepted.end();
  return static_cast<std::int64_t>(accepted.size()) + (another ? 1 : 0);
}

Figures figures(const EffectiveLimit& limit, std::int64_t amount) {
  Figures out;
  out.amount = amount;
  out.limit = limit.limit;
  out.origin = limit.origin;
  return out;
}

// What a counted rule says, from the reading of its counter.
Finding judge_counter(RuleId rule, Reason over, const EffectiveLimit& limit, std::int64_t amount,
                      const Need& need, const Usage& usage) {
  Finding out = make_finding(rule, Outcome::pass, Reason::within_limit);
  out.figures = figures(limit, amount);
  if (const auto* away = usage.unavailable()) {
    out.outcome = Outcome::unknown;
    out.reason = Reason::store_away;
    out.detail = away->why;
    return out;
  }
  const Reading* reading = usage.reading(need.counter);
  if (reading == nullptr) return does_not_apply(rule);
  out.figures.used = reading->used;
  out.figures.local = usage.settlement()->source == Source::local;
  if (!limit.limit.count) {
    out.reason = Reason::no_limit;
  } else if (reading->used + amount > *limit.limit.count) {
    out.outcome = Outcome::hit;
    out.reason = over;
    out.figures.clears_at = reading->clears_at;
  }
  return out;
}

}  // namespace

std::optional<Need> needs(const MessageRate& /*rule*/, const Facts& facts) {
  if (!is_counted(facts.envelope.channel)) return {};
  const auto& limit = facts.envelope.limits.message_rate.limit;
  return Need{{Unit::messages, limit.window}, 1, limit.count};
}

std::optional<Need> needs(const RecipientsPerDay& /*rule*/, const Facts& facts) {
  if (!is_counted(facts.envelope.channel)) return {};
  const auto& limit = facts.envelope.limits.recipients_per_day.limit;
  return Need{{Unit::recipients, limit.window}, recipients_asked(facts), limit.count};
}

Finding judge(const MessageRate& rule, Stage /*stage*/, const Facts& facts, const Usage& usage) {
  const auto need = needs(rule, facts);
  if (!need) return does_not_apply(MessageRate::kId);
  return judge_counter(MessageRate::kId, Reason::too_many_messages,
                       facts.envelope.limits.message_rate, 1, *need, usage);
}

Finding judge(const RecipientsPerDay& rule, Stage /*stage*/, const Facts& facts,
              const Usage& usage) {
  const auto need = needs(rule, facts);
  if (!need) return does_not_apply(RecipientsPerDay::kId);
  Finding out = judge_counter(RecipientsPerDay::kId, Reason::too_many_recipients_today,
                              facts.envelope.limits.recipients_per_day, need->amount, *need, usage);
  // Before the end the reading is that of MAIL, which asked for one recipient: it knows no clear
  // time for more, but a day's counter clears when the day ends or never.
  const bool never = need->limit && need->amount > *need->limit;
  const bool by_day = out.outcome == Outcome::hit && !never && !out.figures.clears_at;
  if (by_day && usage.reading(need->counter) != nullptr) {
    out.figures.clears_at = usage.reading(need->counter)->resets_at;
  }
  return out;
}

Finding judge(const RecipientsPerMessage& /*rule*/, Stage /*stage*/, const Facts& facts,
              const Usage& /*usage*/) {
  if (!is_counted(facts.envelope.channel)) {
    return does_not_apply(RecipientsPerMessage::kId);
  }
  const auto& limit = facts.envelope.limits.recipients_per_message;
  const std::int64_t amount = recipients_asked(facts);
  Finding out = make_finding(RecipientsPerMessage::kId, Outcome::pass, Reason::within_limit);
  out.figures = figures(limit, amount);
  if (!limit.limit.count) {
    out.reason = Reason::no_limit;
  } else if (amount > *limit.limit.count) {
    out.outcome = Outcome::hit;
    out.reason = Reason::too_many_recipients;
  }
  return out;
}

Finding judge(const MessageSize& /*rule*/, Stage /*stage*/, const Facts& facts,
              const Usage& /*usage*/) {
  const auto& envelope = facts.envelope;
  if (envelope.channel == Channel::relay) {
    return does_not_apply(MessageSize::kId);
  }
  Finding out = make_finding(MessageSize::kId, Outcome::pass, Reason::within_limit);
  const auto& limit = envelope.limits.message_size;
  if (!envelope.declared_size) {
    out.reason = Reason::size_not_declared;
    return out;
  }
  out.figures = figures(limit, *envelope.declared_size);
  if (!limit.limit.count) {
    out.reason = Reason::no_limit;
  } else if (*envelope.declared_size > *limit.limit.count) {
    out.outcome = Outcome::hit;
    out.reason = Reason::too_large;
  }
  return out;
}

}  // namespace gatepost
