// Chains of ARC sets: what makes one pass, and all that breaks it (RFC 8617 4, 5).
#include "mailauth/arc.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mailauth/arc_message.hpp"

namespace gatepost::mailauth::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

void replace(std::string& text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from << " in " << text;
  text.replace(at, from.size(), to);
}

TEST(Arc, NoSets) {
  ArcMessage message;
  EXPECT_EQ(message.check(), ArcOutcome{});
  EXPECT_THAT(message.zone().asked(), IsEmpty());
  BodyHashes hashes;
  const ArcCheck check(message.header(), hashes);
  EXPECT_TRUE(hashes.empty());
}

TEST(Arc, PassesWithWhatTheSealersFound) {
  ArcMessage message;
  message.seal();
  message.seal({.sealer = "b.example", .selector = "x.y", .results = "(c) b.example 1; none"});
  const ArcOutcome out = message.check();
  EXPECT_EQ(out.result, ArcResult::pass) << out.detail;
  EXPECT_EQ(out.cause, ArcCause::verified);
  ASSERT_EQ(out.sets.size(), 2U);
  EXPECT_EQ(out.sets[0].instance, 1);
  EXPECT_EQ(out.sets[0].sealer, Domain::parse("lists.example"));
  EXPECT_EQ(out.sets[0].found.authserv_id, "mx.lists.example");
  ASSERT_EQ(out.sets[0].found.methods.size(), 1U);
  EXPECT_EQ(*out.sets[0].found.methods[0].property("header.from"), "example.com");
  EXPECT_EQ(out.sets[1].instance, 2);
  EXPECT_EQ(out.sets[1].sealer, Domain::parse("b.example"));
  EXPECT_EQ(out.sets[1].found, (AuthResults{"b.example", {}}));
}

TEST(Arc, ResultsThatCannotBeReadSayNothing) {
  ArcMessage message;
  message.seal({.results = "lists.example; dmarc"});
  const ArcOutcome out = message.check();
  EXPECT_EQ(out.result, ArcResult::pass);
  EXPECT_EQ(out.sets.at(0).found, AuthResults{});
}

TEST(Arc, Ed25519) {
  ArcMessage message(SigningKey::ed25519());
  message.seal().seal();
  EXPECT_EQ(message.check().result, ArcResult::pass);
}

TEST(Arc, OlderMessageSignaturesNeedNotFit) {
  ArcMessage message;
  message.seal();
  message.field("Subject") = " [list] Hello";
  EXPECT_EQ(message.check().cause, ArcCause::message_changed);
  message.seal();
  EXPECT_EQ(message.check().result, ArcResult::pass);
}

TEST(Arc, FiftySetsAndNoMore) {
  ArcMessage message;
  for (int i = 0; i < ArcCheck::kMostSets; ++i)
    message.seal();
  EXPECT_EQ(message.check().sets.size(), 50U);
  message.seal();
  EXPECT_EQ(message.check().cause, ArcCause::too_many_sets);
}

TEST(Arc, AThousandSetsAreRefusedUnasked) {
  RawHeader header;
  for (int i = 1; i <= 1000; ++i) {
    header.add("ARC-Seal",
               fmt::format(" i={}; a=rsa-sha256; cv=pass; d=a.example; s=s{}; b=AAAA", i, i));
    header.add("ARC-Message-Signature", fmt::format(" i={}; a=rsa-sha256; b=AAAA", i));
    header.add("ARC-Authentication-Results", fmt::format(" i={}; a.example; none", i));
  }
  BodyHashes hashes;
  ArcCheck check(header, hashes);
  Answers answers;
  check.ask_keys(answers);
  EXPECT_THAT(answers.take_missing(), IsEmpty());
  EXPECT_TRUE(hashes.empty());
  hashes.finish();
  const auto out = check.conclude(hashes, answers);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->result, ArcResult::fail);
  EXPECT_EQ(out->cause, ArcCause::too_many_sets);
}

TEST(Arc, AHeaderThatWasNotKept) {
  ArcMessage message;
  message.seal();
  RawHeader header = message.header();
  header.add("X", std::string(RawHeader::kMostOctets, 'x'));
  BodyHashes hashes;
  ArcCheck check(header, hashes);
  Answers answers;
  EXPECT_EQ(check.conclude(hashes, answers)->cause, ArcCause::header_too_large);
  RawHeader other;
  other.add("X", std::string(RawHeader::kMostOctets + 1, 'x'));
  ArcCheck none(other, hashes);
  EXPECT_EQ(none.conclude(hashes, answers)->result, ArcResult::none);
}

// One change to a message with two sets, and the cause it must fail for.
struct Change {
  std::string_view what;
  void (*make)(ArcMessage&);
  ArcCause cause;
};

TEST(Arc, Changes) {
  const Change changes[] = {
      {"results of the first",
       [](ArcMessage& m) { m.field("ARC-Authentication-Results", 1) += "x"; },
       ArcCause::seal_broken},
      {"results of the second",
       [](ArcMessage& m) { m.field("ARC-Authentication-Results", 2) += "x"; },
       ArcCause::seal_broken},
      {"message signature of the first",
       [](ArcMessage& m) { m.field("ARC-Message-Signature", 1) += "A"; }, ArcCause::seal_broken},
      {"seal of the first",
       [](ArcMessage& m) { replace(m.field("ARC-Seal", 1), " s=", " t=1; s="); },
       ArcCause::seal_broken},
      {"message signature of the second",
       [](ArcMessage& m) { replace(m.field("ARC-Message-Signature", 2), "i=2;", "i=2; t=1;"); },
       ArcCause::message_changed},
      {"From", [](ArcMessage& m) { m.field("From") += "x"; }, ArcCause::message_changed},
      {"a second Subject above", [](ArcMessage& m) { m.put("Subject", " other"); },
       ArcCause::verified},  // h= names it once: the lowest counts
      {"no seal", [](ArcMessage& m) { m.remove("ARC-Seal", 1); }, ArcCause::incomplete},
      {"no message signature", [](ArcMessage& m) { m.remove("ARC-Message-Signature", 2); },
       ArcCause::incomplete},
      {"no results", [](ArcMessage& m) { m.remove("ARC-Authentication-Results", 1); },
       ArcCause::incomplete},
      {"a field twice", [](ArcMessage& m) { m.put("arc-seal", m.field("ARC-Seal", 1)); },
       ArcCause::incomplete},
      {"the first set gone",
       [](ArcMessage& m) {
         for (const auto* name :
              {"ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"})
           m.remove(name, 1);
       },
       ArcCause::incomplete},
      {"the second set gone",
       [](ArcMessage& m) {
         for (const auto* name :
              {"ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"})
           m.remove(name, 2);
       },
       ArcCause::verified},
      {"i=0", [](ArcMessage& m) { replace(m.field("ARC-Seal", 2), "i=2", "i=0"); },
       ArcCause::bad_syntax},
      {"i=51", [](ArcMessage& m) { replace(m.field("ARC-Seal", 2), "i=2", "i=51"); },
       ArcCause::too_many_sets},
      {"i=100", [](ArcMessage& m) { replace(m.field("ARC-Seal", 2), "i=2", "i=100"); },
       ArcCause::bad_syntax},
      {"i=x", [](ArcMessage& m) { replace(m.field("ARC-Message-Signature", 2), "i=2", "i=x"); },
       ArcCause::bad_syntax},
      {"no list of tags", [](ArcMessage& m) { m.put("ARC-Seal", " rubbish"); },
       ArcCause::bad_syntax},
      {"results without i=", [](ArcMessage& m) { m.put("ARC-Authentication-Results", " a; none"); },
       ArcCause::bad_syntax},
      {"results with i= later",
       [](ArcMessage& m) { m.put("ARC-Authentication-Results", " a; i=1; none"); },
       ArcCause::bad_syntax},
      {"an h= in a seal",
       [](ArcMessage& m) { replace(m.field("ARC-Seal", 1), " d=", " h=from; d="); },
       ArcCause::bad_syntax},
      {"t= of a seal", [](ArcMessage& m) { replace(m.field("ARC-Seal", 1), " d=", " t=x; d="); },
       ArcCause::bad_syntax},
      {"a=", [](ArcMessage& m) { replace(m.field("ARC-Seal", 1), "sha256", "sha1"); },
       ArcCause::bad_syntax},
      {"d=", [](ArcMessage& m) { replace(m.field("ARC-Seal", 1), "d=lists.example", "d=-"); },
       ArcCause::bad_syntax},
      {"d= of one label",
       [](ArcMessage& m) { replace(m.field("ARC-Seal", 1), "d=lists.example", "d=lists"); },
       ArcCause::bad_syntax},
      {"s=", [](ArcMessage& m) { replace(m.field("ARC-Seal", 2), " s=sel", " s="); },
       ArcCause::bad_syntax},
      {"b=", [](ArcMessage& m) { replace(m.field("ARC-Seal", 2), " b=", " b=!"); },
       ArcCause::bad_syntax},
      {"a= of the message signature",
       [](ArcMessage& m) { replace(m.field("ARC-Message-Signature", 2), "sha256", "sha1"); },
       ArcCause::bad_syntax},
      {"cv= of the first",
       [](ArcMessage& m) { replace(m.field("ARC-Seal", 1), "cv=none", "cv=pass"); },
       ArcCause::wrong_chain_value},
      {"cv= of the second",
       [](ArcMessage& m) { replace(m.field("ARC-Seal", 2), "cv=pass", "cv=none"); },
       ArcCause::wrong_chain_value},
      {"cv=fail in the first",
       [](ArcMessage& m) { replace(m.field("ARC-Seal", 1), "cv=none", "cv=fail"); },
       ArcCause::wrong_chain_value},
      {"cv=fail in the second",
       [](ArcMessage& m) { replace(m.field("ARC-Seal", 2), "cv=pass", "cv=fail"); },
       ArcCause::sealed_as_failed},
      {"no cv=", [](ArcMessage& m) { replace(m.field("ARC-Seal", 2), " cv=pass;", ""); },
       ArcCause::wrong_chain_value},
      {"a header of other case and folding",
       [](ArcMessage& m) { replace(m.field("ARC-Authentication-Results", 1), "; ", ";\r\n\t "); },
       ArcCause::verified},
  };
  for (const Change& each : changes) {
    ArcMessage message;
    message.seal().seal();
    each.make(message);
    const ArcOutcome out = message.check();
    EXPECT_EQ(out.cause, each.cause)
        << each.what << ": " << phrase(out.cause) << ", " << out.detail;
    EXPECT_EQ(out.result == ArcResult::pass, each.cause == ArcCause::verified) << each.what;
    EXPECT_EQ(out.sets.empty(), each.cause != ArcCause::verified) << each.what;
  }
}

TEST(Arc, TheBody) {
  ArcMessage message;
  message.seal();
  EXPECT_EQ(message.check("Hello\r\n\r\nthere  \r\n\r\n").result, ArcResult::pass);
  const ArcOutcome out = message.check("Hallo\r\n\r\nthere\r\n");
  EXPECT_EQ(out.cause, ArcCause::message_changed);
  EXPECT_THAT(out.detail, HasSubstr("body"));
}

TEST(Arc, WhatStandsBehindTheSignedBodyIsNotSigned) {
  ArcMessage message;
  message.seal({.body_length = kBody.size()});
  EXPECT_EQ(message.check().result, ArcResult::pass);
  EXPECT_EQ(message.check(std::string(kBody) + "more\r\n").cause, ArcCause::message_changed);
}

TEST(Arc, ASignatureMustNotCoverSeals) {
  ArcMessage message;
  message.seal().seal({.signed_fields = "from:ARC-Seal"});
  EXPECT_EQ(message.check().cause, ArcCause::bad_syntax);
  ArcMessage other;
  other.seal().seal({.signed_fields = "from:arc-message-signature:arc-authentication-results"});
  EXPECT_EQ(other.check().result, ArcResult::pass);
}

TEST(Arc, KeysThatCannotBeHad) {
  struct Case {
    std::string_view what;
    void (*make)(Zone&);
    ArcCause cause;
    std::string_view detail;
  };

  const Case cases[] = {
      {"silent", [](Zone& z) { z.fault("old._domainkey.a.example", DnsType::txt); },
       ArcCause::key_dns_failed, "a.example/old"},
      {"several", [](Zone& z) { z.txt("old._domainkey.a.example", "p=AAAA"); },
       ArcCause::seal_broken, "a.example/old"},
      {"of the newest", [](Zone& z) { z.fault("sel._domainkey.lists.example", DnsType::txt); },
       ArcCause::key_dns_failed, "lists.example/sel"},
  };
  for (const Case& each : cases) {
    ArcMessage message;
    message.seal({.sealer = "a.example", .selector = "old"}).seal();
    EXPECT_EQ(message.check().result, ArcResult::pass);
    each.make(message.zone());
    const ArcOutcome out = message.check();
    EXPECT_EQ(out.result, ArcResult::fail) << each.what;
    EXPECT_EQ(out.cause, each.cause) << each.what;
    EXPECT_THAT(out.detail, HasSubstr(each.detail)) << each.what;
  }
  ArcMessage unknown;
  unknown.seal();
  replace(unknown.field("ARC-Seal", 1), "s=sel",
          "s=" + std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') +
              "." + std::string(50, 'd'));
  EXPECT_EQ(unknown.check().cause, ArcCause::seal_broken);  // no such name can be
}

TEST(Arc, AllKeysAreAskedForTogetherAndOnce) {
  ArcMessage message;
  message.seal({.sealer = "a.example"}).seal({.sealer = "b.example"}).seal({.sealer = "b.example"});
  BodyHashes hashes;
  ArcCheck check(message.header(), hashes);
  Answers answers;
  check.ask_keys(answers);
  EXPECT_EQ(answers.take_missing().size(), 2U);
  hashes.add(kBody);
  hashes.finish();
  EXPECT_FALSE(check.conclude(hashes, answers));
  EXPECT_THAT(answers.take_missing(), IsEmpty());
  answers.give_up("no answer in time");
  EXPECT_EQ(check.conclude(hashes, answers)->cause, ArcCause::key_dns_failed);
}

}  // namespace
}  // namespace gatepost::mailauth::testing
