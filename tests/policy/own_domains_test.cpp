// R8: mail from outside with our domain, held against what was found of its origin.

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

struct OwnRow {
  const char* what;
  std::vector<std::pair<std::string, std::string>> fields;
  std::function<void(Facts&)> change;
  const char* said;
  const char* fate;
};

TEST(OwnDomains, GoByWhatWasFound) {
  const std::pair<std::string, std::string> kBoss{"From", "boss@example.com"};
  const std::pair<std::string, std::string> kForeign{"From", "x@author.test"};
  const std::pair<std::string, std::string> kSender{"Sender", "boss@mail.example.com"};
  const std::pair<std::string, std::string> kList{"List-Id", "<l.lists.test>"};
  const auto as_is = [](Facts&) {};
  const auto spf_of = [](const char* domain) {
    return [domain](Facts& f) {
      found(f).dmarc.record_at.reset();
      found(f).spf = test::spf(SpfResult::pass, domain);
    };
  };
  const auto provable = [](bool is) { return [is](Facts& f) { found(f).author_provable = is; }; };
  const OwnRow rows[] = {
      {"forged", {kBoss}, as_is, "hit own_domain_forged", "refuse_message"},
      {"post that returns broken", {kBoss, kList}, as_is, "hit own_domain_broken_on_list", "junk"},
      {"post that returns whole",
       {kBoss, kList},
       [](Facts& f) { found(f).dmarc.result = DmarcResult::pass; },
       "pass own_domain_proven",
       "continue"},
      {"SPF without a DMARC record",
       {kBoss},
       spf_of("bounces.example.com"),
       "pass own_domain_proven",
       "continue"},
      {"SPF of another",
       {kBoss},
       spf_of("notexample.com"),
       "hit own_domain_forged",
       "refuse_message"},
      {"nothing could prove it",
       {kBoss},
       provable(false),
       "unknown own_domain_unproven",
       "suspicious"},
      {"the same on a list",
       {kBoss, kList},
       provable(false),
       "unknown own_domain_on_list",
       "suspicious"},
      {"an answer is missing",
       {kBoss},
       [](Facts& f) { found(f).incomplete = true; },
       "unknown own_domain_unproven",
       "suspicious"},
      {"not verified",
       {kBoss},
       [](Facts& f) { f.authentication.reset(); },
       "unknown own_domain_unproven",
       "suspicious"},
      {"trusted sealer",
       {kBoss},
       [](Facts& f) { f.authentication->trusted_sealer = kPlace; },
       "pass from_excepted",
       "continue"},
      {"known list",
       {kBoss, kList},
       [](Facts& f) { f.authentication->known_list = kPlace; },
       "pass from_excepted",
       "continue"},
      {"excepted from R9 alone",
       {kBoss},
       [](Facts& f) { f.authentication->excepted_domain = kPlace; },
       "hit own_domain_forged",
       "refuse_message"},
      {"two From fields, one of them proven",
       {kBoss, kForeign},
       [](Facts& f) { found(f).dmarc.result = DmarcResult::pass; },
       "unknown own_domain_unproven",
       "suspicious"},
      {"two addresses with a trusted sealer",
       {{"From", "boss@example.com, x@author.test"}},
       [](Facts& f) { f.authentication->trusted_sealer = kPlace; },
       "unknown own_domain_unproven",
       "suspicious"},
      {"found of another author",
       {{"From", "boss@mail.example.com"}},
       [](Facts& f) { found(f).dmarc.result = DmarcResult::pass; },
       "unknown own_domain_unproven",
       "suspicious"},
      {"our Sender, proven by SPF above it",
       {kForeign, kSender},
       spf_of("example.com"),
       "pass own_domain_proven",
       "continue"},
      {"our Sender, proven by a signature",
       {kForeign, kSender},
       [](Facts& f) { found(f).dkim = {test::dkim(DkimResult::pass, "mail.example.com")}; },
       "pass own_domain_proven",
       "continue"},
      {"our Sender, SPF of another",
       {kForeign, kSender},
       spf_of("author.test"),
       "unknown own_sender_field_unproven",
       "suspicious"},
      {"our Sender, brought by a known list",
       {kForeign, kSender},
       [](Facts& f) { f.authentication->known_list = kPlace; },
       "pass from_excepted",
       "continue"},
      {"our Sender, sealed",
       {kForeign, kSender},
       [](Facts& f) { f.authentication->trusted_sealer = kPlace; },
       "unknown own_sender_field_unproven",
       "suspicious"},
      {"our From by a signature, our Sender of another domain not",
       {kBoss, {"Sender", "x@example.org"}},
       [](Facts& f) { found(f).dmarc.result = DmarcResult::pass; },
       "unknown own_sender_field_unproven",
       "suspicious"},
      {"neither is ours", {kForeign}, as_is, "pass not_our_domain", "continue"},
  };
  Settings settings = test::example_site();
  settings.site.domains.push_back(test::domain("example.org"));
  rule_of<Dmarc>(settings.rules).settings.mode = Mode::observe;
  for (const OwnRow& row : rows) {
    Facts facts = facts_of(settings, row.fields, test::failed("example.com", DmarcPolicy::reject));
    row.change(facts);
    const Decision decision = decide(settings, Stage::content, facts, {});
    EXPECT_EQ(outcome_and_reason(finding_of(decision, RuleId::own_domains_from_outside)), row.said)
        << row.what;
    EXPECT_EQ(fate(decision), row.fate) << row.what;
  }
}

TEST(OwnDomains, OnAListAreAtMostJunkWhateverIsSet) {
  for (const Action action : {Action::refuse, Action::defer, Action::hold}) {
    OwnDomainsFromOutside rule;
    rule.settings.on_hit = rule.settings.on_unknown = action;
    Finding finding{RuleId::own_domains_from_outside,
                    Outcome::hit,
                    Reason::own_domain_broken_on_list,
                    {},
                    {},
                    {}};
    EXPECT_EQ(action_of(rule, finding), Action::junk);
    finding.reason = Reason::own_domain_forged;
    EXPECT_EQ(action_of(rule, finding), action);
  }
}

}  // namespace
}  // namespace gatepost
