#include "admin/api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/metrics.hpp"
#include "admin/usage_message.hpp"
#include "fakes.hpp"
#include "policy/effective_limits.hpp"

namespace gatepost::admin {
namespace {

using std::chrono::hours;
using test::FakeDaemon;
using test::test_now;
using testing::HasSubstr;
using testing::Not;

Response get(FakeDaemon& daemon, const std::string& target, Door door = Door::admin) {
  return answer(daemon,
                {.method = "GET", .target = target, .body = {}, .actor = "root", .door = door});
}

Response post(FakeDaemon& daemon, const std::string& target, const std::string& body,
              Door door = Door::admin) {
  return answer(daemon,
                {.method = "POST", .target = target, .body = body, .actor = "root", .door = door});
}

void freeze_in_whitelist(FakeDaemon& daemon, const std::string& account,
                         std::optional<Time> expires = {}) {
  daemon.edited->whitelist.frozen.emplace(account,
                                          FrozenEntry{account,
                                                      {.reason = "left the company",
                                                       .owner = {},
                                                       .expires = expires,
                                                       .place = {"whitelist.yaml", 12, 5}}});
}

// Everything that may be asked, and where.
TEST(Api, OpensEachEndpointToTheRightSockets) {
  struct Row {
    const char* method;
    const char* target;
    int admin;
    int support;
    int metrics;
  };

  for (const Row& row :
       {Row{"GET", "/v1/status", 200, 200, 403}, Row{"GET", "/metrics", 200, 200, 200},
        Row{"GET", "/v1/account/alice", 200, 200, 403},
        Row{"GET", "/v1/cases/7K3F-9QXM", 200, 200, 403},
        Row{"POST", "/v1/account/alice/freeze", 400, 403, 403},
        Row{"POST", "/v1/account/alice/unfreeze", 400, 403, 403},
        Row{"POST", "/v1/reload", 200, 403, 403},
        Row{"GET", "/v1/report/would-refuse", 200, 403, 403},
        Row{"POST", "/v1/usage", 400, 403, 403}, Row{"GET", "/v1/audit", 200, 403, 403},
        Row{"GET", "/v1/nothing", 404, 404, 403}, Row{"GET", "/", 404, 404, 403},
        Row{"GET", "/v1/account/alice/freeze", 405, 405, 403},
        Row{"DELETE", "/v1/status", 405, 405, 403}, Row{"GET", "/v1/account/%zz", 400, 400, 400},
        Row{"GET", "/v1/account/a%0Ab", 400, 400, 400},
        Row{"GET", "/v1/status?lang=xx", 400, 400, 403}}) {
    FakeDaemon daemon;
    daemon.fake_stores.case_book.records = {test::example_case()};
    const auto ask = [&](Door door) {
      return answer(daemon, {.method = row.method,
                             .target = row.target,
                             .body = {},
                             .actor = "x",
                             .door = door})
          .status;
    };
    EXPECT_EQ(ask(Door::admin), row.admin) << row.method << ' ' << row.target;
    EXPECT_EQ(ask(Door::support), row.support) << row.method << ' ' << row.target;
    EXPECT_EQ(ask(Door::metrics), row.metrics) << row.method << ' ' << row.target;
  }
}

TEST(Api, GivesErrorsWithAHint) {
  FakeDaemon daemon;
  for (const char* target :
       {"/v1/nothing", "/v1/account/%zz", "/v1/cases/xyz", "/v1/cases/0000-0000",
        "/v1/report/would-refuse?since=soon", "/v1/audit?most=0"}) {
    const Response response = get(daemon, target);
    EXPECT_GE(response.status, 400) << target;
    EXPECT_THAT(response.body, HasSubstr("\"error\":\"")) << target;
    EXPECT_THAT(response.body, HasSubstr("\"hint\":\"")) << target;
  }
}

TEST(ApiStatus, TellsInBothLanguagesWhatIsWrong) {
  FakeDaemon daemon;
  daemon.current.config.from_last_good = true;
  daemon.current.config.problems = {"whitelist.yaml:3:1: unknown key 'frozn'"};
  daemon.current.store.away = true;
  daemon.current.store.last_error = "connection refused";
  daemon.current.warnings = {"listener SMTP: no end of message was ever seen"};
  const std::string english = get(daemon, "/v1/status").body;
  EXPECT_THAT(english, HasSubstr("STORE AWAY"));
  EXPECT_THAT(english, HasSubstr("THE WHITELIST FILE IS BROKEN"));
  EXPECT_THAT(english, HasSubstr("unknown key 'frozn'"));
  EXPECT_THAT(english, HasSubstr("no end of message"));
  const std::string chinese = get(daemon, "/v1/status?lang=zh").body;
  EXPECT_THAT(chinese, HasSubstr("存储不可用"));
  EXPECT_THAT(chinese, HasSubstr("白名单文件有错误"));
}

TEST(ApiAccount, GivesZerosAndTheLimitsForAUserWhoNeverSent) {
  FakeDaemon daemon;
  const Response response = get(daemon, "/v1/account/ALICE%40Example.Com");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("\"account\":\"alice@example.com\""));
  EXPECT_THAT(response.body, HasSubstr("\"known\":false"));
  EXPECT_THAT(response.body, HasSubstr("\"passes\":true"));
  EXPECT_THAT(response.body, HasSubstr("\"used\":0,\"left\":50"));
  EXPECT_THAT(response.body, HasSubstr("\"used\":0,\"left\":300"));
  EXPECT_THAT(response.body, HasSubstr("Not known to have sent"));
  EXPECT_EQ(daemon.fake_stores.counters.settled, 0) << "looking charges nothing";
}

TEST(ApiAccount, SaysThatADomainIsNotOurs) {
  FakeDaemon daemon;
  const Response response = get(daemon, "/v1/account/eve@elsewhere.test");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("\"ours\":false"));
  EXPECT_THAT(response.body, HasSubstr("elsewhere.test is not among this site's domains"));
}

TEST(ApiAccount, RefusesWhatIsNoName) {
  FakeDaemon daemon;
  for (const char* user : {"a@@b", "a@b@", "@", "%20@example.com", "a@example..com"}) {
    EXPECT_EQ(get(daemon, std::string("/v1/account/") + user).status, 400) << user;
  }
}

TEST(ApiAccount, TellsAUserOverTheLimitWhenItClears) {
  FakeDaemon daemon;
  daemon.fake_stores.counters.used[{"u:alice@example.com", test::message_counter()}] = 50;
  const Response response = get(daemon, "/v1/account/alice");
  EXPECT_THAT(response.body, HasSubstr("\"passes\":false"));
  EXPECT_THAT(response.body, HasSubstr("\"used\":50,\"left\":0"));
  EXPECT_THAT(response.body, HasSubstr("\"clears_at\":\"2026-11-22T06:10:10Z\""));
  EXPECT_THAT(response.body, HasSubstr("It would pass at 2026-11-22 06:10:10 +0000"));
}

TEST(ApiAccount, TellsARefusalOfTheDailyLimitToo) {
  FakeDaemon daemon;
  daemon.fake_stores.counters.used[{"u:alice@example.com", test::recipient_counter()}] = 300;
  const Response response = get(daemon, "/v1/account/alice");
  EXPECT_THAT(response.body, HasSubstr("\"passes\":false"));
  EXPECT_THAT(response.body, HasSubstr("refused now: recipients_per_day"));
}

TEST(ApiAccount, SaysThatAnObservedRuleOnlyReports) {
  FakeDaemon daemon;
  daemon.edited->site.mode = Mode::observe;
  daemon.fake_stores.counters.used[{"u:alice@example.com", test::message_counter()}] = 50;
  const Response response = get(daemon, "/v1/account/alice");
  EXPECT_THAT(response.body, HasSubstr("\"passes\":true"));
  EXPECT_THAT(response.body, HasSubstr("reported, not refused"));
}

TEST(ApiAccount, SaysWithTheStoreAwayThatCountersCannotBeRead) {
  FakeDaemon daemon;
  daemon.fake_stores.counters.away = "connection refused";
  daemon.fake_stores.case_book.away = "connection refused";
  const Response response = get(daemon, "/v1/account/alice");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("\"source\":\"unavailable\""));
  EXPECT_THAT(response.body, HasSubstr("\"passes\":null"));
  EXPECT_THAT(response.body, HasSubstr("The counters cannot be read: connection refused"));
  EXPECT_THAT(response.body, Not(HasSubstr("Not known to have sent")));
}

TEST(ApiAccount, MarksFiguresThatThisDaemonAloneCounted) {
  FakeDaemon daemon;
  daemon.fake_stores.counters.source = Source::local;
  EXPECT_THAT(get(daemon, "/v1/account/alice").body, HasSubstr("\"source\":\"local\""));
  EXPECT_THAT(get(daemon, "/v1/account/alice").body, HasSubstr("this daemon's own counting"));
}

TEST(ApiAccount, NamesWhereEachLimitComesFrom) {
  FakeDaemon daemon;
  LimitSet limits;
  limits.message_rate = Limit{200, {std::chrono::minutes(15)}};
  daemon.edited->whitelist.group_senders.emplace(
      "hr@example.com",
      GroupSender{
          "hr@example.com",
          limits,
          {.reason = "letter", .owner = {}, .expires = {}, .place = {"whitelist.yaml", 2, 5}}});
  daemon.edited->counters = configured_counters(*daemon.edited);
  const Response response = get(daemon, "/v1/account/hr");
  EXPECT_THAT(response.body, HasSubstr("\"limit\":\"200 per 15m\""));
  EXPECT_THAT(response.body, HasSubstr("own entry hr@example.com at whitelist.yaml:2:5"));
  EXPECT_THAT(response.body, HasSubstr("built-in default"));
}

TEST(ApiAccount, ListsRecentRefusals) {
  FakeDaemon daemon;
  daemon.fake_stores.case_book.records = {test::example_case()};
  const Response response = get(daemon, "/v1/account/alice?lang=zh");
  EXPECT_THAT(response.body, HasSubstr("\"reference\":\"7K3F-9QXM\""));
  EXPECT_THAT(response.body, HasSubstr("最近的拒绝记录"));
  EXPECT_THAT(response.body, HasSubstr("\"known\":true"));
}

TEST(ApiFreeze, RecordsThenFreezesThenRecordsTheResult) {
  FakeDaemon daemon;
  const Response response = post(daemon, "/v1/account/alice/freeze", R"({"reason":"ticket 7"})");
  EXPECT_EQ(response.status, 200) << response.body;
  const auto& entry = daemon.fake_stores.lock_book.entries.at("alice@example.com");
  EXPECT_EQ(entry, (FrozenAccount{"alice@example.com", "ticket 7", "root", test_now()}));
  const auto& records = daemon.fake_stores.audit_log.records;
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0], (AuditRecord{test_now(), "root", "account freeze", "alice@example.com",
                                     "ticket 7", "begun"}));
  EXPECT_EQ(records[1].result, "done");
}

TEST(ApiFreeze, ChangesNothingThatCannotBeRecorded) {
  FakeDaemon daemon;
  daemon.fake_stores.audit_log.away = "disk full";
  EXPECT_EQ(post(daemon, "/v1/account/alice/freeze", R"({"reason":"x"})").status, 503);
  EXPECT_TRUE(daemon.fake_stores.lock_book.entries.empty());
  EXPECT_EQ(post(daemon, "/v1/reload", "").status, 503);
  EXPECT_TRUE(daemon.reloads.empty());
}

TEST(ApiFreeze, RecordsAFailure) {
  FakeDaemon daemon;
  daemon.fake_stores.lock_book.away = "connection refused";
  EXPECT_EQ(post(daemon, "/v1/account/alice/freeze", R"({"reason":"x"})").status, 503);
  EXPECT_EQ(daemon.fake_stores.audit_log.records.back().result, "failed: connection refused");
}

TEST(ApiFreeze, NeedsAReason) {
  FakeDaemon daemon;
  for (const char* body : {"", "{}", R"({"reason":"  "})", R"({"reason":7})", "[]", "{", "null"}) {
    EXPECT_EQ(post(daemon, "/v1/account/alice/freeze", body).status, 400) << body;
  }
  EXPECT_TRUE(daemon.fake_stores.audit_log.records.empty());
}

TEST(ApiUnfreeze, LiftsWhatACommandFroze) {
  FakeDaemon daemon;
  post(daemon, "/v1/account/alice/freeze", R"({"reason":"x"})");
  EXPECT_EQ(post(daemon, "/v1/account/alice/unfreeze", R"({"reason":"y"})").status, 200);
  EXPECT_TRUE(daemon.fake_stores.lock_book.entries.empty());
  const Response again = post(daemon, "/v1/account/alice/unfreeze", R"({"reason":"y"})");
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.body, HasSubstr("is not frozen"));
}

TEST(ApiUnfreeze, FailsForAWhitelistEntryAndNamesItsPlace) {
  FakeDaemon daemon;
  freeze_in_whitelist(daemon, "leaver@example.com");
  const Response response = post(daemon, "/v1/account/leaver/unfreeze", R"({"reason":"back"})");
  EXPECT_EQ(response.status, 409);
  EXPECT_THAT(response.body, HasSubstr("whitelist.yaml:12:5"));
  EXPECT_THAT(response.body, HasSubstr("remove that entry"));
  EXPECT_THAT(daemon.fake_stores.audit_log.records.back().result, HasSubstr("refused"));
}

TEST(ApiUnfreeze, IgnoresAWhitelistEntryThatExpired) {
  FakeDaemon daemon;
  freeze_in_whitelist(daemon, "leaver@example.com", test_now() - hours(1));
  post(daemon, "/v1/account/leaver/freeze", R"({"reason":"x"})");
  EXPECT_EQ(post(daemon, "/v1/account/leaver/unfreeze", R"({"reason":"y"})").status, 200);
}

TEST(ApiAccount, SaysWhereItIsFrozenAndHowToLiftIt) {
  FakeDaemon daemon;
  freeze_in_whitelist(daemon, "leaver@example.com");
  post(daemon, "/v1/account/bob/freeze", R"({"reason":"spam"})");
  const std::string by_file = get(daemon, "/v1/account/leaver").body;
  EXPECT_THAT(by_file, HasSubstr("FROZEN by the entry at whitelist.yaml:12:5: left the company"));
  EXPECT_THAT(by_file, HasSubstr("\"passes\":false"));
  const std::string by_command = get(daemon, "/v1/account/bob").body;
  EXPECT_THAT(by_command, HasSubstr("FROZEN by root since 2026-11-22 06:05:10 +0000: spam"));
  EXPECT_THAT(by_command, HasSubstr("gatepost account unfreeze bob@example.com"));
}

TEST(ApiCase, TellsTheStoryInBothLanguages) {
  FakeDaemon daemon;
  daemon.fake_stores.case_book.records = {test::example_case()};
  const std::string english = get(daemon, "/v1/cases/7k3f9qxm").body;
  EXPECT_THAT(english, HasSubstr("Case 7K3F-9QXM"));
  EXPECT_THAT(english, HasSubstr("group_senders:"));
  EXPECT_THAT(english, HasSubstr("\"reason\":\"too_many_messages\""));
  EXPECT_THAT(get(daemon, "/v1/cases/7K3F-9QXM?lang=zh").body, HasSubstr("案例 7K3F-9QXM"));
}

TEST(ApiCase, DistinguishesUnknownUnreadableAndAway) {
  FakeDaemon daemon;
  EXPECT_EQ(get(daemon, "/v1/cases/0000-0000").status, 404);
  EXPECT_EQ(get(daemon, "/v1/cases/hello").status, 400);
  daemon.fake_stores.case_book.away = "locked";
  EXPECT_EQ(get(daemon, "/v1/cases/0000-0000").status, 503);
}

TEST(ApiReport, SumsUpWhatObservedRulesWouldHaveDone) {
  FakeDaemon daemon;
  EXPECT_THAT(get(daemon, "/v1/report/would-refuse").body, HasSubstr("refused nothing"));
  EXPECT_EQ(daemon.fake_stores.case_book.asked_since, test_now() - hours(7 * 24));
  daemon.fake_stores.case_book.tallies = {{RuleId::message_rate, "u:alice@example.com", 12}};
  const Response response = get(daemon, "/v1/report/would-refuse?since=36h&lang=zh");
  EXPECT_EQ(daemon.fake_stores.case_book.asked_since, test_now() - hours(36));
  EXPECT_THAT(response.body, HasSubstr("alice@example.com 12 封"));
  EXPECT_THAT(response.body, HasSubstr("\"count\":12"));
}

TEST(ApiReport, RefusesSpansThatAreNone) {
  FakeDaemon daemon;
  for (const char* since : {"7", "d", "7w", "-1d", "0d", "7dd", "99999999999d", "1.5h"}) {
    EXPECT_EQ(get(daemon, std::string("/v1/report/would-refuse?since=") + since).status, 400)
        << since;
  }
}

TEST(ApiReload, SaysWhyAConfigurationWasNotAccepted) {
  FakeDaemon daemon;
  EXPECT_EQ(post(daemon, "/v1/reload", R"({"yes":true})").status, 200);
  daemon.outcome = {false, {"gatepost.yaml:4:5: unknown key 'windw'"}};
  const Response response = post(daemon, "/v1/reload", "");
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(response.body, HasSubstr("unknown key 'windw'"));
  EXPECT_EQ(daemon.reloads, (std::vector<bool>{true, false}));
  EXPECT_THAT(daemon.fake_stores.audit_log.records.back().result, HasSubstr("refused"));
}

TEST(ApiAudit, ListsTheNewestFirst) {
  FakeDaemon daemon;
  post(daemon, "/v1/account/alice/freeze", R"({"reason":"one"})");
  post(daemon, "/v1/account/bob/freeze", R"({"reason":"two"})");
  const Response response = get(daemon, "/v1/audit?most=1");
  EXPECT_THAT(response.body, HasSubstr("bob@example.com"));
  EXPECT_THAT(response.body, Not(HasSubstr("alice@example.com")));
}

TEST(ApiUsage, ReadsCountersAndLocksWithoutCharging) {
  FakeDaemon daemon;
  daemon.fake_stores.counters.used[{"u:alice@example.com", test::message_counter()}] = 7;
  post(daemon, "/v1/account/bob/freeze", R"({"reason":"spam"})");
  const UsageQuestion question{
      .subject = "u:alice@example.com",
      .charges = {{test::message_counter(), 1, 7, true}, {test::recipient_counter(), 2, {}, false}},
      .accounts = {"bob@example.com", "carol@example.com"}};
  EXPECT_EQ(parse_usage_question(usage_question_text(question)), question);
  const Response response = post(daemon, "/v1/usage", usage_question_text(question));
  ASSERT_EQ(response.status, 200) << response.body;
  const auto told = parse_usage_answer(response.body);
  ASSERT_TRUE(told);
  EXPECT_TRUE(told->settlement.refused);
  EXPECT_EQ(told->settlement.readings.at(0).used, 7);
  EXPECT_EQ(told->settlement.readings.at(0).clears_at, test_now() + std::chrono::minutes(5));
  EXPECT_EQ(told->settlement.readings.at(1), Reading{});
  ASSERT_EQ(told->frozen.size(), 1U);
  EXPECT_EQ(told->frozen[0].reason, "spam");
  EXPECT_EQ(daemon.fake_stores.counters.settled, 0);
}

TEST(ApiUsage, RefusesWhatIsNoQuestion) {
  FakeDaemon daemon;
  for (const char* body :
       {"", "{}", "[]", R"({"subject":"u:a"})", R"({"subject":"","charges":[]})",
        R"({"subject":"u:a","charges":[7]})",
        R"({"subject":"u:a","charges":[{"unit":"bytes","window_seconds":1,"amount":1}]})",
        R"({"subject":"u:a","charges":[{"unit":"messages","window_seconds":-1,"amount":1}]})",
        R"({"subject":"u:a","charges":[{"unit":"messages","window_seconds":1,"amount":-1}]})",
        R"({"subject":"u:a","charges":[],"accounts":[7]})", "[[[[[[[[[[[[[[[[[[[["}) {
    EXPECT_EQ(post(daemon, "/v1/usage", body).status, 400) << body;
  }
}

TEST(Metrics, NamesEverySeriesOnceAndEscapesLabels) {
  FakeDaemon daemon;
  daemon.current.sessions_total = 7;
  daemon.current.store.away = true;
  daemon.current.decisions = {{"message_rate", "submission", "defer", 3}, {"", "x\"y\\\n", "z", 1}};
  const Response response = get(daemon, "/metrics", Door::metrics);
  EXPECT_THAT(response.content_type, HasSubstr("text/plain"));
  for (const char* line :
       {"gatepost_sessions_total 7\n", "gatepost_store_away 1\n", "gatepost_config_problems 0\n",
        "gatepost_whitelist_from_last_good 0\n", "gatepost_build_info{version=\"0.1.0\"} 1\n",
        "gatepost_decisions_total{rule=\"message_rate\",channel=\"submission\",verdict=\"defer\"} "
        "3\n",
        "channel=\"x\\\"y\\\\\\n\"", "# TYPE gatepost_decisions_total counter\n"}) {
    EXPECT_THAT(response.body, HasSubstr(line));
  }
  std::istringstream lines(response.body);
  std::set<std::string> types;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.rfind("# ", 0) == 0 || line.rfind("gatepost_", 0) == 0) << line;
    if (line.rfind("# TYPE", 0) == 0) {
      EXPECT_TRUE(types.insert(line).second) << line;
    }
  }
}

}  // namespace
}  // namespace gatepost::admin
