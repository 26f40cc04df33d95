// What strangers may send, and what it may cost: DNS questions, public-key operations, time.

#include <algorithm>
#include <chrono>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/mailauth/signed_message.hpp"

namespace gatepost::mailauth::testing {
namespace {

using enum DkimCause;

const SigningKey& rsa() {
  static const SigningKey key = SigningKey::rsa(1024);
  return key;
}

std::size_t count(const std::vector<DkimOutcome>& outcomes, DkimCause cause) {
  return static_cast<std::size_t>(
      std::count_if(outcomes.begin(), outcomes.end(),
                    [&](const DkimOutcome& each) { return each.cause == cause; }));
}

// Far above what it takes here, far below what would hold a server up: sanitizers are slow.
constexpr std::chrono::seconds kLongest{5};

class Stopwatch {
public:
  bool is_in_time() const { return std::chrono::steady_clock::now() - start_ < kLongest; }

private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Signing for_domain(std::string domain) {
  Signing out;
  out.domain = std::move(domain);
  return out;
}

TEST(DkimAttack, AHundredSignatures) {
  SignedMessage message;
  Zone zone;
  const SigningKey other = SigningKey::ed25519();
  for (int i = 0; i < 100; ++i) {
    const std::string domain = fmt::format("d{}.example", i);
    message.sign(other, for_domain(domain));
    // The key is another one: each costs a public-key operation, and none passes.
    zone.txt("sel._domainkey." + domain, SigningKey::ed25519().record());
  }
  const auto outcomes = message.check(zone);
  ASSERT_EQ(outcomes.size(), 100U);
  EXPECT_EQ(zone.asked().size(), DkimCheck::kMostSignatures);
  EXPECT_EQ(count(outcomes, header_changed), DkimCheck::kMostSignatures);
  EXPECT_EQ(count(outcomes, too_many_signatures), 100 - DkimCheck::kMostSignatures);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const bool first = i < DkimCheck::kMostSignatures;
    EXPECT_EQ(outcomes[i].result, first ? DkimResult::fail : DkimResult::policy);
    EXPECT_TRUE(outcomes[i].domain);
  }
}

TEST(DkimAttack, TheAuthorsOrganizationComesFirst) {
  SignedMessage message;
  Zone zone;
  const char* const near[] = {"example.com", "mail.example.com", "deep.down.example.com"};
  for (const char* domain : near) {
    message.sign(rsa(), for_domain(domain));
    zone.txt(fmt::format("sel._domainkey.{}", domain), rsa().record());
  }
  for (int i = 0; i < 40; ++i)
    message.sign(rsa(), for_domain(fmt::format("d{}.example.org", i)));
  const auto outcomes = message.check(zone, {*Domain::parse("mail.example.com")});
  ASSERT_EQ(outcomes.size(), 43U);
  // `deep.down.example.com` is neither above nor below the author's domain.
  EXPECT_EQ(outcomes[42].result, DkimResult::pass);
  EXPECT_EQ(outcomes[41].result, DkimResult::pass);
  EXPECT_EQ(outcomes[40].cause, too_many_signatures);
  EXPECT_EQ(count(outcomes, no_key), DkimCheck::kMostSignatures - 2);
  EXPECT_EQ(zone.asked().size(), DkimCheck::kMostSignatures);
}

TEST(DkimAttack, WhatCannotBeReadTakesNoPlace) {
  SignedMessage message;
  message.sign(rsa());
  for (int i = 0; i < 50; ++i)
    message.field_on_top("DKIM-Signature", " v=1; a=rsa-sha256; d=example.com");
  Zone zone;
  zone.txt("sel._domainkey.example.com", rsa().record());
  EXPECT_EQ(message.check(zone).back().result, DkimResult::pass);
}

TEST(DkimAttack, FieldsOfSixtyKilobytes) {
  SignedMessage message;
  for (int i = 0; i < 10; ++i)
    message.field_on_top("Subject", " " + std::string(60'000, i % 2 == 0 ? ' ' : 'x'));
  Signing signing;
  signing.signed_fields = "from:subject:subject:subject:subject:subject:subject:subject:subject";
  message.sign(rsa(), signing);
  Zone zone;
  zone.txt("sel._domainkey.example.com", rsa().record());
  const Stopwatch watch;
  EXPECT_EQ(message.check(zone).front().result, DkimResult::pass);
  EXPECT_TRUE(watch.is_in_time());
}

// A signature whose tag has this value.
std::string field_with(const std::string& tag, const std::string& value) {
  std::string out = " v=1; a=rsa-sha256; d=example.com; s=sel;";
  for (const auto& [name, own] : {std::pair<std::string, std::string>{"h", "from"},
                                  {"b", "AQID"},
                                  {"bh", base64(std::string(32, 'h'))}})
    out += fmt::format(" {}={};", name, name == tag ? value : own);
  return out;
}

TEST(DkimAttack, LongTags) {
  struct Case {
    const char* tag;
    std::string value;
    DkimCause cause;
  };

  std::string names = "from";
  while (names.size() < 1'000'000)
    names += ":a";
  std::string tags = "AQID";
  while (tags.size() < 1'000'000)
    tags += fmt::format("; t{}=", tags.size());
  const Case cases[] = {
      {"h", names, bad_syntax},
      {"b", std::string(100'000, 'A'), body_changed},
      {"b", tags, bad_syntax},
      {"b", "AQID" + std::string(900'000, ';'), bad_syntax},
      {"bh", std::string(900'000, 'A'), bad_syntax},
  };
  Zone zone;
  zone.txt("sel._domainkey.example.com", rsa().record());
  for (const Case& each : cases) {
    SignedMessage message;
    message.field_on_top("DKIM-Signature", field_with(each.tag, each.value));
    const Stopwatch watch;
    EXPECT_EQ(message.check(zone).front().cause, each.cause) << each.tag;
    EXPECT_TRUE(watch.is_in_time()) << each.tag;
  }
}

TEST(DkimAttack, AsManyNamesAsFields) {
  SignedMessage message;
  std::string same = "from";
  std::string different = "from";
  for (std::size_t i = 0; i < 2'400; ++i) {
    message.field_on_top("X-Trace", " same");
    message.field_on_top(fmt::format("X-Trace-{}", i), " different");
    same += ":x-trace:x-trace";
    different += fmt::format(":x-trace-{}:X-Trace", i);
  }
  Zone zone;
  zone.txt("sel._domainkey.example.com", rsa().record());
  for (int i = 0; i < 8; ++i) {
    Signing signing;
    signing.signed_fields = i % 2 == 0 ? same : different;
    message.sign(rsa(), signing);
  }
  const Stopwatch watch;
  const auto outcomes = message.check(zone);
  EXPECT_TRUE(watch.is_in_time());
  EXPECT_EQ(count(outcomes, verified), 8U);
}

TEST(DkimAttack, AHeaderLargerThanWhatIsKept) {
  SignedMessage message;
  message.sign(rsa());
  for (std::size_t i = 0; i < RawHeader::kMostFields; ++i)
    message.message().fields.emplace_back("X", " y");
  Zone zone;
  zone.txt("sel._domainkey.example.com", rsa().record());
  const auto outcomes = message.check(zone);
  EXPECT_EQ(outcomes.front().result, DkimResult::policy);
  EXPECT_EQ(outcomes.front().cause, header_too_large);
  EXPECT_TRUE(zone.asked().empty());
}

TEST(DkimAttack, OnlyKeysThatAreWorthIt) {
  SignedMessage message;
  message.sign(rsa());
  for (const std::string& octets :
       {made_up_rsa(8'192), made_up_rsa(1'024, {"\x01\0\0\0\0\0\0\0\x01", 9})}) {
    Zone zone;
    zone.txt("sel._domainkey.example.com", "v=DKIM1; p=" + base64(octets));
    EXPECT_EQ(message.check(zone).front().result, DkimResult::permerror);
  }
}

}  // namespace
}  // namespace gatepost::mailauth::testing
