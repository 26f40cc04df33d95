// R5 where an MTA asks: locked clients are told so before anybody logs in.

#include <gmock/gmock.h>

#include "tests/session/session_fixture.hpp"

namespace gatepost::session {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class LockoutTest : public SessionTest {
protected:
  LockoutTest() { hold("198.51.100.7/32"); }

  void hold(const std::string& network) {
    locks_.held.emplace(*Network::parse(network), test::locked(network));
  }

  template <typename Change>
  void change(const Change& apply) {
    Settings settings = test::example_site();
    apply(rule_of<LoginLockout>(settings.rules));
    publish(std::move(settings));
  }
};

TEST_F(LockoutTest, EveryGreetingOfALockedClientGetsTimeAndReference) {
  Session session(services_);
  connect(session);
  const std::string reply = line(session.hello("client.example"));
  EXPECT_THAT(reply, StartsWith("421 4.7.0 Too many failed logins from 198.51.100.7"));
  EXPECT_THAT(reply, HasSubstr("locked until 2026-11-22 12:30:00 +0000"));
  EXPECT_THAT(reply, HasSubstr("[ref " + test::locked("198.51.100.7/32").reference.text() + "]"));
  EXPECT_EQ(line(session.hello("client.example")), reply);
  EXPECT_EQ(logged_.back(), "helo defer");
}

TEST_F(LockoutTest, OthersGoOn) {
  Session session(services_);
  connect(session, "SUBMISSION", "198.51.100.8");
  EXPECT_EQ(line(session.hello("client.example")), "go on");
  EXPECT_EQ(send(session, "alice@example.com"), "go on");
}

TEST_F(LockoutTest, WithoutAGreetingMailIsRefused) {
  Session session(services_);
  connect(session);
  EXPECT_THAT(line(session.mail(mail_from("alice@example.com"))), StartsWith("421 4.7.0 "));
}

TEST_F(LockoutTest, ASessionThatHasGreetedGoesOn) {
  locks_.held.clear();
  Session session(services_);
  connect(session);
  EXPECT_EQ(line(session.hello("client.example")), "go on");
  hold("198.51.100.7/32");
  EXPECT_EQ(send(session, "alice@example.com"), "go on");
  connect(session);
  EXPECT_THAT(line(session.mail(mail_from("alice@example.com"))), StartsWith("421 4.7.0 "))
      << "the greeting was another session's";
}

TEST_F(LockoutTest, MailFromOutsidePassesUnlessSetOtherwise) {
  Session session(services_);
  connect(session, "mx");
  EXPECT_EQ(line(session.hello("client.example")), "go on");
  change([](LoginLockout& rule) { rule.on_inbound = Action::defer; });
  EXPECT_THAT(line(session.hello("client.example")),
              StartsWith("421 4.7.0 Too many failed logins"));
}

TEST_F(LockoutTest, ThoseWhoAreNeverLockedGoOn) {
  for (auto list : {&LoginLockout::trusted, &LoginLockout::webmail}) {
    change([&](LoginLockout& rule) {
      (rule.*list).insert(*Network::parse("198.51.100.0/24"), Place{"gatepost.yaml", 3, 5});
    });
    Session session(services_);
    connect(session);
    EXPECT_EQ(line(session.hello("client.example")), "go on");
  }
}

TEST_F(LockoutTest, TheMtasOwnPickupIsNeverLocked) {
  Session session(services_);
  session.connect({.client = IpAddress::parse("198.51.100.7"),
                   .pickup = true,
                   .client_name = "localhost",
                   .daemon_name = "SUBMISSION"});
  EXPECT_EQ(line(session.hello("client.example")), "go on");
}

TEST_F(LockoutTest, AnObservedLockOnlyTellsWhatItWouldHaveDone) {
  change([](LoginLockout& rule) { rule.settings.mode = Mode::observe; });
  Session session(services_);
  connect(session);
  EXPECT_EQ(line(session.hello("client.example")), "go on");
  bool told = false;
  for (const TallyLine& each : tally_.lines())
    told = told || (each.rule == "login_lockout" && each.verdict == "would_refuse");
  EXPECT_TRUE(told);
}

TEST_F(LockoutTest, ALockByHandSaysSoWithoutItsReason) {
  ClientLock& lock = locks_.held.begin()->second;
  lock.actor = "root";
  lock.reason = "abuse desk";
  Session session(services_);
  connect(session);
  const std::string reply = line(session.hello("client.example"));
  EXPECT_THAT(reply, StartsWith("421 4.7.0 Address 198.51.100.7 is locked for logins until"));
  EXPECT_EQ(reply.find("abuse"), std::string::npos);
}

TEST_F(LockoutTest, ALockThatHasEndedHoldsNoMore) {
  locks_.held.begin()->second.until = test::kNoon;
  Session session(services_);
  connect(session);
  EXPECT_EQ(line(session.hello("client.example")), "go on");
}

}  // namespace
}  // namespace gatepost::session
