#include "milter/worker_call.hpp"

#include <cstring>
#include <filesystem>
#include <string>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/un.h>
#include <unistd.h>

namespace gatepost::test {
namespace {

/// A socket that is bound to this address and, if asked, listens.
class Bound {
public:
  Bound(int family, const void* address, socklen_t size)
      : fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    EXPECT_EQ(::bind(fd, static_cast<const sockaddr*>(address), size), 0);
  }

  ~Bound() { ::close(fd); }

  Bound(const Bound&) = delete;
  Bound& operator=(const Bound&) = delete;

  /// Whether somebody connects within five seconds and hangs up without a word.
  bool is_called() const {
    pollfd waiting{fd, POLLIN, 0};
    if (::poll(&waiting, 1, 5000) != 1) return false;
    const int client = ::accept(fd, nullptr, nullptr);
    char byte = 0;
    const bool silent = ::read(client, &byte, 1) == 0;
    ::close(client);
    return silent;
  }

  const int fd;
};

sockaddr_in any_ipv4() {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_addr.s_addr = htonl(INADDR_ANY);
  return out;
}

TEST(WorkerCall, ReachesASocketThatListensOnAllAddresses) {
  const sockaddr_in address = any_ipv4();
  const Bound bound(AF_INET, &address, sizeof address);
  ASSERT_EQ(::listen(bound.fd, 4), 0);
  const milter::WorkerCall call(bound.fd);
  call();
  EXPECT_TRUE(bound.is_called());
  call();
  EXPECT_TRUE(bound.is_called());
}

TEST(WorkerCall, ReachesAUnixSocket) {
  std::string folder = std::filesystem::temp_directory_path() / "gatepost-call-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (folder + "/milter.sock").c_str(), sizeof address.sun_path - 1);
  {
    const Bound bound(AF_UNIX, &address, sizeof address);
    ASSERT_EQ(::listen(bound.fd, 4), 0);
    const milter::WorkerCall call(bound.fd);
    call();
    EXPECT_TRUE(bound.is_called());
  }
  std::filesystem::remove_all(folder);
}

TEST(WorkerCall, ThatReachesNobodyDoesNothing) {
  const sockaddr_in address = any_ipv4();
  const Bound silent(AF_INET, &address, sizeof address);
  milter::WorkerCall{silent.fd}();
  milter::WorkerCall{-1}();
}

}  // namespace
}  // namespace gatepost::test
