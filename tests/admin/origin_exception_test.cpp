// The YAML that an explanation offers for mail whose origin is not proven lets the same message
// through, and nothing that a stranger writes gets into it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"
#include "fakes.hpp"
#include "policy/engine.hpp"
#include "policy/explain.hpp"
#include "policy/read_header.hpp"
#include "tests/policy/origin.hpp"

namespace gatepost::admin {
namespace {

using test::test_now;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kClient = "192.0.2.7";

struct Unproven {
  Reason reason;
  const char* from;
  const char* list_id;
  Authentication found;
  std::size_t exceptions;  // how many are offered
};

Authentication sealed_by(const std::string& sealer, Authentication found) {
  found.arc = test::chain({test::sealed(1, sealer, test::dmarc_pass(found.dmarc.author->ascii()))});
  return found;
}

std::shared_ptr<const Settings> settings_of(const std::string& whitelist) {
  const auto loaded =
      config::load_text("site: { domains: [example.com] }\n", whitelist, test_now());
  if (const auto* mistakes = std::get_if<config::Diagnostics>(&loaded)) {
    ADD_FAILURE() << mistakes->front().text() << '\n' << whitelist;
    return std::make_shared<Settings>(test::example_settings());
  }
  return std::get<config::Loaded>(loaded).settings;
}

Decision decision_of(const Settings& settings, const Unproven& row) {
  Facts facts;
  facts.now = test_now();
  facts.connection.client = IpAddress::parse(kClient);
  facts.envelope.sender.address = Address::parse("bounce-17@mailer.test");
  MessageHeader header;
  header.add("From", row.from);
  if (*row.list_id != '\0') header.add("List-Id", row.list_id);
  facts.headers =
      read_header(settings, facts.connection, facts.envelope, header, facts.now, &row.found);
  facts.authentication =
      authentication_facts(settings, facts.connection, header, row.found, facts.now);
  return decide(settings, Stage::content, facts, {});
}

// What stands against the message by rule; null where nothing does.
const Finding* against(const Decision& decision, RuleId rule) {
  for (const Finding& finding : decision.trace) {
    if (finding.rule == rule && finding.outcome != Outcome::pass) return &finding;
  }
  return nullptr;
}

RuleId rule_of_row(const Unproven& row) {
  return name(row.reason).starts_with("dmarc") ? RuleId::dmarc : RuleId::own_domains_from_outside;
}

Case case_of(const Finding& finding) {
  Case record = test::example_case();
  record.channel = Channel::inbound;
  record.client = kClient;
  record.login = record.server = "";
  record.sender = "bounce-17@mailer.test";
  record.decisive = finding;
  return record;
}

std::vector<Unproven> rows() {
  const Authentication foreign = test::failed("author.test", DmarcPolicy::reject);
  const Authentication ours = test::failed("example.com", DmarcPolicy::reject);
  return {
      {Reason::dmarc_asks_reject, "a@author.test", "", foreign, 2},
      {Reason::dmarc_asks_quarantine, "a@author.test", "",
       test::failed("author.test", DmarcPolicy::quarantine), 2},
      {Reason::dmarc_broken_on_list, "a@author.test", "Dev <dev.lists.test>", foreign, 3},
      {Reason::dmarc_broken_on_list, "a@author.test", "no brackets", foreign, 2},
      {Reason::dmarc_asks_reject, "a@author.test", "", sealed_by("lists.test", foreign), 3},
      {Reason::dmarc_broken_on_list, "a@author.test", "<dev.lists.test>",
       sealed_by("lists.test", foreign), 4},
      {Reason::own_domain_forged, "boss@example.com", "", ours, 2},
      {Reason::own_domain_broken_on_list, "boss@example.com", "<dev.lists.test>", ours, 3},
      {Reason::own_domain_forged, "boss@example.com", "", sealed_by("lists.test", ours), 3},
  };
}

TEST(OriginException, LetsTheMessageThroughOncePasted) {
  for (const Unproven& row : rows()) {
    const auto before = settings_of("");
    const Decision stopped = decision_of(*before, row);
    const Finding* finding = against(stopped, rule_of_row(row));
    ASSERT_NE(finding, nullptr) << name(row.reason);
    ASSERT_EQ(name(finding->reason), name(row.reason));
    for (const Language language : {Language::english, Language::chinese}) {
      const auto offered =
          exceptions_for(language, case_of(*finding), *before->site.calendar, test_now());
      ASSERT_EQ(offered.size(), row.exceptions) << name(row.reason);
      for (const Exception& exception : offered) {
        const Decision after = decision_of(*settings_of(exception.yaml), row);
        EXPECT_EQ(against(after, rule_of_row(row)), nullptr) << exception.yaml;
        EXPECT_THAT(exception.lead, Not(HasSubstr("{")));
      }
    }
    const std::string story =
        explain(Language::english, case_of(*finding), *before->site.calendar, test_now())
            .text(Language::english);
    EXPECT_THAT(story, HasSubstr("192.0.2.7 is not allowed (-all)"));
    EXPECT_THAT(story, HasSubstr("the body was changed"));
  }
}

TEST(OriginException, IsNotOfferedForWhatIsNotKnown) {
  const Finding unknown{RuleId::dmarc,           Outcome::unknown,
                        Reason::dmarc_not_known, {},
                        "author.test",           "the DMARC policy: the DNS gave no answer"};
  const auto settings = settings_of("");
  const Story story =
      explain(Language::english, case_of(unknown), *settings->site.calendar, test_now());
  EXPECT_TRUE(story.exceptions.empty());
  EXPECT_THAT(story.advice, HasSubstr("DNS"));
}

}  // namespace
}  // namespace gatepost::admin
