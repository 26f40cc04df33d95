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

const SectionKeys& keys_of(RuleId rule) {
  switch (rule) {
    case RuleId::frozen_accounts: return keys::frozen_accounts();
    case RuleId::login_lockout: return keys::login_lockout();
    case RuleId::server_channel: return keys::server_channel();
    case RuleId::sender_is_login: return keys::sender_is_login();
    case RuleId::from_is_sender: return keys::from_is_sender();
    case RuleId::own_domains_from_outside: return keys::own_domains_from_outside();
    case RuleId::ambiguous_from: return keys::ambiguous_from();
    case RuleId::display_name: return keys::display_name();
    case RuleId::dmarc: return keys::dmarc();
    case RuleId::message_size:
    case RuleId::message_rate:
    case RuleId::recipients_per_message:
    case RuleId::recipients_per_day: break;
  }
  return keys::limit_rule();
}

// `message_rate: 50 per 15m` stands under groups; under rules a limit is one of several keys.
bool is_bare_figure(const Section& rules, std::string_view name) {
  const YamlNode* node = rules.find(name);
  if (node == nullptr || node->kind != YamlNode::Kind::scalar) return false;
  rules.error(name, node->mark, fmt::format("write {{ limit: {} }}", shown(node->text)));
  return true;
}

// What every rule has, as far as this one has it.
void load_settings(const Section& section, RuleId rule, RuleSettings& settings) {
  const auto has_key = [&](std::string_view name) {
    const Key* key = keys_of(rule).find(name);
    return key != nullptr && !key->later;
  };
  section.read_into(settings.mode, "mode", [](std::string_view text) {
    return parse_choice<Mode>(text, {{"enforce", Mode::enforce}, {"observe", Mode::observe}});
  });
  if (has_key("on_hit")) {
    section.read_into(settings.on_hit, "on_hit",
                      [&](std::string_view text) { return parse_on_hit(text, rule); });
  }
  if (has_key("on_unknown")) {
    section.read_into(settings.on_unknown, "on_unknown",
                      [&](std::string_view text) { return parse_on_unknown(text, rule); });
  }
}

template <typename Parse>
void load_limit(const Section& section, EffectiveLimit& out, const Parse& parse) {
  const auto limit = section.read("limit", parse);
  if (!limit) return;
  out = {*limit, {Origin::Kind::site, "", section.report().place(section.mark_of("limit"))}};
}

// The keys that one rule alone has.
void load_own_keys(const Section& section, MessageRate& rule) {
  const Window usual = rule.limit.limit.window;
  load_limit(section, rule.limit, [&](std::string_view text) { return parse_rate(text, usual); });
}

void load_own_keys(const Section& section, RecipientsPerMessage& rule) {
  load_limit(section, rule.limit, [](std::string_view text) { return parse_figure(text, {}); });
}

void load_own_keys(const Section& section, RecipientsPerDay& rule) {
  load_limit(section, rule.limit,
             [](std::string_view text) { return parse_figure(text, Window::calendar_day()); });
}

void load_own_keys(const Section& section, MessageSize& rule) {
  load_limit(section, rule.limit, parse_size);
}

void load_own_keys(const Section& section, FromIsSender& rule) {
  section.read_into(rule.match, "match", [](std::string_view text) {
    return parse_choice<FromMatch>(text, {{"address", FromMatch::address},
                                          {"domain", FromMatch::domain},
                                          {"organization", FromMatch::organization}});
  });
  section.read_into(rule.allow_resent, "allow_resent", parse_bool);
}

void load_own_keys(const Section& section, Dmarc& rule) {
  for (const auto& [key, out] : {std::pair{"on_reject", &rule.settings.on_hit},
                                 std::pair{"on_quarantine", &rule.on_quarantine},
                                 std::pair{"on_list_mail", &rule.on_list_mail}}) {
    section.read_into(*out, key,
                      [](std::string_view text) { return parse_on_hit(text, RuleId::dmarc); });
  }
}

void load_own_keys(const Section& section, DisplayName& rule) {
  section.read_into(rule.on_foreign, "on_foreign",
                    [](std::string_view text) { return parse_on_hit(text, RuleId::display_name); });
}

void load_own_keys(const Section& section, LoginLockout& rule) {
  load_login_lockout(section, rule);
}

template <typename Other>
void load_own_keys(const Section& /*section*/, Other& /*rule*/) {}

void load_rule(const Section& rules, Rule& rule) {
  const RuleId id = id_of(rule);
  const std::string_view key = name(id);
  const bool has_limit = keys_of(id).find("limit") != nullptr;
  if (has_limit && is_bare_figure(rules, key)) return;
  const Section section = rules.section(key, keys_of(id));
  load_settings(section, id, settings_of(rule));
  std::visit([&](auto& each) { load_own_keys(section, each); }, rule);
}

}  // namespace

void load_rules(const Section& root, Settings& out) {
  const Section rules = root.section("rules", keys::rules());
  for (Rule& rule : out.rules)
    load_rule(rules, rule);
}

}  // namespace gatepost::config
