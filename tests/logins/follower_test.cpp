#include "logins/follower.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/logins/followed_log.hpp"
#include "tests/logins/generated_log.hpp"

namespace gatepost::logins {
namespace {

namespace fs = std::filesystem;
using test::append;
using test::GeneratedLog;
using test::LogFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kFailure =
    "mx postfix/smtpd[7]: warning: unknown[10.0.0.1]: SASL PLAIN "
    "authentication failed: x, sasl_username=";

// Who is told. Thread-safe.
class Told {
public:
  FollowServices services() {
    return {.tell = [this](const LoginEvent& event) { add(event); },
            .clock = [this] { return now_.load(); },
            .note =
                [this](const std::string& text) {
                  const std::lock_guard lock(mutex_);
                  notes_.push_back(text);
                }};
  }

  std::vector<LoginEvent> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

  std::vector<std::string> notes() const {
    const std::lock_guard lock(mutex_);
    return notes_;
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return events_.size();
  }

  // Each event by its token, as the lock book counts them.
  std::map<std::string, int> counted() const {
    std::set<std::uint64_t> tokens;
    std::map<std::string, int> out;
    for (const LoginEvent& event : events()) {
      if (tokens.insert(event.token.bits).second) ++out[test::words_of(event)];
    }
    return out;
  }

  void set_now(Time now) { now_ = now; }

private:
  void add(const LoginEvent& event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  }

  std::atomic<Time> now_{std::chrono::sys_days(std::chrono::year(2026) / 8 / 22) +
                         std::chrono::hours(20)};
  mutable std::mutex mutex_;
  std::vector<LoginEvent> events_;
  std::vector<std::string> notes_;
};

template <typename Done>
bool wait_until(Done done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

// True as soon as the follower has read all there is, of so many lines at least.
bool has_read(const Follower& follower, std::uint64_t lines) {
  return wait_until([&] {
    const FollowedLog status = follower.status().at(0);
    return status.lines >= lines && status.unread == 0;
  });
}

std::string all(const GeneratedLog& log, std::size_t from, std::size_t to) {
  std::string out;
  for (std::size_t at = from; at < to; ++at)
    out += log.lines[at] + '\n';
  return out;
}

// Appends in pieces that end anywhere.
void append_in_pieces(const fs::path& path, std::string_view text, std::mt19937& random) {
  while (!text.empty()) {
    const std::size_t size =
        std::uniform_int_distribution<std::size_t>(1, 200000)(random) % text.size() + 1;
    append(path, std::string(text.substr(0, size)));
    text.remove_prefix(size);
  }
}

class FollowerTest : public testing::Test {
protected:
  std::unique_ptr<Follower> follow() {
    return std::make_unique<Follower>(std::vector<fs::path>{path}, state.path(), told.services());
  }

  LogFolder folder;
  LogFolder state;
  fs::path path = folder / "mail.log";
  Told told;
};

TEST_F(FollowerTest, FindsEveryFailureOnceAndNoFalseOne) {
  constexpr std::size_t kLines = 100'000;
  const GeneratedLog log = test::generate_log(kLines, 20260822);
  ASSERT_EQ(log.lines.size(), kLines);
  std::mt19937 random(7);
  // The log is not there at first, so that nothing of it is old.
  auto follower = follow();
  ASSERT_TRUE(wait_until([&] { return !follower->status().at(0).problem.empty(); }));
  append_in_pieces(path, all(log, 0, 20'000), random);
  ASSERT_TRUE(wait_until([&] { return follower->status().at(0).lines > 0; }));
  // A restart; lines are written meanwhile.
  follower.reset();
  append_in_pieces(path, all(log, 20'000, 40'000), random);
  follower = follow();
  append_in_pieces(path, all(log, 40'000, 50'000), random);
  // A rotation; the writer goes on in the old file for a while.
  fs::rename(path, folder / "mail.log.1");
  append(path, "");
  append_in_pieces(folder / "mail.log.1", all(log, 50'000, 55'000), random);
  append_in_pieces(path, all(log, 55'000, 70'000), random);
  ASSERT_TRUE(has_read(*follower, 49'000));
  // A crash: the positions on disk are those of a while ago.
  follower.reset();
  fs::copy_file(state / "follow.state", state / "earlier");
  follower = follow();
  append_in_pieces(path, all(log, 70'000, 90'000), random);
  ASSERT_TRUE(has_read(*follower, 19'000));
  follower.reset();
  fs::rename(state / "earlier", state / "follow.state");
  const std::size_t before_crash = told.size();
  fs::rename(path, folder / "mail.log-20260823");
  append_in_pieces(path, all(log, 90'000, kLines), random);
  follower = follow();
  EXPECT_TRUE(has_read(*follower, 29'000));
  follower.reset();
  EXPECT_GT(told.size(), before_crash);
  std::size_t wanted = 0;
  for (const auto& [words, times] : log.events)
    wanted += static_cast<std::size_t>(times);
  EXPECT_GT(told.size(), wanted) << "the crash makes some of them come twice";
  const auto counted = told.counted();
  EXPECT_EQ(counted.size(), log.events.size());
  EXPECT_TRUE(counted == log.events);
  for (const auto& [words, times] : counted) {
    const auto found = log.events.find(words);
    if (found == log.events.end() || found->second != times) {
      ADD_FAILURE() << words << " came " << times << " times";
      break;
    }
  }
}

TEST_F(FollowerTest, AtARestartEventsHaveTheAgeOfTheirLines) {
  append(path, "");
  follow().reset();
  append(path, "2026-08-22T19:40:00Z " + kFailure + "old\n2026-08-22T20:30:00Z " + kFailure +
                   "ahead\nAug 99 99:99:99 " + kFailure + "unreadable\n");
  const auto follower = follow();
  ASSERT_TRUE(wait_until([&] { return told.size() == 3; }));
  EXPECT_EQ(told.events().at(0).age, std::chrono::minutes(20));
  EXPECT_EQ(told.events().at(1).age, std::chrono::minutes(0));
  EXPECT_EQ(told.events().at(2).age, std::chrono::minutes(0));
  // Read to its end: what comes now is new, whatever zone its time stamp is of.
  ASSERT_TRUE(wait_until([&] { return follower->status().at(0).unread == 0; }));
  append(path, "2026-08-22T12:00:00Z " + kFailure + "new\n");
  ASSERT_TRUE(wait_until([&] { return told.size() == 4; }));
  EXPECT_LE(told.events().at(3).age, std::chrono::minutes(0));
}

TEST_F(FollowerTest, TellsHowItIsDoing) {
  const fs::path absent = folder / "absent.log";
  append(path, "");
  Follower follower({path, absent}, state.path(), told.services());
  ASSERT_TRUE(wait_until([&] { return !follower.status().at(1).problem.empty(); }));
  append(path,
         "noise\nAug 22 19:59:00 mx dovecot: imap-login: Disconnected (auth failed, 3 attempts "
         "in 9 secs): user=<a>, method=PLAIN, rip=10.0.0.1, lip=10.0.0.2\n");
  ASSERT_TRUE(wait_until([&] { return follower.status().at(0).events == 3; }));
  const auto status = follower.status();
  EXPECT_EQ(status.at(0).path, path);
  EXPECT_EQ(status.at(0).problem, "");
  EXPECT_EQ(status.at(0).lines, 2U);
  EXPECT_EQ(status.at(0).unread, 0U);
  EXPECT_THAT(status.at(1).problem, HasSubstr("absent.log is not there"));
  EXPECT_THAT(told.notes(), ElementsAre(HasSubstr("absent.log is not there")));
  const auto events = told.events();
  EXPECT_FALSE(events.at(0).token == events.at(1).token);
  EXPECT_FALSE(events.at(1).token == events.at(2).token);
}

TEST_F(FollowerTest, PositionsAreKeptWhileItRuns) {
  append(path, "");
  const auto follower = follow();
  ASSERT_TRUE(wait_until([&] { return fs::exists(state / "follow.state"); }));
  append(path, "Aug 22 19:59:00 " + kFailure + "a\n");
  const FollowState reader(state.path());
  EXPECT_TRUE(wait_until([&] {
    const auto loaded = reader.load();
    const auto* positions = std::get_if<FollowedPositions>(&loaded);
    return positions != nullptr && positions->at(path).offset == fs::file_size(path);
  }));
}

TEST_F(FollowerTest, SaysThatItCannotKeepPositions) {
  append(path, "");
  fs::create_directory(state / "follow.state");
  follow().reset();
  EXPECT_THAT(told.notes(), ElementsAre(HasSubstr("mail logs are followed from their ends"),
                                        HasSubstr("cannot be written")));
}

TEST_F(FollowerTest, WithoutLogsItDoesNothing) {
  const Follower follower({}, state.path(), told.services());
  EXPECT_THAT(follower.status(), IsEmpty());
  EXPECT_FALSE(fs::exists(state / "follow.state"));
}

}  // namespace
}  // namespace gatepost::logins
