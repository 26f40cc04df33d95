#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/usage_message.hpp"
#include "ask.hpp"
#include "fakes.hpp"
#include "policy/effective_limits.hpp"

namespace gatepost::admin {
namespace {

using std::chrono::hours;
using test::FakeDaemon;
using test::test_now;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The answers' statuses at the admin socket, the support socket and the metrics listener.
using Statuses = std::array<int, 3>;

Statuses statuses_of(const std::string& method, const std::string& target) {
  FakeDaemon daemon;
  daemon.fake_stores.case_book.records = {test::example_case()};
  Statuses out{};
  std::size_t at = 0;
  for (const Door door : {Door::admin, Door::support, Door::metrics}) {
    out.at(at++) =
        answer(daemon, {.method = method, .target = target, .body = {}, .actor = "x", .door = door})
            .status;
  }
  return out;
}

// Everything that may be asked, and where.
TEST(Api, OpensEachEndpointToTheRightSockets) {
  struct Row {
    const char* method = "";
    const char* target = "";
    int admin = 0;
    int support = 0;
    int metrics = 0;
  };

  for (const Row& row : {Row{"GET", "/v1/status", 200, 200, 403},
                         Row{"GET", "/metrics", 200, 200, 200},
                         Row{"GET", "/v1/account/alice", 200, 200, 403},
                         Row{"GET", "/v1/cases/7K3F-9QXM", 200, 200, 403},
                         Row{"POST", "/v1/account/alice/freeze", 400, 403, 403},
                         Row{"POST", "/v1/account/alice/unfreeze", 400, 403, 403},
                         Row{"GET", "/v1/lockouts", 200, 200, 403},
                         Row{"GET", "/v1/lockouts/192.0.2.7", 200, 200, 403},
                         Row{"GET", "/v1/lockouts/alice", 200, 200, 403},
                         Row{"POST", "/v1/lockouts/192.0.2.7/unlock", 400, 400, 403},
                         Row{"POST", "/v1/lockouts/192.0.2.7/lock", 400, 403, 403},
                         Row{"POST", "/v1/reload", 200, 403, 403},
                         Row{"GET", "/v1/report/would-refuse", 200, 403, 403},
                         Row{"POST", "/v1/usage", 400, 403, 403},
                         Row{"GET", "/v1/audit", 200, 403, 403},
                         Row{"GET", "/v1/nothing", 404, 404, 403},
                         Row{"GET", "/", 404, 404, 403},
                         Row{"GET", "/v1/account/alice/freeze", 405, 405, 403},
                         Row{"DELETE", "/v1/status", 405, 405, 403},
                         Row{"GET", "/v1/account/%zz", 400, 400, 400},
                         Row{"GET", "/v1/account/a%0Ab", 400, 400, 400},
                         Row{"GET", "/v1/status?lang=xx", 400, 400, 403}}) {
    const Statuses expected = {row.admin, row.support, row.metrics};
    EXPECT_EQ(statuses_of(row.method, row.target), expected) << row.method << ' ' << row.target;
  }
}

TEST(Api, GivesErrorsWithAHint) {
  FakeDaemon daemon;
  for (const char* target :
       {"/v1/nothing", "/v1/account/%zz", "/v1/cases/xyz", "/v1/cases/0000-0000",
        "/v1/report/would-refuse?since=soon", "/v1/audit?most=0"}) {
    const Response response = get(daemon, target);
    EXPECT_GE(response.status, 400) << target;
    EXPECT_THAT(response.body, AllOf(HasSubstr("\"error\":\""), HasSubstr("\"hint\":\"")))
        << target;
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

TEST(ApiStatus, TellsWhoTellsOfLoginsAndWhatIsLocked) {
  FakeDaemon daemon;
  daemon.current.logins = {.sources = {{"auth_policy", ""}, {"/var/log/mail.log", "no permission"}},
                           .idle = false,
                           .locks = 3,
                           .observed = true,
                           .counts = {{"auth_policy", "failure", 7}}};
  const std::string english = get(daemon, "/v1/status").body;
  EXPECT_THAT(english, AllOf(HasSubstr("Logins are told by auth_policy."),
                             HasSubstr("NOT TOLD by /var/log/mail.log: no permission"),
                             HasSubstr("Locked client addresses: 3"), HasSubstr("observe mode"),
                             HasSubstr(R"("result":"failure","count":7)")));
  EXPECT_THAT(get(daemon, "/v1/status?lang=zh").body,
              AllOf(HasSubstr("登录情况的来源：auth_policy"), HasSubstr("已锁定的客户端地址：3")));
  daemon.current.logins = {
      .sources = {}, .idle = true, .locks = 0, .observed = false, .counts = {}};
  EXPECT_THAT(get(daemon, "/v1/status").body,
              AllOf(HasSubstr("names no source"), HasSubstr(R"("idle":true)")));
}

TEST(ApiStatus, TellsOfTheDns) {
  FakeDaemon daemon;
  EXPECT_THAT(get(daemon, "/v1/status").body, Not(HasSubstr("DNS")));
  daemon.current.dns = {.asked = 11,
                        .from_cache = 12,
                        .shared = 13,
                        .failed = 14,
                        .failed_in_a_row = 10,
                        .under_way = 15,
                        .waiting = 16,
                        .turned_away = 17,
                        .out_of_time = 18};
  const std::string status = get(daemon, "/v1/status").body;
  EXPECT_THAT(status,
              HasSubstr("\"dns\":{\"asked\":11,\"from_cache\":12,\"shared\":13,\"failed\":14,"
                        "\"failed_in_a_row\":10,\"under_way\":15,\"waiting\":16,\"turned_away\":17,"
                        "\"out_of_time\":18}"));
  for (const char* line :
       {"DNS: 11 questions asked, 25 answered from the cache, 14 failed\\n",
        "Warning: the name servers do not answer (the last 10 questions failed)",
        "Messages that wait for the DNS: 16\\n",
        "Messages verified without answers of the DNS, which came too late: 18\\n",
        "Messages verified without waiting for the DNS, because too many waited: 17\\n"}) {
    EXPECT_THAT(status, HasSubstr(line));
  }
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
  EXPECT_THAT(get(daemon, "/v1/report/would-refuse").body,
              HasSubstr("refused, held or marked nothing"));
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

}  // namespace
}  // namespace gatepost::admin
