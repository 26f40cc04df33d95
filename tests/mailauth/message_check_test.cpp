// SPF, DKIM, ARC and DMARC of whole messages together, as they stream by.
#include "mailauth/message_check.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mailauth/arc_message.hpp"
#include "tests/mailauth/signing.hpp"
#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1'767'225'600)};
constexpr std::string_view kText = "Hello\r\n\r\n  there \r\n\r\n\r\n";

Domain domain(std::string_view text) {
  return *Domain::parse(text);
}

std::vector<Domain> domains(const std::vector<std::string_view>& texts) {
  std::vector<Domain> out;
  for (const std::string_view text : texts)
    out.push_back(domain(text));
  return out;
}

// Fields of a message, and where it comes from.
struct Mail {
  std::vector<std::pair<std::string, std::string>> fields{{"From", " a@example.com"},
                                                          {"Subject", " Hello"}};
  std::string mail_from = "a@example.com";
  std::string client = "192.0.2.7";
  std::vector<std::string_view> authors{"example.com"};
  bool authors_complete = true;
  std::string_view body = kText;
  std::size_t chunk = 1'000;

  MessageCheck start() const {
    return MessageCheck({*IpAddress::parse(client), "mx.example.com", mail_from, "here.example"},
                        kNow);
  }

  void sign(const SigningKey& key, const std::string& by, const std::string& selector = "sel") {
    RawHeader header;
    for (const auto& [name, value] : fields)
      header.add(name, value);
    Signing signing;
    signing.domain = by;
    signing.selector = selector;
    fields.insert(fields.begin(), {"DKIM-Signature", signature_value(header, kText, signing, key)});
  }
};

void feed_body(MessageCheck& check, const Mail& mail) {
  for (std::size_t at = 0; at < mail.body.size(); at += mail.chunk)
    check.body(mail.body.substr(at, mail.chunk));
  check.end_of_body();
}

Authentication verify(const Mail& mail, const Zone& zone) {
  MessageCheck check = mail.start();
  for (const auto& [name, value] : mail.fields)
    check.header(name, value);
  check.end_of_header({domains(mail.authors), mail.authors_complete});
  feed_body(check, mail);
  return ask_until_done(zone, [&](Answers& answers) { return check.advance(answers); });
}

Zone& publish(Zone& zone, const SigningKey& key) {
  return zone.txt("example.com", "v=spf1 ip4:192.0.2.7 -all")
      .txt("_dmarc.example.com", "v=DMARC1; p=reject")
      .txt("sel._domainkey.example.com", key.record());
}

TEST(MessageCheck, UnsignedMailNeedsNoBody) {
  const Mail mail;
  MessageCheck check = mail.start();
  for (const auto& [name, value] : mail.fields)
    check.header(name, value);
  EXPECT_FALSE(check.wants_body());
  check.end_of_header({domains({"example.com"})});
  EXPECT_FALSE(check.wants_body());
  Mail other;
  other.sign(SigningKey::ed25519(), "example.com");
  MessageCheck with = other.start();
  for (const auto& [name, value] : other.fields)
    with.header(name, value);
  EXPECT_FALSE(with.wants_body());  // not before the header is complete
  with.end_of_header({domains({"example.com"})});
  EXPECT_TRUE(with.wants_body());
}

TEST(MessageCheck, PassesBySpf) {
  Zone zone;
  publish(zone, SigningKey::ed25519());
  const Authentication found = verify({}, zone);
  EXPECT_EQ(found.spf.result, SpfResult::pass);
  EXPECT_THAT(found.dkim, IsEmpty());
  EXPECT_EQ(found.arc, ArcOutcome{});
  EXPECT_EQ(found.dmarc.result, DmarcResult::pass);
  EXPECT_TRUE(found.dmarc.spf_aligned);
  EXPECT_TRUE(found.author_provable);
  EXPECT_FALSE(found.incomplete);
  EXPECT_EQ(found.taken_from, "");
}

TEST(MessageCheck, PassesByASignatureHoweverTheBodyIsCut) {
  const SigningKey key = SigningKey::ed25519();
  Zone zone;
  publish(zone, key);
  for (const std::size_t chunk : {1U, 2U, 3U, 5U, 7U, 1000U}) {
    Mail mail;
    mail.sign(key, "example.com");
    mail.client = "198.51.100.1";
    mail.chunk = chunk;
    const Authentication found = verify(mail, zone);
    EXPECT_EQ(found.spf.result, SpfResult::fail);
    ASSERT_EQ(found.dkim.size(), 1U);
    EXPECT_EQ(found.dkim[0].result, DkimResult::pass) << phrase(found.dkim[0].cause);
    EXPECT_TRUE(found.dmarc.dkim_aligned) << chunk;
    EXPECT_EQ(found.dmarc.result, DmarcResult::pass) << chunk;
  }
}

TEST(MessageCheck, AChangedBodyFails) {
  const SigningKey key = SigningKey::ed25519();
  Zone zone;
  publish(zone, key);
  Mail mail;
  mail.sign(key, "example.com");
  mail.client = "198.51.100.1";
  mail.body = "Hello\r\n\r\n  There \r\n";
  const Authentication found = verify(mail, zone);
  EXPECT_EQ(found.dkim.at(0).cause, DkimCause::body_changed);
  EXPECT_EQ(found.dmarc.result, DmarcResult::fail);
  EXPECT_EQ(found.dmarc.policy, DmarcPolicy::reject);
}

TEST(MessageCheck, ANullSenderIsJudgedByHelo) {
  Zone zone;
  publish(zone, SigningKey::ed25519());
  zone.txt("mx.example.com", "v=spf1 ip4:192.0.2.7 -all");
  Mail mail;
  mail.mail_from = "";
  const Authentication found = verify(mail, zone);
  EXPECT_EQ(found.spf.identity, SpfIdentity::helo);
  EXPECT_TRUE(found.dmarc.spf_aligned);
}

TEST(MessageCheck, AChain) {
  ArcMessage message;
  message.seal().seal();
  MessageCheck check = Mail{}.start();
  const RawHeader header = message.header();
  for (const RawField& field : header.fields())
    check.header(field.name, field.value);
  check.end_of_header({domains({"example.com"})});
  EXPECT_TRUE(check.wants_body());
  check.body(kBody);
  check.end_of_body();
  const Authentication found =
      ask_until_done(message.zone(), [&](Answers& answers) { return check.advance(answers); });
  EXPECT_EQ(found.arc.result, ArcResult::pass) << found.arc.detail;
  EXPECT_EQ(found.arc.sets.size(), 2U);
}

struct AuthorsCase {
  std::vector<std::string_view> authors;
  DmarcResult result;
  std::string_view decides;
};

TEST(MessageCheck, TheAuthorThatFaresWorstCounts) {
  Zone zone;
  publish(zone, SigningKey::ed25519())
      .txt("_dmarc.soft.example", "v=DMARC1; p=none")
      .txt("_dmarc.hard.example", "v=DMARC1; p=reject")
      .fault("_dmarc.silent.example", DnsType::txt);
  const AuthorsCase cases[] = {
      {{"example.com"}, DmarcResult::pass, "example.com"},
      {{"example.com", "hard.example"}, DmarcResult::fail, "hard.example"},
      {{"hard.example", "example.com"}, DmarcResult::fail, "hard.example"},
      {{"soft.example", "hard.example"}, DmarcResult::fail, "hard.example"},
      {{"hard.example", "soft.example"}, DmarcResult::fail, "hard.example"},
      {{"example.com", "silent.example"}, DmarcResult::temperror, "silent.example"},
      {{"silent.example", "soft.example"}, DmarcResult::temperror, "silent.example"},
      {{"silent.example", "hard.example"}, DmarcResult::fail, "hard.example"},
      {{"example.com", "none.example"}, DmarcResult::none, "none.example"},
      {{"none.example", "silent.example"}, DmarcResult::temperror, "silent.example"},
      {{}, DmarcResult::none, ""},
  };
  for (const AuthorsCase& each : cases) {
    Mail mail;
    mail.authors = each.authors;
    const DmarcOutcome dmarc = verify(mail, zone).dmarc;
    EXPECT_EQ(dmarc.result, each.result) << each.decides;
    EXPECT_EQ(dmarc.author ? dmarc.author->ascii() : "", each.decides);
  }
}

// Behind what was looked at there may be the domain that people see.
TEST(MessageCheck, MoreAuthorsThanWereLookedAtDoNotPass) {
  Zone zone;
  zone.txt("example.com", "v=spf1 +all").txt("_dmarc.example.com", "v=DMARC1; p=reject");
  Mail mail;
  EXPECT_EQ(verify(mail, zone).dmarc.result, DmarcResult::pass);
  mail.authors_complete = false;
  const DmarcOutcome dmarc = verify(mail, zone).dmarc;
  EXPECT_EQ(dmarc.result, DmarcResult::permerror);
  EXPECT_EQ(dmarc.cause, DmarcCause::too_many_authors);
}

TEST(MessageCheck, TheWordOfAFilterBeforeUs) {
  const SigningKey key = SigningKey::ed25519();
  Zone zone;
  publish(zone, key);
  Mail mail;
  mail.sign(key, "example.com");
  GivenResults given;
  given.authserv_id = "filter.example";
  given.spf.result = SpfResult::softfail;
  given.spf.domain = domain("example.com");
  given.dkim.resize(1);
  given.dkim[0].result = DkimResult::pass;
  given.dkim[0].domain = domain("mail.example.com");
  MessageCheck check = mail.start();
  for (const auto& [name, value] : mail.fields)
    check.header(name, value);
  check.end_of_header({domains({"example.com"})}, given);
  EXPECT_FALSE(check.wants_body());
  feed_body(check, mail);
  const Authentication found =
      ask_until_done(zone, [&](Answers& answers) { return check.advance(answers); });
  EXPECT_EQ(found.taken_from, "filter.example");
  EXPECT_EQ(found.spf, given.spf);
  EXPECT_EQ(found.dkim, given.dkim);
  EXPECT_EQ(found.arc, ArcOutcome{});
  EXPECT_EQ(found.dmarc.result, DmarcResult::pass);
  EXPECT_TRUE(found.dmarc.dkim_aligned);
  for (const DnsQuestion& question : zone.asked())
    EXPECT_TRUE(question.name.starts_with("_dmarc.")) << question.name;
}

TEST(MessageCheck, QuestionsAreAskedAsEarlyAsTheyCanBe) {
  Mail mail;
  mail.sign(SigningKey::ed25519(), "example.com");
  MessageCheck check = mail.start();
  Answers answers;
  EXPECT_FALSE(check.advance(answers));
  EXPECT_THAT(answers.take_missing(), Contains(ask_for("example.com", DnsType::txt)));
  for (const auto& [name, value] : mail.fields)
    check.header(name, value);
  check.end_of_header({domains({"example.com"})});
  EXPECT_FALSE(check.advance(answers));
  const auto missing = answers.take_missing();
  EXPECT_THAT(missing, Contains(ask_for("sel._domainkey.example.com", DnsType::txt)));
  EXPECT_THAT(missing, Contains(ask_for("_dmarc.example.com", DnsType::txt)));
  EXPECT_THAT(missing, Contains(ask_for("_dmarc.com", DnsType::txt)));
  EXPECT_THAT(missing, Not(Contains(ask_for("example.com", DnsType::txt))));
  answers.give_up("no answer in time");
  EXPECT_FALSE(check.advance(answers));  // the body is not there
  feed_body(check, mail);
  const auto found = check.advance(answers);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->spf.result, SpfResult::temperror);
  EXPECT_EQ(found->dkim.at(0).result, DkimResult::temperror);
  EXPECT_EQ(found->dmarc.result, DmarcResult::temperror);
  EXPECT_TRUE(found->incomplete);
}

TEST(MessageCheck, AMessageThatEndsInItsHeader) {
  const Zone zone;
  MessageCheck check = Mail{}.start();
  check.header("From", " a@example.com");
  check.end_of_body();
  const Authentication found =
      ask_until_done(zone, [&](Answers& answers) { return check.advance(answers); });
  EXPECT_EQ(found.dmarc.cause, DmarcCause::no_author);
  EXPECT_FALSE(found.author_provable);
}

TEST(MessageCheck, WhetherTheAuthorCouldBeProven) {
  struct Case {
    std::string_view what;
    void (*make)(Zone&, Mail&);
    bool provable;
  };

  const Case cases[] = {
      {"nothing", [](Zone& /*z*/, Mail& /*m*/) {}, false},
      {"other records", [](Zone& z, Mail& /*m*/) { z.txt("example.com", "v=spf10 x"); }, false},
      {"DMARC", [](Zone& z, Mail& /*m*/) { z.txt("_dmarc.example.com", "v=DMARC1; p=none"); },
       true},
      {"SPF", [](Zone& z, Mail& /*m*/) { z.txt("example.com", "V=SPF1 -all"); }, true},
      {"a broken signature of its own",
       [](Zone& /*z*/, Mail& m) { m.sign(SigningKey::ed25519(), "mail.example.com"); }, true},
      {"a signature of others",
       [](Zone& /*z*/, Mail& m) { m.sign(SigningKey::ed25519(), "other.example"); }, false},
  };
  for (const Case& each : cases) {
    Zone zone;
    Mail mail;
    mail.mail_from = "bounce@other.example";
    each.make(zone, mail);
    EXPECT_EQ(verify(mail, zone).author_provable, each.provable) << each.what;
  }
}

TEST(MessageCheck, OnlySilenceAboutTheAuthorMakesItIncomplete) {
  struct Case {
    std::string_view silent;
    DnsType type;
    bool incomplete;
  };

  const Case cases[] = {
      {"example.com", DnsType::txt, true},
      {"sel._domainkey.example.com", DnsType::txt, true},
      {"_dmarc.example.com", DnsType::txt, true},
      {"other._domainkey.other.example", DnsType::txt, false},
  };
  const SigningKey key = SigningKey::ed25519();
  for (const Case& each : cases) {
    Zone zone;
    publish(zone, key).fault(each.silent, each.type);
    Mail mail;
    mail.client = "198.51.100.1";
    mail.sign(key, "other.example", "other");
    mail.sign(key, "example.com");
    mail.fields.back().second = " other";  // neither signature fits any more
    EXPECT_EQ(verify(mail, zone).incomplete, each.incomplete) << each.silent;
  }
}

}  // namespace
}  // namespace gatepost::mailauth::testing
