#include "session/auth_results_field.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/mail/ascii.hpp"
#include "policy/mail/auth_results.hpp"
#include "tests/policy/site.hpp"

namespace gatepost::session {
namespace {

using test::domain;

DkimOutcome signature(DkimResult result, DkimCause cause, const std::string& selector = "s1") {
  DkimOutcome out;
  out.result = result;
  out.cause = cause;
  out.domain = domain("shop.example");
  out.selector = selector;
  out.algorithm = "rsa-sha256";
  out.signature_start = "AbCdEf12";
  return out;
}

// Mail of shop.example that passes by SPF.
Authentication passing() {
  Authentication out;
  out.spf.result = SpfResult::pass;
  out.spf.cause = SpfCause::matched;
  out.spf.domain = domain("shop.example");
  out.spf.sender = "info@shop.example";
  out.spf.detail = "ip4:192.0.2.0/24";
  out.dmarc.result = DmarcResult::pass;
  out.dmarc.cause = DmarcCause::aligned;
  out.dmarc.author = domain("shop.example");
  out.dmarc.record_at = domain("shop.example");
  out.dmarc.policy = DmarcPolicy::reject;
  return out;
}

std::string field(const Authentication& found, const char* disposition = "none") {
  return auth_results_field("mx.example.com", found, test::ip("192.0.2.1"), disposition);
}

void expect_safe(const std::string& value) {
  std::istringstream lines(value);
  std::string line;
  for (bool first = true; std::getline(lines, line); first = false) {
    EXPECT_LT(line.size() + 30, 998U) << line;
    EXPECT_TRUE(first || line.front() == '\t') << line;
    for (const char c : first ? line : line.substr(1))
      EXPECT_TRUE(c >= ' ' && c <= '~') << static_cast<int>(c);
  }
}

// The value that parse_auth_results reads back, or "?" where there is none.
std::string read_back(const std::string& value, std::string_view method,
                      std::string_view property) {
  const auto parsed = parse_auth_results(value);
  if (!parsed) return "unreadable";
  for (const AuthMethod& each : parsed->methods) {
    if (each.method != method) continue;
    const std::string* found = each.property(property);
    return found == nullptr ? "?" : *found;
  }
  return "?";
}

TEST(AuthResultsField, SaysWhatWasFoundOfEachMechanism) {
  Authentication found = passing();
  found.dkim = {signature(DkimResult::fail, DkimCause::body_changed),
                signature(DkimResult::pass, DkimCause::verified, "s2")};
  EXPECT_EQ(field(found),
            "mx.example.com;\n"
            "\tdmarc=pass (p=reject dis=none) header.from=shop.example;\n"
            "\tspf=pass smtp.mailfrom=info@shop.example;\n"
            "\tdkim=fail (the body was changed) header.d=shop.example header.s=s1 "
            "header.a=rsa-sha256 header.b=AbCdEf12;\n"
            "\tdkim=pass header.d=shop.example header.s=s2 header.a=rsa-sha256 header.b=AbCdEf12;\n"
            "\tarc=none");
}

TEST(AuthResultsField, SaysWhatFailedAndWhatBecameOfIt) {
  Authentication found = passing();
  found.spf.result = SpfResult::fail;
  found.spf.detail = "-all";
  found.dmarc.result = DmarcResult::fail;
  found.dmarc.policy = DmarcPolicy::quarantine;
  found.arc.result = ArcResult::fail;
  found.arc.cause = ArcCause::seal_broken;
  EXPECT_EQ(field(found, "quarantine"),
            "mx.example.com;\n"
            "\tdmarc=fail (p=quarantine dis=quarantine) header.from=shop.example;\n"
            "\tspf=fail (-all) smtp.mailfrom=info@shop.example;\n"
            "\tdkim=none;\n"
            "\tarc=fail (a seal does not fit) smtp.remote-ip=192.0.2.1");
}

TEST(AuthResultsField, SaysWhyNothingIsKnown) {
  Authentication found;
  found.spf.identity = SpfIdentity::helo;
  found.spf.result = SpfResult::temperror;
  found.spf.cause = SpfCause::dns_failed;
  found.spf.domain = domain("mail.shop.example");
  found.dmarc.result = DmarcResult::temperror;
  found.dmarc.cause = DmarcCause::dns_failed;
  found.dmarc.author = domain("shop.example");
  EXPECT_EQ(field(found),
            "mx.example.com;\n"
            "\tdmarc=temperror (the DNS gave no answer) header.from=shop.example;\n"
            "\tspf=temperror (the DNS gave no answer) smtp.helo=mail.shop.example;\n"
            "\tdkim=none;\n"
            "\tarc=none");
}

TEST(AuthResultsField, NamesTheFilterWhoseWordWasTaken) {
  Authentication found = passing();
  found.taken_from = "filter.example";
  found.dkim = {signature(DkimResult::fail, DkimCause::header_changed)};
  EXPECT_EQ(field(found),
            "mx.example.com;\n"
            "\tdmarc=pass (p=reject dis=none) header.from=shop.example;\n"
            "\tspf=pass (as filter.example says) smtp.mailfrom=info@shop.example;\n"
            "\tdkim=fail (as filter.example says) header.d=shop.example header.s=s1 "
            "header.a=rsa-sha256 header.b=AbCdEf12");
}

TEST(AuthResultsField, CountsTheSetsOfAChainThatHolds) {
  Authentication found = passing();
  found.arc.result = ArcResult::pass;
  found.arc.sets.resize(2);
  const auto value = auth_results_field("mx.example.com", found, test::ip("2001:db8::1"), "none");
  EXPECT_NE(value.find("\tarc=pass (i=2) smtp.remote-ip=\"2001:db8::1\""), std::string::npos);
  EXPECT_EQ(read_back(value, "arc", "smtp.remote-ip"), "2001:db8::1");
}

TEST(AuthResultsField, QuotesSenders) {
  struct Row {
    const char* sender;
    const char* written;
    const char* read;
  };

  const Row rows[] = {
      {"a+b=c@shop.example", "a+b=c@shop.example", "a+b=c@shop.example"},
      {"\"a b\"@shop.example", "\"a b\"@shop.example", "a b@shop.example"},
      {"a b@shop.example", "\"a b\"@shop.example", "a b@shop.example"},
      {".a@shop.example", "\".a\"@shop.example", ".a@shop.example"},
      {"a..b@shop.example", "\"a..b\"@shop.example", "a..b@shop.example"},
      {"x;dkim=pass@shop.example", "\"x;dkim=pass\"@shop.example", "x;dkim=pass@shop.example"},
      {"x(@shop.example", "\"x(\"@shop.example", "x(@shop.example"},
      {"a\"b@shop.example", "\"a\\\"b\"@shop.example", "a\"b@shop.example"},
      {"\"a\\\"b\"@shop.example", "\"\\\"a\\\\\\\"b\\\"@shop.example\"", "\"a\\\"b\"@shop.example"},
      {"x\r\nBcc: y@shop.example", "\"x??Bcc: y\"@shop.example", "x??Bcc: y@shop.example"},
      {"\xC3\xA4@shop.example", "\"??\"@shop.example", "??@shop.example"},
      {"no address;", "\"no address;\"", "no address;"},
      {"x@[192.0.2.1]", "\"x@[192.0.2.1]\"", "x@[192.0.2.1]"},
  };
  for (const Row& row : rows) {
    Authentication found = passing();
    found.spf.sender = row.sender;
    const std::string value = field(found);
    expect_safe(value);
    EXPECT_NE(value.find(std::string("smtp.mailfrom=") + row.written + ";"), std::string::npos)
        << value;
    EXPECT_EQ(read_back(value, "spf", "smtp.mailfrom"), row.read) << row.sender;
  }
}

TEST(AuthResultsField, NothingThatASenderChoosesGetsOut) {
  std::string nasty;
  for (int c = 0; c < 256; ++c)
    nasty += static_cast<char>(c);
  for (const std::string& text : {nasty, std::string("x; dmarc=pass header.from=bank.example"),
                                  std::string("\"); spf=pass ("), std::string("\\"),
                                  std::string(5000, ')'), std::string(5000, '"')}) {
    Authentication found = passing();
    found.spf.result = SpfResult::fail;
    found.spf.detail = text;
    found.spf.sender = text + "@" + text;
    found.dkim = {signature(DkimResult::fail, DkimCause::bad_syntax, text)};
    found.dkim.front().algorithm = text;
    found.dkim.front().signature_start = text;
    const std::string value = field(found);
    expect_safe(value);
    const auto parsed = parse_auth_results(value);
    ASSERT_TRUE(parsed) << value;
    ASSERT_EQ(parsed->methods.size(), 4U) << value;
    EXPECT_EQ(parsed->methods[0].result, "pass");
    EXPECT_EQ(parsed->methods[1].result, "fail");
    found.spf.identity = SpfIdentity::helo;
    found.spf.domain.reset();
    expect_safe(field(found));
    EXPECT_EQ(parse_auth_results(field(found))->methods.size(), 4U);
    expect_safe(received_spf_field(text, found.spf, test::ip("192.0.2.1"), text));
  }
}

TEST(AuthResultsField, NamesAFewSignaturesThatWereLookedAt) {
  Authentication found = passing();
  found.dkim.assign(50, signature(DkimResult::policy, DkimCause::too_many_signatures));
  const auto signatures = [&] {
    const auto parsed = parse_auth_results(field(found));
    return std::count_if(parsed->methods.begin(), parsed->methods.end(),
                         [](const AuthMethod& each) { return each.method == "dkim"; });
  };
  found.dkim[40] = signature(DkimResult::pass, DkimCause::verified, "looked-at");
  EXPECT_EQ(signatures(), 1);
  EXPECT_EQ(read_back(field(found), "dkim", "header.s"), "looked-at");
  found.dkim.assign(50, signature(DkimResult::fail, DkimCause::body_changed));
  EXPECT_EQ(signatures(), static_cast<std::ptrdiff_t>(kSignaturesNamed));
}

TEST(ReceivedSpfField, SaysWhatWasAskedAndWhatDecided) {
  Authentication found = passing();
  EXPECT_EQ(
      received_spf_field("mx.example.com", found.spf, test::ip("192.0.2.1"), "mail.shop.example"),
      "pass (mx.example.com: ip4:192.0.2.0/24)\n"
      "\tclient-ip=192.0.2.1;\n"
      "\tenvelope-from=\"info@shop.example\";\n"
      "\thelo=mail.shop.example;\n"
      "\treceiver=mx.example.com;\n"
      "\tidentity=mailfrom");
  found.spf.identity = SpfIdentity::helo;
  found.spf.result = SpfResult::none;
  found.spf.cause = SpfCause::no_record;
  EXPECT_EQ(received_spf_field("mx.example.com", found.spf, test::ip("2001:db8::1"), "[x"),
            "none (mx.example.com: the domain has no SPF record)\n"
            "\tclient-ip=\"2001:db8::1\";\n"
            "\tenvelope-from=\"\";\n"
            "\thelo=\"[x\";\n"
            "\treceiver=mx.example.com;\n"
            "\tidentity=helo");
}

}  // namespace
}  // namespace gatepost::session
