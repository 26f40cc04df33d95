#include "logins/log_file.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

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
using Lines = std::vector<std::string>;

// The first line of a log, long enough to know the log by.
Lines numbered(int from, int to) {
  Lines out;
  for (int at = from; at <= to; ++at)
    out.push_back("Aug 22 12:00:00 mx test[1]: line number " + std::to_string(at));
  return out;
}

std::string text_of(const Lines& lines) {
  std::string out;
  for (const std::string& line : lines)
    out += line + '\n';
  return out;
}

class LogFileTest : public testing::Test {
protected:
  // Follows an empty log from its start.
  void follow_empty() {
    append(path, "");
    EXPECT_THAT(followed.read(), IsEmpty());
  }

  LogFolder folder;
  fs::path path = folder / "mail.log";
  Followed followed{path};
};

TEST_F(LogFileTest, ReadsWhatIsAppendedAfterAFirstLook) {
  append(path, text_of(numbered(1, 3)));
  EXPECT_THAT(followed.read(), IsEmpty());
  append(path, text_of(numbered(4, 5)));
  EXPECT_EQ(followed.read(), numbered(4, 5));
  EXPECT_THAT(followed.read(), IsEmpty());
  EXPECT_EQ(followed.log.lines(), 2U);
  EXPECT_EQ(followed.log.unread(), 0U);
  append(path, "x\n");
  EXPECT_EQ(followed.log.unread(), 2U);
  EXPECT_THAT(followed.said(), IsEmpty());
}

TEST_F(LogFileTest, ALineIsWholeAtItsLineFeed) {
  append(path, "old\nbegun before ");
  EXPECT_THAT(followed.read(), IsEmpty());
  append(path, "and ended\nnext");
  EXPECT_THAT(followed.read(), ElementsAre("begun before and ended"));
  EXPECT_THAT(followed.read(), IsEmpty());
  EXPECT_EQ(followed.log.position()->offset, 27U);
  append(path, " line\n\nlast\n");
  EXPECT_THAT(followed.read(), ElementsAre("next line", "", "last"));
  EXPECT_EQ(followed.rows.at(1).offset, 27U);
}

TEST_F(LogFileTest, LongLinesAreSkippedWhole) {
  follow_empty();
  append(path, std::string(LineReader::kLongestLine, 'a') + "\nshort\n");
  EXPECT_THAT(followed.read(), ElementsAre(std::string(LineReader::kLongestLine, 'a'), "short"));
  append(path, std::string(LineReader::kLongestLine + 1, 'b') + "\n");
  append(path, std::string(3 * LineReader::kLongestLine, 'c'));
  EXPECT_THAT(followed.read(), IsEmpty());
  append(path, "end of c\nshort again\n");
  EXPECT_THAT(followed.read(), ElementsAre("short again"));
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("more than 65536 bytes")));
}

TEST_F(LogFileTest, ABigLogComesInPieces) {
  follow_empty();
  const Lines lines = numbered(1, 60000);
  append(path, text_of(lines));
  Lines first;
  EXPECT_TRUE(
      followed.log.read(followed.now, [&](const LogRow& row) { first.emplace_back(row.text); }));
  EXPECT_LT(first.size(), lines.size());
  const Lines rest = followed.read();
  first.insert(first.end(), rest.begin(), rest.end());
  EXPECT_EQ(first, lines);
}

TEST_F(LogFileTest, RenamedAndMadeAnew) {
  follow_empty();
  append(path, text_of(numbered(1, 2)));
  EXPECT_EQ(followed.read(), numbered(1, 2));
  append(path, text_of(numbered(3, 3)));
  fs::rename(path, folder / "mail.log.1");
  append(path, "");
  // The writer still has the old one, until it is told.
  EXPECT_EQ(followed.read(), numbered(3, 3));
  append(folder / "mail.log.1", text_of(numbered(4, 5)));
  EXPECT_EQ(followed.read(), numbered(4, 5));
  append(folder / "mail.log.1", text_of(numbered(6, 6)));
  append(path, text_of(numbered(7, 9)));
  EXPECT_EQ(followed.read(), numbered(6, 9));
  append(path, text_of(numbered(10, 10)));
  EXPECT_EQ(followed.read(), numbered(10, 10));
  EXPECT_THAT(followed.said(), IsEmpty());
}

TEST_F(LogFileTest, RenamedAndDeletedBeforeTheNewOneComes) {
  follow_empty();
  append(path, text_of(numbered(1, 2)));
  fs::rename(path, folder / "mail.log.1");
  fs::remove(folder / "mail.log.1");
  EXPECT_EQ(followed.read(), numbered(1, 2));
  followed.now += std::chrono::seconds(9);
  EXPECT_THAT(followed.read(), IsEmpty());
  EXPECT_THAT(followed.said(), IsEmpty());
  followed.now += std::chrono::seconds(2);
  EXPECT_THAT(followed.read(), IsEmpty());
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("mail.log is not there")));
  followed.read();
  EXPECT_THAT(followed.said(), IsEmpty()) << "once is enough";
  append(path, text_of(numbered(3, 4)));
  EXPECT_EQ(followed.read(), numbered(3, 4));
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("is followed again")));
}

TEST_F(LogFileTest, RotatedInTheMiddleOfALine) {
  follow_empty();
  append(path, "whole\nhalf");
  fs::rename(path, folder / "mail.log.1");
  append(path, "new\n");
  EXPECT_THAT(followed.read(), ElementsAre("whole", "new"));
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("middle of a line")));
}

TEST_F(LogFileTest, CopiedAndTruncated) {
  follow_empty();
  append(path, text_of(numbered(1, 5)));
  EXPECT_EQ(followed.read(), numbered(1, 5));
  append(path, text_of(numbered(6, 7)));
  fs::copy_file(path, folder / "mail.log.1");
  fs::resize_file(path, 0);
  EXPECT_EQ(followed.read(), numbered(6, 7)) << "from the copy";
  append(path, text_of(numbered(8, 9)));
  EXPECT_EQ(followed.read(), numbered(8, 9));
  EXPECT_THAT(followed.said(), IsEmpty());
  EXPECT_EQ(followed.rows.at(0).id, followed.rows.at(6).id);
}

TEST_F(LogFileTest, TruncatedAndFilledAgainBetweenTwoLooks) {
  follow_empty();
  append(path, text_of(numbered(1, 2)));
  EXPECT_EQ(followed.read(), numbered(1, 2));
  fs::resize_file(path, 0);
  append(path, text_of(numbered(3, 9)));
  EXPECT_EQ(followed.read(), numbered(3, 9));
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("truncated or written over")));
}

TEST_F(LogFileTest, AnotherFileOfTheSameLines) {
  follow_empty();
  append(path, text_of(numbered(1, 5)));
  EXPECT_EQ(followed.read(), numbered(1, 5));
  fs::copy_file(path, folder / "edited");
  fs::rename(folder / "edited", path);
  append(path, text_of(numbered(6, 6)));
  EXPECT_EQ(followed.read(), numbered(6, 6)) << "nothing twice";
  EXPECT_EQ(followed.rows.at(5).id, followed.rows.at(0).id);
}

TEST_F(LogFileTest, NotThereAtFirst) {
  EXPECT_THAT(followed.read(), IsEmpty());
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("mail.log is not there")));
  EXPECT_THAT(followed.log.problem(), HasSubstr("is not there"));
  EXPECT_FALSE(followed.log.position());
  followed.read();
  EXPECT_THAT(followed.said(), IsEmpty());
  append(path, text_of(numbered(1, 2)));
  EXPECT_EQ(followed.read(), numbered(1, 2)) << "all of it is new";
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("is followed again")));
  EXPECT_EQ(followed.log.problem(), "");
}

TEST_F(LogFileTest, NoRegularFile) {
  fs::create_directory(path);
  followed.read();
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("not a regular file")));
  fs::remove(path);
  followed.read();
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("is not there")));
  append(path, text_of(numbered(1, 1)));
  EXPECT_EQ(followed.read(), numbered(1, 1));
}

// A process without root's rights, until the end of a test.
class Unprivileged {
public:
  Unprivileged() {
    if (::geteuid() == 0 && ::seteuid(kNobody) != 0) throw std::runtime_error("seteuid");
  }

  ~Unprivileged() {
    if (::getuid() == 0) static_cast<void>(::seteuid(0));
  }

  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;

private:
  static constexpr uid_t kNobody = 65534;
};

TEST_F(LogFileTest, MayNotBeRead) {
  fs::permissions(folder.path(), fs::perms(0755));
  follow_empty();
  append(path, text_of(numbered(1, 1)));
  EXPECT_EQ(followed.read(), numbered(1, 1));
  fs::rename(path, folder / "mail.log.1");
  append(folder / "mail.log.1", text_of(numbered(2, 2)));
  append(path, text_of(numbered(3, 4)));
  fs::permissions(path, fs::perms::none);
  {
    const Unprivileged nobody;
    EXPECT_EQ(followed.read(), numbered(2, 2)) << "the old one is still open";
    EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("may not be read")));
    EXPECT_THAT(followed.read(), IsEmpty());
    EXPECT_THAT(followed.said(), IsEmpty());
  }
  fs::permissions(path, fs::perms(0644));
  {
    const Unprivileged nobody;
    EXPECT_EQ(followed.read(), numbered(3, 4));
  }
  EXPECT_THAT(followed.said(), ElementsAre(HasSubstr("is followed again")));
}

TEST_F(LogFileTest, LinesThatWereSeenToBeWrittenAreNoOlderThanTheLastLook) {
  append(path, "");
  followed.read();
  followed.now += std::chrono::milliseconds(200);
  append(path, "a\n");
  followed.read();
  EXPECT_EQ(followed.rows.at(0).age_at_most, std::chrono::milliseconds(200));
  Followed second(path, LogPosition{{0, followed.rows.at(0).id.inode}, 0, {}});
  EXPECT_THAT(second.read(), ElementsAre("a"));
  EXPECT_FALSE(second.rows.at(0).age_at_most);
}

}  // namespace
}  // namespace gatepost::logins
