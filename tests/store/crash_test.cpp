#include <csignal>
#include <stdexcept>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/embedded_ledger.hpp"
#include "store/embedded_stores.hpp"
#include "tests/store/hand_clock.hpp"
#include "tests/store/log_lines.hpp"
#include "tests/store/temp_dir.hpp"

namespace gatepost::test {
namespace {

constexpr Counter kDaily{Unit::recipients, Window::calendar_day()};

LedgerRequest request(std::int64_t amount) {
  return {Subject::from_text("u:ann"), {{kDaily, amount, {}, true}}, days_at(kTestStart)};
}

/// In the child: charges one after the other, an octet to the pipe after each answer, until killed.
[[noreturn]] void charge_until_killed(const std::filesystem::path& state_dir, int pipe_end,
                                      bool compacts) {
  HandClock clock(kTestStart);
  store::EmbeddedLedger ledger(state_dir / "journal", clock.clock(), [](const std::string&) {});
  for (std::uint64_t i = 1;; ++i) {
    const auto answer = ledger.settle(request(1), Token{i});
    if (value_of(answer) == nullptr || ::write(pipe_end, "x", 1) != 1) ::_exit(1);
    if (compacts && i % 10 == 0) static_cast<void>(ledger.compact());
  }
}

/// Lets a child charge, kills it after `answers` answers, and says how many there were in all.
std::int64_t answers_until_killed(const std::filesystem::path& state_dir, int answers,
                                  bool compacts) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    charge_until_killed(state_dir, ends[1], compacts);
  }
  ::close(ends[1]);
  std::int64_t seen = 0;
  char octet = 0;
  while (::read(ends[0], &octet, 1) == 1) {
    if (++seen == answers) ::kill(child, SIGKILL);
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child gave up by itself";
  return seen;
}

TEST(Crash, AKilledDaemonLosesNothingThatWasAnswered) {
  for (const bool compacts : {false, true}) {
    const TempDir dir;
    std::int64_t charged = 0;
    for (const int answers : {1, 7, 100, 333}) {
      const std::int64_t seen = answers_until_killed(dir.path(), answers, compacts);
      const HandClock clock(kTestStart);
      LogLines log;
      store::EmbeddedLedger ledger(dir.path() / "journal", clock.clock(), log.log());
      const auto answer = ledger.look(request(0));
      ASSERT_TRUE(value_of(answer));
      const std::int64_t used = value_of(answer)->readings.at(0).used;
      // One charge may be written without its answer having been seen. The child's tokens begin
      // anew, and those of its forerunner are known: only what goes beyond them is charged.
      const std::int64_t expected = std::max(charged, seen);
      EXPECT_GE(used, expected);
      EXPECT_LE(used, expected + 1);
      charged = used;
    }
  }
}

TEST(StateLock, ASecondDaemonOnOneStateDirectoryIsRefused) {
  const TempDir dir;
  const HandClock clock(kTestStart);
  LogLines log;
  auto first = store::open_embedded_stores(dir.path(), clock.clock(), log.log());
  try {
    store::open_embedded_stores(dir.path(), clock.clock(), log.log());
    ADD_FAILURE() << "opened twice";
  } catch (const std::runtime_error& error) {
    const std::string said = error.what();
    EXPECT_NE(said.find(dir.path().string()), std::string::npos) << said;
    EXPECT_NE(said.find("process " + std::to_string(::getpid())), std::string::npos) << said;
  }
  first.reset();
  EXPECT_NO_THROW(store::open_embedded_stores(dir.path(), clock.clock(), log.log()));
}

TEST(StateLock, AMissingDirectoryIsSaid) {
  const TempDir dir;
  const HandClock clock(kTestStart);
  LogLines log;
  try {
    store::open_embedded_stores(dir.path() / "none", clock.clock(), log.log());
    ADD_FAILURE() << "opened";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("none cannot be used"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace gatepost::test
