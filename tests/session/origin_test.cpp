// Mail from outside is verified while it comes in.

#include <chrono>

#include <gmock/gmock.h>

#include "tests/mailauth/signed_message.hpp"
#include "tests/session/origin_fixture.hpp"

namespace gatepost::session {
namespace {

using mailauth::testing::HandResolver;
using mailauth::testing::SignedMessage;
using mailauth::testing::Signing;
using mailauth::testing::SigningKey;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// Mail of signer.example, from a host that SPF does not know.
class SignedMail : public OriginTest {
protected:
  SignedMail() {
    zone_.txt("sel._domainkey.signer.example", SigningKey::rsa(1024).record());
    zone_.txt("_dmarc.signer.example", "v=DMARC1; p=reject");
  }

  static Mail signed_mail(mailauth::Canonicalization form, const std::string& body = "Hello.\r\n") {
    SignedMessage message;
    message.message().body = body;
    message.message().fields = {{"From", "  Anna   <anna@signer.example>"},
                                {"To", "bob@example.com"},
                                {"Subject", "\tLunch\n at  noon"},
                                {"Date", " Mon, 1 Dec 2025 12:00:00 +0000"}};
    Signing signing;
    signing.domain = "signer.example";
    signing.header_form = form;
    signing.body_form = form;
    message.sign(SigningKey::rsa(1024), signing);
    Mail out;
    out.client = "198.51.100.9";
    out.sender = "bounce@elsewhere.example";
    out.fields = message.message().fields;
    out.body = message.message().body;
    return out;
  }
};

TEST_F(OriginTest, SpfOfTheEnvelopeSenderCanProveTheAuthor) {
  EXPECT_EQ(outcome({}),
            "mx.example.com;\n"
            "\tdmarc=pass (p=reject dis=none) header.from=shop.example;\n"
            "\tspf=pass smtp.mailfrom=info@shop.example;\n"
            "\tdkim=none;\n"
            "\tarc=none");
  EXPECT_EQ(verdict_field(), "clean");
  ASSERT_TRUE(found_);
  EXPECT_EQ(found_->dmarc.result, DmarcResult::pass);
}

TEST_F(OriginTest, WhatFailsIsRefusedAsItsOwnerAsks) {
  EXPECT_THAT(outcome({.client = "198.51.100.9"}), StartsWith("550 5.7.1 "));
  ASSERT_TRUE(found_);
  EXPECT_EQ(found_->spf.result, SpfResult::fail);
  EXPECT_EQ(found_->dmarc.result, DmarcResult::fail);
}

TEST_F(OriginTest, WhatBecomesJunkSaysSoInTheResults) {
  zone_.txt("_dmarc.wary.example", "v=DMARC1; p=quarantine");
  const Mail mail{.sender = "x@wary.example", .fields = {{"From", " x@wary.example"}}};
  EXPECT_THAT(outcome(mail), HasSubstr("dmarc=fail (p=quarantine dis=quarantine)"));
  EXPECT_EQ(verdict_field(), "junk; rule=dmarc");
  rule_of<Dmarc>(settings_in_test_.rules).on_quarantine = Action::hold;
  EXPECT_THAT(outcome(mail), HasSubstr("dmarc=fail (p=quarantine dis=quarantine)"));
  EXPECT_EQ(decided_, "hold");
  rule_of<Dmarc>(settings_in_test_.rules).settings.mode = Mode::observe;
  EXPECT_THAT(outcome(mail), HasSubstr("dmarc=fail (p=quarantine dis=none)"));
  EXPECT_EQ(verdict_field(), "clean");
}

TEST_F(OriginTest, TheNullSenderIsJudgedByItsGreeting) {
  zone_.txt("mail.shop.example", "v=spf1 ip4:192.0.2.1 -all");
  EXPECT_THAT(outcome({.sender = ""}),
              HasSubstr("dmarc=pass (p=reject dis=none) header.from=shop.example;\n"
                        "\tspf=pass smtp.helo=mail.shop.example;"));
  EXPECT_THAT(outcome({.helo = "other.example", .sender = ""}), StartsWith("550 5.7.1 "));
}

TEST_F(OriginTest, AnAuthorInASecondFromFieldIsNotOverlooked) {
  rule_of<AmbiguousFrom>(settings_in_test_.rules).settings.on_hit = Action::proceed;
  zone_.txt("evil.example", "v=spf1 ip4:198.51.100.9 -all");
  const Mail mail{.client = "198.51.100.9",
                  .sender = "x@evil.example",
                  .fields = {{"From", " x@evil.example"}, {"From", " info@shop.example"}}};
  EXPECT_THAT(outcome(mail), StartsWith("550 5.7.1 "));
  ASSERT_TRUE(found_);
  EXPECT_EQ(found_->spf.result, SpfResult::pass);
  EXPECT_EQ(found_->dmarc.author, test::domain("shop.example"));
}

TEST_F(SignedMail, ASignatureProvesTheAuthor) {
  for (const auto form :
       {mailauth::Canonicalization::simple, mailauth::Canonicalization::relaxed}) {
    EXPECT_THAT(outcome(signed_mail(form)),
                HasSubstr("dmarc=pass (p=reject dis=none) header.from=signer.example;\n"
                          "\tspf=none (the domain does not exist) "
                          "smtp.mailfrom=bounce@elsewhere.example;\n"
                          "\tdkim=pass header.d=signer.example header.s=sel"));
    EXPECT_EQ(chunks_taken_, 1U);
  }
}

TEST_F(SignedMail, TheBodyIsHashedInWhateverPiecesItComes) {
  std::string body;
  while (body.size() < 100'000)
    body += "A line of a letter. \r\n";
  Mail mail = signed_mail(mailauth::Canonicalization::simple, body);
  mail.chunk = 777;
  EXPECT_THAT(outcome(mail), HasSubstr("dkim=pass"));
  mail.body[50'000] ^= 1;
  EXPECT_THAT(outcome(mail), StartsWith("550 5.7.1 "));
  ASSERT_TRUE(found_);
  EXPECT_EQ(found_->dkim.at(0).cause, DkimCause::body_changed);
}

TEST_F(SignedMail, WhiteSpaceAfterTheColonIsSignedToo) {
  Mail mail = signed_mail(mailauth::Canonicalization::simple);
  for (auto& [name, value] : mail.fields) {
    if (name == "From") value.erase(0, 1);
  }
  EXPECT_THAT(outcome(mail), StartsWith("550 5.7.1 "));
  ASSERT_TRUE(found_);
  EXPECT_EQ(found_->dkim.at(0).cause, DkimCause::header_changed);
}

TEST_F(OriginTest, ABodyThatNobodySignedIsNotWanted) {
  outcome({.body = std::string(1'000'000, 'x')});
  EXPECT_EQ(chunks_taken_, 0U);
}

TEST_F(OriginTest, AnAnswerThatDoesNotComeIsWaitedForWithinTheBudget) {
  HandResolver silent;
  services_.resolver = &silent;
  settings_in_test_.authentication.budget = std::chrono::milliseconds(30);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(outcome({}), StartsWith("mx.example.com;\n\tdmarc=temperror (the DNS gave no answer) "
                                      "header.from=shop.example;\n\tspf=temperror "));
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(30));
  EXPECT_EQ(room_.out_of_time(), 1U);
  EXPECT_EQ(room_.waiting(), 0U);
  EXPECT_EQ(verdict_field(), "clean") << "on_unknown is continue";
  silent.answer_all(zone_);  // nobody is there any more
  rule_of<Dmarc>(settings_in_test_.rules).settings.on_unknown = Action::defer;
  EXPECT_THAT(outcome({}), StartsWith("451 4.4.3 "));
}

TEST_F(OriginTest, WhereTheRoomIsFullNobodyWaits) {
  HandResolver silent;
  mailauth::WaitingRoom full(0);
  services_.resolver = &silent;
  services_.waiting_room = &full;
  settings_in_test_.authentication.budget = std::chrono::hours(1);
  EXPECT_THAT(outcome({}), HasSubstr("spf=temperror"));
  EXPECT_EQ(full.turned_away(), 1U);
}

TEST_F(OriginTest, AnswersOfAMessageThatWasGivenUpGoNowhere) {
  HandResolver slow;
  services_.resolver = &slow;
  publish(settings_in_test_);
  Session session(services_);
  begin(session, {});
  const Mail forged{.sender = "x@other.example", .fields = {{"From", " x@other.example"}}};
  ASSERT_TRUE(send_all_but_end(session, forged));
  session.abort();
  ASSERT_TRUE(send_all_but_end(session, forged));
  ASSERT_TRUE(send_all_but_end(session, {})) << "MAIL replaces the message";
  slow.answer_all(zone_);
  EXPECT_THAT(end(session), HasSubstr("dmarc=pass (p=reject dis=none) header.from=shop.example"));
  session.mail({.path = "<x@other.example>", .parameters = {}, .login = {}, .queue_id = {}});
  session.connect({});
  slow.answer_all(zone_);
}

TEST_F(OriginTest, SpfIsAskedBeforeTheMessageComes) {
  HandResolver slow;
  services_.resolver = &slow;
  publish(settings_in_test_);
  Session session(services_);
  begin(session, {});
  session.mail({.path = "<info@shop.example>", .parameters = {}, .login = {}, .queue_id = {}});
  EXPECT_TRUE(slow.was_asked("shop.example", mailauth::DnsType::txt));
}

TEST_F(OriginTest, NobodyIsAskedAboutMailThatIsNotFromOutside) {
  struct Row {
    const char* what;
    Mail mail;
  };

  const Row rows[] = {
      {"a login",
       {.sender = "alice@example.com",
        .fields = {{"From", " alice@example.com"}},
        .listener = "SUBMISSION",
        .login = "alice@example.com"}},
      {"a relay", {.client = "127.0.0.1"}},
      {"the MTA's own", {.client = "127.0.0.1", .listener = "pickup"}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(outcome(row.mail), "not verified") << row.what;
    EXPECT_EQ(chunks_taken_, 0U) << row.what;
    EXPECT_FALSE(found_) << row.what;
  }
  EXPECT_THAT(zone_.asked(), IsEmpty());
}

TEST_F(OriginTest, NobodyIsAskedWhereNothingWouldComeOfIt) {
  Settings without = settings_in_test_;
  rule_of<Dmarc>(without.rules).settings.on_hit = Action::proceed;
  rule_of<Dmarc>(without.rules).on_quarantine = Action::proceed;
  rule_of<Dmarc>(without.rules).settings.on_unknown = Action::proceed;
  rule_of<OwnDomainsFromOutside>(without.rules).settings.on_hit = Action::proceed;
  rule_of<OwnDomainsFromOutside>(without.rules).settings.on_unknown = Action::proceed;
  ASSERT_FALSE(needs_authentication(without));
  std::swap(settings_in_test_, without);
  EXPECT_EQ(outcome({}), "not verified");
  std::swap(settings_in_test_, without);
  test::freeze(settings_in_test_, "info@shop.example", test::kNoon + std::chrono::hours(1));
  EXPECT_EQ(outcome({}), "refused at MAIL");
  services_.resolver = nullptr;
  EXPECT_EQ(outcome({.sender = "x@shop.example"}), "not verified");
  EXPECT_THAT(zone_.asked(), IsEmpty());
}

TEST_F(OriginTest, WithoutTheBodyNothingIsVerified) {
  publish(settings_in_test_);
  Session session(services_);
  begin(session, {});
  session.gives_body(false);
  ASSERT_TRUE(send_all_but_end(session, {}));
  EXPECT_EQ(end(session), "not verified");
  EXPECT_THAT(zone_.asked(), IsEmpty());
}

TEST_F(OriginTest, AnObservingSiteVerifiesAndChangesNothing) {
  settings_in_test_.site.mode = Mode::observe;
  Mail mail{.client = "198.51.100.9"};
  mail.fields.emplace_back("Authentication-Results", " mx.example.com; dkim=pass");
  EXPECT_EQ(outcome(mail), "not verified");
  EXPECT_THAT(edits_, IsEmpty());
  EXPECT_THAT(would_refuse_, ElementsAre(RuleId::dmarc));
  ASSERT_TRUE(found_);
  EXPECT_EQ(found_->dmarc.result, DmarcResult::fail);
}

TEST_F(OriginTest, AnExceptionByProofHoldsForFrom) {
  settings_in_test_.whitelist.on_behalf_of_envelope.emplace(
      "shop.example", OnBehalf{"",
                               "",
                               test::domain("shop.example"),
                               {},
                               Proof::spf,
                               test::patterns({"news@example.com"}),
                               SenderField::any,
                               EntryInfo{"test", "", {}, {"whitelist.yaml", 1, 1}}});
  const std::vector<std::pair<std::string, std::string>> fields = {{"From", " news@example.com"}};
  outcome({.fields = fields});
  EXPECT_EQ(verdict_field(), "clean");
  outcome({.client = "198.51.100.9", .fields = fields});
  EXPECT_THAT(verdict_field(), Not("clean"));
}

}  // namespace
}  // namespace gatepost::session
