// `gatepost whitelist` and `gatepost simulate` with a message, run as processes; no daemon.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli_fixture.hpp"

namespace gatepost::admin {
namespace {

using test::words_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kWhitelist = R"(group_senders:
  - account: hr@example.com
    message_rate: 200 per 15m
    reason: monthly letter
    owner: it-mail
    expires: 2999-03-31
send_on_behalf:
  - login: crm@example.com
    may_send_as: ["*@sales.example.com"]
    reason: CRM writes in the name of sales
    expires: 2020-01-01
servers:
  - name: erp
    clients: [10.1.2.0/28]
    senders: ["erp@example.com"]
    reason: orders
)";

class CliWhitelistTest : public test::CliTest {
protected:
  CliWhitelistTest() {
    folder_.write("whitelist.yaml", kWhitelist);
    config_ = folder_.write("with_whitelist.yaml",
                            "state_dir: " + folder_.path().string() +
                                "\nsite: { domains: [example.com], time_zone: UTC }\n"
                                "whitelist: whitelist.yaml\n");
  }

  ProgramResult simulate(const std::string& line, const std::string& message) {
    std::vector<std::string> words = words_of("simulate --rcpt bob@other.test --socket " +
                                              (folder_ / "no.sock").string() + ' ' + line);
    words.push_back(folder_.write("message.eml", message).string());
    return run(words);
  }
};

TEST_F(CliWhitelistTest, ChecksTheConfiguredWhitelistOrAnotherFile) {
  const ProgramResult good = run({"whitelist", "check"});
  EXPECT_EQ(good.status, 0) << good.output;
  EXPECT_THAT(good.output, AllOf(HasSubstr("whitelist.yaml: no mistakes; entries: 3"),
                                 HasSubstr("warning: "), HasSubstr("expired on 2020-01-01")));
  const auto edited = folder_.write(
      "edited.yaml", "frozen:\n  - acount: x@example.com\n    reason: y\n  - account: z\n");
  const ProgramResult bad = run({"whitelist", "check", edited.string()});
  EXPECT_EQ(bad.status, 1);
  EXPECT_THAT(bad.output, AllOf(HasSubstr("edited.yaml:2:5: "), HasSubstr("edited.yaml:4:5: "),
                                HasSubstr("2 mistakes")));
  EXPECT_EQ(run({"whitelist", "check", (folder_ / "absent.yaml").string()}).status, 1);
  EXPECT_THAT(run({"whitelist", "check", "--json"}).output,
              AllOf(HasSubstr(R"("ok":true)"), HasSubstr(R"("entries":3)")));
  EXPECT_THAT(run({"whitelist", "check", edited.string(), "--json"}).output,
              HasSubstr(R"("ok":false,"mistakes":[{"file":)"));
}

TEST_F(CliWhitelistTest, SaysThatNoWhitelistIsConfigured) {
  const auto without =
      folder_.write("without.yaml", "state_dir: " + folder_.path().string() +
                                        "\nsite: { domains: [example.com], time_zone: UTC }\n");
  const ProgramResult none = run({"whitelist", "check", "--config", without.string()});
  EXPECT_EQ(none.status, 0);
  EXPECT_THAT(none.output, HasSubstr("No whitelist is configured"));
  EXPECT_THAT(run({"whitelist", "list", "--config", without.string()}).output,
              HasSubstr("No entries."));
}

TEST_F(CliWhitelistTest, ListsEntriesWithReasonOwnerEndAndPlace) {
  const ProgramResult all = run({"whitelist", "list"});
  EXPECT_EQ(all.status, 0) << all.output;
  EXPECT_THAT(
      all.output,
      AllOf(HasSubstr("group_senders account hr@example.com; until 2999-04-01 00:00:00 +0000\n"
                      "    message_rate: 200 per 15m\n    Reason: monthly letter\n"
                      "    Owner: it-mail\n    Place: "),
            HasSubstr("send_on_behalf login crm@example.com; EXPIRED at 2020-01-02"),
            HasSubstr("servers name erp\n    clients: 10.1.2.0/28\n    senders: erp@example.com")));
  EXPECT_THAT(run({"whitelist", "list", "--lang", "zh"}).output,
              AllOf(HasSubstr("原因：orders"), HasSubstr("已于 2020-01-02")));
}

TEST_F(CliWhitelistTest, ListsWhatEndsSoonOrHasEnded) {
  EXPECT_THAT(
      run({"whitelist", "list", "--expiring", "30d"}).output,
      AllOf(HasSubstr("crm@example.com"), Not(HasSubstr("hr@example.com")), Not(HasSubstr("erp"))));
  EXPECT_THAT(run({"whitelist", "list", "--expiring", "30d", "--json"}).output,
              AllOf(HasSubstr(R"("who":"crm@example.com","says":{"may_send_as":["*@sales)"),
                    HasSubstr(R"("expires":"2020-01-02T00:00:00Z","expired":true)")));
  EXPECT_EQ(run({"whitelist", "list", "--expiring", "soon"}).status, 2);
}

TEST_F(CliWhitelistTest, SaysWhichEntriesApplyToWhom) {
  const ProgramResult login = run({"whitelist", "who", "HR"});
  EXPECT_EQ(login.status, 0) << login.output;
  EXPECT_THAT(login.output, AllOf(HasSubstr("What the configuration says of hr@example.com"),
                                  HasSubstr("Found: as the login")));
  EXPECT_THAT(run({"whitelist", "who", "x@sales.example.com"}).output,
              AllOf(HasSubstr("EXPIRED"), HasSubstr("as an address that somebody may use"),
                    HasSubstr("Lifts: sender_is_login, from_is_sender, display_name")));
  EXPECT_THAT(run({"whitelist", "who", "10.1.2.3", "--json"}).output,
              AllOf(HasSubstr(R"("who":"10.1.2.3")"), HasSubstr(R"("meets":"client")"),
                    HasSubstr(R"("lifts":["server_channel"],"in_force":true)")));
  EXPECT_THAT(run({"whitelist", "who", "10.1.2.3", "--lang", "zh"}).output,
              HasSubstr("匹配方式：作为客户端"));
  const ProgramResult nobody = run({"whitelist", "who", "x@other.test"});
  EXPECT_EQ(nobody.status, 1);
  EXPECT_THAT(nobody.output, HasSubstr("no entry for x@other.test"));
  EXPECT_EQ(run({"whitelist", "who", "a@@b"}).status, 2);
  EXPECT_EQ(run({"whitelist", "who", ""}).status, 2);
}

TEST_F(CliWhitelistTest, ShowsOfficesAndWhoIsNeverLocked) {
  folder_.write("whitelist.yaml",
                "offices:\n  - clients: [198.51.100.0/24]\n    login_failures: 100\n"
                "    reason: branch office\n");
  config_ = folder_.write("with_offices.yaml",
                          "state_dir: " + folder_.path().string() +
                              "\nsite: { domains: [example.com], time_zone: UTC }\n"
                              "whitelist: whitelist.yaml\n"
                              "rules: { login_lockout: { trusted: [198.51.100.7] } }\n");
  EXPECT_THAT(run({"whitelist", "list"}).output,
              HasSubstr("offices clients 198.51.100.0/24\n    login_failures: 100\n"
                        "    Reason: branch office\n"));
  EXPECT_THAT(run({"whitelist", "who", "198.51.100.1"}).output,
              AllOf(HasSubstr("offices clients 198.51.100.0/24\n"), Not(HasSubstr("trusted"))));
  EXPECT_THAT(
      run({"whitelist", "who", "198.51.100.7"}).output,
      AllOf(HasSubstr("rules.login_lockout trusted 198.51.100.7/32\n"),
            HasSubstr("Lifts: login_lockout"), HasSubstr("offices clients 198.51.100.0/24; ")));
}

TEST_F(CliWhitelistTest, PrintsTheMistakesOfABrokenConfiguration) {
  folder_.write("whitelist.yaml", "frozn: []\n");
  for (const char* line : {"whitelist list", "whitelist who hr", "whitelist check"}) {
    const ProgramResult result = run(words_of(line));
    EXPECT_EQ(result.status, 1) << line;
    EXPECT_THAT(result.output, HasSubstr("whitelist.yaml:1:1: ")) << line;
  }
}

TEST_F(CliWhitelistTest, SimulatesTheHeaderOfAMessage) {
  const ProgramResult fake =
      simulate("--login alice --from alice@example.com", "From: boss@example.com\r\n\r\nx");
  EXPECT_EQ(fake.status, 1);
  EXPECT_THAT(fake.output,
              AllOf(HasSubstr("Stage content"),
                    HasSubstr("550 5.7.1 Fake sender: From is <boss@example.com>, but you are "
                              "logged in as <alice@example.com>")));
  const ProgramResult good =
      simulate("--login alice --from alice@example.com", "From: alice@example.com\n\nx");
  EXPECT_EQ(good.status, 0) << good.output;
  EXPECT_THAT(good.output, Not(HasSubstr("No message file")));
}

TEST_F(CliWhitelistTest, SimulatesMarksAndHeaderEdits) {
  const std::string message = "From: boss@example.com\nX-Gatepost-Verdict: clean\n\nx";
  const ProgramResult marked = simulate("--from x@evil.test", message);
  EXPECT_EQ(marked.status, 0) << marked.output;
  EXPECT_THAT(marked.output,
              AllOf(HasSubstr("Marked as suspicious by own_domains_from_outside"),
                    HasSubstr("Header field taken out: x-gatepost-verdict"),
                    HasSubstr("Header field added: X-Gatepost-Verdict: suspicious; "
                              "rule=own_domains_from_outside; ref=0000-0000"),
                    HasSubstr("Verdict: The message was delivered, marked as suspicious")));
  EXPECT_THAT(simulate("--from x@evil.test --lang zh", message).output,
              HasSubstr("加上信头字段：X-Gatepost-Verdict: suspicious"));
  EXPECT_THAT(
      simulate("--from x@evil.test --json", message).output,
      AllOf(
          HasSubstr(R"("passes":true,"verdict":"suspicious")"),
          HasSubstr(R"("header_edits":[{"action":"remove","name":"x-gatepost-verdict","index":1})"),
          HasSubstr(R"("mark":{"level":"suspicious","rule":"own_domains_from_outside"})")));
}

TEST_F(CliWhitelistTest, SimulatesAHold) {
  folder_.write("with_whitelist.yaml", "state_dir: " + folder_.path().string() +
                                           "\nsite: { domains: [example.com], time_zone: UTC }\n"
                                           "rules: { from_is_sender: { on_hit: hold } }\n");
  const ProgramResult held =
      simulate("--login alice --from alice@example.com", "From: boss@example.com\n");
  EXPECT_EQ(held.status, 0);
  EXPECT_THAT(held.output, AllOf(HasSubstr("Held by from_is_sender"), Not(HasSubstr("Reply")),
                                 HasSubstr("Verdict: The message was put into the hold queue")));
}

TEST_F(CliWhitelistTest, SaysThatWithoutAFileTheHeaderWasNotLookedAt) {
  EXPECT_THAT(run(words_of("simulate --from <> --rcpt bob@example.com")).output,
              HasSubstr("From and the rest of the header were not looked at"));
  EXPECT_THAT(run(words_of("simulate --from <> --rcpt bob@example.com --json")).output,
              HasSubstr(R"("header_given":false,"header_edits":[])"));
}

TEST_F(CliWhitelistTest, SaysWhichMessageFileCannotBeRead) {
  const ProgramResult second =
      run(words_of("simulate --from a@example.com --rcpt bob@example.com carol@example.com"));
  EXPECT_EQ(second.status, 2);
  EXPECT_THAT(second.output, AllOf(HasSubstr("cannot read the message file carol@example.com"),
                                   HasSubstr("each recipient has a --rcpt of its own")));
  EXPECT_EQ(run(words_of("simulate --from a@example.com --rcpt bob@example.com /")).status, 2);
}

}  // namespace
}  // namespace gatepost::admin
