#include "logins/login_guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guarded_site.hpp"

namespace gatepost::logins {
namespace {

using namespace std::chrono_literals;
using test::GuardedSite;
using test::ip;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = LoginNote::Kind;
using Result = LoginEvent::Result;

const Place kPlace{"gatepost.yaml", 7, 3};

LoginEvent event(Result result, const std::string& client, const std::string& login = "alice",
                 std::optional<IpAddress> told = {}) {
  return {.result = result,
          .client = ip(client),
          .told_client = told,
          .login = login,
          .service = LoginService::mailbox,
          .source = LoginSource::auth_policy,
          .protocol = "imap",
          .guess = "0a49",
          .token = {}};
}

LoginEvent attempt(const std::string& client, const std::string& login = "alice") {
  return event(Result::failure, client, login);
}

class LoginGuardTest : public testing::Test {
protected:
  LoginAnswer ask(const std::string& client, const std::string& login = "alice") {
    return site_.guard.ask(attempt(client, login));
  }

  void fail(const std::string& client, int times = 1, const std::string& login = "alice") {
    for (int i = 0; i < times; ++i)
      site_.guard.tell(attempt(client, login));
  }

  void succeed(const std::string& client, const std::string& login) {
    site_.guard.tell(event(Result::success, client, login));
  }

  std::vector<Kind> kinds() const {
    std::vector<Kind> out;
    for (const LoginNote& note : site_.notes)
      out.push_back(note.kind);
    return out;
  }

  GuardedSite site_;
};

TEST_F(LoginGuardTest, TheTenthFailureLocksAndTheAnswerSaysUntilWhen) {
  fail("192.0.2.7", 9);
  EXPECT_EQ(ask("192.0.2.7").status, 0);
  EXPECT_THAT(site_.notes, IsEmpty());
  fail("192.0.2.7");
  const LoginAnswer answer = ask("192.0.2.7");
  const std::string reference = site_.book.held.begin()->second.reference.text();
  EXPECT_EQ(answer.status, LoginAnswer::kDeny);
  EXPECT_THAT(answer.message, HasSubstr("Too many failed logins from 192.0.2.7"));
  EXPECT_THAT(answer.message, HasSubstr("locked until 2026-11-22 12:30:00 +0000"));
  EXPECT_THAT(answer.message, HasSubstr("[ref " + reference + "]"));
  EXPECT_EQ(ask("192.0.2.8").status, 0);
  site_.pass(30min);
  EXPECT_EQ(ask("192.0.2.7").status, 0);
}

TEST_F(LoginGuardTest, ALockIsSaidAndFiledOnce) {
  fail("192.0.2.7", 15);
  ASSERT_THAT(site_.notes, SizeIs(1));
  EXPECT_EQ(site_.notes[0].kind, Kind::locked);
  EXPECT_THAT(site_.notes[0].message,
              HasSubstr("192.0.2.7 locked until 2026-11-22 12:30:00 +0000 after 10 failed logins, "
                        "for: alice@example.com [ref "));
  ASSERT_THAT(site_.cases, SizeIs(1));
  EXPECT_EQ(site_.cases[0].reference, site_.book.held.begin()->second.reference);
  EXPECT_EQ(site_.cases[0].client, "192.0.2.7");
  EXPECT_EQ(site_.cases[0].host, "mx1");
}

TEST_F(LoginGuardTest, TheMessageIsOneLineOfPrintableAscii) {
  site_.settings.site.help_url = "https://help.example.com/{ref}";
  fail("2001:db8::7", 10, "h\xC3\xA4ns");
  const std::string message = ask("2001:db8::9").message;
  EXPECT_THAT(message, HasSubstr("2001:db8::/64"));
  for (const char c : message)
    EXPECT_TRUE(c >= ' ' && c <= '~') << message;
}

TEST_F(LoginGuardTest, OneNetworkIsOneClient) {
  EXPECT_EQ(site_.guard.client_of(attempt("192.0.2.7")), *Network::parse("192.0.2.7/32"));
  EXPECT_EQ(site_.guard.client_of(attempt("2001:db8::7")), *Network::parse("2001:db8::/64"));
  site_.rule().ipv4_prefix = 24;
  EXPECT_EQ(site_.guard.client_of(attempt("192.0.2.7")), *Network::parse("192.0.2.0/24"));
}

TEST_F(LoginGuardTest, NamesOfStrangersAreMasked) {
  fail("192.0.2.7", 10, "hunter2@elsewhere.example");
  ASSERT_THAT(site_.notes, SizeIs(1));
  EXPECT_EQ(site_.notes[0].message.find("hunter2"), std::string::npos);
  EXPECT_TRUE(site_.book.failures[0].login.masked);
}

TEST_F(LoginGuardTest, ObservingCountsAndSaysButKeepsNobodyOut) {
  site_.rule().settings.mode = Mode::observe;
  fail("192.0.2.7", 10);
  EXPECT_EQ(ask("192.0.2.7").status, 0);
  EXPECT_EQ(ask("192.0.2.7").status, 0);
  ASSERT_EQ(kinds(), (std::vector{Kind::locked, Kind::would_deny})) << "each lock is said once";
  EXPECT_THAT(site_.notes[0].message, HasSubstr("only observed"));
  EXPECT_THAT(site_.notes[1].message, HasSubstr("Too many failed logins from 192.0.2.7"));
  EXPECT_EQ(site_.count("denied"), 0U);
  EXPECT_EQ(site_.count("allowed"), 2U);
}

TEST_F(LoginGuardTest, ASiteThatObservesSlowsNobodyEither) {
  site_.settings.site.mode = Mode::observe;
  site_.book.shared = true;
  fail("192.0.2.7", 10);
  site_.book.held.clear();
  EXPECT_EQ(ask("192.0.2.7").status, 0);
}

TEST_F(LoginGuardTest, TrustedClientsAreNeverLockedNorSlowed) {
  site_.rule().trusted.insert(*Network::parse("192.0.2.0/24"), kPlace);
  site_.book.shared = true;
  fail("192.0.2.7", 30);
  EXPECT_EQ(ask("192.0.2.7").status, 0);
  EXPECT_THAT(site_.book.held, IsEmpty());
  EXPECT_THAT(site_.notes, IsEmpty());
}

TEST_F(LoginGuardTest, BehindAWebmailHostThePersonIsTheClient) {
  site_.rule().webmail.insert(*Network::parse("192.0.2.9/32"), kPlace);
  const auto through = [](Result result, const char* told) {
    return event(result, "192.0.2.9", "alice", ip(told));
  };
  EXPECT_EQ(site_.guard.client_of(through(Result::failure, "198.51.100.1")),
            *Network::parse("198.51.100.1/32"));
  for (int i = 0; i < 10; ++i)
    site_.guard.tell(through(Result::failure, "198.51.100.1"));
  EXPECT_EQ(site_.guard.ask(through(Result::failure, "198.51.100.1")).status, LoginAnswer::kDeny);
  EXPECT_EQ(site_.guard.ask(through(Result::failure, "198.51.100.2")).status, 0);
  EXPECT_EQ(ask("198.51.100.1").status, LoginAnswer::kDeny) << "the same person, without webmail";
  EXPECT_EQ(ask("192.0.2.9").status, 0);
  fail("192.0.2.9", 30);
  EXPECT_EQ(ask("192.0.2.9").status, 0) << "the host itself is never locked";
}

TEST_F(LoginGuardTest, OthersDoNotTellForWhomTheyLogIn) {
  const auto lies = event(Result::failure, "192.0.2.7", "alice", ip("198.51.100.1"));
  for (int i = 0; i < 10; ++i)
    site_.guard.tell(lies);
  EXPECT_EQ(site_.guard.client_of(lies), *Network::parse("192.0.2.7/32"));
  EXPECT_EQ(site_.guard.ask(lies).status, LoginAnswer::kDeny);
  EXPECT_EQ(ask("198.51.100.1").status, 0);
}

TEST_F(LoginGuardTest, ASharedAddressIsSlowedBeforeItIsLocked) {
  site_.book.shared = true;
  site_.rule().failures = 20;  // the book of this test does not know of shared addresses
  fail("192.0.2.7", 19);
  EXPECT_EQ(ask("192.0.2.7").status, 0);
  site_.book.counts.clear();
  site_.rule().failures = 10;
  site_.book.counts[*Network::parse("192.0.2.7/32")] = 8;
  fail("192.0.2.7");
  EXPECT_EQ(ask("192.0.2.7").status, 0) << "nine";
  fail("192.0.2.7");
  site_.book.held.clear();
  EXPECT_EQ(ask("192.0.2.7").status, 5) << "ten";
  EXPECT_EQ(ask("192.0.2.8").status, 0);
  EXPECT_EQ(site_.count("slowed"), 1U);
  site_.pass(30min);
  EXPECT_EQ(ask("192.0.2.7").status, 0) << "the span is over";
}

TEST_F(LoginGuardTest, AnAttackedAccountIsSaidOnceAnHour) {
  site_.book.networks_of_login = 9;
  fail("192.0.2.1");
  EXPECT_THAT(site_.notes, IsEmpty());
  site_.book.networks_of_login = 10;
  fail("192.0.2.2", 3);
  ASSERT_EQ(kinds(), std::vector{Kind::account_attacked});
  EXPECT_THAT(site_.notes[0].message, HasSubstr("logins of alice@example.com failed from 10"));
  EXPECT_EQ(ask("192.0.2.3").status, 0) << "without a tarpit it is only said";
  site_.pass(59min);
  fail("192.0.2.2");
  EXPECT_THAT(site_.notes, SizeIs(1));
  site_.pass(1min);
  fail("192.0.2.2");
  EXPECT_THAT(site_.notes, SizeIs(2));
}

TEST_F(LoginGuardTest, AnAttackedAccountIsSlowedButWhereItIsAtHome) {
  site_.rule().account.tarpit = 3s;
  site_.book.networks_of_login = 10;
  succeed("198.51.100.1", "alice");
  fail("192.0.2.1");
  EXPECT_EQ(ask("192.0.2.1").status, 3);
  EXPECT_EQ(ask("192.0.2.99").status, 3);
  EXPECT_EQ(ask("192.0.2.99", "bob").status, 0);
  EXPECT_EQ(ask("198.51.100.1").status, 0) << "the owner logged in there";
  site_.pass(30min);
  EXPECT_EQ(ask("192.0.2.99").status, 0);
}

TEST_F(LoginGuardTest, TheLongerWaitCounts) {
  site_.rule().account.tarpit = 3s;
  site_.rule().failures = 1;
  site_.book.shared = true;
  site_.book.networks_of_login = 10;
  fail("192.0.2.1");
  site_.book.held.clear();
  EXPECT_EQ(ask("192.0.2.1").status, 5);
  EXPECT_EQ(ask("192.0.2.2").status, 3);
}

TEST_F(LoginGuardTest, NamesThatNobodyCanReadAreNoAccount) {
  site_.rule().account.tarpit = 3s;
  site_.book.networks_of_login = 10;
  fail("192.0.2.1", 1, "");
  EXPECT_THAT(site_.notes, IsEmpty());
  EXPECT_EQ(ask("192.0.2.2", "a,b").status, 0);
}

TEST_F(LoginGuardTest, NineFailuresAndASuccessLockNobody) {
  fail("192.0.2.7", 9);
  succeed("192.0.2.7", "alice");
  EXPECT_THAT(site_.book.successes, SizeIs(1));
  fail("192.0.2.7", 9);
  EXPECT_EQ(ask("192.0.2.7").status, 0);
}

TEST_F(LoginGuardTest, ATurnedAwayAttemptTouchesTheStoreOnlyWhereItProlongs) {
  site_.guard.tell(event(Result::turned_away, "192.0.2.7"));
  EXPECT_THAT(site_.book.denied, IsEmpty());
  EXPECT_THAT(site_.book.failures, IsEmpty());
  site_.rule().prolong = true;
  site_.guard.tell(event(Result::turned_away, "192.0.2.7"));
  EXPECT_THAT(site_.book.denied, SizeIs(1));
  EXPECT_THAT(site_.book.failures, IsEmpty());
  EXPECT_EQ(site_.count("turned_away"), 2U);
}

TEST_F(LoginGuardTest, ALockOfAnOwnMachineIsSaidToBeOne) {
  site_.settings.channels.relay_clients.insert(*Network::parse("127.0.0.1/32"), '+');
  fail("127.0.0.1", 10);
  fail("192.0.2.7", 10);
  ASSERT_EQ(site_.notes.size(), 2U);
  EXPECT_THAT(site_.notes[0].message, HasSubstr("rules.login_lockout.webmail"));
  EXPECT_THAT(site_.notes[1].message, Not(HasSubstr("webmail")));
}

TEST_F(LoginGuardTest, AStoreThatIsAwayIsSaidOnceAMinute) {
  site_.book.away = "no answer within 50 ms";
  fail("192.0.2.7", 5);
  EXPECT_EQ(site_.notes.size(), 1U);
  site_.pass(60s);
  fail("192.0.2.7");
  EXPECT_EQ(site_.notes.size(), 2U);
  succeed("192.0.2.7", "alice");
  ASSERT_FALSE(site_.notes.empty());
  EXPECT_EQ(site_.notes[0].kind, Kind::store_away);
  EXPECT_THAT(site_.notes[0].message, HasSubstr("no answer within 50 ms"));
  EXPECT_EQ(ask("192.0.2.7").status, 0);
}

TEST_F(LoginGuardTest, CountsBySourceAndResult) {
  fail("192.0.2.7", 10);
  succeed("192.0.2.8", "bob");
  ask("192.0.2.7");
  ask("192.0.2.8");
  LoginEvent from_log = attempt("192.0.2.9");
  from_log.source = LoginSource::mta_log;
  site_.guard.tell(from_log);
  EXPECT_EQ(site_.count("failure"), 10U);
  EXPECT_EQ(site_.count("success"), 1U);
  EXPECT_EQ(site_.count("denied"), 1U);
  EXPECT_EQ(site_.count("allowed"), 1U);
  bool of_log = false;
  for (const LoginCount& one : site_.guard.counts())
    of_log |= one.source == "mta_log" && one.result == "failure" && one.count == 1;
  EXPECT_TRUE(of_log);
}

TEST_F(LoginGuardTest, RemembersNoMoreThanItsBound) {
  site_.rule().account.tarpit = 3s;
  site_.book.networks_of_login = 10;
  const auto most = static_cast<int>(LoginGuard::kMostSlowed);
  for (int i = 0; i <= most; ++i)
    fail("192.0.2.1", 1, "user" + std::to_string(i));
  EXPECT_EQ(ask("192.0.2.2", "user0").status, 0) << "the oldest went";
  EXPECT_EQ(ask("192.0.2.2", "user1").status, 3);
  EXPECT_EQ(ask("192.0.2.2", "user" + std::to_string(most)).status, 3);
}

}  // namespace
}  // namespace gatepost::logins
