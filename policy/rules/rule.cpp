#include "policy/rules/rule.hpp"

#include <type_traits>

namespace gatepost {

std::vector<Rule> default_rules() {
  return {FrozenAccounts{}, MessageSize{}, MessageRate{}, RecipientsPerMessage{},
          RecipientsPerDay{}};
}

RuleId id_of(const Rule& rule) {
  return std::visit([](const auto& r) { return std::decay_t<decltype(r)>::kId; }, rule);
}

const RuleSettings& settings_of(const Rule& rule) {
  return std::visit([](const auto& r) -> const RuleSettings& { return r.settings; }, rule);
}

RuleSettings& settings_of(Rule& rule) {
  return std::visit([](auto& r) -> RuleSettings& { return r.settings; }, rule);
}

Codes codes_of(Reason reason) {
  switch (reason) {
    case Reason::too_many_recipients: return {550, "5.5.3", 452, "4.5.3"};
    case Reason::too_large: return {552, "5.3.4", 452, "4.3.4"};
    case Reason::recipient_frozen: return {550, "5.2.1", 450, "4.2.1"};
    case Reason::store_away: return {550, "5.3.0", 451, "4.3.0"};
    case Reason::too_many_messages:
    case Reason::too_many_recipients_today:
    case Reason::sender_frozen:
    case Reason::does_not_apply:
    case Reason::no_limit:
    case Reason::within_limit:
    case Reason::size_not_declared:
    case Reason::not_frozen: break;
  }
  return {550, "5.7.1", 450, "4.7.1"};
}

bool can_honour_on_hit(RuleId /*rule*/, Action action) {
  return action == Action::refuse || action == Action::defer || action == Action::proceed;
}

bool can_honour_on_unknown(RuleId rule, Action action) {
  const bool asks_the_store = rule == RuleId::message_rate || rule == RuleId::recipients_per_day;
  return asks_the_store ? can_honour_on_hit(rule, action) : action == Action::proceed;
}

std::optional<Need> need_of(const Rule& rule, const Facts& facts) {
  return std::visit(
      [&](const auto& r) -> std::optional<Need> {
        if constexpr (requires { needs(r, facts); }) {
          return needs(r, facts);
        } else {
          return {};
        }
      },
      rule);
}

Finding finding_of(const Rule& rule, Stage stage, const Facts& facts, const Usage& usage) {
  return std::visit([&](const auto& r) { return judge(r, stage, facts, usage); }, rule);
}

}  // namespace gatepost
