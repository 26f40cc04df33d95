#include "admin/cli/message_file.hpp"

#include <gtest/gtest.h>

#include "fakes.hpp"

namespace gatepost::admin {
namespace {

using test::TemporaryFolder;

// What is seen of a message: how many fields, and the values of From.
struct Row {
  std::string text;
  std::size_t count = 0;
  std::vector<std::string> from;
};

TEST(MessageFile, ReadsFieldsAsAMailServerDoes) {
  for (const Row& row : {
           Row{"From: a@x.test\r\nTo: b@x.test\r\n\r\nFrom: body@x.test\r\n", 2, {" a@x.test"}},
           Row{"From: a@x.test\n\nFrom: body@x.test\n", 1, {" a@x.test"}},
           Row{"From: a@x.test", 1, {" a@x.test"}},
           Row{"From: a\n <a@x.test>\n\t(c)\nTo: b\n", 2, {" a\n <a@x.test>\n\t(c)"}},
           Row{"To: b\nFrom : a@x.test\n", 2, {" a@x.test"}},
           Row{"From : a@x.test\nTo: b\n", 2, {}},
           Row{"fRoM:a@x.test\nFROM:b@x.test\n", 2, {"a@x.test", "b@x.test"}},
           Row{"\nFrom: a@x.test\n", 0, {}},
           Row{" From: a@x.test\n", 0, {}},
           Row{"hello\nFrom: a@x.test\n", 0, {}},
           Row{": a@x.test\n", 0, {}},
           Row{"To: b\nno field\nFrom: a@x.test\n", 1, {}},
           Row{"Fr\xC3\xB6m: a@x.test\nFrom: a@x.test\n", 0, {}},
           Row{"From alice Mon Nov 22 2026\nFrom: a@x.test\n", 2, {" a@x.test"}},
           Row{"", 0, {}},
       }) {
    const MessageHeader header = header_of_message(row.text);
    EXPECT_EQ(header.count(), row.count) << row.text;
    EXPECT_EQ(header.from().values, row.from) << row.text;
  }
}

TEST(MessageFile, ReadsNoFurtherThanTheHeader) {
  const TemporaryFolder folder;
  const auto large =
      folder.write("large.eml", "From: a@x.test\r\n\r\n" + std::string(3 * kLargestHeader, 'x'));
  const auto read = read_message_header(large);
  ASSERT_TRUE(std::holds_alternative<MessageHeader>(read));
  EXPECT_EQ(std::get<MessageHeader>(read).count(), 1U);
}

TEST(MessageFile, RefusesWhatIsNoMessage) {
  const TemporaryFolder folder;
  const auto endless = folder.write("endless.eml", "A: " + std::string(2 * kLargestHeader, 'x'));
  EXPECT_TRUE(std::holds_alternative<std::string>(read_message_header(endless)));
  EXPECT_TRUE(std::holds_alternative<std::string>(read_message_header(folder / "absent.eml")));
  EXPECT_TRUE(std::holds_alternative<std::string>(read_message_header(folder.path())));
}

}  // namespace
}  // namespace gatepost::admin
