// What a TXT record says as a DMARC record (RFC 9989 4.7, 4.8).
#include "mailauth/dmarc_record.hpp"

#include <gtest/gtest.h>

namespace gatepost::mailauth {
namespace {

using enum DmarcPolicy;

TEST(DmarcRecord, Version) {
  for (const std::string_view text :
       {"v=DMARC1", "V=DMARC1", "v=DMARC1;", "v = DMARC1 ; p=none", "v\t=\tDMARC1;p=none",
        " v=DMARC1 ;;; p=none", "v=DMARC1; garbage; p=none", "v=DMARC1; v=DMARC2"})
    EXPECT_TRUE(parse_dmarc_record(text)) << text;
  for (const std::string_view text :
       {"", ";", "v", "v=", "v=dmarc1; p=reject", "v=DMARC1x; p=reject", "v=DMARC10", "v=DMARC 1",
        "p=reject; v=DMARC1", "; v=DMARC1", "v=DMARC1 p=reject", "v=DKIM1; p=x", "v=spf1 -all",
        "dmarc=DMARC1", "v=v=DMARC1"})
    EXPECT_FALSE(parse_dmarc_record(text)) << text;
}

TEST(DmarcRecord, Defaults) {
  const auto record = parse_dmarc_record("v=DMARC1; p=reject");
  ASSERT_TRUE(record);
  DmarcRecord expected;
  expected.policy = reject;
  expected.text = "v=DMARC1; p=reject";
  EXPECT_EQ(*record, expected);
}

TEST(DmarcRecord, AllTags) {
  const std::string text =
      "v=DMARC1;p=quarantine;sp=none;np=reject;adkim=s;aspf=s;psd=n;t=y;rua=mailto:a@b.example";
  const auto record = parse_dmarc_record(text);
  ASSERT_TRUE(record);
  EXPECT_EQ(*record, (DmarcRecord{quarantine, none, reject, false, true, Alignment::strict,
                                  Alignment::strict, PublicSuffix::no, true, text}));
}

struct PolicyCase {
  std::string_view tags;
  std::optional<DmarcPolicy> policy;
  std::optional<DmarcPolicy> subdomains;
  std::optional<DmarcPolicy> nonexistent;
  bool bad = false;
};

TEST(DmarcRecord, Policies) {
  const PolicyCase cases[] = {
      {"p=REJECT", reject, {}, {}},
      {"p = Quarantine ;sp= NONE", quarantine, none, {}},
      {"", {}, {}, {}, true},
      {"p=", {}, {}, {}, true},
      {"p=discard", {}, {}, {}, true},
      {"p=reject none", {}, {}, {}, true},
      {"sp=reject", {}, reject, {}, true},
      {"p=reject; sp=x", reject, {}, {}, true},
      {"p=reject; np=", reject, {}, {}, true},
      {"p=reject; np=x; sp=none", reject, none, {}, true},
      {"p=none; p=reject", none, {}, {}},  // the first counts
      {"p=reject; sp=none; sp=x", reject, none, {}},
      {"P=reject", {}, {}, {}, true},  // names of tags have their case (RFC 6376 3.2)
      {"p=reject; x=1; =; ==; pct=0; rf=afrf; ri=60", reject, {}, {}},
  };
  for (const PolicyCase& each : cases) {
    const auto record = parse_dmarc_record("v=DMARC1; " + std::string(each.tags));
    ASSERT_TRUE(record) << each.tags;
    EXPECT_EQ(record->policy, each.policy) << each.tags;
    EXPECT_EQ(record->subdomains, each.subdomains) << each.tags;
    EXPECT_EQ(record->nonexistent, each.nonexistent) << each.tags;
    EXPECT_EQ(record->bad_policy, each.bad) << each.tags;
  }
}

TEST(DmarcRecord, FlagsFallBackToTheirDefaults) {
  const auto good = parse_dmarc_record("v=DMARC1; adkim=S; aspf=R; psd=Y; t=Y");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->dkim, Alignment::strict);
  EXPECT_EQ(good->spf, Alignment::relaxed);
  EXPECT_EQ(good->public_suffix, PublicSuffix::yes);
  EXPECT_TRUE(good->testing);
  const auto bad = parse_dmarc_record("v=DMARC1; adkim=strict; aspf=ss; psd=yes; t=1");
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->dkim, Alignment::relaxed);
  EXPECT_EQ(bad->spf, Alignment::relaxed);
  EXPECT_EQ(bad->public_suffix, PublicSuffix::unknown);
  EXPECT_FALSE(bad->testing);
  EXPECT_EQ(parse_dmarc_record("v=DMARC1; psd=u")->public_suffix, PublicSuffix::unknown);
}

TEST(DmarcRecord, ReportAddresses) {
  for (const std::string_view value :
       {"mailto:a@b.example", "MAILTO:a@b.example", "mailto:a@b.example!10m", "https://b.example/x",
        "x, mailto:a@b.example", "mailto:a%21c@b.example , x", "a+b.c-d:x"})
    EXPECT_TRUE(parse_dmarc_record("v=DMARC1; rua=" + std::string(value))->wants_reports) << value;
  for (const std::string_view value : {"", ",", "a@b.example", "mailto:", "mailto:@", "mailto:a@",
                                       "mailto:@b.example", "mailto:a b@c.example", "1x:y", ":x",
                                       "mailto a@b.example", "x^y:z", "http:", "!mailto:a@b"})
    EXPECT_FALSE(parse_dmarc_record("v=DMARC1; rua=" + std::string(value))->wants_reports) << value;
}

TEST(DmarcRecord, TheLongestOneIsRead) {
  std::string text = "v=DMARC1";
  for (int i = 0; i < 10'000; ++i)
    text += ";t" + std::to_string(i) + "=x";
  const auto record = parse_dmarc_record(text + ";p=reject");
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->bad_policy);  // what stands behind a hundred tags is not looked at
}

}  // namespace
}  // namespace gatepost::mailauth
