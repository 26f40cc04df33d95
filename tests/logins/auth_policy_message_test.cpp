#include "logins/auth_policy_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/site.hpp"

namespace gatepost::logins {
namespace {

using test::ip;
using testing::HasSubstr;
using Result = LoginEvent::Result;

// As Dovecot 2.3.19.1 sent them.
constexpr std::string_view kSmtpAllow =
    R"({"device_id":"","login":"alice@example.test","protocol":"smtp","pwhash":"0a49",)"
    R"("remote":"127.0.0.21","session_id":"","tls":false})";
constexpr std::string_view kImapReport =
    R"({"device_id":"","login":"alice@example.test","protocol":"imap","pwhash":"0e90",)"
    R"("remote":"127.0.0.22","session_id":"rR2VgtVgy+h/AAAW","success":false,)"
    R"("policy_reject":false,"tls":false})";

std::string request(std::string_view more, std::string_view remote = "192.0.2.7",
                    std::string_view protocol = "imap") {
  return fmt::format(R"({{"login":"alice","remote":"{}","protocol":"{}"{}}})", remote, protocol,
                     more);
}

PolicyRequest allow(std::string_view body) {
  return read_policy_request(PolicyCommand::allow, body, Token{7});
}

PolicyRequest report(std::string_view body) {
  return read_policy_request(PolicyCommand::report, body, Token{7});
}

LoginEvent event(const PolicyRequest& read) {
  if (const auto* bad = std::get_if<BadPolicyRequest>(&read)) ADD_FAILURE() << bad->why;
  return std::get<LoginEvent>(read);
}

std::string fault(const PolicyRequest& read) {
  const auto* bad = std::get_if<BadPolicyRequest>(&read);
  return bad == nullptr ? "none" : bad->why;
}

std::string_view nothing(const PolicyRequest& read) {
  const auto* found = std::get_if<NothingToCount>(&read);
  return found == nullptr ? "something" : found->why;
}

TEST(PolicyRequestTest, ReadsWhatDovecotAsksForSmtp) {
  const LoginEvent read = event(allow(kSmtpAllow));
  EXPECT_EQ(read.client, ip("127.0.0.21"));
  EXPECT_EQ(read.told_client, std::nullopt);
  EXPECT_EQ(read.login, "alice@example.test");
  EXPECT_EQ(read.service, LoginService::submission);
  EXPECT_EQ(read.source, LoginSource::auth_policy);
  EXPECT_EQ(read.protocol, "smtp");
  EXPECT_EQ(read.guess, "0a49");
  EXPECT_EQ(read.age.count(), 0);
  EXPECT_EQ(read.token, Token{7});
}

TEST(PolicyRequestTest, ReadsWhatDovecotReportsForImap) {
  const LoginEvent read = event(report(kImapReport));
  EXPECT_EQ(read.result, Result::failure);
  EXPECT_EQ(read.client, ip("127.0.0.22"));
  EXPECT_EQ(read.service, LoginService::mailbox);
  EXPECT_EQ(read.protocol, "imap");
  EXPECT_EQ(read.guess, "0e90");
}

TEST(PolicyRequestTest, AnUnreadableNameIsReportedEmpty) {
  const LoginEvent read =
      event(report(R"({"device_id":"","login":"","protocol":"smtp","pwhash":"0123",)"
                   R"("remote":"127.0.0.19","session_id":"","success":false,)"
                   R"("policy_reject":false,"tls":false})"));
  EXPECT_EQ(read.login, "");
  EXPECT_EQ(read.result, Result::failure);
}

TEST(PolicyRequestTest, TakesTheResultFromAReport) {
  struct {
    std::string_view more;
    std::optional<Result> result;
    std::string_view nothing = "";
  } const cases[] = {
      {R"(,"success":true)", Result::success},
      {R"(,"success":true,"policy_reject":false)", Result::success},
      {R"(,"success":true,"policy_reject":true)", Result::success},  // auth_policy_log_only
      {R"(,"success":false)", Result::failure},
      {R"(,"success":false,"policy_reject":true)", Result::turned_away},
      {R"(,"success":false,"fail_type":"credentials")", Result::failure},
      {R"(,"success":false,"fail_type":"account")", Result::failure},
      {R"(,"success":false,"fail_type":"")", Result::failure},
      {R"(,"success":false,"fail_type":"UNSUPPORTED_VARIABLE_fail_type")", Result::failure},
      {R"(,"success":false,"fail_type":"policy")", Result::turned_away},
      {R"(,"success":false,"policy_reject":true,"fail_type":"policy")", Result::turned_away},
      {R"(,"success":true,"fail_type":"")", Result::success},
      {R"(,"success":false,"fail_type":"internal")", {}, "internal"},
      {R"(,"success":false,"fail_type":"expired")", {}, "expired"},
      {R"(,"success":false,"fail_type":"disabled")", {}, "disabled"},
  };

  for (const auto& one : cases) {
    const PolicyRequest read = report(request(one.more));
    if (one.result) {
      EXPECT_EQ(event(read).result, *one.result) << one.more;
    } else {
      EXPECT_EQ(nothing(read), one.nothing) << one.more;
    }
  }
}

TEST(PolicyRequestTest, AskingNeedsNoResult) {
  EXPECT_TRUE(std::holds_alternative<LoginEvent>(allow(request(""))));
  EXPECT_EQ(fault(report(request(""))), "\"success\" is missing in a report");
}

TEST(PolicyRequestTest, NamesTheService) {
  struct {
    std::string_view protocol;
    LoginService service;
    std::string_view name;
  } const cases[] = {
      {"smtp", LoginService::submission, "smtp"},
      {"SMTP", LoginService::submission, "smtp"},
      {"submission", LoginService::mailbox, "submission"},
      {"imap", LoginService::mailbox, "imap"},
      {"pop3", LoginService::mailbox, "pop3"},
      {"sieve", LoginService::mailbox, "sieve"},
      {"", LoginService::mailbox, ""},
      {"a b", LoginService::mailbox, ""},
      {"averyveryveryverylongprotocolnamex", LoginService::mailbox, ""},
  };

  for (const auto& one : cases) {
    const LoginEvent read = event(allow(request("", "192.0.2.7", one.protocol)));
    EXPECT_EQ(read.service, one.service) << one.protocol;
    EXPECT_EQ(read.protocol, one.name) << one.protocol;
  }
}

TEST(PolicyRequestTest, KnowsAGuessOnlyWhereThePasswordWasHashed) {
  struct {
    std::string_view more;
    std::string_view guess;
  } const cases[] = {
      {R"(,"pwhash":"0a49")", "0a49"},
      {R"(,"pwhash":"0a49","mech":"")", "0a49"},
      {R"(,"pwhash":"0a49","mech":"PLAIN")", "0a49"},
      {R"(,"pwhash":"0a49","mech":"login")", "0a49"},
      {R"(,"pwhash":"0acc","mech":"CRAM-MD5")", ""},
      {R"(,"pwhash":"0acc","mech":"SCRAM-SHA-256")", ""},
      {R"(,"pwhash":"0acc","mech":"DIGEST-MD5")", ""},
      {R"(,"pwhash":"0acc","mech":"GSSAPI")", ""},
      {R"(,"pwhash":"0acc","mech":"XOAUTH2")", ""},
      {R"(,"pwhash":"")", ""},
      {"", ""},
      {R"(,"pwhash":"0a 49")", ""},
  };

  for (const auto& one : cases)
    EXPECT_EQ(event(allow(request(one.more))).guess, one.guess) << one.more;
  const std::string sha256(64, 'a');
  EXPECT_EQ(event(allow(request(R"(,"pwhash":")" + sha256 + '"'))).guess, sha256);
  const std::string too_long(129, 'a');
  EXPECT_EQ(event(allow(request(R"(,"pwhash":")" + too_long + '"'))).guess, "");
}

TEST(PolicyRequestTest, TakesThePersonsAddressFromTheWebmail) {
  struct {
    std::string_view more;
    std::optional<IpAddress> told;
  } const cases[] = {
      {"", {}},
      {R"(,"client":"198.51.100.9")", ip("198.51.100.9")},
      {R"(,"client":"2001:db8::9")", ip("2001:db8::9")},
      {R"(,"client":"")", {}},
      {R"(,"client":"somebody")", {}},
      {R"(,"device_id":"")", {}},
      {R"(,"device_id":"\"name\" \"Roundcube\" \"x-originating-ip\" \"198.51.100.9\"")",
       ip("198.51.100.9")},
      {R"-(,"device_id":"(\"X-Originating-IP\" \"198.51.100.9\")")-", ip("198.51.100.9")},
      {R"(,"device_id":"x-originating-ip 198.51.100.9")", ip("198.51.100.9")},
      {R"(,"device_id":"\"name\" NIL \"x-originating-ip\" \"198.51.100.9\"")", ip("198.51.100.9")},
      // a value that looks like the key
      {R"(,"device_id":"\"name\" \"x-originating-ip\" \"198.51.100.9\" \"\"")", {}},
      {R"(,"device_id":"\"a\\\" \\\"b\" \"c\" \"x-originating-ip\" \"198.51.100.9\"")",
       ip("198.51.100.9")},
      {R"(,"device_id":"\"x-originating-ip\"")", {}},
      {R"(,"device_id":"\"x-originating-ip\" \"198.51.100.9")", ip("198.51.100.9")},
      {R"(,"device_id":"\"","client":"")", {}},
      {R"(,"client":"198.51.100.9","device_id":"\"x-originating-ip\" \"198.51.100.8\"")",
       ip("198.51.100.9")},
  };

  for (const auto& one : cases)
    EXPECT_EQ(event(allow(request(one.more))).told_client, one.told) << one.more;
}

TEST(PolicyRequestTest, NothingFollowsOfALoginWithoutAClient) {
  for (const std::string_view more : {"", R"(,"success":false)"}) {
    EXPECT_EQ(nothing(allow(request(more, ""))), "no_client");
  }
  EXPECT_EQ(nothing(report(request(R"(,"success":true)", ""))), "no_client");
  EXPECT_THAT(fault(report(request("", ""))), HasSubstr("success"));
}

TEST(PolicyRequestTest, SaysWhatIsWrong) {
  struct {
    std::string_view body;
    std::string_view fault;
  } const cases[] = {
      {"", "the body is no JSON"},
      {"{", "the body is no JSON"},
      {"login=alice", "the body is no JSON"},
      {"[]", "the body is no JSON object"},
      {"null", "the body is no JSON object"},
      {R"({"login":"a","protocol":"imap"})", "needs remote=%{rip}"},
      {R"({"remote":"192.0.2.7","protocol":"imap"})", "needs login=%{requested_username}"},
      {R"({"remote":"192.0.2.7","login":"a"})", "needs protocol=%s"},
      {R"({"remote":"here","login":"a","protocol":"imap"})", "\"remote\" is no IP address"},
      {R"({"remote":7,"login":"a","protocol":"imap"})", "\"remote\" is no string"},
      {R"({"remote":"192.0.2.7","login":null,"protocol":"imap"})", "\"login\" is no string"},
      {R"({"remote":"192.0.2.7","login":"a","protocol":"imap","pwhash":[]})",
       "\"pwhash\" is no string"},
      {R"([[[[[[[[[[[[]]]]]]]]]]]])", "the body is no JSON"},
      {R"({"remote":"192.0.2.7","login":"a","protocol":"imap"} x)", "the body is no JSON"},
  };

  for (const auto& one : cases)
    EXPECT_THAT(fault(allow(one.body)), HasSubstr(one.fault)) << one.body;
  EXPECT_THAT(fault(report(request(R"(,"success":"no")"))), HasSubstr("neither true nor false"));
  EXPECT_THAT(fault(report(request(R"(,"success":true,"policy_reject":0)"))),
              HasSubstr("\"policy_reject\" is neither"));
}

TEST(PolicyRequestTest, AFaultDoesNotRepeatWhatTheRequestHolds) {
  EXPECT_EQ(
      fault(allow(R"({"pwhash":"0a49","login":"hunter2","remote":"hunter2"})")).find("hunter2"),
      std::string::npos);
}

TEST(PolicyRequestTest, OctetsThatAreNoUtf8AreNoReasonToRefuse) {
  EXPECT_EQ(event(allow(request(",\"device_id\":\"\\\"name\\\" \\\"\xFF\xC3\\\"\""))).login,
            "alice");
}

TEST(PolicyRequestTest, UnknownAttributesMeanNothing) {
  EXPECT_EQ(event(allow(request(R"(,"attrs":{"cos":[1,2]},"lport":0,"secured":"secured")"))).login,
            "alice");
}

TEST(PolicyCommandTest, IsReadFromTheTarget) {
  struct {
    std::string_view target;
    std::optional<PolicyCommand> command;
  } const cases[] = {
      {"/?command=allow", PolicyCommand::allow},
      {"/?command=report", PolicyCommand::report},
      {"?command=report", PolicyCommand::report},
      {"/?site=a&command=allow", PolicyCommand::allow},
      {"/?command=allow&site=a", PolicyCommand::allow},
      {"/?command=allow&command=report", {}},
      {"/?command=", {}},
      {"/?command=Allow", {}},
      {"/?command=allowed", {}},
      {"/?command=reset", {}},
      {"/?xcommand=allow", {}},
      {"/", {}},
      {"", {}},
      {"/x?command=allow", {}},
      {"x?command=allow", {}},
      {"http://host/?command=allow", {}},
  };

  for (const auto& one : cases)
    EXPECT_EQ(policy_command(one.target), one.command) << one.target;
}

TEST(PolicyReplyTest, IsWhatDovecotReads) {
  EXPECT_EQ(policy_reply({0, ""}), R"({"status":0,"msg":""})");
  EXPECT_EQ(policy_reply({5, ""}), R"({"status":5,"msg":""})");
  EXPECT_EQ(policy_reply({-1, "locked \"until\" 12:30"}),
            R"({"status":-1,"msg":"locked \"until\" 12:30"})");
}

}  // namespace
}  // namespace gatepost::logins
