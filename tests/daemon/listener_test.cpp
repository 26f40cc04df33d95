#include "daemon/listener.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/daemon/scratch_folder.hpp"

namespace gatepost::daemon {
namespace {

using config::ListenAddress;
using Kind = ListenAddress::Kind;

ListenAddress unix_address(const std::filesystem::path& path) {
  return {.kind = Kind::unix_socket, .host = "", .port = 0, .path = path};
}

std::string failure_of(const ListenAddress& address) {
  try {
    Listener::open(address);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no failure";
}

TEST(Listener, TellsThePortItGot) {
  const Listener listener =
      Listener::open({.kind = Kind::inet, .host = "127.0.0.1", .port = 0, .path = ""});
  EXPECT_THAT(listener.text(), ::testing::StartsWith("inet:"));
  EXPECT_THAT(listener.text(), ::testing::EndsWith("@127.0.0.1"));
  EXPECT_NE(listener.text(), "inet:0@127.0.0.1");
}

TEST(Listener, AUnixSocketIsForItsGroupAndGoesWithTheDaemon) {
  const test::ScratchFolder folder;
  const auto path = folder.path() / "milter.sock";
  {
    const Listener listener = Listener::open(unix_address(path));

    struct stat info {};

    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0660U);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Listener, AStaleSocketFileIsReplaced) {
  const test::ScratchFolder folder;
  const auto path = folder.path() / "milter.sock";
  Listener dead = Listener::open(unix_address(path));
  close(dead.release());
  const auto stale = folder.path() / "stale.sock";
  std::filesystem::rename(path, stale);  // as a crash leaves it: a file, nobody listening
  EXPECT_NO_THROW(Listener::open(unix_address(stale)));
}

TEST(Listener, NeverTakesAFileThatIsNoSocket) {
  const test::ScratchFolder folder;
  const auto path = folder.write("precious", "data");
  EXPECT_THAT(failure_of(unix_address(path)), ::testing::HasSubstr("not a socket"));
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(Listener, SaysWhenAPathIsTooLong) {
  EXPECT_THAT(failure_of(unix_address("/tmp/" + std::string(200, 'x'))),
              ::testing::HasSubstr("the path has 205 octets"));
}

TEST(Listener, SaysWhenSystemdPassedNothing) {
  EXPECT_THAT(failure_of({.kind = Kind::systemd, .host = "", .port = 0, .path = ""}),
              ::testing::HasSubstr("gatepostd.socket"));
}

}  // namespace
}  // namespace gatepost::daemon
