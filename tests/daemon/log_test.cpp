#include "daemon/log.hpp"

#include <gtest/gtest.h>

#include "daemon/decision_line.hpp"
#include "tests/policy/site.hpp"

namespace gatepost::daemon {
namespace {

TEST(KeyValueLine, QuotesWhatCouldLookLikeAnotherFieldOrLine) {
  EXPECT_EQ(key_value_line({{"a", "plain"}, {"b", ""}, {"c", "two words"}}),
            "a=plain b=\"\" c=\"two words\"");
  EXPECT_EQ(key_value_line({{"sender", "x verdict=continue"}}), "sender=\"x verdict=continue\"");
  EXPECT_EQ(key_value_line({{"s", "a\nb\"c\\d\x01"}}), "s=\"a\\nb\\\"c\\\\d\\u0001\"");
}

TEST(JsonLine, IsAlwaysJson) {
  EXPECT_EQ(json_line({{"a", "x"}, {"b", "q\"\\\n"}, {"c", "\xFF"}}),
            "{\"a\":\"x\",\"b\":\"q\\\"\\\\\\n\",\"c\":\"\\u00ff\"}");
}

TEST(DecisionFields, NameWhoWhatAndTheFigures) {
  Facts facts;
  facts.connection = {.client = test::ip("192.0.2.1"),
                      .pickup = false,
                      .client_name = "c",
                      .daemon_name = "SUBMISSION"};
  facts.envelope.channel = Channel::submission;
  facts.envelope.login = Login::parse("alice@example.com", {});
  facts.envelope.sender.text = "alice@example.com";
  Finding over{.rule = RuleId::message_rate,
               .outcome = Outcome::hit,
               .reason = Reason::too_many_messages,
               .figures = {},
               .about = "",
               .detail = ""};
  over.figures.used = 50;
  over.figures.amount = 1;
  over.figures.limit = test::per(50, std::chrono::minutes(15));
  over.figures.local = true;
  const std::vector<Finding> trace = {over};
  const auto line = key_value_line(decision_fields({.verdict = "defer",
                                                    .stage = "mail",
                                                    .facts = facts,
                                                    .decisive = &over,
                                                    .reference = Reference::from_bits(1),
                                                    .reply = "450 4.7.1 text",
                                                    .trace = trace,
                                                    .queue_id = "",
                                                    .recipients = 0,
                                                    .would_refuse = {RuleId::message_size}}));
  EXPECT_EQ(line,
            "event=decision verdict=defer stage=mail channel=submission rule=message_rate "
            "reason=too_many_messages ref=0000-0001 login=alice@example.com client=192.0.2.1 "
            "listener=SUBMISSION sender=alice@example.com recipients=0 message_rate=50+1/50 "
            "counted=local would_refuse=message_size reply=\"450 4.7.1 text\"");
}

TEST(DecisionFields, TellTheResultsOfMailThatWasVerified) {
  Facts facts;
  facts.authentication.emplace();
  Authentication& found = facts.authentication->found;
  found.spf.result = SpfResult::softfail;
  found.dmarc.result = DmarcResult::pass;
  const std::vector<Finding> trace;
  const auto line = [&] {
    return key_value_line(decision_fields({.verdict = "continue",
                                           .stage = "end",
                                           .facts = facts,
                                           .decisive = nullptr,
                                           .reference = {},
                                           .reply = {},
                                           .trace = trace}));
  };
  EXPECT_NE(line().find(" spf=softfail dkim=none dmarc=pass arc=none "), std::string::npos);
  found.dkim.resize(3);
  found.dkim[0].result = DkimResult::fail;
  found.dkim[1].result = DkimResult::pass;
  found.dkim[2].result = DkimResult::permerror;
  EXPECT_NE(line().find(" dkim=pass "), std::string::npos) << "of several the best";
  facts.authentication.reset();
  EXPECT_EQ(line().find("spf="), std::string::npos);
}

}  // namespace
}  // namespace gatepost::daemon
