// The words of results and causes, and what they prove of a domain.
#include "policy/mail/authentication.hpp"

#include <set>

#include <gtest/gtest.h>

namespace gatepost {
namespace {

Domain domain(std::string_view text) {
  return *Domain::parse(text);
}

// Every value of an enumeration up to `last`.
template <typename Enum>
std::vector<Enum> all_up_to(Enum last) {
  std::vector<Enum> out;
  for (int i = 0; i <= static_cast<int>(last); ++i)
    out.push_back(static_cast<Enum>(i));
  return out;
}

template <typename Enum, typename FromName>
void check_names(Enum last, FromName from_name) {
  for (const Enum each : all_up_to(last)) {
    EXPECT_EQ(from_name(name(each)), each) << name(each);
  }
  EXPECT_FALSE(from_name("hardfail"));
  EXPECT_FALSE(from_name(""));
  EXPECT_FALSE(from_name("Pass"));
}

TEST(AuthenticationNames, ThereAndBack) {
  check_names(SpfResult::permerror, spf_result_from_name);
  check_names(DkimResult::permerror, dkim_result_from_name);
  check_names(DmarcResult::permerror, dmarc_result_from_name);
  EXPECT_EQ(name(ArcResult::none), "none");
  EXPECT_EQ(name(ArcResult::pass), "pass");
  EXPECT_EQ(name(ArcResult::fail), "fail");
  EXPECT_EQ(name(DmarcPolicy::none), "none");
  EXPECT_EQ(name(DmarcPolicy::quarantine), "quarantine");
  EXPECT_EQ(name(DmarcPolicy::reject), "reject");
}

// Each cause has words of its own: a reader can tell them apart.
template <typename Enum>
void check_phrases(Enum last) {
  std::set<std::string_view> seen;
  for (const Enum each : all_up_to(last)) {
    const std::string_view words = phrase(each);
    EXPECT_GT(words.size(), 6U);
    EXPECT_TRUE(seen.insert(words).second) << words;
  }
}

TEST(AuthenticationPhrases, AreDifferent) {
  check_phrases(SpfCause::dns_failed);
  check_phrases(DkimCause::key_testing);
  check_phrases(ArcCause::header_too_large);
  check_phrases(DmarcCause::undecided);
}

DkimOutcome signed_by(std::string_view text, DkimResult result = DkimResult::pass) {
  DkimOutcome out;
  out.result = result;
  out.domain = domain(text);
  return out;
}

Authentication spf_of(std::string_view text, SpfResult result = SpfResult::pass) {
  Authentication out;
  out.spf.result = result;
  out.spf.domain = domain(text);
  return out;
}

TEST(Proves, ThatVeryDomain) {
  Authentication found = spf_of("a.example");
  found.dkim = {signed_by("b.example", DkimResult::fail), signed_by("c.example")};
  EXPECT_TRUE(proves(found, Proof::spf, domain("a.example")));
  EXPECT_FALSE(proves(found, Proof::dkim, domain("a.example")));
  EXPECT_FALSE(proves(found, Proof::spf, domain("sub.a.example")));
  EXPECT_FALSE(proves(found, Proof::spf, domain("example")));
  EXPECT_FALSE(proves(found, Proof::dkim, domain("b.example")));
  EXPECT_TRUE(proves(found, Proof::dkim, domain("c.example")));
  EXPECT_FALSE(proves(found, Proof::spf, domain("c.example")));
  for (const SpfResult result : all_up_to(SpfResult::permerror)) {
    EXPECT_EQ(proves(spf_of("a.example", result), Proof::spf, domain("a.example")),
              result == SpfResult::pass);
  }
}

TEST(AuthorProven, ByDmarcWhereThereIsARecord) {
  Authentication found = spf_of("a.example");
  found.dmarc.author = domain("a.example");
  found.dmarc.record_at = domain("a.example");
  for (const DmarcResult result : all_up_to(DmarcResult::permerror)) {
    found.dmarc.result = result;
    EXPECT_EQ(author_proven(found), result == DmarcResult::pass) << name(result);
  }
}

TEST(AuthorProven, ByADomainNearbyWhereThereIsNone) {
  struct Case {
    std::string_view proven;
    bool expected;
  };

  const Case cases[] = {{"mail.a.example", true},   {"sub.mail.a.example", true},
                        {"a.example", true},        {"other.a.example", false},
                        {"xmail.a.example", false}, {"b.example", false}};
  for (const Case& each : cases) {
    Authentication by_spf = spf_of(each.proven);
    by_spf.dmarc.author = domain("mail.a.example");
    EXPECT_EQ(author_proven(by_spf), each.expected) << each.proven;
    Authentication by_dkim;
    by_dkim.dmarc.author = domain("mail.a.example");
    by_dkim.dkim = {signed_by("c.example"), signed_by(each.proven)};
    EXPECT_EQ(author_proven(by_dkim), each.expected) << each.proven;
    by_dkim.dkim = {signed_by(each.proven, DkimResult::neutral)};
    EXPECT_FALSE(author_proven(by_dkim));
  }
}

TEST(AuthorProven, NeverWithoutAnAuthor) {
  Authentication found = spf_of("a.example");
  found.dkim = {signed_by("a.example")};
  EXPECT_FALSE(author_proven(found));
}

}  // namespace
}  // namespace gatepost
