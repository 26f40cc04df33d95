#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ask.hpp"
#include "fakes.hpp"
#include "policy/effective_limits.hpp"

namespace gatepost::admin {
namespace {

using std::chrono::hours;
using test::FakeDaemon;
using test::test_now;
using testing::HasSubstr;
using testing::Not;

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
  EXPECT_THAT(response.body, Not(HasSubstr("would pass now")));
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
  EXPECT_THAT(response.body, HasSubstr("最近拒绝、暂挂或标记的邮件"));
  EXPECT_THAT(response.body, HasSubstr("\"known\":true"));
}

TEST(ApiFreeze, RecordsThenFreezesThenRecordsTheResult) {
  FakeDaemon daemon;
  const Response response = post(daemon, "/v1/account/alice/freeze", R"({"reason":"ticket 7"})");
  EXPECT_EQ(response.status, 200) << response.body;
  const auto& entry = daemon.fake_stores.freeze_book.entries.at("alice@example.com");
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
  EXPECT_TRUE(daemon.fake_stores.freeze_book.entries.empty());
  EXPECT_EQ(post(daemon, "/v1/reload", "").status, 503);
  EXPECT_TRUE(daemon.reloads.empty());
}

TEST(ApiFreeze, RecordsAFailure) {
  FakeDaemon daemon;
  daemon.fake_stores.freeze_book.away = "connection refused";
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

TEST(ApiFreeze, SaysThatNothingIsRefusedInObserveMode) {
  FakeDaemon daemon;
  daemon.edited->site.mode = Mode::observe;
  const Response response = post(daemon, "/v1/account/alice/freeze", R"({"reason":"x"})");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("not refused, until the mode is enforce"));
}

TEST(ApiUnfreeze, LiftsWhatACommandFroze) {
  FakeDaemon daemon;
  post(daemon, "/v1/account/alice/freeze", R"({"reason":"x"})");
  EXPECT_EQ(post(daemon, "/v1/account/alice/unfreeze", R"({"reason":"y"})").status, 200);
  EXPECT_TRUE(daemon.fake_stores.freeze_book.entries.empty());
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

}  // namespace
}  // namespace gatepost::admin
