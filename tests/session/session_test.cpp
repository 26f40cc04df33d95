#include <memory>

#include <gtest/gtest.h>

#include "tests/session/session_fixture.hpp"

namespace gatepost::session {
namespace {

using test::kNoon;

TEST_F(SessionTest, FiftyMessagesPassAndThe51stIsPutOffAtMail) {
  Session session(services_);
  connect(session);
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(send(session, "alice@example.com"), "go on") << i;
  EXPECT_EQ(send(session, "alice@example.com").substr(0, 37),
            "450 4.7.1 Sending limit reached: 50 m");
  EXPECT_EQ(send(session, "bob@example.com"), "go on") << "another login is not affected";
  EXPECT_EQ(ledger_.total("u:alice@example.com", Unit::messages), 50);
}

TEST_F(SessionTest, SpellingsOfALoginAreOneAccount) {
  without_sender_checks();
  Session session(services_);
  connect(session);
  for (const char* spelling : {"alice@example.com", "ALICE@Example.Com", "alice"}) {
    EXPECT_EQ(send(session, spelling), "go on");
  }
  EXPECT_EQ(ledger_.total("u:alice@example.com", Unit::messages), 3);
}

TEST_F(SessionTest, AnUnreadableLoginIsCountedAllTheSame) {
  without_sender_checks();
  Session session(services_);
  connect(session);
  EXPECT_EQ(send(session, "a\x01z"), "go on");
  EXPECT_EQ(ledger_.total("u:a?z", Unit::messages), 1);
}

TEST_F(SessionTest, ARefusalSticksToTheMessageWhateverTheClientSends) {
  Session session(services_);
  connect(session);
  ledger_.used["u:alice@example.com/0"] = 50;
  const std::string refused = line(session.mail(mail_from("alice@example.com")));
  EXPECT_EQ(refused.substr(0, 3), "450");
  EXPECT_EQ(line(session.recipient({"<r@x.example>", ""})), refused);
  EXPECT_EQ(line(session.data()), refused);
  EXPECT_EQ(line(session.end_of_message("")), refused);
  EXPECT_EQ(ledger_.settles, 0);
  session.abort();
  EXPECT_EQ(send(session, "bob@example.com"), "go on") << "nothing leaks into the next message";
}

TEST_F(SessionTest, Recipient101RefusesTheWholeMessageAndCostsNothing) {
  Session session(services_);
  connect(session);
  std::vector<std::string> recipients;
  for (int i = 0; i < 101; ++i)
    recipients.push_back(std::to_string(i) + "@x.example");
  EXPECT_EQ(send(session, "alice@example.com", recipients).substr(0, 9), "550 5.5.3");
  EXPECT_EQ(ledger_.total("u:alice@example.com", Unit::recipients), 0);
  recipients.pop_back();
  recipients.push_back("5@X.EXAMPLE");
  EXPECT_EQ(send(session, "alice@example.com", recipients), "go on");
  EXPECT_EQ(ledger_.total("u:alice@example.com", Unit::recipients), 100);
}

TEST_F(SessionTest, AbortedMessagesCostNothing) {
  Session session(services_);
  connect(session);
  session.mail(mail_from("alice@example.com"));
  session.recipient({"<r@x.example>", ""});
  session.data();
  session.abort();
  session.mail(mail_from("alice@example.com"));
  session.mail(mail_from("alice@example.com"));
  EXPECT_EQ(ledger_.settles, 0);
  EXPECT_EQ(open_, 1);
  session.abort();
  EXPECT_EQ(open_, 0);
}

TEST_F(SessionTest, EveryMessageHasATokenOfItsOwn) {
  Session session(services_);
  connect(session);
  send(session, "alice@example.com");
  send(session, "alice@example.com");
  ASSERT_EQ(ledger_.tokens.size(), 2U);
  EXPECT_NE(ledger_.tokens[0], ledger_.tokens[1]);
}

TEST_F(SessionTest, MailThatComesBackFromAFilterIsNotCounted) {
  Session session(services_);
  connect(session, "mx", "127.0.0.1");
  for (int i = 0; i < 60; ++i)
    EXPECT_EQ(send(session, ""), "go on");
  EXPECT_EQ(ledger_.looks + ledger_.settles, 0);
}

TEST_F(SessionTest, AFrozenRecipientAloneIsRefused) {
  freezes_.freeze({"leaver@example.com", "left", "root", kNoon});
  Session session(services_);
  connect(session);
  session.mail(mail_from("alice@example.com"));
  EXPECT_EQ(line(session.recipient({"<a@x.example>", ""})), "go on");
  EXPECT_EQ(line(session.recipient({"<Leaver+tag@Example.Com>", ""})).substr(0, 9), "550 5.2.1");
  EXPECT_EQ(line(session.recipient({"<b@x.example>", ""})), "go on");
  EXPECT_EQ(line(session.end_of_message("")), "go on");
  EXPECT_EQ(ledger_.total("u:alice@example.com", Unit::recipients), 2);
}

TEST_F(SessionTest, AFrozenAccountCannotSend) {
  Settings settings = test::example_site();
  test::freeze(settings, "alice@example.com", kNoon + std::chrono::hours(1));
  test::freeze(settings, "bob@example.com", kNoon);
  publish(settings);
  Session session(services_);
  connect(session);
  EXPECT_EQ(send(session, "alice").substr(0, 9), "550 5.7.1");
  EXPECT_EQ(send(session, "bob@example.com"), "go on") << "expired";
  connect(session, "mx", "203.0.113.9");
  MailCommand outside{.path = "<alice@example.com>", .parameters = {}, .login = "", .queue_id = ""};
  EXPECT_EQ(line(session.mail(outside)).substr(0, 9), "550 5.7.1")
      << "without a login the envelope sender counts";
}

TEST_F(SessionTest, TheDeclaredSizeIsReadFromTheParameters) {
  Settings settings = test::example_site();
  rule_of<MessageSize>(settings.rules).limit.limit.count = 1000;
  publish(settings);
  Session session(services_);
  connect(session);
  MailCommand command = mail_from("alice@example.com");
  command.parameters = {"BODY=8BITMIME", "size=1001"};
  EXPECT_EQ(line(session.mail(command)).substr(0, 9), "552 5.3.4");
  for (const char* harmless :
       {"SIZE=1000", "SIZE=", "SIZE=x", "SIZE=-1", "SIZE=99999999999999999999"}) {
    command.parameters = {harmless};
    EXPECT_EQ(line(session.mail(command)), "go on") << harmless;
  }
}

TEST_F(SessionTest, AMessageKeepsTheSettingsItStartedWith) {
  Session session(services_);
  connect(session);
  session.mail(mail_from("alice@example.com"));
  Settings stricter = test::example_site();
  rule_of<RecipientsPerMessage>(stricter.rules).limit.limit.count = 0;
  publish(stricter);
  EXPECT_EQ(line(session.recipient({"<r@x.example>", ""})), "go on");
  EXPECT_EQ(send(session, "alice@example.com").substr(0, 9), "550 5.5.3");
}

TEST_F(SessionTest, ObserveModeStopsNobodyAndTalliesEachMessageOnce) {
  Settings settings = test::example_site();
  settings.site.mode = Mode::observe;
  publish(settings);
  ledger_.used["u:alice@example.com/0"] = 50;
  Session session(services_);
  connect(session);
  EXPECT_EQ(send(session, "alice@example.com"), "go on");
  const auto lines = tally_.lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1].verdict, "would_refuse");
  EXPECT_EQ(lines[1].count, 1U);
}

TEST_F(SessionTest, TheStoreBeingAwayIsLoggedAndCostsWhatIsConfigured) {
  ledger_.down = true;
  Session session(services_);
  connect(session);
  EXPECT_EQ(send(session, "alice@example.com"), "go on");
  Settings settings = test::example_site();
  rule_of<MessageRate>(settings.rules).settings.on_unknown = Action::defer;
  publish(settings);
  EXPECT_EQ(send(session, "alice@example.com").substr(0, 9), "451 4.3.0");
}

TEST_F(SessionTest, DrainingPutsOffNewMessagesAndLetsOpenOnesEnd) {
  Session session(services_);
  connect(session);
  session.mail(mail_from("alice@example.com"));
  session.recipient({"<r@x.example>", ""});
  draining_ = true;
  EXPECT_EQ(line(session.end_of_message("")), "go on");
  EXPECT_EQ(line(session.mail(mail_from("alice@example.com"))).substr(0, 9), "451 4.3.2");
}

TEST_F(SessionTest, EachDecisionIsLoggedOnce) {
  Session session(services_);
  connect(session);
  send(session, "alice@example.com");
  ledger_.used["u:alice@example.com/0"] = 50;
  send(session, "alice@example.com");
  EXPECT_EQ(logged_, (std::vector<std::string>{"end continue", "mail defer"}));
}

TEST_F(SessionTest, ALoginTooLongForTheSitesDomainIsCountedAllTheSame) {
  without_sender_checks();
  const std::string name(250, 'x');
  Session session(services_);
  connect(session);
  EXPECT_EQ(send(session, name), "go on");
  EXPECT_EQ(ledger_.total("u:" + name, Unit::messages), 1);
}

TEST_F(SessionTest, ManyMessagesUnderWayAtOnceDoNotMakeAListenerBlind) {
  std::vector<std::unique_ptr<Session>> sessions;
  for (std::uint64_t i = 0; i < ListenerWatch::kBlindAfter * 2; ++i) {
    sessions.push_back(std::make_unique<Session>(services_));
    connect(*sessions.back());
    sessions.back()->mail(mail_from("alice@example.com"));
    sessions.back()->data();
  }
  EXPECT_TRUE(watch_.warnings().empty());
  for (auto& session : sessions)
    session->abort();
  EXPECT_EQ(watch_.warnings().size(), 1U);
}

TEST_F(SessionTest, StepsWithoutAMessageAreHarmless) {
  Session session(services_);
  EXPECT_EQ(line(session.recipient({"<r@x.example>", ""})), "go on");
  EXPECT_EQ(line(session.data()), "go on");
  EXPECT_EQ(line(session.end_of_message("")), "go on");
  session.abort();
}

}  // namespace
}  // namespace gatepost::session
