// R9: what each result costs, in which order exceptions count.

#include "policy/rules/dmarc.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "policy/engine.hpp"
#include "tests/policy/origin_facts.hpp"

namespace gatepost {
namespace {

using test::facts_of;
using test::fate;
using test::finding_of;
using test::found;
using test::kPlace;
using test::outcome_and_reason;

struct DmarcRow {
  const char* what;
  std::function<void(Facts&)> change;
  const char* said;
  const char* fate;
};

TEST(Dmarc, FollowsThePolicyUnlessAnExceptionHolds) {
  const auto of = [](DmarcPolicy policy) {
    return [policy](Facts& facts) { found(facts).dmarc.policy = policy; };
  };
  const auto result = [](DmarcResult value, DmarcCause cause) {
    return [=](Facts& facts) {
      found(facts).dmarc.result = value;
      found(facts).dmarc.cause = cause;
    };
  };
  const DmarcRow rows[] = {
      {"reject", [](Facts&) {}, "hit dmarc_asks_reject", "refuse_message"},
      {"quarantine", of(DmarcPolicy::quarantine), "hit dmarc_asks_quarantine", "junk"},
      {"none", of(DmarcPolicy::none), "pass dmarc_asks_nothing", "continue"},
      {"list", [](Facts& f) { f.headers->list = true; }, "hit dmarc_broken_on_list", "junk"},
      {"list, quarantine",
       [](Facts& f) {
         f.headers->list = true;
         found(f).dmarc.policy = DmarcPolicy::quarantine;
       },
       "hit dmarc_broken_on_list", "junk"},
      {"list, none",
       [](Facts& f) {
         f.headers->list = true;
         found(f).dmarc.policy = DmarcPolicy::none;
       },
       "pass dmarc_asks_nothing", "continue"},
      {"pass", result(DmarcResult::pass, DmarcCause::aligned), "pass dmarc_passed", "continue"},
      {"no record", result(DmarcResult::none, DmarcCause::no_record), "pass dmarc_no_policy",
       "continue"},
      {"bad record", result(DmarcResult::permerror, DmarcCause::unusable_record),
       "pass dmarc_no_policy", "continue"},
      {"temperror", result(DmarcResult::temperror, DmarcCause::undecided),
       "unknown dmarc_not_known", "continue"},
      {"not verified", [](Facts& f) { f.authentication.reset(); }, "unknown dmarc_not_known",
       "continue"},
      {"no header", [](Facts& f) { f.headers.reset(); }, "unknown headers_not_seen", "suspicious"},
      {"forwarder", [](Facts& f) { f.headers->forwarder = kPlace; }, "pass brought_by_forwarder",
       "continue"},
      {"excepted domain", [](Facts& f) { f.authentication->excepted_domain = kPlace; },
       "pass dmarc_excepted", "continue"},
      {"trusted sealer", [](Facts& f) { f.authentication->trusted_sealer = kPlace; },
       "pass dmarc_trusted_chain", "continue"},
      {"known list",
       [](Facts& f) {
         f.headers->list = true;
         f.authentication->known_list = kPlace;
       },
       "pass dmarc_known_list", "continue"},
      {"submission", [](Facts& f) { f.envelope.channel = Channel::submission; },
       "pass does_not_apply", "continue"},
      {"server", [](Facts& f) { f.envelope.channel = Channel::server; }, "pass does_not_apply",
       "continue"},
      {"relay", [](Facts& f) { f.envelope.channel = Channel::relay; }, "pass does_not_apply",
       "continue"},
      {"local", [](Facts& f) { f.envelope.channel = Channel::local; }, "pass does_not_apply",
       "continue"},
  };
  Settings settings = test::example_site();
  rule_of<FromIsSender>(settings.rules).settings.on_hit = Action::proceed;
  for (const DmarcRow& row : rows) {
    Facts facts = facts_of(settings, {{"From", "a@author.test"}},
                           test::failed("author.test", DmarcPolicy::reject));
    row.change(facts);
    const Decision decision = decide(settings, Stage::content, facts, {});
    const Finding& finding = finding_of(decision, RuleId::dmarc);
    EXPECT_EQ(outcome_and_reason(finding), row.said) << row.what;
    EXPECT_EQ(fate(decision), row.fate) << row.what;
  }
}

TEST(Dmarc, SpeaksAtTheEndOfTheMessageAlone) {
  const Settings settings = test::example_site();
  const Facts facts = facts_of(settings, {{"From", "a@author.test"}},
                               test::failed("author.test", DmarcPolicy::reject));
  for (const Stage stage : {Stage::hello, Stage::mail, Stage::recipient, Stage::end}) {
    EXPECT_EQ(finding_of(Rule(Dmarc{}), stage, facts, {}).reason, Reason::does_not_apply);
  }
}

TEST(Dmarc, NamesDomainAndMechanisms) {
  const Settings settings = test::example_site();
  Facts facts = facts_of(settings, {{"From", "a@author.test"}},
                         test::failed("author.test", DmarcPolicy::reject));
  const Finding failed = judge(Dmarc{}, Stage::content, facts, {});
  EXPECT_EQ(failed.about, "author.test");
  EXPECT_EQ(failed.detail,
            "SPF fail for bounce.test: 192.0.2.7 is not allowed (-all); DKIM of author.test: the "
            "body was changed");
  facts.authentication->known_list = kPlace;
  const Finding excepted = judge(Dmarc{}, Stage::content, facts, {});
  EXPECT_EQ(excepted.about, "author.test");
  EXPECT_EQ(excepted.detail, "whitelist.yaml:7:5");
  found(facts).dmarc.result = DmarcResult::temperror;
  found(facts).dmarc.cause = DmarcCause::dns_failed;
  EXPECT_EQ(judge(Dmarc{}, Stage::content, facts, {}).detail,
            "the DMARC policy: the DNS gave no answer");
}

struct Price {
  DmarcPolicy policy;
  Action on_reject;
  Action on_quarantine;
  Action on_list_mail;
  bool list;
  Action expected;
};

TEST(Dmarc, CostsWhatIsSetAndOfListMailNeverMoreThanThePolicy) {
  using enum Action;
  constexpr auto kReject = DmarcPolicy::reject;
  constexpr auto kQuarantine = DmarcPolicy::quarantine;
  const Price rows[] = {
      {kReject, refuse, junk, junk, false, refuse},
      {kReject, hold, junk, refuse, false, hold},
      {kReject, hold, junk, refuse, true, hold},
      {kReject, refuse, junk, refuse, true, refuse},
      {kReject, refuse, junk, suspicious, true, suspicious},
      {kReject, proceed, refuse, junk, true, proceed},
      {kQuarantine, refuse, junk, refuse, true, junk},
      {kQuarantine, refuse, refuse, hold, true, hold},
      {kQuarantine, refuse, suspicious, junk, true, suspicious},
      {kQuarantine, junk, defer, junk, false, defer},
      {DmarcPolicy::none, refuse, refuse, refuse, true, proceed},
  };
  const Settings settings = test::example_site();
  for (const Price& row : rows) {
    Facts facts =
        facts_of(settings, {{"From", "a@author.test"}}, test::failed("author.test", row.policy));
    facts.headers->list = row.list;
    Dmarc rule{{}, row.on_quarantine, row.on_list_mail};
    rule.settings.on_hit = row.on_reject;
    const Finding finding = judge(rule, Stage::content, facts, {});
    EXPECT_EQ(name(action_of(rule, finding)), name(row.expected))
        << name(row.policy) << ' ' << name(finding.reason);
  }
}

TEST(Dmarc, OnlyReportsInObserveMode) {
  Settings settings = test::example_site();
  rule_of<Dmarc>(settings.rules).settings.mode = Mode::observe;
  const Facts facts = facts_of(settings, {{"From", "a@author.test"}},
                               test::failed("author.test", DmarcPolicy::reject));
  const Decision decision = decide(settings, Stage::content, facts, {});
  EXPECT_EQ(fate(decision), "continue");
  ASSERT_EQ(decision.would_refuse.size(), 1U);
  EXPECT_EQ(decision.would_refuse[0].finding.reason, Reason::dmarc_asks_reject);
  EXPECT_TRUE(needs_authentication(settings));
}

TEST(Dmarc, DefersWithTheCodeOfASilentNameServer) {
  Settings settings = test::example_site();
  rule_of<Dmarc>(settings.rules).settings.on_unknown = Action::defer;
  Facts facts = facts_of(settings, {{"From", "a@author.test"}},
                         test::failed("author.test", DmarcPolicy::reject));
  found(facts).dmarc.result = DmarcResult::temperror;
  const Decision decision = decide(settings, Stage::content, facts, {});
  const auto* deferred = std::get_if<Defer>(&decision.verdict);
  ASSERT_NE(deferred, nullptr);
  EXPECT_EQ(deferred->refusal.code, 451);
  EXPECT_STREQ(deferred->refusal.enhanced, "4.4.3");
}

TEST(NeedsAuthentication, WhereARuleOrAnExceptionGoesByIt) {
  Settings settings = test::example_site();
  EXPECT_TRUE(needs_authentication(settings));
  rule_of<OwnDomainsFromOutside>(settings.rules).settings = {Mode::enforce, Action::proceed,
                                                             Action::proceed};
  EXPECT_TRUE(needs_authentication(settings)) << "dmarc";
  auto& dmarc = rule_of<Dmarc>(settings.rules);
  dmarc.settings.on_hit = Action::proceed;
  EXPECT_TRUE(needs_authentication(settings)) << "on_quarantine";
  dmarc.on_quarantine = Action::proceed;
  EXPECT_FALSE(needs_authentication(settings));
  OnBehalf entry;
  entry.envelope = test::domain("bounces.crm.test");
  entry.may_send_as = test::patterns({"news@example.com"});
  settings.whitelist.on_behalf_of_envelope.emplace("bounces.crm.test", entry);
  EXPECT_FALSE(needs_authentication(settings));
  entry.proof = Proof::spf;
  settings.whitelist.on_behalf_of_envelope.emplace("bounces.crm.test", entry);
  EXPECT_TRUE(needs_authentication(settings)) << "display_name asks for that right";
}

}  // namespace
}  // namespace gatepost
