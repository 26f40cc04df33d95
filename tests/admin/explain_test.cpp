#include "policy/explain.hpp"

#include <algorithm>
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes.hpp"
#include "lockouts.hpp"

namespace gatepost {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::example_case;
using test::test_now;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

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

// Whether a finding with this reason stands against nobody.
bool passes(Reason reason) {
  switch (reason) {
    case Reason::does_not_apply:
    case Reason::no_limit:
    case Reason::within_limit:
    case Reason::size_not_declared:
    case Reason::not_frozen:
    case Reason::listener_fits:
    case Reason::server_sender_listed:
    case Reason::sender_is_null:
    case Reason::sender_is_own:
    case Reason::sender_excepted:
    case Reason::from_matches:
    case Reason::from_excepted:
    case Reason::from_redirected:
    case Reason::from_readable:
    case Reason::not_our_domain:
    case Reason::brought_by_forwarder:
    case Reason::own_domain_proven:
    case Reason::dmarc_passed:
    case Reason::dmarc_no_policy:
    case Reason::dmarc_asks_nothing:
    case Reason::dmarc_excepted:
    case Reason::dmarc_trusted_chain:
    case Reason::dmarc_known_list:
    case Reason::name_shows_no_address:
    case Reason::client_not_locked: return true;
    default: return false;
  }
}

// Whether nothing was left to fill in.
bool is_complete(const std::string& text) {
  constexpr std::array kPlaceholders = {"{used}",   "{amount}",  "{limit}", "{about}",
                                        "{detail}", "{value}",   "{label}", "{time}",
                                        "{place}",  "{account}", "{what}",  "{name}"};
  return std::none_of(kPlaceholders.begin(), kPlaceholders.end(), [&](const char* placeholder) {
    return text.find(placeholder) != std::string::npos;
  });
}

TEST(Explain, HasASentenceForEveryReasonInBothLanguages) {
  for (const Reason reason : all_reasons()) {
    const std::string english = sentence(Language::english, finding_of(reason));
    const std::string chinese = sentence(Language::chinese, finding_of(reason));
    EXPECT_NE(english, chinese) << name(reason);
    EXPECT_TRUE(is_complete(english) && is_complete(chinese)) << english << chinese;
  }
}

TEST(Explain, IsTestedWithEveryReason) {
  EXPECT_EQ(all_reasons().size(), 65U);
}

TEST(Explain, TellsAStoryForEveryReasonInBothLanguages) {
  const test::UtcCalendar calendar;
  Case record = example_case();
  for (const Reason reason : all_reasons()) {
    record.decisive = finding_of(reason);
    record.trace = {record.decisive};
    const Story english = explain(Language::english, record, calendar, test_now());
    const Story chinese = explain(Language::chinese, record, calendar, test_now());
    const std::string both = english.text(Language::english) + chinese.text(Language::chinese);
    EXPECT_TRUE(is_complete(both)) << both;
    EXPECT_THAT(both, AllOf(HasSubstr("Case 7K3F-9QXM"), HasSubstr("案例 7K3F-9QXM"),
                            HasSubstr(record.reply)));
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
}

TEST(Explain, SpellsLimitsInChinese) {
  EXPECT_EQ(limit_text(Language::chinese, RuleId::message_rate, {50, {minutes(15)}}),
            "任意 15 分钟内 50");
}

TEST(Explain, PointsToTheEntryThatIsThereAlready) {
  const test::UtcCalendar calendar;
  Case record = example_case();
  record.decisive.figures.origin =
      Origin{Origin::Kind::account, "alice@example.com", {"whitelist.yaml", 7, 5}};
  const Story story = explain(Language::english, record, calendar, test_now());
  EXPECT_THAT(story.exceptions.at(0).lead, HasSubstr("whitelist.yaml:7:5"));
  EXPECT_EQ(story.exceptions.at(0).yaml, "    message_rate: 100 per 15m\n");
}

TEST(Explain, OffersAServerItsOwnEntryAndAStrangerTheSitesFigure) {
  const test::UtcCalendar calendar;
  Case record = example_case();
  record.subject = Subject::server("erp");
  EXPECT_THAT(explain(Language::english, record, calendar, test_now()).exceptions.at(0).lead,
              HasSubstr("erp in whitelist.yaml"));
  record.subject = Subject::from_text("c:192.0.2.9");
  EXPECT_EQ(explain(Language::english, record, calendar, test_now()).exceptions.at(0).yaml,
            "rules:\n  message_rate: { limit: 100 per 15m }\n");
}

TEST(Explain, SaysWhatToDoAboutEveryReasonThatStopsOrMarks) {
  const test::UtcCalendar calendar;
  for (const Reason reason : all_reasons()) {
    const std::string english =
        advice_for(Language::english, finding_of(reason), calendar, test_now());
    const std::string chinese =
        advice_for(Language::chinese, finding_of(reason), calendar, test_now());
    EXPECT_EQ(english.empty(), passes(reason)) << name(reason);
    EXPECT_EQ(english.empty(), chinese.empty()) << name(reason);
    EXPECT_TRUE(is_complete(english) && is_complete(chinese)) << english << chinese;
  }
}

TEST(Explain, LeavesOutRulesThatHadNothingToSay) {
  const test::UtcCalendar calendar;
  Case record = example_case();
  record.trace = {finding_of(Reason::does_not_apply), finding_of(Reason::within_limit)};
  EXPECT_EQ(explain(Language::english, record, calendar, test_now()).trace.size(), 1U);
}

TEST(Explain, TellsOfAMessageThatPassedMarkedWithoutAReply) {
  const test::UtcCalendar calendar;
  Case record = example_case();
  record.verdict = "junk";
  record.reply = "";
  record.login = "";
  record.channel = Channel::inbound;
  record.subject = Subject::from_text("c:192.0.2.7");
  record.decisive = finding_of(Reason::name_shows_ours);
  const std::string english =
      explain(Language::english, record, calendar, test_now()).text(Language::english);
  EXPECT_THAT(english, AllOf(HasSubstr("marked as junk"), HasSubstr("3 messages share"),
                             Not(HasSubstr("Reply"))));
  const std::string chinese =
      explain(Language::chinese, record, calendar, test_now()).text(Language::chinese);
  EXPECT_THAT(chinese, AllOf(HasSubstr("标记为垃圾邮件"), Not(HasSubstr("回复"))));
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
  EXPECT_TRUE(by_command.exceptions.empty());
  EXPECT_THAT(by_command.why, HasSubstr("left the company"));

  record.decisive.figures.origin =
      Origin{Origin::Kind::account, "leaver@example.com", {"whitelist.yaml", 9, 5}};
  const Story by_file = explain(Language::english, record, calendar, test_now());
  EXPECT_THAT(by_file.advice, HasSubstr("whitelist.yaml:9:5"));
  EXPECT_TRUE(by_file.origin.empty()) << "no limit, so no limit's origin";
}

Case case_of_lock(const ClientLock& lock) {
  return case_of(lock, test::example_settings().site, "mx.example.com");
}

TEST(ExplainLock, TellsTheWholeStoryInBothLanguages) {
  const test::UtcCalendar calendar;
  const Case record = case_of_lock(test::example_lock("2001:db8::/64"));
  const std::string english =
      explain(Language::english, record, calendar, test_now()).text(Language::english);
  for (const char* part :
       {"Case 7K3F-9QXM", "turned away before their password is looked at", "Client: 2001:db8::/64",
        "Too many logins from 2001:db8::/64 failed: 10 in any 30 minutes. They were for: "
        "alice@example.com.",
        "Clears: at 2026-11-22 06:30:10 +0000", "gatepost lockout unlock 2001:db8::/64",
        "offices:\n  - clients: [\"2001:db8::/64\"]\n    login_failures: 50\n"}) {
    EXPECT_THAT(english, HasSubstr(part));
  }
  EXPECT_THAT(english, AllOf(Not(HasSubstr("Envelope sender")), Not(HasSubstr("Kind of mail"))));
  const std::string chinese =
      explain(Language::chinese, record, calendar, test_now()).text(Language::chinese);
  EXPECT_THAT(chinese, AllOf(HasSubstr("任意 30 分钟内 10"), HasSubstr("alice@example.com"),
                             HasSubstr("offices:"), HasSubstr("2026-11-22 06:30:10")));
  EXPECT_TRUE(is_complete(english + chinese));
}

TEST(ExplainLock, SaysThatItHasEnded) {
  const test::UtcCalendar calendar;
  const Case record = case_of_lock(test::example_lock());
  const Story story = explain(Language::english, record, calendar, test_now() + hours(1));
  EXPECT_THAT(story.clears, HasSubstr("which has passed"));
  EXPECT_THAT(story.advice, AllOf(HasSubstr("ended at 2026-11-22 06:30:10 +0000"),
                                  HasSubstr("gatepost lockout show 192.0.2.7")));
}

TEST(ExplainLock, TellsWhoLockedByHandAndOffersNoException) {
  const test::UtcCalendar calendar;
  const Case record = case_of_lock(test::hand_lock("192.0.2.7"));
  const Story story = explain(Language::english, record, calendar, test_now());
  EXPECT_EQ(story.why, "An admin locked 192.0.2.7. Reason given: ticket 12.");
  EXPECT_THAT(story.clears, HasSubstr("06:30:10"));
  EXPECT_TRUE(story.exceptions.empty());
  Case elsewhere = record;
  elsewhere.decisive.reason = Reason::locked_client_elsewhere;
  EXPECT_THAT(explain(Language::english, elsewhere, calendar, test_now()).why,
              HasSubstr("192.0.2.7 is locked for logins (ticket 12)"));
}

}  // namespace
}  // namespace gatepost
