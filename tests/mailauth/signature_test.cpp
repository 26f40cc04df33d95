#include "mailauth/signature.hpp"

#include <limits>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/mailauth/signing.hpp"

namespace gatepost::mailauth::testing {
namespace {

const std::string kHash = base64(std::string(32, 'h'));

std::variant<Signature, SignatureFault> read(const std::string& text) {
  const auto tags = parse_tag_list(text);
  return read_signature(std::get<TagList>(tags));
}

TEST(Signature, IsReadWithItsDefaults) {
  const auto read_one =
      read("a=rsa-sha256; d=Example.COM; s=Sel; h=From : TO:to; b=AQ ID; bh=" + kHash);
  const auto& signature = std::get<Signature>(read_one);
  EXPECT_EQ(signature.key_type, KeyType::rsa);
  EXPECT_EQ(signature.header_form, Canonicalization::simple);
  EXPECT_EQ(signature.body_form, Canonicalization::simple);
  EXPECT_EQ(signature.domain->ascii(), "example.com");
  EXPECT_EQ(signature.selector, "sel");
  EXPECT_EQ(signature.signed_fields, (std::vector<std::string>{"from", "to", "to"}));
  EXPECT_EQ(signature.value, "\x01\x02\x03");
  EXPECT_EQ(signature.value_start, "AQID");
  EXPECT_EQ(signature.body_hash[31], 'h');
  EXPECT_EQ(signature.body_length, std::nullopt);
}

TEST(Signature, IsReadInFull) {
  const auto read_one = read(
      "a=ed25519-sha256; d=b\xC3\xBC"
      "cher.example; s=2026._x; h=from; b=QUJDREVGR0hJSktM;"
      "c=relaxed / simple; l=0; bh=" +
      kHash);
  const auto& signature = std::get<Signature>(read_one);
  EXPECT_EQ(signature.key_type, KeyType::ed25519);
  EXPECT_EQ(signature.header_form, Canonicalization::relaxed);
  EXPECT_EQ(signature.body_form, Canonicalization::simple);
  EXPECT_EQ(signature.domain->ascii(), "xn--bcher-kva.example");
  EXPECT_EQ(signature.selector, "2026._x");
  EXPECT_EQ(signature.value_start, "QUJDREVG");
  EXPECT_EQ(signature.body_length, 0U);
}

TEST(Signature, FaultsHaveTheirCause) {
  // The good one with the value of one tag in place of its own; nothing takes the tag out.
  const auto with = [](const std::string& name, std::optional<std::string> value) {
    std::string out;
    const std::pair<std::string, std::string> good[] = {{"a", "rsa-sha256"}, {"d", "example.com"},
                                                        {"s", "s"},          {"h", "from"},
                                                        {"b", "AQID"},       {"bh", kHash}};
    bool seen = false;
    for (const auto& [each, own] : good) {
      if (each == name) seen = true;
      if (each != name) out += each + "=" + own + ";";
      if (each == name && value) out += each + "=" + *value + ";";
    }
    return seen ? out : out + name + "=" + *value;
  };

  struct Case {
    const char* tag;
    std::optional<std::string> value;
    DkimCause cause;
  };

  using enum DkimCause;
  const Case cases[] = {
      {"a", {}, bad_syntax},
      {"a", "", unknown_algorithm},
      {"a", "rsa-sha512", unknown_algorithm},
      {"a", "rsa-md5", unknown_algorithm},
      {"a", "rsa-sha1", historic_algorithm},
      {"a", "ed25519-sha1", unknown_algorithm},
      {"d", {}, bad_syntax},
      {"d", "", bad_syntax},
      {"d", "com", bad_syntax},
      {"d", "exa mple.com", bad_syntax},
      {"d", "example..com", bad_syntax},
      {"s", {}, bad_syntax},
      {"s", "", bad_syntax},
      {"s", "a b", bad_syntax},
      {"s", "a..b", bad_syntax},
      {"s", std::string(64, 's'), bad_syntax},
      {"h", {}, bad_syntax},
      {"h", "", bad_syntax},
      {"h", "from:", bad_syntax},
      {"h", "from::to", bad_syntax},
      {"h", "from to", bad_syntax},
      {"b", {}, bad_syntax},
      {"b", "", bad_syntax},
      {"b", "A", bad_syntax},
      {"b", "AQ!D", bad_syntax},
      {"bh", {}, bad_syntax},
      {"bh", "AQID", bad_syntax},
      {"bh", base64(std::string(20, 'h')), bad_syntax},
      {"c", "", unknown_canonicalization},
      {"c", "nofws", unknown_canonicalization},
      {"c", "relaxed/", unknown_canonicalization},
      {"c", "simple/future", unknown_canonicalization},
      {"c", "simple/simple/simple", unknown_canonicalization},
      {"l", "", bad_syntax},
      {"l", "-1", bad_syntax},
      {"l", "1x", bad_syntax},
      {"l", std::string(77, '1'), bad_syntax},
  };
  for (const Case& each : cases) {
    const auto found = read(with(each.tag, each.value));
    const auto* fault = std::get_if<SignatureFault>(&found);
    ASSERT_NE(fault, nullptr) << each.tag << "=" << each.value.value_or("(none)");
    EXPECT_EQ(fault->cause, each.cause) << each.tag << "=" << each.value.value_or("(none)");
    EXPECT_EQ(fault->result, DkimResult::permerror);
  }
  EXPECT_EQ(std::get<Signature>(read(with("l", std::string(76, '9')))).body_length,
            std::numeric_limits<std::uint64_t>::max());
}

TEST(Signature, WithoutItsValue) {
  struct Case {
    const char* value;
    const char* without;
  };

  constexpr Case kCases[] = {
      {" a=1; b=xyz", " a=1; b="},
      {" a=1; b=xyz; c=2", " a=1; b=; c=2"},
      {" a=1;\r\n b = x\r\n\ty z \r\n ;c=2 ", " a=1;\r\n b =;c=2 "},
      {"b=xyz;bh=abc", "b=;bh=abc"},
      {" bh=abc; b=xyz\r\n ", " bh=abc; b="},
      {" bh=b=abc; b=x=y=; d=b=1", " bh=b=abc; b=; d=b=1"},
      {" bb=1; B=2;\tb\t=3", " bb=1; B=2;\tb\t="},
      {" a=1", " a=1"},
      {"", ""},
      {";;b=1;;", ";;b=;;"},
  };
  for (const Case& each : kCases)
    EXPECT_EQ(without_signature(each.value), each.without);
}

std::string header_text(const RawHeader& header, std::vector<std::string> names,
                        const RawField& own, const std::string& expected) {
  Signature signature;
  signature.header_form = Canonicalization::relaxed;
  signature.signed_fields = std::move(names);
  return header_digest(header, signature, own) == sha256(expected) ? "same" : "different";
}

TEST(HeaderDigest, TakesEachNameFromTheBottomUp) {
  RawHeader header;
  header.add("Received", " 1");
  header.add("From", " me");
  header.add("RECEIVED", " 2");
  header.add("Received ", " 3");
  header.add("DKIM-Signature", " other=1");
  header.add("DKIM-Signature", " a=1; b=xyz");
  const RawField& own = header.fields().back();
  const std::string end = "dkim-signature:a=1; b=";
  EXPECT_EQ(header_text(header, {}, own, end), "same");
  EXPECT_EQ(header_text(header, {"from"}, own, "from:me\r\n" + end), "same");
  EXPECT_EQ(header_text(header, {"received", "from", "received"}, own,
                        "received:3\r\nfrom:me\r\nreceived:2\r\n" + end),
            "same");
  // More often than it is there, and never there: nothing, not even a line end.
  EXPECT_EQ(header_text(header, {"from", "from", "to", "from"}, own, "from:me\r\n" + end), "same");
  EXPECT_EQ(header_text(header, {"received", "received", "received", "received"}, own,
                        "received:3\r\nreceived:2\r\nreceived:1\r\n" + end),
            "same");
  // Another signature can be signed, the own one only by itself (RFC 6376 3.5).
  EXPECT_EQ(header_text(header, {"dkim-signature", "dkim-signature"}, own,
                        "dkim-signature:other=1\r\n" + end),
            "same");
  EXPECT_EQ(header_text(header, {"from"}, own, "from:you\r\n" + end), "different");
}

}  // namespace
}  // namespace gatepost::mailauth::testing
