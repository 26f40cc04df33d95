// DMARC: which identifiers are aligned, and what a silent DNS makes of it (RFC 9989 4.10.2, 5.3).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mailauth/dmarc.hpp"
#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {
namespace {

Domain domain(std::string_view text) {
  return *Domain::parse(text);
}

SpfOutcome spf(std::string_view text, SpfResult result = SpfResult::pass) {
  SpfOutcome out;
  out.result = result;
  out.domain = Domain::parse(text);
  return out;
}

std::vector<DkimOutcome> dkim(std::string_view text, DkimResult result = DkimResult::pass) {
  DkimOutcome out;
  out.result = result;
  out.domain = Domain::parse(text);
  return {out};
}

DmarcOutcome check(const Zone& zone, std::string_view author, const SpfOutcome& by_spf = {},
                   const std::vector<DkimOutcome>& by_dkim = {}) {
  return ask_until_done(zone, [&](Answers& answers) {
    return check_dmarc(domain(author), by_spf, by_dkim, answers);
  });
}

// A zone of a large organization: a part of it that stands for itself, and a suffix.
Zone& fill(Zone& zone) {
  return zone.txt("_dmarc.example.com", "v=DMARC1; p=reject")
      .txt("_dmarc.dep.example.com", "v=DMARC1; p=reject; psd=n")
      .txt("_dmarc.strict.example.com", "v=DMARC1; p=reject; adkim=s; aspf=s")
      .txt("_dmarc.bank", "v=DMARC1; p=reject; psd=y")
      .txt("_dmarc.giant.bank", "v=DMARC1; p=reject");
}

struct Case {
  std::string_view author;
  std::string_view identifier;
  bool aligned;
};

TEST(DmarcAlignment, OfOneIdentifier) {
  Zone zone;
  fill(zone);
  const Case cases[] = {
      {"example.com", "example.com", true},
      {"example.com", "a.b.example.com", true},
      {"a.example.com", "example.com", true},
      {"a.example.com", "b.example.com", true},
      {"a.example.com", "xexample.com", false},
      {"a.example.com", "com", false},
      {"a.example.com", "example.org", false},
      // dep.example.com has an organization of its own
      {"dep.example.com", "x.dep.example.com", true},
      {"y.dep.example.com", "x.dep.example.com", true},
      {"dep.example.com", "example.com", false},
      {"example.com", "dep.example.com", false},
      {"example.com", "x.dep.example.com", false},
      // strict
      {"strict.example.com", "strict.example.com", true},
      {"strict.example.com", "example.com", false},
      {"strict.example.com", "a.strict.example.com", false},
      {"a.strict.example.com", "strict.example.com", true},  // the record of example.com counts
      // below a suffix
      {"giant.bank", "giant.bank", true},
      {"giant.bank", "mail.giant.bank", true},
      {"giant.bank", "mega.bank", false},
      {"giant.bank", "bank", false},
      {"mega.bank", "mail.mega.bank", true},
      {"a.mega.bank", "b.mega.bank", true},
      {"a.mega.bank", "giant.bank", false},
      {"bank", "giant.bank", false},
      {"bank", "bank", true},
  };
  for (const Case& each : cases) {
    const DmarcOutcome by_spf = check(zone, each.author, spf(each.identifier));
    EXPECT_EQ(by_spf.spf_aligned, each.aligned) << each.author << ' ' << each.identifier;
    EXPECT_FALSE(by_spf.dkim_aligned);
    EXPECT_EQ(by_spf.result, each.aligned ? DmarcResult::pass : DmarcResult::fail);
    EXPECT_EQ(by_spf.cause, each.aligned ? DmarcCause::aligned : DmarcCause::nothing_aligned);
    const DmarcOutcome by_dkim = check(zone, each.author, {}, dkim(each.identifier));
    EXPECT_EQ(by_dkim.dkim_aligned, each.aligned) << each.author << ' ' << each.identifier;
    EXPECT_FALSE(by_dkim.spf_aligned);
    EXPECT_EQ(by_dkim.result, by_spf.result);
  }
}

// The organizational domain as a walk from there finds it: that of an author nobody signed for.
std::string organization(const Zone& zone, std::string_view name) {
  return check(zone, name).organizational->ascii();
}

// A name that is not below the author's organization is never walked. It cannot be aligned: its
// organization is itself or above it. Tried for every way to publish records on a small tree.
TEST(DmarcAlignment, WhatIsNotWalkedCouldNotBeAligned) {
  const std::vector<std::string> names{"a", "a.a", "b.a", "a.a.a", "b.a.a", "a.b.a", "b.b"};
  const std::vector<std::string> places{"a", "a.a", "b.a", "a.a.a"};
  const std::string texts[] = {"", "v=DMARC1; p=reject", "v=DMARC1; p=reject; psd=n",
                               "v=DMARC1; p=reject; psd=y"};
  for (int choice = 0; choice < 256; ++choice) {
    Zone zone;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const std::string& text = texts[static_cast<std::size_t>(choice >> (2 * i)) & 3U];
      if (!text.empty()) zone.txt("_dmarc." + places[i], text);
    }
    for (const std::string& author : names) {
      if (!check(zone, author).record_at) continue;
      for (const std::string& identifier : names) {
        const bool same =
            author == identifier || organization(zone, author) == organization(zone, identifier);
        EXPECT_EQ(check(zone, author, spf(identifier)).spf_aligned, same)
            << fmt::format("{} {} in {}", author, identifier, choice);
      }
    }
  }
}

TEST(DmarcAlignment, OtherNamesAreNotAskedAbout) {
  Zone zone;
  fill(zone);
  check(zone, "a.example.com", spf("forger.example.org"), dkim("mail.forger.example.net"));
  for (const DnsQuestion& question : zone.asked())
    EXPECT_EQ(question.name.find("forger"), std::string::npos) << question.name;
}

TEST(DmarcAlignment, OnlyWhatPassedCounts) {
  Zone zone;
  fill(zone);
  for (const SpfResult result : {SpfResult::none, SpfResult::neutral, SpfResult::fail,
                                 SpfResult::softfail, SpfResult::permerror}) {
    const DmarcOutcome out = check(zone, "example.com", spf("example.com", result));
    EXPECT_EQ(out.result, DmarcResult::fail) << name(result);
    EXPECT_EQ(out.cause, DmarcCause::nothing_passed) << name(result);
  }
  for (const DkimResult result : {DkimResult::none, DkimResult::fail, DkimResult::policy,
                                  DkimResult::neutral, DkimResult::permerror}) {
    const DmarcOutcome out = check(zone, "example.com", {}, dkim("example.com", result));
    EXPECT_EQ(out.result, DmarcResult::fail) << name(result);
    EXPECT_EQ(out.cause, DmarcCause::nothing_passed) << name(result);
  }
}

TEST(DmarcAlignment, OneOfSeveralSignaturesIsEnough) {
  Zone zone;
  fill(zone);
  std::vector<DkimOutcome> signatures = dkim("list.example", DkimResult::pass);
  signatures.push_back(dkim("example.com", DkimResult::fail).front());
  signatures.push_back(dkim("mail.example.com", DkimResult::pass).front());
  const DmarcOutcome out = check(zone, "example.com", spf("list.example"), signatures);
  EXPECT_EQ(out.result, DmarcResult::pass);
  EXPECT_TRUE(out.dkim_aligned);
  EXPECT_FALSE(out.spf_aligned);
}

TEST(DmarcAlignment, ManySignaturesAskNoMoreThanTheBound) {
  Zone zone;
  fill(zone);
  std::vector<DkimOutcome> signatures;
  for (int i = 0; i < 300; ++i)
    signatures.push_back(dkim(fmt::format("s{}.example.com", i)).front());
  check(zone, "example.com", {}, signatures);
  EXPECT_LE(zone.asked().size(), Answers::kMostQuestions);
}

TEST(DmarcSilentDns, TheAuthorsRecordIsNotKnown) {
  for (const std::string_view silent :
       {"_dmarc.a.example.com", "_dmarc.example.com", "_dmarc.com"}) {
    Zone zone;
    zone.fault(silent, DnsType::txt);
    const DmarcOutcome out = check(zone, "a.example.com", spf("a.example.com"));
    EXPECT_EQ(out.result, DmarcResult::temperror) << silent;
    EXPECT_EQ(out.cause, DmarcCause::dns_failed) << silent;
    EXPECT_NE(out.detail.find(silent), std::string::npos) << out.detail;
  }
}

TEST(DmarcSilentDns, BehindTheEndOfTheWalkNothingIsMissed) {
  Zone zone;
  zone.txt("_dmarc.example.com", "v=DMARC1; p=reject; psd=n").fault("_dmarc.com", DnsType::txt);
  EXPECT_EQ(check(zone, "a.example.com").result, DmarcResult::fail);
  EXPECT_EQ(check(zone, "a.example.com", spf("b.example.com")).result, DmarcResult::pass);
}

TEST(DmarcSilentDns, WithARecordOfItsOwnOnlyRelaxedAlignmentIsUndecided) {
  Zone zone;
  zone.txt("_dmarc.a.example.com", "v=DMARC1; p=reject").fault("_dmarc.example.com", DnsType::txt);
  EXPECT_EQ(check(zone, "a.example.com", spf("a.example.com")).result, DmarcResult::pass);
  EXPECT_EQ(check(zone, "a.example.com").result, DmarcResult::fail);
  EXPECT_EQ(check(zone, "a.example.com", spf("forger.example.org")).result, DmarcResult::fail);
  for (const std::string_view identifier : {"example.com", "b.example.com", "x.a.example.com"}) {
    const DmarcOutcome out = check(zone, "a.example.com", {}, dkim(identifier));
    EXPECT_EQ(out.result, DmarcResult::temperror) << identifier;
    EXPECT_EQ(out.cause, DmarcCause::undecided) << identifier;
    EXPECT_EQ(out.policy, DmarcPolicy::reject);
  }
  Zone strict;
  strict.txt("_dmarc.a.example.com", "v=DMARC1; p=reject; adkim=s; aspf=s")
      .fault("_dmarc.example.com", DnsType::txt);
  EXPECT_EQ(check(strict, "a.example.com", spf("b.example.com")).result, DmarcResult::fail);
}

TEST(DmarcSilentDns, OfAnIdentifierThatCouldBeAligned) {
  Zone zone;
  fill(zone).fault("_dmarc.b.example.com", DnsType::txt);
  EXPECT_EQ(check(zone, "example.com", spf("b.example.com")).cause, DmarcCause::undecided);
  EXPECT_EQ(check(zone, "example.com", spf("b.example.com"), dkim("example.com")).result,
            DmarcResult::pass);
}

TEST(DmarcSilentDns, MissingResultsCountOnlyWhereTheyCouldBeAligned) {
  Zone zone;
  fill(zone);
  for (const std::string_view identifier : {"example.com", "x.example.com"}) {
    const DmarcOutcome by_spf =
        check(zone, "example.com", spf(identifier, SpfResult::temperror), dkim("list.example"));
    EXPECT_EQ(by_spf.cause, DmarcCause::undecided) << identifier;
    EXPECT_EQ(by_spf.result, DmarcResult::temperror) << identifier;
    const DmarcOutcome by_dkim =
        check(zone, "example.com", {}, dkim(identifier, DkimResult::temperror));
    EXPECT_EQ(by_dkim.cause, DmarcCause::undecided) << identifier;
  }
  // A forger who keeps his own DNS silent gains nothing.
  const DmarcOutcome forged =
      check(zone, "example.com", spf("forger.example", SpfResult::temperror),
            dkim("forger.example", DkimResult::temperror));
  EXPECT_EQ(forged.result, DmarcResult::fail);
  EXPECT_EQ(check(zone, "strict.example.com", spf("example.com", SpfResult::temperror)).result,
            DmarcResult::fail);
  EXPECT_EQ(
      check(zone, "strict.example.com", spf("strict.example.com", SpfResult::temperror)).cause,
      DmarcCause::undecided);
}

TEST(DmarcSilentDns, WhetherTheAuthorExistsIsNotKnown) {
  Zone zone;
  zone.txt("_dmarc.example.com", "v=DMARC1; p=none; np=reject").fault("a.example.com");
  const DmarcOutcome failed = check(zone, "a.example.com");
  EXPECT_EQ(failed.result, DmarcResult::temperror);
  EXPECT_EQ(failed.cause, DmarcCause::dns_failed);
  EXPECT_EQ(check(zone, "a.example.com", spf("a.example.com")).result, DmarcResult::pass);
}

}  // namespace
}  // namespace gatepost::mailauth::testing
