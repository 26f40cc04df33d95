#include "logins/dovecot_line.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gatepost::logins {
namespace {

using Result = LoginEvent::Result;

const Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 8 / 22) + std::chrono::hours(20);

std::string said(const std::string& line) {
  const auto found = read_login_line(line, kNow);
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
  std::string message;
  std::string says;
};

// As Dovecot's own file has the message, and as syslog has it: there without `Info: `.
void check(const std::vector<Sample>& samples) {
  for (const Sample& sample : samples) {
    EXPECT_EQ(said("Aug 22 15:27:01 " + sample.message), sample.says) << sample.message;
    std::string bare = sample.message;
    if (const auto at = bare.find("Info: "); at != std::string::npos) bare.erase(at, 6);
    for (const std::string tag : {"mx dovecot: ", "mx dovecot[812]: "}) {
      EXPECT_EQ(said("Aug 22 15:27:01 " + tag + bare), sample.says) << bare;
    }
  }
}

TEST(DovecotLine, AuthLogTellsOfWrongPasswords) {
  check({
      {"auth: Info: passwd-file(alice@example.test,127.0.0.6): Password mismatch",
       "failure 127.0.0.6 [alice@example.test] submission auth_log smtp"},
      {"auth: Info: passwd-file(nosuch@example.test,127.0.0.6): unknown user",
       "failure 127.0.0.6 [nosuch@example.test] submission auth_log smtp"},
      {"auth: Info: passwd-file(alice@example.test,127.0.0.22,<rR2VgtVgy+h/AAAW>): Password "
       "mismatch",
       "failure 127.0.0.22 [alice@example.test] mailbox auth_log"},
      {"auth: Info: cram-md5(alice@example.test,2001:db8::7): Password mismatch",
       "failure 2001:db8::7 [alice@example.test] submission auth_log smtp"},
      {"auth: Info: sql(alice,127.0.0.6,master,<s>): Password mismatch (SHA1 of given password: "
       "a94a8f)",
       "failure 127.0.0.6 [alice] mailbox auth_log"},
      {"auth: Info: plain(?,127.0.0.19): Username character disallowed by auth_username_chars: "
       "0x2c (username: a,b)",
       "failure 127.0.0.19 [] submission auth_log smtp"},
      {"auth: Info: plain(?,127.0.0.19): Empty username",
       "failure 127.0.0.19 [] submission auth_log smtp"},
      {"auth: Info: plain(alice,127.0.0.19): Request timed out", "nothing"},
      {"auth: Info: passwd-file(alice,127.0.0.6): Password mismatched", "nothing"},
      {"auth: Info: passwd-file(alice): Password mismatch", "nothing"},
      {"auth: Info: policy(alice@example.test,127.0.0.21): Authentication failure due to policy "
       "server refusal: locked for 30 min",
       "turned_away 127.0.0.21 [alice@example.test] submission auth_log smtp"},
      {"auth: Info: policy(alice@example.test,127.0.0.21,<abc>): Authentication failure due to "
       "policy server refusal: locked",
       "turned_away 127.0.0.21 [alice@example.test] mailbox auth_log"},
  });
}

TEST(DovecotLine, PassdbsThatBlockTellItByTheirWorkers) {
  const std::string says = "failure 127.0.0.6 [alice] mailbox auth_log";
  check({
      {"auth-worker(1234): Info: sql(alice,127.0.0.6,<s>): Password mismatch", says},
      {"auth-worker(1234): Info: conn unix:auth-worker (pid=1233,uid=113): auth-worker<7>: "
       "pam(alice,127.0.0.6,<s>): pam_authenticate() failed: Authentication failure (Password "
       "mismatch?)",
       says},
  });
}

TEST(DovecotLine, AuthLogOf24) {
  check({
      {"auth(info@example.test,127.0.0.6,sasl:login)<CvN+E95Uf4e7eEnj>: Info: sql: Password "
       "mismatch (given password: x)",
       "failure 127.0.0.6 [info@example.test] mailbox auth_log"},
      {"auth(info@example.test,127.0.0.6,sasl:plain): Info: passwd-file: unknown user",
       "failure 127.0.0.6 [info@example.test] submission auth_log smtp"},
      {"auth(info@example.test,127.0.0.6,sasl:plain): Info: policy: Authentication failure due to "
       "policy server refusal: locked",
       "turned_away 127.0.0.6 [info@example.test] submission auth_log smtp"},
      {"auth(info@example.test,127.0.0.6,sasl:plain): Debug: sql: Password mismatch", "nothing"},
      // The auth process tells the same.
      {"auth-worker(info@example.test,127.0.0.6)<4001084><CvN>: request [12]: Info: sql: Password "
       "mismatch",
       "nothing"},
  });
}

TEST(DovecotLine, LoginLogTellsOfAttemptsAtTheEnd) {
  const std::string rest = "method=PLAIN, rip=127.0.0.24, lip=127.0.0.1, TLS, session=<a/b>";
  const std::string alice = ": user=<alice@example.test>, " + rest;
  const std::string by = "failure 127.0.0.24 [alice@example.test] ";
  check({
      {"imap-login: Info: Disconnected: Connection closed (auth failed, 3 attempts in 18 secs)" +
           alice,
       by + "mailbox login_log imap x3"},
      {"imap-login: Info: Disconnected: Aborted login by logging out (auth failed, 1 attempts in 2 "
       "secs)" +
           alice,
       by + "mailbox login_log imap"},
      {"pop3-login: Info: Aborted login (auth failed, 2 attempts in 9 secs)" + alice,
       by + "mailbox login_log pop3 x2"},
      {"managesieve-login: Info: Disconnected (auth failed, 2 attempts)" + alice,
       by + "mailbox login_log sieve x2"},
      {"submission-login: Info: Disconnected: Inactivity (auth failed, 1 attempts in 1 secs)" +
           alice,
       by + "mailbox login_log submission"},
      {"imap-login: Info: Login aborted: Connection closed (auth failed, 3 attempts in 16 secs) "
       "(auth_failed)" +
           alice,
       by + "mailbox login_log imap x3"},
      {"imap-login: Info: Disconnected: Connection closed (no auth attempts in 0 secs): user=<>, "
       "rip=127.0.0.24, lip=127.0.0.1",
       "nothing"},
      {"imap-login: Info: Disconnected: Inactivity (auth failed, 0 attempts in 1 secs)" + alice,
       "nothing"},
      {"lmtp: Info: Disconnected (auth failed, 1 attempts in 1 secs)" + alice, "nothing"},
      {"imap-login: Info: Login: user=<carol@example.test>, method=PLAIN, rip=127.0.0.24, "
       "lip=127.0.0.1, mpid=31, session=<a>",
       "success 127.0.0.24 [carol@example.test] mailbox login_log imap"},
      {"imap-login: Info: Logged in: user=<carol@example.test>, " + rest,
       "success 127.0.0.24 [carol@example.test] mailbox login_log imap"},
  });
}

TEST(DovecotLine, NothingAClientSendsMakesAnAddressOrALogin) {
  const std::string end = ">, method=PLAIN, rip=127.0.0.30, lip=127.0.0.1, session=<s>";
  const std::string start =
      "imap-login: Info: Disconnected: Connection closed (auth failed, 1 "
      "attempts in 2 secs): user=<";
  std::vector<Sample> samples;
  for (const std::string login : {"x> rip=127.0.0.9, y", "x>, rip=127.0.0.9, lip=127.0.0.1",
                                  "x>, method=PLAIN, rip=127.0.0.9, lip=127.0.0.1, z",
                                  "(auth failed, 9 attempts): user=<x"}) {
    samples.push_back(
        {start + login + end, "failure 127.0.0.30 [" + login + "] mailbox login_log imap"});
  }
  check(samples);
  check({
      {"imap-login: Info: Disconnected: Inactivity (no auth attempts in 1 secs): user=<(auth "
       "failed, 9 attempts): user=<x" +
           end,
       "nothing"},
      // A login with commas, where the admin allows them: it could be either.
      {"auth: Info: passwd-file(x,127.0.0.9): Password mismatch,127.0.0.6): Password mismatch",
       "nothing"},
      {"auth(x,127.0.0.9,sasl:plain): Info: sql: Password mismatch,127.0.0.6,sasl:plain): Info: "
       "sql: Password mismatch",
       "nothing"},
      // The same in a password that is logged.
      {"auth: Info: sql(alice,127.0.0.6): Password mismatch (given password: "
       ",127.0.0.9): Password mismatch (given password: x)",
       "nothing"},
      {"auth: Info: passwd-file(a,b,127.0.0.6): Password mismatch",
       "failure 127.0.0.6 [a,b] submission auth_log smtp"},
      {"auth: Info: plain(?,127.0.0.6): Username character disallowed by auth_username_chars: 0x2c "
       "(username: passwd-file(a,127.0.0.9 ): Password mismatch)",
       "failure 127.0.0.6 [] submission auth_log smtp"},
  });
}

}  // namespace
}  // namespace gatepost::logins
