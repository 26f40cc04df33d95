// What the verification of one message costs: microseconds of CPU, with every DNS answer at hand.

#include <ctime>
#include <functional>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "mailauth/message_check.hpp"
#include "tests/mailauth/signed_message.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::mailauth;
using namespace gatepost::mailauth::testing;

double cpu_microseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void measure(const char* what, int times, const std::function<void()>& run) {
  for (int i = 0; i < times / 10 + 1; ++i)
    run();
  const double start = cpu_microseconds();
  for (int i = 0; i < times; ++i)
    run();
  fmt::print("{:<58}{:9.1f} us\n", what, (cpu_microseconds() - start) / times);
}

void must(bool right) {
  if (!right) throw std::logic_error("the bench measures something else than it says");
}

// 8 KiB in all: a header as relays leave it, and a body of text.
SignedMessage typical() {
  SignedMessage out;
  auto& fields = out.message().fields;
  for (int i = 0; i < 3; ++i)
    fields.emplace_back(
        "Received", fmt::format(" from mx{}.example.com (mx{}.example.com [192.0.2.{}])\r\n\tby "
                                "relay.example.net (Postfix) with ESMTPS id 4XyZ{}\r\n\tfor "
                                "<bob@example.net>; Mon, 1 Dec 2025 12:00:00 +0000 (UTC)",
                                i, i, i, i));
  for (const char* name : {"Message-ID", "MIME-Version", "Content-Type", "Reply-To", "List-Id",
                           "List-Unsubscribe", "Precedence", "X-Mailer", "Return-Path"})
    fields.emplace_back(name, " <some-value-of-a-usual-length.1234567890@mail.example.com>");
  std::string body;
  while (body.size() < 6'300)
    body += "Dear Bob, this is a line of a letter with the words that letters have in them.\r\n";
  out.message().body = body;
  return out;
}

Signing usual() {
  Signing out;
  out.signed_fields =
      "from:from:to:to:subject:subject:date:date:message-id:mime-version:content-type:reply-to:"
      "list-id:list-unsubscribe";
  return out;
}

void measure_kind(const char* what, const SigningKey& key, Canonicalization form) {
  Signing signing = usual();
  signing.header_form = signing.body_form = form;
  SignedMessage message = typical();
  message.sign(key, signing);
  Zone zone;
  zone.txt("sel._domainkey.example.com", key.record());
  measure(what, 3'000, [&] { must(message.check(zone).front().result == DkimResult::pass); });
}

void measure_whole() {
  const SigningKey key = SigningKey::rsa(2048);
  SignedMessage message = typical();
  message.sign(key, usual());
  Zone zone;
  zone.txt("sel._domainkey.example.com", key.record())
      .txt("example.com", "v=spf1 ip4:192.0.2.0/24 -all")
      .txt("_dmarc.example.com", "v=DMARC1; p=reject");
  const SplitMessage& parts = message.message();
  const auto run = [&] {
    const SpfInput envelope{.client = *IpAddress::parse("192.0.2.1"),
                            .helo = "mail.example.com",
                            .mail_from = "anna@example.com",
                            .receiver = "mx.example.net"};
    MessageCheck check(envelope, kNow);
    for (const auto& [name, value] : parts.fields)
      check.header(name, value);
    check.end_of_header({{*Domain::parse("example.com")}});
    check.body(parts.body);
    check.end_of_body();
    const auto found =
        ask_until_done(zone, [&](Answers& answers) { return check.advance(answers); });
    must(found.dkim.front().result == DkimResult::pass && found.dmarc.result == DmarcResult::pass);
  };
  measure("SPF, DKIM (RSA-2048, relaxed/relaxed), DMARC, ARC: 8 KiB", 3'000, run);
}

void measure_body() {
  std::string line = "A line of a letter, with the words  that letters have in them. \r\n";
  std::string body;
  while (body.size() < 25'000'000)
    body += line;
  for (const auto form : {Canonicalization::simple, Canonicalization::relaxed}) {
    measure(form == Canonicalization::simple ? "hashing 25 MB, simple" : "hashing 25 MB, relaxed",
            5, [&] {
              BodyHashes hashes;
              hashes.want(form, {});
              hashes.add(body);
              hashes.finish();
            });
  }
}

// As many names as a header may have fields, eight times over.
void measure_attack() {
  SignedMessage message;
  Signing signing;
  for (std::size_t i = 0; i < 4'900; ++i) {
    message.field_on_top(fmt::format("X-Trace-{}", i), " x");
    signing.signed_fields += fmt::format(":x-trace-{}", i);
  }
  const SigningKey key = SigningKey::rsa(2048);
  for (int i = 0; i < 8; ++i)
    message.sign(key, signing);
  Zone zone;
  zone.txt("sel._domainkey.example.com", key.record());
  measure("8 signatures, each of 4,900 fields", 20, [&] { must(message.check(zone).size() == 8); });
}

}  // namespace

int main() {
  measure_whole();
  measure_kind("DKIM alone, RSA-2048, relaxed", SigningKey::rsa(2048), Canonicalization::relaxed);
  measure_kind("DKIM alone, RSA-2048, simple", SigningKey::rsa(2048), Canonicalization::simple);
  measure_kind("DKIM alone, RSA-1024, relaxed", SigningKey::rsa(1024), Canonicalization::relaxed);
  measure_kind("DKIM alone, Ed25519, relaxed", SigningKey::ed25519(), Canonicalization::relaxed);
  measure_body();
  measure_attack();
}
