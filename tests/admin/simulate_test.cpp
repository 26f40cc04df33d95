#include "admin/cli/simulate.hpp"

#include <tuple>

#include <gtest/gtest.h>

#include "fakes.hpp"
#include "policy/effective_limits.hpp"

namespace gatepost::admin {
namespace {

using test::FakeFreezes;
using test::FakeLedger;
using test::test_now;

// Verdict, reason and the number of stages it took.
using Outcomes = std::tuple<std::string, Reason, std::size_t>;

Outcomes outcome_of(const std::optional<Simulation>& simulation) {
  if (!simulation || !simulation->refused) return {"passes", Reason::no_limit, 0};
  return {std::string(name(*simulation->refused)), refusal_of(*simulation->refused)->finding.reason,
          simulation->stages.size()};
}

class SimulateTest : public testing::Test {
protected:
  std::optional<Simulation> run(const SimulatedMessage& message) {
    settings.counters = configured_counters(settings);
    return simulate(settings, message,
                    {.look = [this](const LedgerRequest& request) { return ledger.look(request); },
                     .freezes = freezes,
                     .now = test_now()});
  }

  static SimulatedMessage message(const std::string& login, int recipients) {
    SimulatedMessage out;
    out.connection.client = IpAddress::parse("192.0.2.1");
    out.login = login;
    out.sender = "alice@example.com";
    for (int i = 0; i < recipients; ++i) {
      out.recipients.push_back("r" + std::to_string(i) + "@other.test");
    }
    return out;
  }

  Settings settings = test::example_settings();
  FakeLedger ledger;
  FakeFreezes freezes;
};

TEST_F(SimulateTest, PassesAnOrdinaryMessageThroughAllStages) {
  const auto result = run(message("alice", 3));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->channel, Channel::submission);
  EXPECT_EQ(result->subject.text(), "u:alice@example.com");
  EXPECT_EQ(result->stages.size(), 5U);
  EXPECT_EQ(result->accepted, 3U);
  EXPECT_FALSE(result->refused);
  EXPECT_EQ(ledger.settled, 0);
}

TEST_F(SimulateTest, RefusesAtTheStageThatTheDaemonWould) {
  struct Row {
    int messages_used = 0;
    int recipients_used = 0;
    int recipients = 0;
    std::size_t stages = 0;
    const char* verdict = "";
    Reason reason = Reason::no_limit;
  };

  for (const Row& row : {Row{50, 0, 1, 1, "defer", Reason::too_many_messages},
                         Row{0, 0, 101, 102, "refuse_message", Reason::too_many_recipients},
                         Row{0, 299, 5, 3, "refuse_message", Reason::too_many_recipients_today}}) {
    ledger.used[{"u:alice@example.com", test::message_counter()}] = row.messages_used;
    ledger.used[{"u:alice@example.com", test::recipient_counter()}] = row.recipients_used;
    const auto result = run(message("alice", row.recipients));
    EXPECT_EQ(outcome_of(result), Outcomes(row.verdict, row.reason, row.stages)) << row.verdict;
  }
}

TEST_F(SimulateTest, DropsAFrozenRecipientAlone) {
  freezes.entries["r1@other.test"] = {"r1@other.test", "x", "root", test_now()};
  const auto result = run(message("alice", 3));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->accepted, 2U);
  EXPECT_FALSE(result->refused);
  EXPECT_EQ(name(result->stages.at(2).decision.verdict), "refuse_recipient");
}

TEST_F(SimulateTest, SaysWhatObservedRulesWouldDo) {
  settings.site.mode = Mode::observe;
  ledger.used[{"u:alice@example.com", test::message_counter()}] = 50;
  const auto result = run(message("alice", 1));
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->refused);
  ASSERT_EQ(result->stages.front().decision.would_refuse.size(), 1U);
}

TEST_F(SimulateTest, TakesTheChannelFromTheConnection) {
  auto from_outside = message("", 1);
  EXPECT_EQ(run(from_outside)->channel, Channel::inbound);
  EXPECT_EQ(run(from_outside)->subject.text(), "c:192.0.2.1");
  from_outside.connection.client = IpAddress::parse("10.1.2.3");
  Server server;
  server.name = "erp";
  settings.whitelist.servers.push_back(server);
  settings.whitelist.server_clients.insert(*Network::parse("10.1.2.0/28"), {0});
  EXPECT_EQ(run(from_outside)->channel, Channel::server);
  EXPECT_EQ(run(from_outside)->subject.text(), "s:erp");
}

TEST_F(SimulateTest, KnowsOnUnknownWhereTheStoreIsAway) {
  ledger.away = "connection refused";
  EXPECT_FALSE(run(message("alice", 1))->refused);
  rule_of<MessageRate>(settings.rules).settings.on_unknown = Action::defer;
  EXPECT_EQ(name(*run(message("alice", 1))->refused), "defer");
}

TEST_F(SimulateTest, LooksAtTheContentOnlyWithAHeader) {
  auto faked = message("alice", 1);
  EXPECT_TRUE(run(faked)->passes());
  EXPECT_FALSE(run(faked)->header_given);
  faked.header.emplace();
  faked.header->add("From", "boss@example.com");
  EXPECT_EQ(outcome_of(run(faked)), Outcomes("refuse_message", Reason::from_not_sender, 3));
  rule_of<FromIsSender>(settings.rules).settings.on_hit = Action::hold;
  const auto held = run(faked);
  EXPECT_TRUE(held->passes());
  ASSERT_TRUE(held->hold);
  EXPECT_EQ(held->hold->finding.reason, Reason::from_not_sender);
}

TEST_F(SimulateTest, MarksAndEditsTheHeaderAsTheDaemonWould) {
  auto faked = message("", 1);
  faked.sender = "x@evil.test";
  faked.header.emplace();
  faked.header->add("From", "\"ceo@partner.test\" <boss@example.com>");
  faked.header->add("X-Gatepost-Verdict", "clean");
  const auto result = run(faked);
  ASSERT_TRUE(result->mark);
  EXPECT_EQ(result->mark->level, MarkLevel::suspicious);
  using Edits = std::vector<session::HeaderEdit>;
  EXPECT_EQ(result->edits,
            (Edits{{"x-gatepost-verdict", {}, 1},
                   {"X-Gatepost-Verdict",
                    "suspicious; rule=own_domains_from_outside; ref=0000-0000", 0}}));
  faked.header.emplace();
  faked.header->add("From", "\"boss@example.com\" <x@evil.test>");
  EXPECT_EQ(run(faked)->mark->level, MarkLevel::junk);
}

TEST_F(SimulateTest, GivesNothingForALoginThatIsNone) {
  EXPECT_FALSE(run(message("a\nb", 1)));
}

}  // namespace
}  // namespace gatepost::admin
