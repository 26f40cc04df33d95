// `gatepost lockout` run as a process against a server of this test.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli_fixture.hpp"
#include "lockouts.hpp"

namespace gatepost::admin {
namespace {

using test::CliTest;
using test::words_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(CliTest, ListsLocks) {
  start();
  EXPECT_THAT(run(words_of("lockout list")).output, HasSubstr("No client address is locked."));
  stop();
  test::hold(daemon_, test::example_lock());
  start();
  const ProgramResult list = run(words_of("lockout list"));
  EXPECT_EQ(list.status, 0);
  EXPECT_THAT(list.output, HasSubstr("192.0.2.7: until 2026-11-22 06:30:10 +0000 (25 minutes left) "
                                     "[7K3F-9QXM], 10 failed logins in 30 minutes"));
  EXPECT_THAT(run(words_of("lockout list --json")).output, HasSubstr("{\"count\":1,\"locks\":["));
  EXPECT_THAT(run(words_of("lockout list --lang zh")).output,
              HasSubstr("已锁定的客户端地址：1 个"));
}

TEST_F(CliTest, ShowsAndUnlocksAnAddress) {
  test::hold(daemon_, test::example_lock("2001:db8::/64"));
  start();
  for (const char* who : {"2001:db8::7", "[2001:db8::7]", "2001:db8::/64"}) {
    const ProgramResult shown = run({"lockout", "show", who});
    EXPECT_EQ(shown.status, 0) << who;
    EXPECT_THAT(shown.output, HasSubstr("LOCKED since 2026-11-22 06:00:10 +0000")) << who;
  }
  const std::vector<std::string> unlock = {"lockout", "unlock", "2001:db8::7", "--reason", "phone"};
  const ProgramResult lifted = run(unlock);
  EXPECT_EQ(lifted.status, 0);
  EXPECT_THAT(lifted.output, HasSubstr("2001:db8::/64 is unlocked"));
  const ProgramResult again = run(unlock);
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.output, HasSubstr("is not locked"));
  EXPECT_THAT(
      run({"audit"}).output,
      AllOf(HasSubstr("lockout unlock 2001:db8::/64  done: unlocked"), HasSubstr("(phone)")));
}

TEST_F(CliTest, ShowsAndUnlocksAUser) {
  test::hold(daemon_, test::example_lock());
  start();
  EXPECT_THAT(run({"lockout", "show", "alice"}).output,
              AllOf(HasSubstr("Logins of alice@example.com"),
                    HasSubstr("gatepost lockout unlock alice@example.com")));
  EXPECT_EQ(run({"lockout", "unlock", "alice", "--reason", "x"}).status, 0);
  EXPECT_EQ(run({"lockout", "unlock", "alice", "--reason", "x"}).status, 1);
  EXPECT_EQ(run({"lockout", "show", "alice"}).status, 0);
}

TEST_F(CliTest, LocksByHandForAdminsOnly) {
  start();
  const std::vector<std::string> lock = {"lockout", "lock",     "192.0.2.7", "--for",
                                         "30m",     "--reason", "ticket 9"};
  const ProgramResult done = run(lock);
  EXPECT_EQ(done.status, 0) << done.output;
  EXPECT_THAT(done.output, HasSubstr("is locked until 2026-11-22 06:35:10 +0000"));
  EXPECT_THAT(run(words_of("lockout show 192.0.2.7")).output, HasSubstr("ticket 9"));
  std::filesystem::remove(folder_ / "admin.sock");
  const ProgramResult refused = run(lock);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output,
              AllOf(HasSubstr("lockout list, show and unlock"), HasSubstr("gatepost-admin")));
  EXPECT_EQ(run({"lockout", "unlock", "192.0.2.7", "--reason", "x"}).status, 0)
      << "support may undo it";
}

TEST_F(CliTest, SaysWhatIsWrongWithALockoutCommand) {
  start();

  struct Row {
    std::vector<std::string> words;
    const char* expected = "";
  };

  for (const Row& row : {
           Row{{"lockout", "lock", "192.0.2.7", "--for", "30", "--reason", "x"},
               "30 of what? Write 30m, 30h or 30d"},
           Row{{"lockout", "lock", "192.0.2.7", "--for", "31d", "--reason", "x"}, "at most 30d"},
           Row{{"lockout", "lock", "192.0.2.7", "--reason", "x"}, "--for is required"},
           Row{{"lockout", "lock", "192.0.2.7", "--for", "1h"}, "--reason is required"},
           Row{{"lockout", "lock", "alice", "--for", "1h", "--reason", "x"}, "is not an address"},
           Row{{"lockout", "unlock", "192.0.2.7"}, "--reason is required"},
           Row{{"lockout", "unlock", "192.0.2.7", "--reason", " "}, "a reason is required"},
           Row{{"lockout", "show", "192.0.2.300"}, "'192.0.2.300' is not an address"},
           Row{{"lockout", "show", "10.0.0.0/8"}, "wider than"},
           Row{{"lockout", "show", ""}, "the name is empty"},
           Row{{"lockout", "lsit"}, "did you mean 'list'"},
           Row{{"lockout", "list", "--most", "0"}, "--most"},
       }) {
    const ProgramResult result = run(row.words);
    EXPECT_EQ(result.status, 2) << row.expected;
    EXPECT_THAT(result.output, HasSubstr(row.expected));
  }
}

TEST_F(CliTest, HasHelpForLockoutCommands) {
  for (const char* line : {"lockout --help", "lockout list --help", "lockout show --help",
                           "lockout unlock --help", "lockout lock --help"}) {
    const ProgramResult result = run(words_of(line));
    EXPECT_EQ(result.status, 0) << line;
    EXPECT_THAT(result.output, HasSubstr("Exit status: 0")) << line;
  }
}

TEST_F(CliTest, NeedsTheDaemonForLocks) {
  EXPECT_EQ(run(words_of("lockout list")).status, 3);
  EXPECT_EQ(run(words_of("lockout show alice")).status, 3);
}

TEST_F(CliTest, PointsFromAnAccountToItsFailedLogins) {
  start();
  EXPECT_THAT(run(words_of("account show alice")).output, Not(HasSubstr("lockout show")));
  stop();
  test::hold(daemon_, test::example_lock());
  daemon_.fake_stores.lock_book.by_login[test::own("alice")] = {
      test::failures_from("192.0.2.7", 10), test::failures_from("192.0.2.8", 1)};
  start();
  EXPECT_THAT(run(words_of("account show alice")).output,
              HasSubstr("Failed logins lately: 11, from 2 addresses; locked addresses: 1. See: "
                        "gatepost lockout show alice@example.com"));
  EXPECT_THAT(run(words_of("account show alice --json")).output,
              HasSubstr(R"("failed_logins":{"times":11,"addresses":2,"locked":1})"));
}

}  // namespace
}  // namespace gatepost::admin
