#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ask.hpp"
#include "lockouts.hpp"

namespace gatepost::admin {
namespace {

using std::chrono::minutes;
using test::example_lock;
using test::FakeDaemon;
using test::hold;
using test::own;
using test::test_now;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kReason = R"({"reason":"ticket 9"})";

boost::json::object parsed(const Response& response) {
  return boost::json::parse(response.body).as_object();
}

const AuditRecord& last_record(const FakeDaemon& daemon) {
  return daemon.fake_stores.audit_log.records.back();
}

TEST(ApiLockouts, ListsLocks) {
  FakeDaemon daemon;
  hold(daemon, example_lock());
  hold(daemon, test::hand_lock("2001:db8::/64"));
  const auto list = parsed(get(daemon, "/v1/lockouts", Door::support));
  EXPECT_EQ(list.at("count").as_int64(), 2);
  const auto& lock = list.at("locks").at(0).as_object();
  EXPECT_EQ(lock.at("network"), "192.0.2.7/32");
  EXPECT_EQ(lock.at("client"), "192.0.2.7");
  EXPECT_EQ(lock.at("reference"), "7K3F-9QXM");
  EXPECT_EQ(lock.at("since"), "2026-11-22T06:00:10Z");
  EXPECT_EQ(lock.at("until"), "2026-11-22T06:30:10Z");
  EXPECT_EQ(lock.at("failures"), 10);
  EXPECT_EQ(lock.at("logins").at(0), "alice@example.com");
  EXPECT_TRUE(lock.at("actor").is_null());
  EXPECT_EQ(list.at("locks").at(1).at("actor"), "wang");
  EXPECT_EQ(list.at("locks").at(1).at("reason"), "ticket 12");
}

TEST(ApiLockouts, ALockWithoutARecordTellsItsStory) {
  FakeDaemon daemon;
  hold(daemon, example_lock());
  const Response told = get(daemon, "/v1/cases/7K3F-9QXM", Door::support);
  EXPECT_EQ(told.status, 200);
  EXPECT_THAT(told.body, AllOf(HasSubstr("192.0.2.7"), HasSubstr("login_lockout")));
  EXPECT_EQ(get(daemon, "/v1/cases/7K3F-9QXN", Door::support).status, 404);
}

TEST(ApiLockouts, ListsAtMostWhatIsAskedFor) {
  FakeDaemon daemon;
  for (int i = 1; i <= 5; ++i)
    hold(daemon, example_lock("192.0.2." + std::to_string(i)));
  const auto list = parsed(get(daemon, "/v1/lockouts?most=2"));
  EXPECT_EQ(list.at("count").as_int64(), 5);
  EXPECT_EQ(list.at("locks").as_array().size(), 2U);
  EXPECT_THAT(get(daemon, "/v1/lockouts?most=2").body, HasSubstr("Not shown: 3"));
  for (const char* most : {"0", "x", "200001", "-1", "2x"}) {
    EXPECT_EQ(get(daemon, std::string("/v1/lockouts?most=") + most).status, 400) << most;
  }
}

TEST(ApiLockouts, ShowsAClientByEverySpellingOfIt) {
  FakeDaemon daemon;
  hold(daemon, example_lock());
  hold(daemon, test::hand_lock("2001:db8::/64"));
  for (const char* who : {"192.0.2.7", "%3A%3Affff%3A192.0.2.7", "%5B192.0.2.7%5D",
                          "192.0.2.7%2F32", "2001%3Adb8%3A%3A99", "2001%3Adb8%3A%3A%2F64"}) {
    const Response response = get(daemon, std::string("/v1/lockouts/") + who, Door::support);
    ASSERT_EQ(response.status, 200) << who << response.body;
    EXPECT_TRUE(parsed(response).at("locked").as_bool()) << who;
  }
  EXPECT_FALSE(parsed(get(daemon, "/v1/lockouts/192.0.2.8")).at("locked").as_bool());
}

TEST(ApiLockouts, ShowsFailuresAndFigures) {
  FakeDaemon daemon;
  test::remember(daemon, "192.0.2.7",
                 {.counted = 4,
                  .failures = {test::failure_line(own("alice"), 4)},
                  .good_logins = {own("bob")},
                  .lock = {}});
  const auto view = parsed(get(daemon, "/v1/lockouts/192.0.2.7"));
  EXPECT_EQ(view.at("counted"), 4);
  EXPECT_EQ(view.at("terms").at("failures"), 10);
  EXPECT_EQ(view.at("terms").at("within_seconds"), 1800);
  EXPECT_EQ(view.at("failures").at(0).at("login"), "alice@example.com");
  EXPECT_EQ(view.at("failures").at(0).at("protocol"), "imap");
  EXPECT_EQ(view.at("failures").at(0).at("last"), "2026-11-22T06:04:10Z");
  EXPECT_EQ(view.at("good_logins").at(0), "bob@example.com");
  EXPECT_EQ(view.at("pattern"), "one_login");
}

TEST(ApiLockouts, StillTellsOfTheLockWithTheStoreAway) {
  FakeDaemon daemon;
  hold(daemon, example_lock());
  daemon.fake_stores.lock_book.away = "connection refused";
  const Response response = get(daemon, "/v1/lockouts/192.0.2.7");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(parsed(response).at("locked").as_bool());
  EXPECT_TRUE(parsed(response).at("failures").is_null());
  EXPECT_THAT(response.body, HasSubstr("cannot be read: connection refused"));
  const Response of_user = get(daemon, "/v1/lockouts/alice");
  EXPECT_EQ(parsed(of_user).at("locked"), 1) << "its lock names alice";
}

TEST(ApiLockouts, ShowsFromWhereAUsersLoginsFailed) {
  FakeDaemon daemon;
  hold(daemon, example_lock("192.0.2.7"));
  hold(daemon, example_lock("192.0.2.9"));
  ClientLock of_others = example_lock("192.0.2.10");
  of_others.logins = {own("bob")};
  hold(daemon, of_others);
  daemon.fake_stores.lock_book.by_login[own("alice")] = {test::failures_from("192.0.2.8", 2),
                                                         test::failures_from("192.0.2.7", 10)};
  const auto view = parsed(get(daemon, "/v1/lockouts/Alice", Door::support));
  EXPECT_EQ(view.at("account"), "alice@example.com");
  EXPECT_EQ(view.at("locked"), 2);
  const auto& addresses = view.at("addresses").as_array();
  ASSERT_EQ(addresses.size(), 3U);
  EXPECT_EQ(addresses.at(0).at("client"), "192.0.2.8");
  EXPECT_FALSE(addresses.at(0).at("locked").as_bool());
  EXPECT_EQ(addresses.at(1).at("times"), 10);
  EXPECT_TRUE(addresses.at(1).at("locked").as_bool());
  EXPECT_EQ(addresses.at(2).at("client"), "192.0.2.9") << "only its lock tells";
  EXPECT_TRUE(addresses.at(2).at("times").is_null());
}

TEST(ApiLockouts, CallsAnAccountAttackedThatFailsFromManyAddresses) {
  FakeDaemon daemon;
  auto& failures = daemon.fake_stores.lock_book.by_login[own("alice")];
  for (int i = 1; i <= 9; ++i)
    failures.push_back(test::failures_from("192.0.2." + std::to_string(i), 1));
  EXPECT_FALSE(parsed(get(daemon, "/v1/lockouts/alice")).at("attacked").as_bool());
  failures.push_back(test::failures_from("192.0.2.10", 1));
  EXPECT_TRUE(parsed(get(daemon, "/v1/lockouts/alice")).at("attacked").as_bool());
}

TEST(ApiUnlock, LiftsTheLockForgetsTheFailuresAndRecordsIt) {
  FakeDaemon daemon;
  hold(daemon, example_lock());
  daemon.fake_stores.lock_book.counts[*Network::parse("192.0.2.7")] = 10;
  const Response response = post(daemon, "/v1/lockouts/192.0.2.7/unlock", kReason, Door::support);
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.body,
              AllOf(HasSubstr("192.0.2.7 is unlocked; its lock [7K3F-9QXM]"),
                    HasSubstr("failed logins forgotten: 10"), HasSubstr("within a second")));
  EXPECT_EQ(parsed(response).at("failures_forgotten"), 10);
  EXPECT_TRUE(daemon.fake_stores.lock_book.held.empty());
  const auto& records = daemon.fake_stores.audit_log.records;
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0],
            (AuditRecord{test_now(), "root", "lockout unlock", "192.0.2.7", "ticket 9", "begun"}));
  EXPECT_EQ(records[1].result, "done: unlocked 192.0.2.7; failures forgotten: 10");
}

TEST(ApiUnlock, ForgetsTheFailuresOfAnAddressThatIsNotLocked) {
  FakeDaemon daemon;
  daemon.fake_stores.lock_book.counts[*Network::parse("192.0.2.7")] = 4;
  const Response response = post(daemon, "/v1/lockouts/192.0.2.7/unlock", kReason);
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body,
              AllOf(HasSubstr("failed logins forgotten: 4"), Not(HasSubstr("is unlocked"))));
}

TEST(ApiUnlock, SaysThatThereIsNothingToUndo) {
  FakeDaemon daemon;
  const Response response = post(daemon, "/v1/lockouts/192.0.2.7/unlock", kReason);
  EXPECT_EQ(response.status, 409);
  EXPECT_THAT(response.body, HasSubstr("192.0.2.7 is not locked"));
  EXPECT_EQ(last_record(daemon).result, "refused: nothing to undo");
}

TEST(ApiUnlock, LiftsLocksOfOtherNetworksThatHoldForTheAddressToo) {
  FakeDaemon daemon;
  hold(daemon, example_lock("192.0.2.0/24"));
  hold(daemon, example_lock("192.0.2.7"));
  EXPECT_EQ(post(daemon, "/v1/lockouts/192.0.2.7/unlock", kReason).status, 200);
  EXPECT_TRUE(daemon.fake_stores.lock_book.held.empty());
}

TEST(ApiUnlock, SaysThatItHoldsHereAloneWhileTheStoreIsAway) {
  FakeDaemon daemon;
  hold(daemon, example_lock());
  daemon.fake_stores.lock_book.only_here = true;
  const Response response = post(daemon, "/v1/lockouts/192.0.2.7/unlock", kReason);
  EXPECT_TRUE(parsed(response).at("only_here").as_bool());
  EXPECT_THAT(response.body, AllOf(HasSubstr("takes effect in this daemon alone"),
                                   Not(HasSubstr("within a second"))));
}

TEST(ApiUnlock, UnlocksEveryLockedAddressOfAUser) {
  FakeDaemon daemon;
  hold(daemon, example_lock("192.0.2.7"));
  ClientLock other = example_lock("192.0.2.9");
  other.logins = {own("bob")};
  hold(daemon, other);
  ClientLock by_failures = other;
  by_failures.network = *Network::parse("192.0.2.8");
  hold(daemon, by_failures);
  daemon.fake_stores.lock_book.by_login[own("alice")] = {test::failures_from("192.0.2.8", 2),
                                                         test::failures_from("192.0.2.11", 1)};
  daemon.fake_stores.lock_book.counts[*Network::parse("192.0.2.11")] = 1;
  const Response response = post(daemon, "/v1/lockouts/alice/unlock", kReason, Door::support);
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.body,
              AllOf(HasSubstr("192.0.2.7 is unlocked"), HasSubstr("192.0.2.8 is unlocked")));
  const auto& held = daemon.fake_stores.lock_book.held;
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held.begin()->first.text(), "192.0.2.9/32");
  EXPECT_EQ(daemon.fake_stores.lock_book.counts.at(*Network::parse("192.0.2.11")), 1)
      << "not locked, so nothing to lift";
  EXPECT_EQ(last_record(daemon).target, "alice@example.com");
  EXPECT_EQ(last_record(daemon).result,
            "done: unlocked 192.0.2.8, 192.0.2.7; failures forgotten: 0");
}

TEST(ApiUnlock, SaysThatNoLockNamesTheUser) {
  FakeDaemon daemon;
  const Response response = post(daemon, "/v1/lockouts/carol/unlock", kReason);
  EXPECT_EQ(response.status, 409);
  EXPECT_THAT(response.body, HasSubstr("no locked address names carol@example.com"));
  EXPECT_THAT(post(daemon, "/v1/lockouts/eve@elsewhere.test/unlock", kReason).body,
              HasSubstr("kept masked"));
}

TEST(ApiLock, LocksTheNetworkThatCountsAsOneClient) {
  FakeDaemon daemon;
  const Response response =
      post(daemon, "/v1/lockouts/2001%3Adb8%3A%3A7/lock", R"({"for":"2h","reason":"ticket 9"})");
  EXPECT_EQ(response.status, 200) << response.body;
  const auto& held = daemon.fake_stores.lock_book.held;
  ASSERT_EQ(held.size(), 1U);
  const ClientLock& lock = held.begin()->second;
  EXPECT_EQ(lock.network.text(), "2001:db8::/64");
  EXPECT_EQ(lock.since, test_now());
  EXPECT_EQ(lock.until, test_now() + minutes(120));
  EXPECT_EQ(lock.actor, "root");
  EXPECT_EQ(lock.reason, "ticket 9");
  EXPECT_EQ(last_record(daemon).action, "lockout lock");
  EXPECT_EQ(last_record(daemon).target, "2001:db8::/64");
  EXPECT_EQ(last_record(daemon).result, "done");
  const std::string story = get(daemon, "/v1/cases/" + lock.reference.text()).body;
  EXPECT_THAT(story, AllOf(HasSubstr("client_locked_by_hand"), HasSubstr("ticket 9"),
                           HasSubstr("gatepost lockout unlock 2001:db8::/64")));
}

TEST(ApiLock, IsToldOfByItsReferenceForAsLongAsItHolds) {
  FakeDaemon daemon;
  post(daemon, "/v1/lockouts/192.0.2.7/lock", R"({"for":"2h","reason":"ticket 9"})");
  const std::string story =
      "/v1/cases/" + daemon.fake_stores.lock_book.held.begin()->second.reference.text();
  EXPECT_TRUE(parsed(get(daemon, story)).at("lock_holds").as_bool());
  EXPECT_THAT(get(daemon, story).body, HasSubstr("holds now, until 2026-11-22 08:05:10"));
  post(daemon, "/v1/lockouts/192.0.2.7/unlock", kReason);
  EXPECT_FALSE(parsed(get(daemon, story)).at("lock_holds").as_bool());
  EXPECT_THAT(get(daemon, story + "?lang=zh").body, HasSubstr("此锁定已不再有效"));
  daemon.current.now = test_now() + minutes(121);
  EXPECT_THAT(get(daemon, story).body,
              AllOf(HasSubstr("The lock ended at"), Not(HasSubstr("no longer holds"))));
}

TEST(ApiLock, StandsInThePlaceOfALockThatHolds) {
  FakeDaemon daemon;
  hold(daemon, example_lock());
  const Response response =
      post(daemon, "/v1/lockouts/192.0.2.7/lock", R"({"for":"7d","reason":"x"})");
  EXPECT_TRUE(parsed(response).at("replaced").as_bool());
  EXPECT_THAT(response.body, HasSubstr("was locked already"));
  EXPECT_EQ(daemon.fake_stores.lock_book.held.size(), 1U);
}

TEST(ApiLock, SaysWhereItsRecordCouldNotBeKept) {
  FakeDaemon daemon;
  daemon.fake_stores.case_book.away = "disk full";
  const Response response =
      post(daemon, "/v1/lockouts/192.0.2.7/lock", R"({"for":"7d","reason":"x"})");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("could not be kept: disk full"));
}

TEST(ApiLock, RefusesWhoIsNeverLocked) {
  FakeDaemon daemon;
  test::trust(daemon, "192.0.2.7");
  const Response response =
      post(daemon, "/v1/lockouts/192.0.2.7/lock", R"({"for":"30m","reason":"x"})");
  EXPECT_EQ(response.status, 409);
  EXPECT_THAT(response.body, HasSubstr("gatepost.yaml:30:16"));
  EXPECT_TRUE(daemon.fake_stores.lock_book.held.empty());
  EXPECT_THAT(last_record(daemon).result, HasSubstr("refused: never locked"));
}

TEST(ApiLock, RefusesWhatCannotBeRead) {
  FakeDaemon daemon;

  struct Row {
    const char* who = "";
    const char* body = "";
    const char* expected = "";
  };

  for (const Row& row : {Row{"192.0.2.7", R"({"for":"30","reason":"x"})", "30 of what?"},
                         Row{"192.0.2.7", R"({"for":"31d","reason":"x"})", "too long"},
                         Row{"192.0.2.7", R"({"reason":"x"})", "not a span"},
                         Row{"192.0.2.7", R"({"for":"30m"})", "a reason is required"},
                         Row{"192.0.2.7", R"({"for":"30m","reason":" "})", "a reason is required"},
                         Row{"192.0.2.7", "[]", "no JSON object"},
                         Row{"192.0.2.0%2F24", R"({"for":"30m","reason":"x"})", "wider than"},
                         Row{"alice", R"({"for":"30m","reason":"x"})", "account freeze"}}) {
    const Response response =
        post(daemon, std::string("/v1/lockouts/") + row.who + "/lock", row.body);
    EXPECT_EQ(response.status, 400) << row.who << row.body;
    EXPECT_THAT(response.body, HasSubstr(row.expected));
  }
  EXPECT_TRUE(daemon.fake_stores.lock_book.held.empty());
  EXPECT_TRUE(daemon.fake_stores.audit_log.records.empty());
}

TEST(ApiLockouts, ChangesNothingThatCannotBeRecordedOrCarriedOut) {
  for (const bool recordable : {false, true}) {
    FakeDaemon daemon;
    hold(daemon, example_lock());
    if (recordable) {
      daemon.fake_stores.lock_book.away = "timeout";
    } else {
      daemon.fake_stores.audit_log.away = "disk full";
    }
    EXPECT_EQ(post(daemon, "/v1/lockouts/192.0.2.7/unlock", kReason).status, 503);
    EXPECT_EQ(post(daemon, "/v1/lockouts/alice/unlock", kReason).status, 503);
    EXPECT_EQ(post(daemon, "/v1/lockouts/192.0.2.9/lock", R"({"for":"1h","reason":"x"})").status,
              503);
    EXPECT_EQ(daemon.fake_stores.lock_book.held.size(), 1U);
    if (!recordable) continue;
    EXPECT_EQ(last_record(daemon).result, "failed: timeout");
  }
}

}  // namespace
}  // namespace gatepost::admin
