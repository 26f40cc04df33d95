#include "logins/follow_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/logins/followed_log.hpp"

namespace gatepost::logins {
namespace {

namespace fs = std::filesystem;
using test::append;
using test::Followed;
using test::LogFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kFirst = "Aug 22 12:00:00 mx test[1]: the first line of this log";

TEST(FollowState, GivesBackWhatWasSaved) {
  const LogFolder folder;
  const FollowState state(folder.path());
  EXPECT_EQ(std::get<FollowedPositions>(state.load()), FollowedPositions{});
  const FollowedPositions positions{
      {"/var/log/mail.log", {{1, 2}, 3, {4, ~std::uint64_t{0}}}},
      {"/var/log/a name.log", {{~std::uint64_t{0}, 2}, 0, {}}},
  };
  EXPECT_EQ(state.save(positions), std::nullopt);
  EXPECT_EQ(std::get<FollowedPositions>(state.load()), positions);
  EXPECT_EQ(state.save({}), std::nullopt);
  EXPECT_EQ(std::get<FollowedPositions>(FollowState(folder.path()).load()), FollowedPositions{});
}

TEST(FollowState, SaysWhatIsWrong) {
  const LogFolder folder;
  const FollowState state(folder.path());
  for (const std::string text :
       {"", "gatepost", "gatepost follow 2\n", "gatepost follow 1\n1 2 3 4 5 /x",
        "gatepost follow 1\n1 2 3 4 /x\n", "gatepost follow 1\n1 2 3 4 5 \n",
        "gatepost follow 1\n1 2 3 4 99999999999999999999 /x\n"}) {
    fs::remove(folder / "follow.state");
    append(folder / "follow.state", text);
    const auto loaded = state.load();
    ASSERT_TRUE(std::holds_alternative<std::string>(loaded)) << text;
    EXPECT_THAT(std::get<std::string>(loaded), HasSubstr("follow.state is damaged"));
  }
  fs::remove(folder / "follow.state");
  fs::create_directory(folder / "follow.state");
  EXPECT_THAT(std::get<std::string>(state.load()), HasSubstr("cannot be read"));
  EXPECT_THAT(state.save({}).value_or(""), HasSubstr("cannot be written"));
}

// A log that was followed up to the line `two`, and what was written to it since.
class Resume : public testing::Test {
protected:
  void SetUp() override {
    append(path, "");
    Followed before(path);
    before.read();
    append(path, kFirst + "\ntwo\nhal");
    EXPECT_THAT(before.read(), ElementsAre(kFirst, "two"));
    at = before.log.position();
    append(path, "f\nthree\n");
  }

  LogFolder folder;
  fs::path path = folder / "mail.log";
  std::optional<LogPosition> at;
};

TEST_F(Resume, InTheSameFile) {
  Followed followed(path, at);
  EXPECT_THAT(followed.read(), ElementsAre("half", "three"));
  EXPECT_EQ(followed.rows.at(0).offset, at->offset);
  EXPECT_THAT(followed.said(), IsEmpty());
}

TEST_F(Resume, AfterARotation) {
  for (const std::string name : {"mail.log.1", "mail.log-20260823", "mail.log.old"}) {
    fs::rename(path, folder / name);
    append(path, "four\n");
    Followed followed(path, at);
    EXPECT_THAT(followed.read(), ElementsAre("half", "three", "four")) << name;
    EXPECT_EQ(followed.rows.at(0).id, at->id);
    EXPECT_THAT(followed.said(), IsEmpty());
    fs::rename(folder / name, path);
  }
}

TEST_F(Resume, AfterARotationWithNothingNewYet) {
  fs::rename(path, folder / "mail.log.1");
  Followed followed(path, at);
  EXPECT_THAT(followed.read(), ElementsAre("half", "three"));
  append(path, "four\n");
  EXPECT_THAT(followed.read(), ElementsAre("four"));
}

TEST_F(Resume, AfterSeveralRotations) {
  append(folder / "mail.log.2.gz", "four, which nobody reads here\n");
  fs::rename(path, folder / "mail.log.3");
  append(folder / "mail.log.2", "five\n");
  append(folder / "mail.log.1", "six\n");
  append(path, "seven\n");
  append(folder / "mail.log.9", "older\n");
  const auto written = fs::last_write_time(folder / "mail.log.3");
  fs::last_write_time(folder / "mail.log.9", written - std::chrono::hours(9));
  fs::last_write_time(folder / "mail.log.2", written + std::chrono::hours(1));
  fs::last_write_time(folder / "mail.log.1", written + std::chrono::hours(2));
  Followed followed(path, at);
  EXPECT_THAT(followed.read(), ElementsAre("half", "three", "five", "six", "seven"));
}

TEST_F(Resume, AfterACopyAndTruncation) {
  fs::copy_file(path, folder / "mail.log.1");
  fs::resize_file(path, 0);
  append(path, "four, of another log by its first bytes, and longer than the old one ever was\n");
  Followed followed(path, at);
  EXPECT_THAT(followed.read(), ElementsAre("half", "three", HasSubstr("four")));
  EXPECT_EQ(followed.rows.at(0).id, at->id);
  EXPECT_EQ(followed.rows.at(0).offset, at->offset);
}

TEST_F(Resume, WhereTheOldOneIsGone) {
  fs::remove(path);
  append(folder / "mail.log.1.gz", "compressed");
  Followed followed(path, at);
  EXPECT_THAT(followed.read(), IsEmpty());
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("is not there")));
  EXPECT_EQ(followed.log.position(), at) << "it may come back";
  append(path, "four\n");
  EXPECT_THAT(followed.read(), ElementsAre("four"));
  EXPECT_THAT(followed.said(),
              ElementsAre(HasSubstr("gone or compressed"), HasSubstr("followed again")));
}

TEST_F(Resume, AnInodeThatWasUsedAgainIsAnotherFile) {
  fs::resize_file(path, 0);
  append(path, "another log altogether, which is longer than the one that was there before it\n");
  append(path, "its second line, so that the old offset lies inside of it\n");
  Followed followed(path, at);
  EXPECT_EQ(followed.read().size(), 2U);
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("gone or compressed")));
}

TEST_F(Resume, ARotatedFileIsKnownByItsFirstBytesToo) {
  fs::resize_file(path, 0);
  append(path, "another log altogether, which is longer than the one that was there before it\n");
  fs::rename(path, folder / "mail.log.1");
  append(path, "four\n");
  Followed followed(path, at);
  EXPECT_THAT(followed.read(), ElementsAre("four"));
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("gone or compressed")));
}

TEST_F(Resume, ACopyUnderAnyOtherNameIsAnotherLog) {
  fs::copy_file(path, folder / "mail.login");
  fs::remove(path);
  append(path, "four\n");
  Followed followed(path, at);
  EXPECT_THAT(followed.read(), ElementsAre("four"));
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("gone or compressed")));
}

}  // namespace
}  // namespace gatepost::logins
