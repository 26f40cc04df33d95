#include "policy/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"
#include "fakes.hpp"
#include "policy/effective_limits.hpp"

namespace gatepost {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::example_case;
using test::test_now;
using testing::HasSubstr;
using testing::Not;

constexpr std::array kLanguages = {Language::english, Language::chinese};

Finding finding_of(Reason reason) {
  return {.rule = RuleId::recipients_per_day,
          .outcome = Outcome::hit,
          .reason = reason,
          .figures = {.used = 298,
                      .amount = 3,
                      .limit = Limit{300, Window::calendar_day()},
                      .origin = Origin{},
                      .clears_at = test_now() + hours(2),
                      .local = false},
          .about = "alice@example.com",
          .detail = "left the company"};
}

std::vector<Reason> all_reasons() {
  std::vector<Reason> out;
  for (int i = 0; name(static_cast<Reason>(i)) != "?"; ++i)
    out.push_back(static_cast<Reason>(i));
  return out;
}

TEST(Explain, HasASentenceForEveryReasonInBothLanguages) {
  ASSERT_EQ(all_reasons().size(), 12U);
  for (const Reason reason : all_reasons()) {
    std::vector<std::string> said;
    for (const Language language : kLanguages) {
      said.push_back(sentence(language, finding_of(reason)));
      EXPECT_GT(said.back().size(), 10U) << name(reason);
      EXPECT_THAT(said.back(), Not(HasSubstr("{"))) << name(reason);
    }
    EXPECT_NE(said[0], said[1]) << name(reason);
  }
}

TEST(Explain, TellsAStoryForEveryReasonInBothLanguages) {
  const test::UtcCalendar calendar;
  for (const Reason reason : all_reasons()) {
    Case record = example_case();
    record.decisive = finding_of(reason);
    record.trace = {record.decisive};
    for (const Language language : kLanguages) {
      const std::string text = explain(language, record, calendar, test_now()).text(language);
      EXPECT_THAT(text, HasSubstr("7K3F-9QXM"));
      EXPECT_THAT(text, HasSubstr(record.reply));
      EXPECT_THAT(text, Not(HasSubstr("{value}"))) << name(reason);
      EXPECT_THAT(text, Not(HasSubstr("{time}"))) << name(reason);
    }
  }
}

TEST(Explain, TellsFiguresOriginAndClearTime) {
  const test::UtcCalendar calendar;
  const Story story = explain(Language::english, example_case(), calendar, test_now());
  EXPECT_EQ(story.why,
            "50 messages had been sent and the limit is 50 in any 15 minutes: this message was one "
            "too many.");
  EXPECT_EQ(story.figures, "before 50, with this message 51, limit 50 in any 15 minutes");
  EXPECT_EQ(story.origin, "Gatepost's built-in default");
  EXPECT_EQ(story.clears, "at 2026-11-22 06:10:10 +0000");
  EXPECT_THAT(story.advice, HasSubstr("Wait until 2026-11-22 06:10:10 +0000"));
}

TEST(Explain, SaysThatALimitHasClearedSince) {
  const test::UtcCalendar calendar;
  const Story story = explain(Language::english, example_case(), calendar, test_now() + hours(1));
  EXPECT_THAT(story.clears, HasSubstr("has passed"));
  EXPECT_THAT(story.advice, HasSubstr("has cleared"));
}

TEST(Explain, SaysWhenWaitingIsOfNoUse) {
  const test::UtcCalendar calendar;
  Case record = example_case();
  record.decisive.figures.clears_at.reset();
  const Story story = explain(Language::english, record, calendar, test_now());
  EXPECT_EQ(story.clears, "not by itself");
  EXPECT_THAT(story.advice, HasSubstr("Waiting does not help"));
}

TEST(Explain, NamesWhoseFigureItIs) {
  struct Row {
    Origin origin;
    const char* expected = "";
  };

  const Place place{"gatepost.yaml", 12, 3};
  for (const Row& row :
       {Row{{Origin::Kind::built_in, "", {}}, "Gatepost's built-in default"},
        Row{{Origin::Kind::site, "", place}, "the site's figure at gatepost.yaml:12:3"},
        Row{{Origin::Kind::domain, "d.example", place}, "domain d.example at gatepost.yaml:12:3"},
        Row{{Origin::Kind::group, "news", place}, "group news at gatepost.yaml:12:3"},
        Row{{Origin::Kind::account, "hr@e.c", place},
            "the account's own entry hr@e.c at gatepost.yaml:12:3"},
        Row{{Origin::Kind::server, "erp", place},
            "the entry of server erp at gatepost.yaml:12:3"}}) {
    EXPECT_EQ(origin_text(Language::english, row.origin), row.expected);
  }
}

TEST(Explain, SpellsLimitsForPeopleAndForYaml) {
  struct Row {
    RuleId rule = RuleId::message_rate;
    Limit limit;
    const char* english = "";
    const char* yaml = "";
  };

  for (const Row& row :
       {Row{RuleId::message_rate, {50, {minutes(15)}}, "50 in any 15 minutes", "50 per 15m"},
        Row{RuleId::message_rate, {50, {hours(1)}}, "50 in any 1 hour", "50 per 1h"},
        Row{RuleId::message_rate, {9, {hours(48)}}, "9 in any 2 days", "9 per 2d"},
        Row{RuleId::message_rate, {9, {seconds(90)}}, "9 in any 90 seconds", "9 per 90s"},
        Row{RuleId::recipients_per_day, {300, {}}, "300 a calendar day", "300"},
        Row{RuleId::recipients_per_message, {100, {}}, "100 a message", "100"},
        Row{RuleId::message_size, {1000, {}}, "1000 bytes", "1000"},
        Row{RuleId::message_size, {{}, {}}, "no limit", "unlimited"}}) {
    EXPECT_EQ(limit_text(Language::english, row.rule, row.limit), row.english);
    EXPECT_EQ(limit_in_yaml(row.rule, row.limit), row.yaml);
  }
  EXPECT_EQ(limit_text(Language::chinese, RuleId::message_rate, {50, {minutes(15)}}),
            "任意 15 分钟内 50");
}

// The YAML is what a real whitelist takes, and it allows what was refused.
TEST(Explain, GivesAnExceptionThatLoadsAndAllowsTheMessage) {
  const test::UtcCalendar calendar;

  struct Row {
    RuleId rule = RuleId::message_rate;
    Reason reason = Reason::too_many_messages;
    Limit limit;
    std::optional<std::int64_t> used;
    std::int64_t amount = 0;
  };

  for (const Row& row :
       {Row{RuleId::message_rate, Reason::too_many_messages, {50, {minutes(15)}}, 50, 1},
        Row{RuleId::recipients_per_message, Reason::too_many_recipients, {100, {}}, {}, 101},
        Row{RuleId::recipients_per_day, Reason::too_many_recipients_today, {300, {}}, 298, 900},
        Row{RuleId::message_size, Reason::too_large, {1000, {}}, {}, 5000}}) {
    Case record = example_case();
    record.decisive.rule = row.rule;
    record.decisive.reason = row.reason;
    record.decisive.figures.limit = row.limit;
    record.decisive.figures.used = row.used;
    record.decisive.figures.amount = row.amount;
    for (const Language language : kLanguages) {
      const Story story = explain(language, record, calendar, test_now());
      const auto loaded =
          config::load_text("site: { domains: [example.com] }\n", story.exception.yaml, test_now());
      const auto* good = std::get_if<config::Loaded>(&loaded);
      ASSERT_NE(good, nullptr) << std::get<config::Diagnostics>(loaded).front().text();
      const auto login = Login::parse("alice@example.com", good->settings->site.logins);
      const EffectiveLimits limits = limits_of_login(*good->settings, *login, test_now());
      const EffectiveLimit* given =
          row.rule == RuleId::message_rate             ? &limits.message_rate
          : row.rule == RuleId::recipients_per_message ? &limits.recipients_per_message
          : row.rule == RuleId::recipients_per_day     ? &limits.recipients_per_day
                                                       : &limits.message_size;
      EXPECT_EQ(given->origin.kind, Origin::Kind::account);
      EXPECT_GE(given->limit.count, row.used.value_or(0) + row.amount);
      EXPECT_EQ(given->limit.window, row.limit.window);
      const auto sender = good->settings->whitelist.group_senders.begin()->second;
      EXPECT_TRUE(sender.info.applies(test_now() + hours(29 * 24)));
      EXPECT_FALSE(sender.info.applies(test_now() + hours(32 * 24)));
    }
  }
}

TEST(Explain, PointsToTheEntryThatIsThereAlready) {
  const test::UtcCalendar calendar;
  Case record = example_case();
  record.decisive.figures.origin =
      Origin{Origin::Kind::account, "alice@example.com", {"whitelist.yaml", 7, 5}};
  const Story story = explain(Language::english, record, calendar, test_now());
  EXPECT_THAT(story.exception.lead, HasSubstr("whitelist.yaml:7:5"));
  EXPECT_EQ(story.exception.yaml, "    message_rate: 100 per 15m\n");
}

TEST(Explain, OffersAServerItsOwnEntryAndAStrangerTheSitesFigure) {
  const test::UtcCalendar calendar;
  Case record = example_case();
  record.subject = Subject::server("erp");
  EXPECT_THAT(explain(Language::english, record, calendar, test_now()).exception.lead,
              HasSubstr("erp in whitelist.yaml"));
  record.subject = Subject::from_text("c:192.0.2.9");
  EXPECT_EQ(explain(Language::english, record, calendar, test_now()).exception.yaml,
            "rules:\n  message_rate: { limit: 100 per 15m }\n");
}

TEST(Explain, SaysWhereAnAccountIsFrozenAndHowToLiftIt) {
  const test::UtcCalendar calendar;
  Case record = example_case();
  record.decisive = {.rule = RuleId::frozen_accounts,
                     .outcome = Outcome::hit,
                     .reason = Reason::sender_frozen,
                     .figures = {},
                     .about = "leaver@example.com",
                     .detail = "left the company"};
  const Story by_command = explain(Language::english, record, calendar, test_now());
  EXPECT_THAT(by_command.advice, HasSubstr("gatepost account unfreeze leaver@example.com"));
  EXPECT_TRUE(by_command.exception.empty());
  EXPECT_THAT(by_command.why, HasSubstr("left the company"));

  record.decisive.figures.origin =
      Origin{Origin::Kind::account, "leaver@example.com", {"whitelist.yaml", 9, 5}};
  const Story by_file = explain(Language::english, record, calendar, test_now());
  EXPECT_THAT(by_file.advice, HasSubstr("whitelist.yaml:9:5"));
  EXPECT_TRUE(by_file.origin.empty()) << "no limit, so no limit's origin";
}

}  // namespace
}  // namespace gatepost
