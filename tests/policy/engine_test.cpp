#include "policy/engine.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "tests/policy/site.hpp"

namespace gatepost {
namespace {

using test::kNoon;

Facts person(const Settings& settings) {
  Facts facts;
  facts.now = kNoon;
  facts.envelope.channel = Channel::submission;
  facts.envelope.login = Login::parse("alice", settings.site.logins);
  facts.envelope.subject = Subject::user(*facts.envelope.login);
  facts.envelope.sender_right.kind = Right::Kind::own;
  facts.envelope.limits = limits_of_login(settings, *facts.envelope.login, kNoon);
  return facts;
}

void ask_about(Facts& facts, const std::string& recipient) {
  facts.recipient = Recipient{parse_envelope_path(recipient, {}), {}};
}

// The decision at `stage` when the store says that `messages` and `recipients` were used before.
Decision decide_with(const Settings& settings, Stage stage, const Facts& facts,
                     std::int64_t messages, std::int64_t recipients) {
  const LedgerRequest request = *request_for(settings, facts);
  Settlement settlement{
      .now = kNoon, .refused = false, .repeated = false, .source = Source::store, .readings = {}};
  for (const Charge& charge : request.charges) {
    Reading reading;
    reading.used = charge.counter.unit == Unit::messages ? messages : recipients;
    reading.clears_at = kNoon + std::chrono::minutes(5);
    reading.resets_at = kNoon + std::chrono::hours(12);
    settlement.readings.push_back(reading);
  }
  const Answer<Settlement> answer = settlement;
  return decide(settings, stage, facts, Usage(request, answer));
}

const Finding& finding_of(const Decision& decision, RuleId rule) {
  for (const Finding& finding : decision.trace) {
    if (finding.rule == rule) return finding;
  }
  throw std::logic_error("no such finding");
}

TEST(RequestFor, AsksForEveryConfiguredCounterWithTheLimitsThatApply) {
  Settings settings = test::example_site();
  LimitSet of_others;
  of_others.message_rate = test::per(500, std::chrono::hours(1));
  test::add_group(settings, "others", {"bob@example.com"}, of_others);
  Facts facts = person(settings);
  facts.envelope.recipients = {"a@x.example", "b@x.example"};
  const auto request = request_for(settings, facts);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->subject.text(), "u:alice@example.com");
  ASSERT_EQ(request->charges.size(), 3U);
  const Charge quarter{{Unit::messages, {std::chrono::minutes(15)}}, 1, 50, true};
  const Charge hour{{Unit::messages, {std::chrono::hours(1)}}, 1, {}, true};
  const Charge day{{Unit::recipients, Window::calendar_day()}, 2, 300, true};
  EXPECT_EQ(request->charges[0], quarter);
  EXPECT_EQ(request->charges[1], hour);
  EXPECT_EQ(request->charges[2], day);
}

TEST(RequestFor, CountsOnlyPeopleAndServers) {
  const Settings settings = test::example_site();
  for (const Channel channel : {Channel::local, Channel::relay, Channel::inbound}) {
    Facts facts = person(settings);
    facts.envelope.channel = channel;
    EXPECT_FALSE(request_for(settings, facts));
  }
  Facts facts = person(settings);
  facts.envelope.channel = Channel::server;
  EXPECT_TRUE(request_for(settings, facts));
}

TEST(RequestFor, ARuleThatObservesOrContinuesDoesNotMakeTheStoreRefuse) {
  Settings settings = test::example_site();
  const Facts facts = person(settings);
  rule_of<MessageRate>(settings.rules).settings.mode = Mode::observe;
  EXPECT_FALSE(request_for(settings, facts)->charges[0].enforced);
  EXPECT_EQ(request_for(settings, facts)->charges[0].limit, 50);
  rule_of<MessageRate>(settings.rules).settings = {Mode::enforce, Action::proceed, Action::proceed};
  EXPECT_FALSE(request_for(settings, facts)->charges[0].limit);
}

TEST(Decide, Message51IsDeferredAtMailWithFigures) {
  const Settings settings = test::example_site();
  const Facts facts = person(settings);
  EXPECT_TRUE(
      std::holds_alternative<Continue>(decide_with(settings, Stage::mail, facts, 49, 0).verdict));
  const Decision decision = decide_with(settings, Stage::mail, facts, 50, 0);
  ASSERT_TRUE(std::holds_alternative<Defer>(decision.verdict));
  const Refusal& refusal = *refusal_of(decision.verdict);
  EXPECT_EQ(refusal.code, 450);
  EXPECT_STREQ(refusal.enhanced, "4.7.1");
  EXPECT_EQ(refusal.finding.figures.used, 50);
  EXPECT_EQ(refusal.finding.figures.clears_at, kNoon + std::chrono::minutes(5));
}

TEST(Decide, Recipient101RefusesTheWholeMessage) {
  const Settings settings = test::example_site();
  Facts facts = person(settings);
  for (int i = 0; i < 99; ++i)
    facts.envelope.recipients.insert(std::to_string(i) + "@x.example");
  ask_about(facts, "<new@x.example>");
  EXPECT_TRUE(std::holds_alternative<Continue>(
      decide_with(settings, Stage::recipient, facts, 0, 0).verdict));
  facts.envelope.recipients.insert("99@x.example");
  const Decision decision = decide_with(settings, Stage::recipient, facts, 0, 0);
  ASSERT_TRUE(std::holds_alternative<RefuseMessage>(decision.verdict));
  EXPECT_EQ(refusal_of(decision.verdict)->code, 550);
  EXPECT_STREQ(refusal_of(decision.verdict)->enhanced, "5.5.3");
  ask_about(facts, "<99@X.example>");
  EXPECT_TRUE(std::holds_alternative<Continue>(
      decide_with(settings, Stage::recipient, facts, 0, 0).verdict))
      << "a recipient named twice counts once";
}

TEST(Decide, The301stRecipientOfTheDayIsRefusedAtRcpt) {
  const Settings settings = test::example_site();
  Facts facts = person(settings);
  facts.envelope.recipients = {"a@x.example"};
  ask_about(facts, "<b@x.example>");
  EXPECT_TRUE(std::holds_alternative<Continue>(
      decide_with(settings, Stage::recipient, facts, 0, 298).verdict));
  const Decision decision = decide_with(settings, Stage::recipient, facts, 0, 299);
  ASSERT_TRUE(std::holds_alternative<RefuseMessage>(decision.verdict));
  EXPECT_EQ(refusal_of(decision.verdict)->code, 550);
  EXPECT_STREQ(refusal_of(decision.verdict)->enhanced, "5.7.1");
  EXPECT_TRUE(refusal_of(decision.verdict)->finding.figures.clears_at);
}

TEST(Decide, AFrozenRecipientCostsThatRecipientAlone) {
  const Settings settings = test::example_site();
  Facts facts = person(settings);
  facts.recipient = Recipient{parse_envelope_path("<leaver@example.com>", {}),
                              Frozen{"leaver@example.com", "left", {}}};
  const Decision decision = decide_with(settings, Stage::recipient, facts, 0, 0);
  ASSERT_TRUE(std::holds_alternative<RefuseRecipient>(decision.verdict));
  EXPECT_STREQ(refusal_of(decision.verdict)->enhanced, "5.2.1");
}

TEST(Decide, AFrozenSenderIsRefusedOnEveryChannelButRelay) {
  const Settings settings = test::example_site();
  Facts facts = person(settings);
  facts.envelope.frozen_sender = Frozen{"alice@example.com", "left", {}};
  for (const Channel channel :
       {Channel::local, Channel::submission, Channel::server, Channel::inbound}) {
    facts.envelope.channel = channel;
    const Decision decision = decide(settings, Stage::mail, facts, {});
    EXPECT_TRUE(std::holds_alternative<RefuseMessage>(decision.verdict)) << name(channel);
  }
  facts.envelope.channel = Channel::relay;
  EXPECT_TRUE(std::holds_alternative<Continue>(decide(settings, Stage::mail, facts, {}).verdict));
}

TEST(Decide, TheDeclaredSizeIsCheckedAtMail) {
  Settings settings = test::example_site();
  rule_of<MessageSize>(settings.rules).limit.limit.count = 1000;
  Facts facts = person(settings);
  facts.envelope.declared_size = 1000;
  EXPECT_TRUE(
      std::holds_alternative<Continue>(decide_with(settings, Stage::mail, facts, 0, 0).verdict));
  facts.envelope.declared_size = 1001;
  const Decision decision = decide_with(settings, Stage::mail, facts, 0, 0);
  ASSERT_TRUE(std::holds_alternative<RefuseMessage>(decision.verdict));
  EXPECT_EQ(refusal_of(decision.verdict)->code, 552);
  facts.envelope.channel = Channel::relay;
  EXPECT_TRUE(std::holds_alternative<Continue>(decide(settings, Stage::mail, facts, {}).verdict));
}

TEST(Decide, NotKnowingIsSaidAndCostsWhatTheSettingsSay) {
  Settings settings = test::example_site();
  const Facts facts = person(settings);
  const LedgerRequest request = *request_for(settings, facts);
  const Answer<Settlement> away = Unavailable{"no connection"};
  Decision decision = decide(settings, Stage::mail, facts, Usage(request, away));
  EXPECT_TRUE(std::holds_alternative<Continue>(decision.verdict));
  EXPECT_EQ(finding_of(decision, RuleId::message_rate).outcome, Outcome::unknown);
  EXPECT_EQ(finding_of(decision, RuleId::message_rate).detail, "no connection");
  rule_of<MessageRate>(settings.rules).settings.on_unknown = Action::defer;
  decision = decide(settings, Stage::mail, facts, Usage(request, away));
  ASSERT_TRUE(std::holds_alternative<Defer>(decision.verdict));
  EXPECT_EQ(refusal_of(decision.verdict)->code, 451);
}

TEST(Decide, ARuleWithNothingToSayNowKeepsWhatItSaidBefore) {
  const Settings settings = test::example_site();
  Facts facts = person(settings);
  Decision at_mail = decide_with(settings, Stage::mail, facts, 3, 0);
  ASSERT_EQ(finding_of(at_mail, RuleId::message_rate).reason, Reason::within_limit);
  facts.recipient = Recipient{parse_envelope_path("<bob@example.org>", {}), {}};
  ASSERT_EQ(finding_of(decide(settings, Stage::recipient, facts, {}), RuleId::message_rate).reason,
            Reason::does_not_apply);
  const Decision at_rcpt =
      decide(settings, Stage::recipient, facts, {}, std::vector<Finding>(at_mail.trace));
  EXPECT_EQ(finding_of(at_rcpt, RuleId::message_rate), finding_of(at_mail, RuleId::message_rate));
  EXPECT_EQ(finding_of(at_rcpt, RuleId::frozen_accounts).reason, Reason::not_frozen);
  EXPECT_EQ(at_rcpt.trace.size(), settings.rules.size());
}

TEST(Decide, ObserveModeStopsNobodyAndReports) {
  for (const bool whole_site : {false, true}) {
    Settings settings = test::example_site();
    if (whole_site) {
      settings.site.mode = Mode::observe;
    } else {
      rule_of<MessageRate>(settings.rules).settings.mode = Mode::observe;
    }
    const Decision decision = decide_with(settings, Stage::mail, person(settings), 50, 0);
    EXPECT_TRUE(std::holds_alternative<Continue>(decision.verdict));
    ASSERT_EQ(decision.would_refuse.size(), 1U);
    EXPECT_EQ(decision.would_refuse[0].finding.rule, RuleId::message_rate);
  }
}

TEST(Decide, UnlimitedIsCountedAndNeverRefused) {
  Settings settings = test::example_site();
  rule_of<MessageRate>(settings.rules).limit.limit.count.reset();
  const Decision decision = decide_with(settings, Stage::mail, person(settings), 1'000'000, 0);
  EXPECT_TRUE(std::holds_alternative<Continue>(decision.verdict));
  EXPECT_EQ(finding_of(decision, RuleId::message_rate).reason, Reason::no_limit);
  EXPECT_EQ(finding_of(decision, RuleId::message_rate).figures.used, 1'000'000);
}

TEST(Decide, ZeroAllowsNone) {
  Settings settings = test::example_site();
  rule_of<MessageRate>(settings.rules).limit.limit.count = 0;
  EXPECT_TRUE(std::holds_alternative<Defer>(
      decide_with(settings, Stage::mail, person(settings), 0, 0).verdict));
}

TEST(Rules, HonourOnlyWhatTheyCan) {
  EXPECT_TRUE(can_honour_on_hit(RuleId::message_rate, Action::defer));
  EXPECT_FALSE(can_honour_on_hit(RuleId::message_rate, Action::junk));
  EXPECT_TRUE(can_honour_on_unknown(RuleId::message_rate, Action::defer));
  EXPECT_FALSE(can_honour_on_unknown(RuleId::message_size, Action::defer))
      << "nothing that rule asks can be unknown";
}

TEST(Rules, SpeakAtTheirStages) {
  using enum Stage;
  const std::map<RuleId, std::vector<Stage>> stages = {
      {RuleId::login_lockout, {hello}},
      {RuleId::frozen_accounts, {mail, recipient}},
      {RuleId::server_channel, {mail}},
      {RuleId::message_size, {mail}},
      {RuleId::sender_is_login, {mail}},
      {RuleId::message_rate, {mail, end}},
      {RuleId::recipients_per_message, {recipient}},
      {RuleId::recipients_per_day, {recipient, end}},
      {RuleId::from_is_sender, {content}},
      {RuleId::own_domains_from_outside, {content}},
      {RuleId::dmarc, {content}},
      {RuleId::ambiguous_from, {content}},
      {RuleId::display_name, {content}},
  };
  Facts facts;
  for (const Rule& rule : default_rules()) {
    for (const Stage stage : {hello, mail, recipient, content, end}) {
      const auto& expected = stages.at(id_of(rule));
      const bool speaks = std::find(expected.begin(), expected.end(), stage) != expected.end();
      EXPECT_EQ(speaks_at(rule, stage), speaks) << name(id_of(rule));
      if (!speaks) {
        EXPECT_EQ(finding_of(rule, stage, facts, {}).reason, Reason::does_not_apply);
      }
    }
  }
}

TEST(NeedsHeaders, OnlyWhereARuleThatLooksAtThemCostsSomething) {
  Settings settings = test::example_site();
  EXPECT_TRUE(needs_headers(settings));
  for (Rule& rule : settings.rules) {
    if (!reads_headers(id_of(rule))) continue;
    settings_of(rule).on_hit = Action::proceed;
    settings_of(rule).on_unknown = Action::proceed;
  }
  EXPECT_TRUE(needs_headers(settings)) << "display_name has a price of its own";
  rule_of<DisplayName>(settings.rules).on_foreign = Action::proceed;
  EXPECT_TRUE(needs_headers(settings)) << "dmarc has one too";
  rule_of<Dmarc>(settings.rules).on_quarantine = Action::proceed;
  EXPECT_FALSE(needs_headers(settings)) << "on_list_mail never costs more than the policy";
}

}  // namespace
}  // namespace gatepost
