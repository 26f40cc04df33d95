// The program `gatepost` run as a process against a server of this test.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli_fixture.hpp"

namespace gatepost::admin {
namespace {

using test::CliTest;
using test::words_of;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(CliTest, SaysWhatToDoWhereNoDaemonAnswers) {
  for (const char* line : {"status", "account show alice", "explain 7K3F-9QXM", "audit",
                           "report --would-refuse", "reload"}) {
    const ProgramResult result = run(words_of(line));
    EXPECT_EQ(result.status, 3) << line;
    EXPECT_THAT(result.output, HasSubstr("is gatepostd running"));
  }
}

TEST_F(CliTest, ExitsWithTwoForMistakesOfTheCommandLine) {
  for (const char* line :
       {"", "stauts", "account", "account show", "account freeze alice", "explain",
        "status --lang de", "report", "audit --most 0", "simulate --from a@example.com",
        "simulate --from a@example.com --rcpt b@c.d --client localhost"}) {
    EXPECT_EQ(run(words_of(line)).status, 2) << line;
  }
}

TEST_F(CliTest, NamesTheWordThatIsNoCommand) {
  struct Row {
    const char* line = "";
    const char* expected = "";
  };

  for (const Row& row : {Row{"chek", "no command 'chek' (did you mean 'check'?)"},
                         Row{"--json chek --mta", "no command 'chek' (did you mean 'check'?)"},
                         Row{"account shwo alice", "no command 'shwo' (did you mean 'show'?)"},
                         Row{"whitelist xyzzy", "no command 'xyzzy'\n"},
                         Row{"simulate --rcpt b@c.test", "--from is required"},
                         Row{"account", "subcommand is required"}}) {
    const ProgramResult result = run(words_of(row.line));
    EXPECT_EQ(result.status, 2) << row.line;
    EXPECT_THAT(result.output, HasSubstr(row.expected));
  }
}

TEST_F(CliTest, SaysThatANameIsEmpty) {
  const ProgramResult result = run({"account", "show", ""});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.output, HasSubstr("user: the name is empty"));
}

TEST_F(CliTest, HasHelpWithExitStatusesForEveryCommand) {
  for (const char* line :
       {"--help", "check --help", "status --help", "reload --help", "report --help",
        "account --help", "account show --help", "account freeze --help", "account unfreeze --help",
        "explain --help", "simulate --help", "audit --help", "whitelist --help",
        "whitelist check --help", "whitelist list --help", "whitelist who --help"}) {
    const ProgramResult result = run(words_of(line));
    EXPECT_EQ(result.status, 0) << line;
    EXPECT_THAT(result.output, HasSubstr("Exit status: 0")) << line;
  }
}

TEST_F(CliTest, TellsStatusInTheLanguageOfTheEnvironment) {
  start();
  EXPECT_THAT(run({"status"}).output, HasSubstr("gatepostd 0.1.0 runs since"));
  EXPECT_THAT(run({"status"}, "LC_ALL=zh_CN.UTF-8").output, HasSubstr("模式：执行"));
  EXPECT_THAT(run({"status", "--lang", "en"}, "LC_ALL=zh_CN.UTF-8").output,
              HasSubstr("Mode: enforce"));
  EXPECT_EQ(run({"status"}).status, 0);
}

TEST_F(CliTest, FindsTheSocketsOfAConfigurationWithMistakes) {
  start();
  folder_.write("broken.yaml", "admin: unix:" + (folder_ / "admin.sock").string() +
                                   "\nsite: { domains: [example.com] }\nwindw: 7\n");
  EXPECT_EQ(run({"status", "--config", (folder_ / "broken.yaml").string()}).status, 0);
}

TEST_F(CliTest, UsesTheSupportSocketWhereTheAdminSocketIsNotThere) {
  start();
  std::filesystem::remove(folder_ / "admin.sock");
  EXPECT_EQ(run({"status"}).status, 0);
  const ProgramResult refused = run({"account", "freeze", "alice", "--reason", "x"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("gatepost-admin"));
}

TEST_F(CliTest, ShowsAccounts) {
  daemon_.fake_stores.counters.used[{"u:alice@example.com", test::message_counter()}] = 50;
  start();
  const ProgramResult over = run({"account", "show", "Alice@Example.com"});
  EXPECT_EQ(over.status, 0);
  EXPECT_THAT(over.output, AllOf(HasSubstr("Account alice@example.com"),
                                 HasSubstr("message_rate: 50 in any 15 minutes; used: 50; left: 0"),
                                 HasSubstr("A message would be refused now: message_rate")));
  const ProgramResult foreign = run({"account", "show", "eve@elsewhere.test"});
  EXPECT_EQ(foreign.status, 0);
  EXPECT_THAT(foreign.output, HasSubstr("not among this site's domains"));
  EXPECT_EQ(run({"account", "show", "a@@b"}).status, 2);
  EXPECT_THAT(run({"account", "show", "bob", "--lang", "zh"}).output,
              AllOf(HasSubstr("没有发信记录"), HasSubstr("任意 15 分钟内 50；")));
}

TEST_F(CliTest, FreezesAndUnfreezes) {
  start();
  EXPECT_EQ(run({"account", "freeze", "alice", "--reason", "ticket 7"}).status, 0);
  EXPECT_THAT(run({"account", "show", "alice"}).output, HasSubstr("ticket 7"));
  EXPECT_EQ(run({"account", "unfreeze", "alice", "--reason", "solved"}).status, 0);
  const ProgramResult again = run({"account", "unfreeze", "alice", "--reason", "solved"});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.output, HasSubstr("is not frozen"));
  EXPECT_THAT(run({"audit"}).output,
              AllOf(HasSubstr("account freeze alice@example.com  done"), HasSubstr("(ticket 7)")));
}

TEST_F(CliTest, NamesTheWhitelistEntryThatItCannotLift) {
  daemon_.edited->whitelist.frozen.emplace(
      "leaver@example.com", FrozenEntry{"leaver@example.com",
                                        {.reason = "left",
                                         .owner = {},
                                         .expires = {},
                                         .place = {"/etc/gatepost/whitelist.yaml", 12, 5}}});
  start();
  const ProgramResult result = run({"account", "unfreeze", "leaver", "--reason", "back"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.output, HasSubstr("/etc/gatepost/whitelist.yaml:12:5"));
}

TEST_F(CliTest, ExplainsReferences) {
  daemon_.fake_stores.case_book.records = {test::example_case()};
  start();
  EXPECT_THAT(run({"explain", "7k3f-9qxm"}).output,
              AllOf(HasSubstr("Case 7K3F-9QXM"), HasSubstr("message_rate: 100 per 15m")));
  EXPECT_THAT(run({"explain", "7k3f-9qxm", "--lang", "zh"}).output, HasSubstr("案例 7K3F-9QXM"));
  EXPECT_EQ(run({"explain", "0000-0000"}).status, 1);
  EXPECT_EQ(run({"explain", "what"}).status, 2);
}

TEST_F(CliTest, ListsMarkedMessagesWithWhatBecameOfThem) {
  Case marked = test::example_case();
  marked.verdict = "suspicious";
  marked.reply = "";
  daemon_.fake_stores.case_book.records = {marked};
  start();
  EXPECT_THAT(run({"account", "show", "alice"}).output,
              HasSubstr("(x3): The message was delivered, marked as suspicious"));
  EXPECT_THAT(run({"explain", "7k3f-9qxm"}).output,
              AllOf(HasSubstr("marked as suspicious"), Not(HasSubstr("Reply"))));
}

TEST_F(CliTest, ShowsWhatStrangersTypedWithoutHarm) {
  Case record = test::example_case();
  record.decisive.rule = RuleId::sender_is_login;
  record.decisive.reason = Reason::sender_not_login;
  for (std::string* typed : {&record.sender, &record.recipient, &record.decisive.about,
                             &record.decisive.detail, &record.client_name}) {
    *typed = "\xE5\x1B[31m\r\n\xE2\x80\xAE@example.com";
  }
  daemon_.fake_stores.case_book.records = {record};
  start();
  for (const char* line : {"explain 7k3f-9qxm", "explain 7k3f-9qxm --json"}) {
    const ProgramResult result = run(words_of(line));
    EXPECT_EQ(result.status, 0) << result.output;
    EXPECT_THAT(result.output, AllOf(HasSubstr("\xEF\xBF\xBD [31m @example.com"),
                                     Not(HasSubstr("\x1B")), Not(HasSubstr("may_send_as"))));
  }
}

TEST_F(CliTest, ReloadsAndReportsMistakes) {
  start();
  EXPECT_EQ(run({"reload", "--yes"}).status, 0);
  stop();
  daemon_.outcome = {false, {"whitelist.yaml:4:5: unknown key 'frozn'"}};
  start();
  const ProgramResult result = run({"reload"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.output, HasSubstr("whitelist.yaml:4:5"));
  stop();
  EXPECT_EQ(daemon_.reloads, (std::vector<bool>{true, false}));
}

TEST_F(CliTest, ReportsWhatWouldHaveBeenRefused) {
  daemon_.fake_stores.case_book.tallies = {{RuleId::message_rate, "u:alice@example.com", 12}};
  start();
  EXPECT_THAT(run({"report", "--would-refuse", "--since", "24h"}).output,
              HasSubstr("message_rate: 12 of alice@example.com"));
  EXPECT_EQ(run({"report", "--would-refuse", "--since", "soon"}).status, 2);
}

TEST_F(CliTest, PrintsJsonEverywhere) {
  start();
  for (const char* line :
       {"status --json", "--json status", "account show alice --json", "explain 0000-0000 --json",
        "audit --json", "report --would-refuse --json", "reload --json", "check --json",
        "simulate --login a --from a@example.com --rcpt b@c.test --json"}) {
    const ProgramResult result = run(words_of(line));
    EXPECT_EQ(result.output.substr(0, 1), "{") << line << result.output;
    EXPECT_EQ(result.output.back(), '\n');
  }
}

TEST_F(CliTest, PrintsMistakesAsJsonToo) {
  EXPECT_THAT(run({"status", "--json"}).output, HasSubstr("{\"error\":\"cannot reach"));
}

TEST_F(CliTest, ChecksAConfigurationWithoutADaemon) {
  const ProgramResult good = run({"check"});
  EXPECT_EQ(good.status, 0) << good.output;
  EXPECT_THAT(good.output, HasSubstr("no mistakes"));
  const auto broken =
      folder_.write("broken.yaml", "site: { domains: [example.com] }\nwindw: 7\nlisten: 8\n");
  const ProgramResult bad = run({"check", "--config", broken.string()});
  EXPECT_EQ(bad.status, 1);
  EXPECT_THAT(bad.output, AllOf(HasSubstr("broken.yaml:2:1: "), HasSubstr("broken.yaml:3:")));
  EXPECT_EQ(run({"check", "--config", (folder_ / "absent.yaml").string()}).status, 1);
}

TEST_F(CliTest, ChecksPostfixByAskingPostconf) {
  const auto postconf =
      folder_.write("postconf",
                    "#!/bin/sh\ncase \"$*\" in *-M*) echo 'smtp inet n - y - - smtpd';;\n"
                    "*) echo 'smtpd_milters ='; echo 'milter_default_action = tempfail';; esac\n");
  std::filesystem::permissions(postconf, std::filesystem::perms::owner_all);
  const ProgramResult result = run({"check", "--mta"}, "GATEPOST_POSTCONF=" + postconf.string());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.output, HasSubstr("problem: smtp/inet does not ask Gatepost"));
  const ProgramResult none = run({"check", "--mta"}, "GATEPOST_POSTCONF=/nowhere/postconf");
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.output, HasSubstr("cannot run /nowhere/postconf"));
}

TEST_F(CliTest, SimulatesByTheDaemonsCounters) {
  const std::vector<std::string> words = {"simulate",          "--login", "alice",         "--from",
                                          "alice@example.com", "--rcpt",  "bob@other.test"};
  const ProgramResult alone = run(words);
  EXPECT_EQ(alone.status, 0) << alone.output;
  EXPECT_THAT(alone.output, HasSubstr("nothing is assumed to be used"));
  start();
  EXPECT_THAT(run(words).output, Not(AnyOf(HasSubstr("assumed"), HasSubstr("store is away"))));
  stop();
  daemon_.fake_stores.counters.source = Source::local;
  start();
  EXPECT_THAT(run(words).output, HasSubstr("The store is away: these figures are this daemon's"));
  stop();
  daemon_.fake_stores.counters.used[{"u:alice@example.com", test::message_counter()}] = 50;
  start();
  const ProgramResult refused = run(words);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("450 4.7.1 Sending limit reached: 50 messages"));
  stop();
  EXPECT_EQ(daemon_.fake_stores.counters.settled, 0);
}

TEST_F(CliTest, SimulatesLocksThatWereSetByCommand) {
  daemon_.fake_stores.freeze_book.entries["bob@example.com"] = {"bob@example.com", "spam", "root",
                                                                test::test_now()};
  start();
  const ProgramResult result = run({"simulate", "--login", "alice", "--from", "alice@example.com",
                                    "--rcpt", "bob+tag@example.com"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.output, HasSubstr("550 5.2.1"));
}

TEST_F(CliTest, TriesACandidateConfiguration) {
  daemon_.fake_stores.counters.used[{"u:alice@example.com", test::message_counter()}] = 50;
  const auto candidate =
      folder_.write("candidate.yaml",
                    "site: { domains: [example.com] }\nrules:\n  message_rate: { limit: 60 per "
                    "15m }\n");
  start();
  const ProgramResult result = run({"simulate", "--login", "alice", "--from", "alice@example.com",
                                    "--rcpt", "bob@other.test", "--config", candidate.string(),
                                    "--socket", (folder_ / "admin.sock").string()});
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("50 used, this message adds 1, the limit is 60 in any 15 "
                                       "minutes"));
}

TEST(RunProgram, GivesOutputAndStatus) {
  const auto result = run_program({"sh", "-c", "echo out; exit 7"}, std::chrono::seconds(20));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 7);
  EXPECT_EQ(result->output, "out\n");
}

TEST(RunProgram, GivesNothingForWhatCannotBeStartedOrHangs) {
  EXPECT_FALSE(run_program({"/nowhere/program"}, std::chrono::seconds(20)));
  EXPECT_FALSE(run_program({"cat", "/dev/zero"}, std::chrono::milliseconds(50)));
}

}  // namespace
}  // namespace gatepost::admin
