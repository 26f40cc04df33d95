#include <array>

#include <fmt/format.h>

#include "config/load_parts.hpp"
#include "config/source_text.hpp"
#include "config/suggest.hpp"

namespace gatepost::config {
namespace {

constexpr std::array<Action, 6> kActions = {Action::refuse, Action::defer,      Action::hold,
                                            Action::junk,   Action::suspicious, Action::proceed};

using CanHonour = bool (*)(RuleId, Action);

// The actions that `rule` can honour, as the admin writes them.
std::vector<std::string_view> honoured(RuleId rule, CanHonour can) {
  std::vector<std::string_view> names;
  for (const Action action : kActions) {
    if (can(rule, action)) names.push_back(name(action));
  }
  return names;
}

Parsed<Action> parse_on_hit(std::string_view text, RuleId rule) {
  const auto action = action_from_name(text);
  const auto names = honoured(rule, can_honour_on_hit);
  if (!action) return no_such_choice(text, names);
  if (can_honour_on_hit(rule, *action)) return *action;
  return Mistake{
      fmt::format("{} cannot be honoured: the rule decides before there is a message; "
                  "write {}",
                  in_quotes(text), fmt::join(names, ", "))};
}

Parsed<Action> parse_on_unknown(std::string_view text, RuleId rule) {
  const auto action = action_from_name(text);
  const auto names = honoured(rule, can_honour_on_unknown);
  if (!action) return no_such_choice(text, names);
  if (can_honour_on_unknown(rule, *action)) return *action;
  if (names.size() == 1) {
    return Mistake{
        fmt::format("{} cannot be honoured: the rule asks nobody, so there is nothing "
                    "that it could not know; write {}",
                    in_quotes(text), names.front())};
  }
  return Mistake{
      fmt::format("{} cannot be honoured: the rule decides before there is a message; "
                  "write {}",
                  in_quotes(text), fmt::join(names, ", "))};
}

Parsed<Limit> parse_limit_of(const Rule& rule, std::string_view text) {
  switch (id_of(rule)) {
    case RuleId::message_rate:
      return parse_rate(text, std::get<MessageRate>(rule).limit.limit.window);
    case RuleId::message_size: return parse_size(text);
    case RuleId::recipients_per_day: return parse_figure(text, Window::calendar_day());
    case RuleId::recipients_per_message:
    case RuleId::frozen_accounts: break;
  }
  return parse_figure(text, {});
}

void set_limit(Rule& rule, const EffectiveLimit& limit) {
  std::visit(
      [&](auto& each) {
        if constexpr (requires { each.limit; }) each.limit = limit;
      },
      rule);
}

// `message_rate: 50 per 15m` stands under groups; under rules a limit is one of several keys.
bool is_bare_figure(const Section& rules, std::string_view name) {
  const YamlNode* node = rules.find(name);
  if (node == nullptr || node->kind != YamlNode::Kind::scalar) return false;
  rules.error(name, node->mark, fmt::format("write {{ limit: {} }}", shown(node->text)));
  return true;
}

void load_rule(const Section& rules, Rule& rule) {
  const RuleId id = id_of(rule);
  const std::string_view key = name(id);
  const bool has_limit = id != RuleId::frozen_accounts;
  if (has_limit && is_bare_figure(rules, key)) return;
  const Section section =
      rules.section(key, has_limit ? keys::limit_rule() : keys::frozen_accounts());
  RuleSettings& settings = settings_of(rule);
  section.read_into(settings.mode, "mode", [](std::string_view text) {
    return parse_choice<Mode>(text, {{"enforce", Mode::enforce}, {"observe", Mode::observe}});
  });
  section.read_into(settings.on_hit, "on_hit",
                    [&](std::string_view text) { return parse_on_hit(text, id); });
  section.read_into(settings.on_unknown, "on_unknown",
                    [&](std::string_view text) { return parse_on_unknown(text, id); });
  if (!has_limit) return;
  const auto limit =
      section.read("limit", [&](std::string_view text) { return parse_limit_of(rule, text); });
  if (!limit) return;
  const Place place = section.report().place(section.mark_of("limit"));
  set_limit(rule, {*limit, {Origin::Kind::site, "", place}});
}

}  // namespace

void load_rules(const Section& root, Settings& out) {
  const Section rules = root.section("rules", keys::rules());
  for (Rule& rule : out.rules)
    load_rule(rules, rule);
}

}  // namespace gatepost::config
