#include "mailauth/dkim.hpp"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/mailauth/signed_message.hpp"

namespace gatepost::mailauth::testing {
namespace {

using enum DkimCause;

constexpr auto kSimple = Canonicalization::simple;
constexpr auto kRelaxed = Canonicalization::relaxed;
constexpr const char* kName = "sel._domainkey.example.com";

const SigningKey& rsa() {
  static const SigningKey key = SigningKey::rsa(1024);
  return key;
}

// `pass verified`, for the first signature, as the DNS of `record` has it.
std::string found(const SignedMessage& message, const std::string& record = rsa().record()) {
  Zone zone;
  zone.txt(kName, record);
  const auto outcomes = message.check(zone);
  if (outcomes.empty()) return "no signature";
  return fmt::format("{}: {}", name(outcomes.front().result), phrase(outcomes.front().cause));
}

std::string said(DkimResult result, DkimCause cause) {
  return fmt::format("{}: {}", name(result), phrase(cause));
}

TEST(Dkim, VerifiesEveryKindOfKeyAndForm) {
  const SigningKey keys[] = {rsa(), SigningKey::rsa(2048), SigningKey::ed25519()};
  for (const SigningKey& key : keys) {
    for (const auto header : {kSimple, kRelaxed}) {
      for (const auto body : {kSimple, kRelaxed}) {
        Signing signing;
        signing.header_form = header;
        signing.body_form = body;
        SignedMessage message;
        message.sign(key, signing);
        EXPECT_EQ(found(message, key.record()), said(DkimResult::pass, verified));
        SignedMessage other_body = message;
        other_body.message().body += "PS\r\n";
        EXPECT_EQ(found(other_body, key.record()), said(DkimResult::fail, body_changed));
        SignedMessage other_header = message;
        other_header.message().fields.back().second += "1";
        EXPECT_EQ(found(other_header, key.record()), said(DkimResult::fail, header_changed));
      }
    }
  }
}

TEST(Dkim, TellsWhatTheFieldSays) {
  Signing signing;
  signing.domain = "Example.COM";
  signing.more = " i=anna@\r\n mail.example.com; unknown=1;";
  SignedMessage message;
  message.sign(rsa(), signing);
  Zone zone;
  zone.txt(kName, rsa().record());
  const auto outcomes = message.check(zone);
  ASSERT_EQ(outcomes.size(), 1U);
  const DkimOutcome& outcome = outcomes.front();
  EXPECT_EQ(outcome.result, DkimResult::pass);
  EXPECT_EQ(outcome.domain->ascii(), "example.com");
  EXPECT_EQ(outcome.selector, "sel");
  EXPECT_EQ(outcome.identity, "anna@mail.example.com");
  EXPECT_EQ(outcome.algorithm, "rsa-sha256");
  EXPECT_EQ(outcome.key_bits, 1'024U);
  EXPECT_EQ(outcome.signature_start.size(), 8U);
}

TEST(Dkim, SaysNothingThatCouldBreakAHeader) {
  SignedMessage message;
  message.field_on_top("DKIM-Signature",
                       " v=1; a=x\r\n Bcc: y; s=a\r\n b; d=c\r\n d; b=(\r\n\"x; i=a\r\n b@c");
  message.field_on_top("DKIM-Signature", " v=1; i=@" + std::string(2'000, 'x') + "; d=example.com");
  const auto outcomes = message.check(Zone());
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].identity, "");
  const DkimOutcome& outcome = outcomes[1];
  EXPECT_EQ(outcome.algorithm, "");
  EXPECT_EQ(outcome.selector, "");
  EXPECT_EQ(outcome.domain, std::nullopt);
  EXPECT_EQ(outcome.signature_start, "x");
  EXPECT_EQ(outcome.identity, "ab@c");
}

// What stands in the field, with everything else right.
TEST(Dkim, TagsOfTheField) {
  struct Case {
    const char* first;
    const char* more;
    const char* fields;
    DkimResult result;
    DkimCause cause;
  };

  constexpr const char* kFields = "from:to:subject";
  constexpr auto kPass = DkimResult::pass;
  constexpr auto kError = DkimResult::permerror;
  constexpr Case kCases[] = {
      {"v=1", "", kFields, kPass, verified},
      {"v=2", "", kFields, kError, unknown_version},
      {"v=0.5", "", kFields, kError, unknown_version},
      {"z=From:anna", "", kFields, kError, bad_syntax},  // no v=
      {"v=1; v=1", "", kFields, kError, bad_syntax},
      {"v=1;;", "", kFields, kError, bad_syntax},
      {"v=1", " q=dns/txt;", kFields, kPass, verified},
      {"v=1", " q=dns/new : dns/txt;", kFields, kPass, verified},
      {"v=1", " q=http;", kFields, kError, unknown_query},
      {"v=1", " q=;", kFields, kError, unknown_query},
      {"v=1", "", "to:subject", kError, from_not_signed},
      {"v=1", "", "to:x-from:fromage", kError, from_not_signed},
      {"v=1", "", "FROM", kPass, verified},
      {"v=1", "", "From : from : to : to\r\n : reply-to", kPass, verified},
      {"v=1", " i=@example.com;", kFields, kPass, verified},
      {"v=1", " i=a@sub.EXAMPLE.com;", kFields, kPass, verified},
      {"v=1", " i=a=40b=3Bc@example.com;", kFields, kPass, verified},
      {"v=1", " i=a=40example.com;", kFields, kPass, verified},
      {"v=1", " i=@example.org;", kFields, kError, identity_not_below},
      {"v=1", " i=@com;", kFields, kError, identity_not_below},
      {"v=1", " i=@notexample.com;", kFields, kError, identity_not_below},
      {"v=1", " i=example.com;", kFields, kError, bad_syntax},
      {"v=1", " i=;", kFields, kError, bad_syntax},
      {"v=1", " i=a=4@example.com;", kFields, kError, bad_syntax},
      {"v=1", " t=1767225599; x=1767225601;", kFields, kPass, verified},
      {"v=1", " x=1767225600;", kFields, kPass, verified},
      {"v=1", " x=1767225599;", kFields, kError, expired},
      {"v=1", " x=0;", kFields, kError, expired},
      {"v=1", " x=999999999999;", kFields, kPass, verified},
      {"v=1", " t=9999999999;", kFields, kPass, verified},  // a wrong clock
      {"v=1", " t=1767225700; x=1767225700;", kFields, kError, bad_syntax},
      {"v=1", " t=now;", kFields, kError, bad_syntax},
      {"v=1", " t=-1;", kFields, kError, bad_syntax},
      {"v=1", " x=1 2;", kFields, kError, bad_syntax},
      {"v=1", " x=9999999999999;", kFields, kError, bad_syntax},
  };
  for (const Case& each : kCases) {
    Signing signing;
    signing.first_tags = each.first;
    signing.more = each.more;
    signing.signed_fields = each.fields;
    SignedMessage message;
    message.sign(rsa(), signing);
    EXPECT_EQ(found(message), said(each.result, each.cause))
        << each.first << each.more << each.fields;
  }
}

TEST(Dkim, Algorithms) {
  for (const auto& [algorithm, cause] : {std::pair{"rsa-sha1", historic_algorithm},
                                         {"rsa-sha512", unknown_algorithm},
                                         {"ed25519-sha256", key_of_other_type}}) {
    Signing signing;
    signing.algorithm = algorithm;
    SignedMessage message;
    message.sign(rsa(), signing);
    EXPECT_EQ(found(message), said(DkimResult::permerror, cause));
  }
  const SigningKey shortest = SigningKey::rsa(512);
  SignedMessage message;
  message.sign(shortest);
  EXPECT_EQ(found(message, shortest.record()), said(DkimResult::permerror, key_too_short));
}

TEST(Dkim, LengthOfTheBody) {
  const std::string_view canonical = "See you\r\nat noon.\r\n";
  const auto with_length = [&](std::uint64_t length) {
    Signing signing;
    signing.body_length = length;
    SignedMessage message;
    message.sign(rsa(), signing);
    return message;
  };
  EXPECT_EQ(found(with_length(canonical.size())), said(DkimResult::pass, verified));
  EXPECT_EQ(found(with_length(canonical.size() - 1)), said(DkimResult::policy, body_appended));
  EXPECT_EQ(found(with_length(0)), said(DkimResult::policy, body_appended));
  EXPECT_EQ(found(with_length(canonical.size() + 1)), said(DkimResult::fail, body_changed));
  SignedMessage appended = with_length(canonical.size());
  appended.message().body += "Buy now!\r\n";
  EXPECT_EQ(found(appended), said(DkimResult::policy, body_appended));
  appended.message().body = "Buy now!\r\n" + appended.message().body;
  EXPECT_EQ(found(appended), said(DkimResult::fail, body_changed));
}

TEST(Dkim, FlagsOfTheKey) {
  Signing below;
  below.more = " i=@sub.example.com;";
  SignedMessage message;
  message.sign(rsa());
  SignedMessage subdomain;
  subdomain.sign(rsa(), below);
  EXPECT_EQ(found(message, rsa().record("t=s; ")), said(DkimResult::pass, verified));
  EXPECT_EQ(found(subdomain, rsa().record("t=s; ")),
            said(DkimResult::permerror, key_not_for_identity));
  // t=y: what verifies has verified; what does not is as if it were not signed.
  EXPECT_EQ(found(message, rsa().record("t=y; ")), said(DkimResult::pass, verified));
  message.message().body = "other\r\n";
  EXPECT_EQ(found(message, rsa().record("t=y; ")), said(DkimResult::neutral, key_testing));
}

TEST(Dkim, WhatTheDnsSaysOfTheKey) {
  SignedMessage message;
  message.sign(rsa());
  EXPECT_EQ(found(message, "v=DKIM1; p="), said(DkimResult::permerror, key_revoked));
  EXPECT_EQ(found(message, SigningKey::ed25519().record()),
            said(DkimResult::permerror, key_of_other_type));
  EXPECT_EQ(message.check(Zone()).front().cause, no_key);
  Zone silent;
  silent.fault(kName);
  const auto outcomes = message.check(silent);
  EXPECT_EQ(outcomes.front().result, DkimResult::temperror);
  EXPECT_EQ(outcomes.front().cause, key_dns_failed);
  EXPECT_FALSE(outcomes.front().detail.empty());
}

TEST(Dkim, SignedMoreOftenThanItIsThere) {
  Signing signing;
  signing.signed_fields = "from:from:reply-to";
  SignedMessage message;
  message.sign(rsa(), signing);
  EXPECT_EQ(found(message), said(DkimResult::pass, verified));
  for (const char* added : {"From", "Reply-To"}) {
    SignedMessage changed = message;
    changed.field_on_top(added, " evil@example.org");
    Zone zone;
    zone.txt(kName, rsa().record());
    EXPECT_EQ(changed.check(zone).front().cause, header_changed) << added;
  }
}

TEST(Dkim, SeveralSignaturesInTheOrderOfTheMessage) {
  const SigningKey key = SigningKey::ed25519();
  Signing list;
  list.domain = "list.example.org";
  list.signed_fields = "from:dkim-signature";
  SignedMessage message;
  message.sign(rsa()).sign(key, list).field_on_top("dkim-signature ", " broken");
  Zone zone;
  zone.txt(kName, rsa().record()).txt("sel._domainkey.list.example.org", key.record());
  const auto outcomes = message.check(zone);
  ASSERT_EQ(outcomes.size(), 3U);
  EXPECT_EQ(outcomes[0].cause, bad_syntax);
  EXPECT_EQ(outcomes[1].result, DkimResult::pass);
  EXPECT_EQ(outcomes[1].domain->ascii(), "list.example.org");
  EXPECT_EQ(outcomes[2].result, DkimResult::pass);
  EXPECT_EQ(outcomes[2].domain->ascii(), "example.com");
}

TEST(Dkim, WantsNoBodyWhereNothingCanBeVerified) {
  RawHeader header;
  header.add("From", " a@example.com");
  header.add("DKIM-Signature", " v=1; a=rsa-sha1; broken");
  BodyHashes hashes;
  DkimCheck check(header, {}, kNow, hashes);
  EXPECT_TRUE(hashes.empty());
  Answers answers;
  check.ask_keys(answers);
  EXPECT_TRUE(answers.take_missing().empty());
  EXPECT_EQ(check.conclude(hashes, answers)->size(), 1U);
}

TEST(Dkim, AsksAllKeysTogether) {
  Signing other;
  other.domain = "example.org";
  SignedMessage message;
  message.sign(rsa()).sign(rsa(), other).sign(rsa());
  RawHeader header;
  for (const auto& [name, value] : message.message().fields)
    header.add(name, value);
  BodyHashes hashes;
  const DkimCheck check(header, {}, kNow, hashes);
  Answers answers;
  check.ask_keys(answers);
  EXPECT_EQ(answers.take_missing().size(), 2U);
}

}  // namespace
}  // namespace gatepost::mailauth::testing
