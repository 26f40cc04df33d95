// `rules:` of gatepost.yaml: what each option becomes, and which actions a rule takes.

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

constexpr std::array<Action, 6> kActions = {Action::refuse, Action::defer,      Action::hold,
                                            Action::junk,   Action::suspicious, Action::proceed};

std::string rule_line(std::string_view rule, std::string_view key, std::string_view value) {
  return site("rules: { " + std::string(rule) + ": { " + std::string(key) + ": " +
              std::string(value) + " } }\n");
}

template <typename R>
R loaded_rule(const std::string& keys) {
  const Loaded config =
      loaded(site("rules: { " + std::string(name(R::kId)) + ": { " + keys + " } }\n"));
  return rule_of<R>(config.settings->rules);
}

TEST(SenderRules, AreRead) {
  EXPECT_EQ(loaded_rule<SenderIsLogin>("mode: observe, on_hit: defer"),
            (SenderIsLogin{{Mode::observe, Action::defer, Action::proceed}}));
  EXPECT_EQ(loaded_rule<FromIsSender>(
                "on_hit: hold, on_unknown: junk, match: domain, allow_resent: true"),
            (FromIsSender{{Mode::enforce, Action::hold, Action::junk}, FromMatch::domain, true}));
  EXPECT_EQ(loaded_rule<FromIsSender>("match: organization, allow_resent: false"),
            (FromIsSender{{}, FromMatch::organization, false}));
  EXPECT_EQ(loaded_rule<FromIsSender>("match: address"), FromIsSender{});
  EXPECT_EQ(loaded_rule<OwnDomainsFromOutside>("on_unknown: refuse").settings,
            (RuleSettings{Mode::enforce, Action::refuse, Action::refuse}));
  EXPECT_EQ(loaded_rule<OwnDomainsFromOutside>("on_hit: junk, mode: observe").settings,
            (RuleSettings{Mode::observe, Action::junk, Action::suspicious}));
  EXPECT_EQ(loaded_rule<Dmarc>("on_reject: hold, on_unknown: defer"),
            (Dmarc{{Mode::enforce, Action::hold, Action::defer}, Action::junk, Action::junk}));
  EXPECT_EQ(
      loaded_rule<Dmarc>("mode: observe, on_quarantine: refuse, on_list_mail: continue"),
      (Dmarc{{Mode::observe, Action::refuse, Action::proceed}, Action::refuse, Action::proceed}));
  EXPECT_EQ(loaded_rule<AmbiguousFrom>("on_hit: refuse, on_unknown: continue"),
            (AmbiguousFrom{{Mode::enforce, Action::refuse, Action::proceed}}));
  EXPECT_EQ(loaded_rule<DisplayName>("on_hit: refuse, on_foreign: junk, on_unknown: hold"),
            (DisplayName{{Mode::enforce, Action::refuse, Action::hold}, Action::junk}));
  EXPECT_EQ(loaded_rule<ServerChannel>("mode: observe, on_hit: suspicious"),
            (ServerChannel{{Mode::observe, Action::suspicious, Action::proceed}}));
}

// The defaults shown as comments are the defaults.
TEST(RulesOfTheExample, AreTheDefaults) {
  std::istringstream in(read_all(GATEPOST_SOURCE_DIR "/config/gatepost.yaml"));
  std::string text;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    inside = (inside || line == "# rules:") && line.starts_with('#');
    if (inside) text += line.substr(std::min<std::size_t>(2, line.size())) + '\n';
  }
  const Loaded config = loaded(site(text));
  std::vector<Rule> rules = config.settings->rules;
  const std::vector<Rule> defaults = default_rules();
  ASSERT_EQ(rules.size(), defaults.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    EXPECT_NE(text.find(std::string(name(id_of(rules[i]))) + ':'), std::string::npos)
        << name(id_of(rules[i]));
    std::visit(
        [](auto& rule) {
          if constexpr (requires { rule.limit; }) rule.limit.origin = {};
        },
        rules[i]);
    EXPECT_EQ(rules[i], defaults[i]) << name(id_of(defaults[i]));
  }
}

// The options that a rule has no use for are no options of it.
bool has_option(RuleId rule, std::string_view key) {
  if (rule == RuleId::login_lockout) return false;
  if (key == "on_hit") return rule != RuleId::dmarc;
  return rule != RuleId::sender_is_login && rule != RuleId::server_channel;
}

TEST(RuleActions, AreThoseThatTheRuleCanHonour) {
  for (const Rule& rule : default_rules()) {
    const RuleId id = id_of(rule);
    for (const Action action : kActions) {
      const std::string on_hit =
          text_of(load_text(rule_line(name(id), "on_hit", name(action)), std::nullopt, kNow));
      EXPECT_EQ(on_hit == "ok\n", has_option(id, "on_hit") && can_honour_on_hit(id, action))
          << name(id) << ' ' << on_hit;
      const std::string on_unknown =
          text_of(load_text(rule_line(name(id), "on_unknown", name(action)), std::nullopt, kNow));
      EXPECT_EQ(on_unknown == "ok\n",
                has_option(id, "on_unknown") && can_honour_on_unknown(id, action))
          << name(id) << ' ' << on_unknown;
    }
  }
}

TEST(RuleActions, OfDmarcAreAllSix) {
  for (const char* key : {"on_reject", "on_quarantine", "on_list_mail"}) {
    for (const Action action : kActions) {
      EXPECT_EQ(text_of(load_text(rule_line("dmarc", key, name(action)), std::nullopt, kNow)),
                "ok\n");
    }
  }
}

// Rules that look at the message can do everything; nobody is told that they decide before it.
TEST(RuleActions, AreRefusedAsTooEarlyOnlyWhereTheRuleDecidesEarly) {
  for (const Rule& rule : default_rules()) {
    const RuleId id = id_of(rule);
    for (const char* key : {"on_hit", "on_unknown"}) {
      const std::string said =
          text_of(load_text(rule_line(name(id), key, "hold"), std::nullopt, kNow));
      const bool early = said.find("before there is a message") != std::string::npos;
      EXPECT_TRUE(!early || !can_honour_on_hit(id, Action::hold)) << said;
      EXPECT_TRUE(!early || !reads_headers(id)) << said;
    }
  }
}

}  // namespace
}  // namespace gatepost::config
