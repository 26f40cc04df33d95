// DMARC: the tree walk and the policy in force (RFC 9989 4.10).
#include "mailauth/dmarc.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Domain domain(std::string_view text) {
  return *Domain::parse(text);
}

// Of a message that neither SPF nor a signature vouches for.
DmarcOutcome check(const Zone& zone, std::string_view author) {
  return ask_until_done(
      zone, [&](Answers& answers) { return check_dmarc(domain(author), {}, {}, answers); });
}

// Result, policy, where its record is, the organization, and the cause as a number.
std::string words(const DmarcOutcome& outcome) {
  return fmt::format("{} {} at {} of {}: {}", name(outcome.result), name(outcome.policy),
                     outcome.record_at ? outcome.record_at->ascii() : "-",
                     outcome.organizational ? outcome.organizational->ascii() : "-",
                     static_cast<int>(outcome.cause));
}

std::string words(std::string_view start, DmarcCause cause) {
  return fmt::format("{}: {}", start, static_cast<int>(cause));
}

std::vector<std::string> names_asked(const Zone& zone) {
  std::vector<std::string> out;
  for (const DnsQuestion& question : zone.asked())
    out.push_back(fmt::format("{} {}", name(question.type), question.name));
  return out;
}

TEST(DmarcWalk, AsksAtMostEightNames) {
  const Zone zone;
  check(zone, "a.b.c.d.e.f.g.h.i.j.mail.example.com");
  EXPECT_THAT(
      names_asked(zone),
      ElementsAre("TXT _dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com",
                  "TXT _dmarc.g.h.i.j.mail.example.com", "TXT _dmarc.h.i.j.mail.example.com",
                  "TXT _dmarc.i.j.mail.example.com", "TXT _dmarc.j.mail.example.com",
                  "TXT _dmarc.mail.example.com", "TXT _dmarc.example.com", "TXT _dmarc.com"));
}

TEST(DmarcWalk, EightLabelsAreAllAsked) {
  const Zone zone;
  check(zone, "a.b.c.d.e.f.g.com");
  EXPECT_EQ(zone.asked().size(), 8U);
  EXPECT_EQ(zone.asked().at(1).name, "_dmarc.b.c.d.e.f.g.com");
  const Zone nine;
  check(nine, "z.a.b.c.d.e.f.g.com");
  EXPECT_EQ(nine.asked().size(), 8U);
  EXPECT_EQ(nine.asked().at(1).name, "_dmarc.b.c.d.e.f.g.com");
}

TEST(DmarcWalk, IsUnderWayAtOnce) {
  Answers answers;
  ask_dmarc(domain("a.example.com"), answers);
  EXPECT_EQ(answers.take_missing().size(), 3U);
  EXPECT_FALSE(check_dmarc(domain("a.example.com"), {}, {}, answers));
  EXPECT_THAT(answers.take_missing(), IsEmpty());
}

TEST(DmarcWalk, NamesThatCannotExistAreNotAsked) {
  const std::string label(60, 'a');
  const std::string longest = fmt::format("{0}.{0}.{0}.{0}.example", label);
  const Zone zone;
  EXPECT_EQ(check(zone, longest).cause, DmarcCause::no_record);
  for (const DnsQuestion& question : zone.asked())
    EXPECT_LE(question.name.size(), 253U);
}

struct PolicyCase {
  std::string_view author;
  std::vector<std::pair<std::string_view, std::string_view>> records;  // `_dmarc.` and the text
  std::string expected;
};

TEST(DmarcPolicyDiscovery, Order) {
  constexpr auto failed = DmarcCause::nothing_passed;
  const PolicyCase cases[] = {
      {"example.com", {}, words("none none at - of example.com", DmarcCause::no_record)},
      {"example.com",
       {{"example.com", "v=DMARC1; p=reject; sp=none; np=none"}},
       words("fail reject at example.com of example.com", failed)},
      // The author's own record counts, whatever its organization has.
      {"a.example.com",
       {{"a.example.com", "v=DMARC1; p=none"}, {"example.com", "v=DMARC1; p=reject"}},
       words("fail none at a.example.com of example.com", failed)},
      {"a.b.example.com",
       {{"b.example.com", "v=DMARC1; p=none"}, {"example.com", "v=DMARC1; p=reject"}},
       words("fail reject at example.com of example.com", failed)},
      // psd=n: the walk ends there.
      {"a.b.example.com",
       {{"b.example.com", "v=DMARC1; p=quarantine; psd=n"}, {"example.com", "v=DMARC1; p=reject"}},
       words("fail quarantine at b.example.com of b.example.com", failed)},
      // psd=y: the organization is one label below; its own record goes before that of the suffix.
      {"a.b.example",
       {{"example", "v=DMARC1; p=reject; psd=y"}},
       words("fail reject at example of b.example", failed)},
      {"a.b.example",
       {{"b.example", "v=DMARC1; p=none"}, {"example", "v=DMARC1; p=reject; psd=y"}},
       words("fail none at b.example of b.example", failed)},
      {"b.example",
       {{"example", "v=DMARC1; p=reject; sp=quarantine; psd=y"}},
       words("fail quarantine at example of b.example", failed)},
      // The suffix itself as an author.
      {"example",
       {{"example", "v=DMARC1; p=reject; psd=y"}},
       words("fail reject at example of example", failed)},
      // Several at one name are none, and the walk goes on.
      {"a.example.com",
       {{"a.example.com", "v=DMARC1; p=none"},
        {"a.example.com", "v=DMARC1; p=quarantine"},
        {"example.com", "v=DMARC1; p=reject"}},
       words("fail reject at example.com of example.com", failed)},
      {"example.com",
       {{"example.com", "v=DMARC1; p=reject"},
        {"example.com", "v=DMARC1; p=reject"},
        {"example.com", "v=DMARC1; p=reject"}},
       words("none none at - of example.com", DmarcCause::no_record)},
      {"example.com",
       {{"example.com", "v=spf1 -all"}, {"example.com", "v=DMARC1; p=reject"}},
       words("fail reject at example.com of example.com", failed)},
  };
  for (const PolicyCase& each : cases) {
    Zone zone;
    zone.address(each.author, "192.0.2.1");
    for (const auto& [name, text] : each.records)
      zone.txt(fmt::format("_dmarc.{}", name), std::string(text));
    EXPECT_EQ(words(check(zone, each.author)), each.expected) << each.author;
  }
}

struct RecordCase {
  std::string_view record;  // of example.com
  std::string_view own;     // result and policy of example.com
  std::string_view exists;  // of a.example.com
  std::string_view ghost;   // of b.example.com, which does not exist
};

TEST(DmarcPolicyDiscovery, WhichTagCounts) {
  const RecordCase cases[] = {
      {"p=reject", "fail reject", "fail reject", "fail reject"},
      {"p=reject; sp=quarantine", "fail reject", "fail quarantine", "fail quarantine"},
      {"p=reject; sp=quarantine; np=none", "fail reject", "fail quarantine", "fail none"},
      {"p=none; np=reject", "fail none", "fail none", "fail reject"},
      {"p=none; sp=none; np=reject", "fail none", "fail none", "fail reject"},
      {"p=reject; t=y", "fail quarantine", "fail quarantine", "fail quarantine"},
      {"p=quarantine; np=reject; t=y", "fail none", "fail none", "fail quarantine"},
      {"p=none; t=y", "fail none", "fail none", "fail none"},
      {"p=reject; pct=0", "fail reject", "fail reject", "fail reject"},
      // What cannot be used: with rua= as p=none, without not at all.
      {"p=oops", "none none", "none none", "none none"},
      {"sp=reject", "none none", "none none", "none none"},
      {"p=reject; sp=oops", "none none", "none none", "none none"},
      {"p=reject; np=oops", "none none", "none none", "none none"},
      {"rua=mailto:r@example.com", "fail none", "fail none", "fail none"},
      {"p=reject; np=oops; rua=mailto:r@example.com", "fail none", "fail none", "fail none"},
      {"p=oops; sp=reject; rua=mailto:r@example.com", "fail none", "fail none", "fail none"},
      {"p=oops; rua=r@example.com", "none none", "none none", "none none"},
  };
  for (const RecordCase& each : cases) {
    Zone zone;
    zone.txt("_dmarc.example.com", "v=DMARC1; " + std::string(each.record));
    zone.address("sub.a.example.com", "192.0.2.1");  // so a.example.com exists, without data
    const auto seen = [&](std::string_view author) {
      const DmarcOutcome out = check(zone, author);
      EXPECT_EQ(out.cause == DmarcCause::unusable_record, out.result == DmarcResult::none);
      return fmt::format("{} {}", name(out.result), name(out.policy));
    };
    EXPECT_EQ(seen("example.com"), each.own) << each.record;
    EXPECT_EQ(seen("a.example.com"), each.exists) << each.record;
    EXPECT_EQ(seen("b.example.com"), each.ghost) << each.record;
  }
}

TEST(DmarcPolicyDiscovery, WhetherTheAuthorExistsIsAskedOnlyWhereItMatters) {
  const auto asked = [](std::string_view record, std::string_view author) {
    Zone zone;
    zone.txt("_dmarc.example.com", "v=DMARC1; " + std::string(record));
    check(zone, author);
    const auto names = names_asked(zone);
    return std::count(names.begin(), names.end(), fmt::format("A {}", author)) != 0;
  };
  EXPECT_TRUE(asked("p=none; np=reject", "a.example.com"));
  EXPECT_FALSE(asked("p=none; np=reject", "example.com"));
  EXPECT_FALSE(asked("p=reject; np=reject", "a.example.com"));
  EXPECT_FALSE(asked("p=none; sp=reject; np=reject", "a.example.com"));
  EXPECT_FALSE(asked("p=none; sp=reject", "a.example.com"));
}

TEST(DmarcOutcome, SaysWhatWasPublished) {
  Zone zone;
  zone.txt("_dmarc.example.com", "v=DMARC1; p=reject; t=y");
  const DmarcOutcome out = check(zone, "example.com");
  EXPECT_EQ(out.author, domain("example.com"));
  EXPECT_EQ(out.detail, "v=DMARC1; p=reject; t=y");
  EXPECT_TRUE(out.testing);
}

}  // namespace
}  // namespace gatepost::mailauth::testing
