// How many guesses of a client may be under way at once.

#include "logins/guesses_under_way.hpp"

#include <gtest/gtest.h>

#include "tests/logins/guarded_site.hpp"

namespace gatepost::logins {
namespace {

using namespace std::chrono_literals;

class GuessesUnderWayTest : public ::testing::Test {
protected:
  static LoginEvent guess(const std::string& password, const std::string& login = "alice") {
    return {.client = *IpAddress::parse("192.0.2.7"),
            .told_client = {},
            .login = login,
            .service = LoginService::mailbox,
            .protocol = "imap",
            .guess = password,
            .token = {}};
  }

  // How many of these guesses go on before one has to wait.
  int begin(int count, const std::string& name = "guess") {
    int begun = 0;
    for (int i = 0; i < count; ++i) {
      const LoginEvent event = guess(name + std::to_string(i));
      if (site_.guard.must_wait(event)) return begun;
      site_.guard.ask(event);
      ++begun;
    }
    return begun;
  }

  test::GuardedSite site_;
};

TEST_F(GuessesUnderWayTest, NoMoreThanLockGoOn) {
  EXPECT_EQ(begin(80), 10);
}

TEST_F(GuessesUnderWayTest, FailuresThatCountLeaveRoomForFewer) {
  for (int i = 0; i < 7; ++i) {
    site_.guard.ask(guess("old" + std::to_string(i)));
    site_.guard.tell(guess("old" + std::to_string(i)));
  }
  EXPECT_EQ(begin(80), 3);
}

TEST_F(GuessesUnderWayTest, AReportMakesRoomWhereItIsASuccess) {
  EXPECT_EQ(begin(80), 10);
  LoginEvent right = guess("guess3");
  right.result = LoginEvent::Result::success;
  site_.guard.tell(right);
  EXPECT_FALSE(site_.guard.must_wait(guess("another")));
  site_.guard.ask(guess("another"));
  EXPECT_TRUE(site_.guard.must_wait(guess("one more")));
}

TEST_F(GuessesUnderWayTest, ThePasswordOfOneAccountOnManyConnectionsIsOneGuess) {
  for (int connection = 0; connection < 100; ++connection) {
    EXPECT_FALSE(site_.guard.must_wait(guess("right")));
    site_.guard.ask(guess("right"));
  }
}

TEST_F(GuessesUnderWayTest, WithoutATellingPasswordEachIsOne) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(site_.guard.must_wait(guess("")));
    site_.guard.ask(guess(""));
  }
  EXPECT_TRUE(site_.guard.must_wait(guess("")));
}

TEST_F(GuessesUnderWayTest, ASuccessThatIsAskedAboutTwiceLeavesNothing) {
  for (int login = 0; login < 50; ++login) {
    LoginEvent event = guess("");
    ASSERT_FALSE(site_.guard.must_wait(event)) << login;
    site_.guard.ask(event);
    site_.guard.ask(event);
    event.result = LoginEvent::Result::success;
    site_.guard.tell(event);
  }
}

TEST_F(GuessesUnderWayTest, WhoNeverReportsHoldsUpNobodyForLong) {
  EXPECT_EQ(begin(80), 10);
  site_.pass(10s);
  EXPECT_EQ(begin(80, "later"), 10);
}

TEST_F(GuessesUnderWayTest, TrustedHostsNeverWait) {
  site_.rule().trusted.insert(*Network::parse("192.0.2.0/24"), Place{"gatepost.yaml", 1, 1});
  EXPECT_EQ(begin(80), 80);
}

TEST_F(GuessesUnderWayTest, ObservedNobodyWaits) {
  site_.rule().settings.mode = Mode::observe;
  EXPECT_EQ(begin(80), 80);
}

}  // namespace
}  // namespace gatepost::logins
