// `gatepost auth-check` as a process, with a name server of its own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli_fixture.hpp"
#include "tests/mailauth/dns_server.hpp"
#include "tests/mailauth/signing.hpp"

namespace gatepost::admin {
namespace {

using mailauth::DnsType;
using mailauth::testing::DnsServer;
using mailauth::testing::Signing;
using mailauth::testing::SigningKey;
using mailauth::testing::Zone;
using test::words_of;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kBody = "Dear customer,\r\n\r\nyour order is on its way.  \r\n";

// A message from shop.example, signed there.
std::string signed_message() {
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"From", " Shop <info@shop.example>"},
      {"To", " bob@example.com"},
      {"Subject", " Your\r\n\torder  4711"},
      {"Date", " Sun, 22 Nov 2026 06:05:10 +0000"}};
  mailauth::RawHeader header;
  std::string out;
  for (const auto& [name, value] : fields) {
    header.add(name, value);
    out += name + ':' + value + "\r\n";
  }
  Signing signing;
  signing.domain = "shop.example";
  signing.selector = "s1";
  signing.header_form = mailauth::Canonicalization::simple;
  signing.body_form = mailauth::Canonicalization::simple;
  const std::string value = signature_value(header, kBody, signing, SigningKey::rsa(1024));
  return "DKIM-Signature:" + value + "\r\n" + out + "\r\n" + kBody;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

const Zone& publish_shop(Zone& zone) {
  return zone.txt("shop.example", "v=spf1 ip4:192.0.2.0/30 -all")
      .txt("_dmarc.shop.example", "v=DMARC1; p=reject")
      .txt("s1._domainkey.shop.example", SigningKey::rsa(1024).record());
}

class AuthCheckCli : public test::CliTest {
protected:
  AuthCheckCli() {
    folder_.write("whitelist.yaml",
                  "unauthenticated_domains:\n"
                  "  - domain: shop.example\n    clients: [198.51.100.9]\n    reason: test\n");
    config_ = folder_.write(
        "gatepost.yaml",
        "state_dir: " + folder_.path().string() +
            "\nsite: { domains: [example.com], time_zone: UTC }\nwhitelist: whitelist.yaml\n"
            "dns: { servers: [127.0.0.1:" +
            std::to_string(dns_.port()) + "], timeout: 200ms }\n");
  }

  ProgramResult check(const std::string& message, const std::string& options,
                      const std::string& environment = "LC_ALL=C") {
    std::vector<std::string> words = words_of("auth-check " + options);
    words.push_back(folder_.write("message.eml", message).string());
    return run(words, environment);
  }

  Zone zone_;
  DnsServer dns_{publish_shop(zone_)};
};

constexpr const char* kFromShop =
    "--client 192.0.2.1 --helo mx.shop.example --from info@shop.example";

TEST_F(AuthCheckCli, SaysThatAMessageIsGenuine) {
  const ProgramResult result = check(signed_message(), kFromShop);
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(
      result.output,
      AllOf(HasSubstr("SPF: pass\n"), HasSubstr("1. pass: shop.example, selector s1\n"),
            HasSubstr("rsa-sha256, key of 1024 bits"), HasSubstr("ARC: none\n"),
            HasSubstr("DMARC: pass\n"), HasSubstr("_dmarc.shop.example: v=DMARC1; p=reject\n"),
            HasSubstr("dmarc: pass. ")));
}

TEST_F(AuthCheckCli, PrintsJsonForScripts) {
  const ProgramResult result = check(signed_message(), std::string(kFromShop) + " --json");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(
      result.output,
      AllOf(HasSubstr(R"({"spf":{"result":"pass","domain":"shop.example","identity":"mailfrom",)"),
            HasSubstr(R"("dkim":[{"domain":"shop.example","selector":"s1","result":"pass",)"
                      R"("algorithm":"rsa-sha256","bits":1024,)"),
            HasSubstr(R"("dmarc":{"result":"pass","policy":"reject","disposition":"none",)"
                      R"("domain":"shop.example","record_at":"shop.example",)"
                      R"("organizational_domain":"shop.example","spf_aligned":true,)"
                      R"("dkim_aligned":true,)"),
            EndsWith(R"("arc":{"cv":"none","sealers":[],"why":"no chain"}})"
                     "\n")));
}

TEST_F(AuthCheckCli, TakesLineEndsAndMailboxLinesAsTheyCome) {
  const std::string message = signed_message();
  for (const std::string& text : {message, replaced(message, "\r\n", "\n"),
                                  "From info@shop.example Sun Nov 22\n" + message}) {
    EXPECT_THAT(check(text, "").output, HasSubstr("1. pass: shop.example")) << text;
  }
}

TEST_F(AuthCheckCli, SaysWhatBreaksASignature) {
  const std::string message = signed_message();
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {message + "-- \r\nA mailing list\r\n", "the body was changed"},
           {replaced(message, "order  4711", "order 4711"), "the header was changed"},
           {replaced(message, "s=s1", "s=s2"), "there is no such key"}}) {
    const ProgramResult result = check(text, "");
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.output,
                AllOf(HasSubstr(why), HasSubstr("What to look at: "), HasSubstr("DMARC: fail\n"),
                      HasSubstr("refuse it (reject)"), HasSubstr("It would: refuse it\n")));
  }
}

TEST_F(AuthCheckCli, TakesTheSenderFromReturnPath) {
  const std::string message = "Return-Path: <bounce@shop.example>\r\n" + signed_message();
  EXPECT_THAT(check(message, "--client 192.0.2.1").output,
              AllOf(HasSubstr("bounce@shop.example, from the message's Return-Path"),
                    HasSubstr("SPF: pass\n")));
  const ProgramResult given = check(message, "--client 192.0.2.1 --from <> --helo shop.example");
  EXPECT_THAT(given.output, AllOf(HasSubstr("Envelope sender: <> (null)\n"),
                                  HasSubstr("the HELO name shop.example")));
}

TEST_F(AuthCheckCli, TakesAnEmptySenderForNull) {
  const auto file = folder_.write("message.eml", "Return-Path: <x@y.test>\r\n" + signed_message());
  const ProgramResult result =
      run({"auth-check", "--client", "192.0.2.1", "--from", "", file.string()});
  EXPECT_THAT(result.output, HasSubstr("Envelope sender: <> (null)\n"));
}

TEST_F(AuthCheckCli, SaysThatSpfIsNotAskedWithoutAClient) {
  EXPECT_THAT(check(signed_message(), "--from info@shop.example").output,
              HasSubstr("not checked: the client's address is not given"));
  EXPECT_EQ(dns_.asked("shop.example", DnsType::txt), 0U);
}

TEST_F(AuthCheckCli, FindsTheExceptionThatFits) {
  const std::string message = replaced(signed_message(), "order", "Order");
  const ProgramResult result =
      check(message, "--client 198.51.100.9 --helo mx.test --from info@shop.example");
  EXPECT_THAT(result.output, AllOf(HasSubstr("DMARC: fail\n"), HasSubstr("dmarc: pass. "),
                                   HasSubstr("whitelist.yaml:2:"), Not(HasSubstr("It would"))));
}

TEST_F(AuthCheckCli, ReadsAMessageFromStandardInput) {
  const auto file = folder_.write("message.eml", signed_message());
  const auto result =
      run_program({"/bin/sh", "-c", "exec \"$0\" auth-check - --config \"$1\" <\"$2\"",
                   GATEPOST_PROGRAM, config_.string(), file.string()},
                  std::chrono::seconds(60));
  ASSERT_TRUE(result);
  EXPECT_THAT(result->output, HasSubstr("1. pass: shop.example"));
}

TEST_F(AuthCheckCli, JudgesAsAtAnotherTime) {
  const std::string message =
      replaced(signed_message(), "; s=s1", "; x=1000000000; s=s1");  // breaks it, but only later
  EXPECT_THAT(check(message, "").output, HasSubstr("the signature has expired"));
  EXPECT_THAT(check(message, "--now 2001-01-01").output, HasSubstr("the header was changed"));
}

TEST_F(AuthCheckCli, SpeaksChinese) {
  EXPECT_THAT(check(signed_message(), "--lang zh").output,
              AllOf(HasSubstr("原因：验证通过"), HasSubstr("未检查")));
  EXPECT_THAT(check(signed_message(), "", "LC_ALL=zh_CN.UTF-8").output,
              HasSubstr("原因：验证通过"));
}

TEST_F(AuthCheckCli, AsksAnotherServerWhenTold) {
  Zone other;
  DnsServer server(publish_shop(other));
  const std::string option = "--dns 127.0.0.1:" + std::to_string(server.port());
  EXPECT_THAT(check(signed_message(), option).output, HasSubstr("DMARC: pass\n"));
  EXPECT_GT(server.asked("_dmarc.shop.example", DnsType::txt), 0U);
  EXPECT_EQ(dns_.asked("_dmarc.shop.example", DnsType::txt), 0U);
}

TEST_F(AuthCheckCli, TellsWhenAnAnswerIsMissing) {
  dns_.silent(true);
  const ProgramResult result = check(signed_message(), kFromShop);
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.output, AllOf(HasSubstr("SPF: temperror\n"), HasSubstr("DMARC: temperror\n"),
                                   HasSubstr("Some answer was missing.")));
}

TEST_F(AuthCheckCli, RefusesWhatItCannotRead) {
  for (const auto& [options, word] : std::vector<std::pair<std::string, std::string>>{
           {"--client 192.0.2", "--client 192.0.2 is not an IP address"},
           {"--dns nowhere", "--dns nowhere"},
           {"--now yesterday", "--now yesterday is not a time"},
           {"--nonsense", "--nonsense"}}) {
    const ProgramResult result = check(signed_message(), options);
    EXPECT_EQ(result.status, 1) << options;
    EXPECT_THAT(result.output, HasSubstr(word));
  }
  EXPECT_EQ(run({"auth-check"}).status, 1);
  const ProgramResult absent = run({"auth-check", (folder_ / "absent.eml").string()});
  EXPECT_EQ(absent.status, 1);
  EXPECT_THAT(absent.output, HasSubstr("absent.eml"));
  const auto wrong = folder_.write("wrong.yaml", "sight: {}\n");
  EXPECT_EQ(check(signed_message(), "--config " + wrong.string()).status, 1);
}

}  // namespace
}  // namespace gatepost::admin
