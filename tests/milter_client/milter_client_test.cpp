#include "tests/milter_client/milter_client.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gatepost::test {
namespace {

/// A bare filter of our own, on a unix socket, stopped at the end.
class BareFilter {
public:
  explicit BareFilter(std::string steps) {
    std::string pattern = (std::filesystem::temp_directory_path() / "bare_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::string program = GATEPOST_BARE_FILTER;
    std::string listen = "unix:" + socket();
    std::array<char*, 4> arguments{program.data(), listen.data(), steps.data(), nullptr};
    if (::posix_spawn(&pid_, program.c_str(), nullptr, nullptr, arguments.data(), environ) != 0) {
      throw MilterError("cannot start " + program);
    }
  }

  ~BareFilter() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }

  BareFilter(const BareFilter&) = delete;
  BareFilter& operator=(const BareFilter&) = delete;
  BareFilter(BareFilter&&) = delete;
  BareFilter& operator=(BareFilter&&) = delete;

  /// Its address, once it answers.
  FilterAddress address() const {
    FilterAddress filter{"unix:" + socket()};
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    for (;;) {
      try {
        connect_to_filter(filter);
        return filter;
      } catch (const MilterError&) {
        if (std::chrono::steady_clock::now() > deadline) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    }
  }

private:
  std::string socket() const { return folder_ + "/socket"; }

  std::string folder_;
  pid_t pid_ = -1;
};

/// The packets that come out when `bytes` arrive in two parts.
std::vector<std::string> read_in_two(std::string_view bytes, std::size_t split) {
  PacketReader reader;
  std::vector<std::string> replies;
  for (const std::string_view part : {bytes.substr(0, split), bytes.substr(split)}) {
    reader.feed(part);
    while (std::optional<Reply> reply = reader.next())
      replies.push_back(describe(*reply));
  }
  return replies;
}

TEST(Wire, CutsPacketsWhereverTheBytesAreSplit) {
  const std::string bytes("\0\0\0\1c\0\0\0\x0ay450 4.7.1", 5 + 14);
  for (std::size_t split = 0; split <= bytes.size(); ++split) {
    EXPECT_THAT(read_in_two(bytes, split), testing::ElementsAre("c", "y 450 4.7.1")) << split;
  }
}

TEST(Wire, TurnsDoubledPercentSignsIntoOne) {
  const Reply reply{.code = ReplyCode::reply_code,
                    .data = std::string("550 5.7.1 100%% full\0", 21),
                    .awaited = true};
  EXPECT_EQ(reply.text(), "550 5.7.1 100% full");
  EXPECT_EQ(reply.refusal_class(), 5);
}

TEST(Wire, RefusesAPacketOfNoLength) {
  PacketReader reader;
  reader.feed(std::string_view("\0\0\0\0", 4));
  EXPECT_THROW(reader.next(), std::runtime_error);
}

TEST(Wire, ReadsTheMacroListsThatAFilterAsksFor) {
  const std::string data("\0\0\0\6\0\0\1\xff\0\x1f\xff\xff\0\0\0\2i,auth_authen\0", 12 + 4 + 14);
  const std::optional<Negotiated> negotiated = parse_negotiated(data);
  ASSERT_TRUE(negotiated);
  EXPECT_EQ(negotiated->version, 6U);
  EXPECT_EQ(negotiated->actions, kAllActions);
  EXPECT_EQ(negotiated->steps, kAllSteps);
  const MacroLists lists(*negotiated);
  const MacroValues values{{"i", "ABC"}, {"{auth_authen}", "alice"}, {"{auth_type}", "PLAIN"}};
  EXPECT_EQ(lists.select(Stage::mail, values), (Macros{{"i", "ABC"}, {"{auth_authen}", "alice"}}));
  EXPECT_EQ(lists.select(Stage::data, values), (Macros{{"i", "ABC"}}));
}

TEST(MacroAddress, IsWhatPostfixMakesOfWhatWasTyped) {
  struct Row {
    std::string_view typed;
    std::string_view expected;
  };

  for (const Row& row : {Row{"<Alice@Example.test>", "alice@example.test"},
                         Row{"<@relay:alice@example.test>", "alice@example.test"},
                         Row{"alice@example.test", "alice@example.test"}, Row{"<>", ""}}) {
    EXPECT_EQ(macro_address(row.typed), row.expected);
  }
}

class EverySetOfSteps : public testing::TestWithParam<const char*> {};

TEST_P(EverySetOfSteps, TakesMessagesOneAfterTheOther) {
  const BareFilter filter(GetParam());
  MilterClient client = open_session(filter.address());
  for (int message = 0; message < 3; ++message) {
    const Outcome outcome = client.send({.login = "alice@example.test"});
    EXPECT_TRUE(outcome.passed() && !outcome.refusal());
  }
  client.quit();
  EXPECT_TRUE(client.closed_by_filter());
}

INSTANTIATE_TEST_SUITE_P(MilterClient, EverySetOfSteps,
                         testing::Values("limits", "origins", "headers", "all", "end"));

TEST(MilterClient, AwaitsNoReplyWhereNoneWasPromised) {
  const BareFilter filter("limits");
  MilterClient client(filter.address());
  client.negotiate();
  const std::vector<bool> awaited{
      client.connect().awaited,
      client.helo("client").awaited,
      client.mail("<alice@example.test>", {"SIZE=1"}, "alice").awaited,
      client.rcpt("<bob@example.test>").awaited,
      client.data().awaited,
      client.header("Subject", "x").awaited,
      client.end_of_message().awaited,
  };
  EXPECT_THAT(awaited, testing::ElementsAre(false, true, true, true, true, false, true));
}

TEST(MilterClient, SendsNoMoreOfABodyThatIsNotWanted) {
  const BareFilter filter("origins");
  MilterClient client = open_session(filter.address());
  Message message{.login = "alice@example.test"};
  message.body = std::string(200'000, 'x');
  EXPECT_TRUE(client.send(message).passed());
  client.mail("<alice@example.test>");
  client.rcpt("<bob@example.test>");
  client.data();
  client.header("Subject", "x");
  client.end_of_headers();
  EXPECT_EQ(client.body("x").code, ReplyCode::skip);
  EXPECT_TRUE(client.end_of_message().passes());
}

TEST(MilterClient, SeesThatAFilterHangsUpOnGarbage) {
  const BareFilter filter("all");
  MilterClient client(filter.address());
  client.send_raw("GET / HTTP/1.1\r\nHost: example.test\r\n\r\n");
  EXPECT_TRUE(client.closed_by_filter());
}

TEST(MilterClient, ThrowsWhereTheDeadlinePasses) {
  const BareFilter filter("limits");
  MilterClient client(filter.address(), std::chrono::milliseconds(20));
  client.negotiate();
  EXPECT_THROW(client.read_reply(), MilterError);
}

}  // namespace
}  // namespace gatepost::test
