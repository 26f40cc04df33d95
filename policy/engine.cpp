#include "policy/engine.hpp"

#include <algorithm>
#include <variant>

namespace gatepost {
namespace {

std::int64_t amount_of(Unit unit, const Facts& facts) {
  switch (unit) {
    case Unit::messages: return 1;
    case Unit::recipients: return static_cast<std::int64_t>(facts.envelope.recipients.size());
  }
  return 0;
}

// A rule whose hit costs nothing must not make the store refuse.
void apply_need(std::vector<Charge>& charges, const Need& need, const RuleSettings& rule,
                bool observed) {
  if (rule.on_hit == Action::proceed) return;
  const auto charge = std::find_if(charges.begin(), charges.end(), [&](const Charge& candidate) {
    return candidate.counter == need.counter;
  });
  if (charge == charges.end()) return;
  charge->amount = need.amount;
  charge->limit = need.limit;
  charge->enforced = !observed;
}

Refusal refusal(Finding finding, Action action) {
  const Codes codes = codes_of(finding.reason);
  if (action == Action::defer) {
    return {codes.transient, codes.transient_enhanced, std::move(finding)};
  }
  return {codes.permanent, codes.permanent_enhanced, std::move(finding)};
}

Verdict verdict_for(const Finding& finding, Action action) {
  Refusal refused = refusal(finding, action);
  const bool one_recipient = finding.reason == Reason::recipient_frozen;
  switch (action) {
    case Action::refuse:
      if (one_recipient) return RefuseRecipient{std::move(refused)};
      return RefuseMessage{std::move(refused)};
    case Action::defer:
      if (one_recipient) return RefuseRecipient{std::move(refused)};
      return Defer{std::move(refused)};
    case Action::hold: return Hold{std::move(refused)};
    case Action::junk:
    case Action::suspicious:
    case Action::proceed: break;
  }
  return Continue{};
}

std::optional<MarkLevel> mark_for(Action action) {
  if (action == Action::junk) return MarkLevel::junk;
  if (action == Action::suspicious) return MarkLevel::suspicious;
  return {};
}

// The first refusal decides; a message is held only where nothing refuses it.
void add_verdict(Decision& decision, Verdict verdict) {
  const bool open = std::holds_alternative<Continue>(decision.verdict);
  const bool outweighs =
      std::holds_alternative<Hold>(decision.verdict) && !std::holds_alternative<Hold>(verdict);
  if (open || outweighs) decision.verdict = std::move(verdict);
}

void add_mark(Decision& decision, MarkLevel level, const Finding& finding) {
  if (!decision.mark || decision.mark->level < level) decision.mark = Mark{level, finding};
}

}  // namespace

bool observes(const Settings& settings, const RuleSettings& rule) {
  return settings.site.mode == Mode::observe || rule.mode == Mode::observe;
}

std::optional<LedgerRequest> request_for(const Settings& settings, const Facts& facts) {
  if (!is_counted(facts.envelope.channel)) return {};
  LedgerRequest request{.subject = facts.envelope.subject,
                        .charges = {},
                        .days = settings.site.calendar->days(facts.now)};
  request.charges.reserve(settings.counters.size());
  for (const Counter& counter : settings.counters) {
    request.charges.push_back({.counter = counter,
                               .amount = amount_of(counter.unit, facts),
                               .limit = {},
                               .enforced = true});
  }
  for (const Rule& rule : settings.rules) {
    if (const auto need = need_of(rule, facts)) {
      apply_need(request.charges, *need, settings_of(rule), observes(settings, settings_of(rule)));
    }
  }
  return request;
}

bool needs_headers(const Settings& settings) {
  return std::any_of(settings.rules.begin(), settings.rules.end(), [](const Rule& rule) {
    return reads_headers(id_of(rule)) && costs_something(rule);
  });
}

bool needs_authentication(const Settings& settings) {
  const bool a_rule = std::any_of(
      settings.rules.begin(), settings.rules.end(),
      [](const Rule& rule) { return reads_authentication(id_of(rule)) && costs_something(rule); });
  if (a_rule || !needs_headers(settings)) return a_rule;
  const auto& entries = settings.whitelist.on_behalf_of_envelope;
  return std::any_of(entries.begin(), entries.end(),
                     [](const auto& entry) { return entry.second.proof.has_value(); });
}

Decision decide(const Settings& settings, Stage stage, const Facts& facts, const Usage& usage,
                std::vector<Finding> earlier) {
  Decision decision{
      .verdict = Continue{}, .mark = {}, .trace = std::move(earlier), .would_refuse = {}};
  std::vector<Finding>& trace = decision.trace;
  trace.reserve(settings.rules.size());
  for (std::size_t i = 0; i < settings.rules.size(); ++i) {
    const Rule& rule = settings.rules[i];
    if (i < trace.size() && !speaks_at(rule, stage)) continue;
    Finding now = finding_of(rule, stage, facts, usage);
    if (i == trace.size()) {
      trace.push_back(std::move(now));
    } else if (now.reason == Reason::does_not_apply) {
      continue;
    } else {
      trace[i] = std::move(now);
    }
    const Finding& finding = trace[i];
    const Action action = action_of(rule, finding);
    if (action == Action::proceed) continue;
    if (observes(settings, settings_of(rule))) {
      decision.would_refuse.push_back(refusal(finding, action));
    } else if (const auto level = mark_for(action)) {
      add_mark(decision, *level, finding);
    } else {
      add_verdict(decision, verdict_for(finding, action));
    }
  }
  return decision;
}

const Refusal* refusal_of(const Verdict& verdict) {
  return std::visit(
      [](const auto& v) -> const Refusal* {
        if constexpr (requires { v.refusal; }) {
          return &v.refusal;
        } else {
          return nullptr;
        }
      },
      verdict);
}

}  // namespace gatepost
