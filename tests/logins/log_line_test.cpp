#include "logins/log_line.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gatepost::logins {
namespace {

using Result = LoginEvent::Result;

const Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 8 / 22) + std::chrono::hours(20);
const std::string kStamp = "Aug 22 15:27:01 ";
const std::string kPostfix = kStamp + "mx postfix/submission/smtpd[19101]: ";
const std::string kSendmail = kStamp + "mx sm-mta[30925]: ";

std::optional<LoginLine> read(const std::string& line) {
  return read_login_line(line, kNow);
}

// What a line says, in one word after the other, so that a table can show it.
std::string said(const std::string& line) {
  const auto found = read(line);
  if (!found) return "nothing";
  const LoginEvent& event = found->event;
  std::string out = event.result == Result::success   ? "success"
                    : event.result == Result::failure ? "failure"
                                                      : "turned_away";
  out += ' ' + event.client.text() + " [" + event.login + "] ";
  out += std::string(name(event.service)) + ' ' + std::string(name(event.source));
  if (!event.protocol.empty()) out += ' ' + event.protocol;
  if (found->times != 1) out += " x" + std::to_string(found->times);
  return out;
}

struct Sample {
  std::string line;
  std::string says;
};

void check(const std::vector<Sample>& samples) {
  for (const Sample& sample : samples)
    EXPECT_EQ(said(sample.line), sample.says) << sample.line;
}

TEST(PostfixLine, TellsOfWrongPasswords) {
  const std::string by = "[alice@example.test] submission mta_log smtp";
  const std::string failed = "SASL PLAIN authentication failed: ";
  check({
      {kPostfix + "warning: client6.example.test[127.0.0.6]: " + failed +
           "(reason unavailable), sasl_username=alice@example.test",
       "failure 127.0.0.6 " + by},
      {kStamp + "mx postfix/smtpd[1]: warning: unknown[2001:db8::7]: SASL LOGIN authentication "
                "failed: authentication failure, sasl_username=alice@example.test",
       "failure 2001:db8::7 " + by},
      {kStamp + "mx postfix-out/smtps/smtpd[1]: warning: unknown[127.0.0.31]:40112: " + failed +
           "authentication failure, sasl_username=alice",
       "failure 127.0.0.31 [alice] submission mta_log smtp"},
      {kPostfix + "warning: unknown[127.0.0.31]: SASL CRAM-MD5 authentication failed: "
                  "authentication failure, sasl_username=alice",
       "failure 127.0.0.31 [alice] submission mta_log smtp"},
      {kPostfix + "warning: unknown[127.0.0.31]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
       "failure 127.0.0.31 [] submission mta_log smtp"},
      {kPostfix + "warning: unknown[127.0.0.31]: " + failed +
           "(reason unavailable), sasl_username=(unavailable)",
       "failure 127.0.0.31 [] submission mta_log smtp"},
  });
}

TEST(PostfixLine, OurOwnRefusalIsNoFailure) {
  const std::string start =
      kPostfix + "warning: unknown[127.0.0.6]: SASL PLAIN authentication failed: ";
  check({
      {start + "Too many failed logins, locked until 15:57 [ref 7K3F-9QXM], sasl_username=alice",
       "turned_away 127.0.0.6 [alice] submission mta_log smtp"},
      // The reference must be ours: a login that looks like one changes nothing.
      {start + "(reason unavailable), sasl_username=x [ref 7K3F-9QXM]",
       "failure 127.0.0.6 [x [ref 7K3F-9QXM]] submission mta_log smtp"},
  });
}

TEST(PostfixLine, WhatSaysNothingOfAPasswordIsNoFailure) {
  const std::string start =
      kPostfix + "warning: client6.example.test[127.0.0.6]: SASL PLAIN authentication ";
  const std::string stale = ", sasl_username=alice@example.test";
  for (const std::string& line : {
           start + "failed: Connection lost to authentication server, sasl_username=(unavailable)",
           start + "failed: Invalid authentication mechanism" + stale,
           start + "failed: Invalid base64 data in initial response" + stale,
           start + "failed: another step is needed in authentication" + stale,
           start + "failed: no mechanism available" + stale,
           start + "failed: bad protocol / cancel, sasl_username=(unavailable)",
           start + "failed: Temporary authentication failure" + stale,
           start + "failed: generic failure" + stale,
           start + "aborted",
           kPostfix + "warning: SASL authentication failure: Password verification failed",
           kPostfix + "disconnect from client6.example.test[127.0.0.6] ehlo=1 auth=1/8 quit=1",
           kPostfix + "too many errors after AUTH from client7.example.test[127.0.0.7]",
           kPostfix + "warning: AUTH command rate limit exceeded: 4 from client15[127.0.0.15] for "
                      "service 127.0.0.1:10594",
       }) {
    EXPECT_EQ(said(line), "nothing") << line;
  }
}

TEST(PostfixLine, TellsOfSuccess) {
  const std::string start = kPostfix + "3F2A1C0: client=client5.example.test[127.0.0.5]";
  check({
      {start + ", sasl_method=PLAIN, sasl_username=alice@example.test",
       "success 127.0.0.5 [alice@example.test] submission mta_log smtp"},
      {start + ", sasl_method=PLAIN, sasl_username=alice, sasl_sender=x, sasl_username=bob",
       "success 127.0.0.5 [alice] submission mta_log smtp"},
      {start, "nothing"},
      {start + ", orig_client=unknown[127.0.0.9]", "nothing"},
  });
}

TEST(PostfixLine, NothingAClientSendsMakesALine) {
  const std::string forged = "x]: SASL PLAIN authentication failed: z, sasl_username=y";
  const std::string whole =
      "warning: unknown[127.0.0.9]: SASL PLAIN authentication failed: z, "
      "sasl_username=y";
  check({
      // The name is the last in the line, whatever it holds.
      {kPostfix +
           "warning: unknown[127.0.0.6]: SASL PLAIN authentication failed: (reason "
           "unavailable), sasl_username=" +
           forged,
       "failure 127.0.0.6 [" + forged + "] submission mta_log smtp"},
      {kPostfix + "NOQUEUE: reject: RCPT from unknown[127.0.0.6]: 550 5.1.1 <" + forged +
           ">: Recipient address rejected; from=<a@b> to=<" + whole + "> proto=ESMTP helo=<h>",
       "nothing"},
      {kPostfix + "warning: Illegal address syntax from unknown[127.0.0.6] in RCPT command: <" +
           whole + ">",
       "nothing"},
      {kPostfix + "warning: hostname [127.0.0.9]: SASL PLAIN authentication failed: z", "nothing"},
      {kPostfix + "warning: unknown[127.0.0.6]: SASL X[127.0.0.9]: authentication failed: z",
       "nothing"},
      {kStamp + "mx postfix/cleanup[1]: " + whole, "nothing"},
      {kStamp + "mx app[1]: postfix/smtpd[1]: " + whole, "nothing"},
      {kStamp + "mx postfix/smtpd[x]: " + whole, "nothing"},
      {"x " + kPostfix + whole, "nothing"},
  });
}

TEST(SendmailLine, TellsOfWrongPasswordsAndSuccess) {
  const std::string bad =
      "6AM4FRYO030925: AUTH failure (PLAIN): authentication failure (-13) "
      "SASL(-13): authentication failure: Password verification failed";
  const std::string relay = ", relay=client6.example.test [127.0.0.6]";
  check({
      {kSendmail + bad + ", user=alice" + relay,
       "failure 127.0.0.6 [alice] submission mta_log smtp"},
      {kSendmail + bad + ", user=alice" + relay + " (may be forged)",
       "failure 127.0.0.6 [alice] submission mta_log smtp"},
      {kSendmail + bad + ", user=alice, relay=[127.0.0.6]",
       "failure 127.0.0.6 [alice] submission mta_log smtp"},
      {kSendmail + bad + ", user=alice, relay=h [IPv6:2001:db8::7]",
       "failure 2001:db8::7 [alice] submission mta_log smtp"},
      {kStamp +
           "mx sendmail[1]: 6AM4: AUTH failure (PLAIN): user not found (-20) SASL(-13): user "
           "not found: Password verification failed, user=nosuch" +
           relay,
       "failure 127.0.0.6 [nosuch] submission mta_log smtp"},
      {kSendmail +
           "6AM4: AUTH failure (LOGIN): authentication failure (-13) SASL(-13): "
           "authentication failure: checkpass failed, user=alice" +
           relay,
       "failure 127.0.0.6 [alice] submission mta_log smtp"},
      {kSendmail + "6AM4: AUTH failure (LOGIN): generic failure (-1) x, user=alice" + relay,
       "nothing"},
      {kSendmail + "6AM4: client6.example.test [127.0.0.6]: possible SMTP attack: command=AUTH, "
                   "count=4",
       "nothing"},
      {kSendmail + "6AM4: AUTH decode64 error [1 for \"!!\"]" + relay, "nothing"},
      {kSendmail + "6AM4: AUTH=server" + relay + ", authid=alice, mech=PLAIN, bits=0",
       "success 127.0.0.6 [alice] submission mta_log smtp"},
      // From here on, what clients and their ident servers may write.
      {kSendmail + bad + ", user=x, relay=h [127.0.0.9]" + relay,
       "failure 127.0.0.6 [x, relay=h [127.0.0.9]] submission mta_log smtp"},
      {kSendmail + bad + ", user=a, relay=x, relay=h [127.0.0.9]@client6 [127.0.0.6]",
       "failure 127.0.0.6 [a, relay=x] submission mta_log smtp"},
      {kSendmail + "6AM4: AUTH=server, relay=a [127.0.0.9], authid=bob, mech=PLAIN, bits=0@h "
                   "[127.0.0.6], authid=alice, mech=PLAIN, bits=0",
       "success 127.0.0.6 [alice] submission mta_log smtp"},
      {kSendmail + "6AM4: from=<x: AUTH failure (PLAIN): a (-13) b, user=alice, relay=h "
                   "[127.0.0.9]>, relay=h [127.0.0.9]",
       "nothing"},
  });
}

TEST(LogLine, ReadsEveryWayALineBegins) {
  const std::string failed =
      "warning: unknown[127.0.0.6]: SASL PLAIN authentication failed: "
      "(reason unavailable), sasl_username=a";
  const std::string says = "failure 127.0.0.6 [a] submission mta_log smtp";
  for (const std::string& start :
       {kPostfix, std::string("2026-08-22T15:27:01.123456+02:00 mx postfix/smtpd[7]: "),
        std::string("2026-08-22T15:27:01Z mx postfix/smtpd: "),
        std::string("Feb 31 27:61:99 mx postfix/smtpd[7]: ")}) {
    EXPECT_EQ(said(start + failed), says) << start;
  }
  for (const std::string& start : {std::string("mx postfix/smtpd[7]: "), std::string(),
                                   std::string("2026-08-22 mx postfix/smtpd[7]: ")}) {
    EXPECT_EQ(said(start + failed), "nothing") << start;
  }
  EXPECT_EQ(said(kPostfix + "message repeated 3 times: [ " + failed + "]"), says + " x3");
  EXPECT_EQ(said(kPostfix + "message repeated 99999 times: [ " + failed + "]"), says + " x1000");
  EXPECT_EQ(said(kPostfix + "message repeated 0 times: [ " + failed + "]"), "nothing");
  EXPECT_EQ(said(kPostfix + "message repeated x times: [ " + failed + "]"), "nothing");
  EXPECT_FALSE(read("Feb 31 27:61:99 mx postfix/smtpd[7]: " + failed)->when);
  EXPECT_EQ(read("2026-08-22T15:27:01Z mx postfix/smtpd: " + failed)->when,
            kNow - std::chrono::hours(5) + std::chrono::minutes(27) + std::chrono::seconds(1));
}

TEST(LogLine, LongLoginsAreCut) {
  const auto found = read(kPostfix +
                          "warning: unknown[127.0.0.6]: SASL PLAIN authentication "
                          "failed: x, sasl_username=" +
                          std::string(60000, 'a'));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->event.login, std::string(255, 'a'));
}

}  // namespace
}  // namespace gatepost::logins
