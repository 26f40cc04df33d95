#include "admin/server.hpp"

#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "fakes.hpp"

namespace gatepost::admin {
namespace {

using std::chrono::milliseconds;
using test::FakeDaemon;
using test::TemporaryFolder;
using testing::HasSubstr;
using testing::StartsWith;

using Clock = std::chrono::steady_clock;

int connect_unix(const std::filesystem::path& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return fd;
  ::close(fd);
  return -1;
}

int connect_tcp(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return fd;
  ::close(fd);
  return -1;
}

// Everything until the server hangs up; `(still open)` after ten seconds.
std::string read_to_end(int fd) {
  std::string out;
  std::array<char, 4096> chunk{};
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  while (Clock::now() < deadline) {
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, 100) <= 0) continue;
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got <= 0) return out;
    out.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return out + "(still open)";
}

std::string talk(int fd, const std::string& bytes) {
  if (fd < 0) return "(no connection)";
  // A server that has hung up already is no reason for the test to die of SIGPIPE.
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t now = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (now <= 0) break;
    sent += static_cast<std::size_t>(now);
  }
  std::string answer = read_to_end(fd);
  ::close(fd);
  return answer;
}

std::string request(const std::string& method, const std::string& target,
                    const std::string& body = "") {
  return method + ' ' + target +
         " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

class ServerTest : public testing::Test {
protected:
  ServerTest() {
    settings_.admin_socket = folder_ / "admin.sock";
    settings_.support_socket = folder_ / "support.sock";
    settings_.metrics = MetricsAddress{};
    settings_.request_time = milliseconds(300);
    settings_.largest_body = 4096;
    settings_.most_connections = 4;
  }

  void start() {
    server_ = std::make_unique<Server>(settings_, daemon_, [](const std::string&) {});
  }

  // Why the server did not start; empty where it did.
  std::string failure_of_start() {
    try {
      start();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  std::string ask(const std::string& bytes) {
    return talk(connect_unix(settings_.admin_socket), bytes);
  }

  TemporaryFolder folder_;
  FakeDaemon daemon_;
  ServerSettings settings_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersOnBothSocketsAndForMetricsOnTcp) {
  start();
  EXPECT_THAT(ask(request("GET", "/v1/status")), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(talk(connect_unix(settings_.support_socket), request("GET", "/v1/status")),
              StartsWith("HTTP/1.1 200"));
  const std::string metrics =
      talk(connect_tcp(server_->metrics_port()), request("GET", "/metrics"));
  EXPECT_THAT(metrics, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(metrics, HasSubstr("gatepost_sessions_total"));
  EXPECT_THAT(talk(connect_tcp(server_->metrics_port()), request("GET", "/v1/status")),
              StartsWith("HTTP/1.1 403"));
}

TEST_F(ServerTest, LetsOnlyTheAdminSocketFreeze) {
  start();
  const std::string freeze = request("POST", "/v1/account/alice/freeze", R"({"reason":"x"})");
  EXPECT_THAT(talk(connect_unix(settings_.support_socket), freeze), StartsWith("HTTP/1.1 403"));
  EXPECT_TRUE(daemon_.fake_stores.freeze_book.entries.empty());
  EXPECT_THAT(ask(freeze), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(daemon_.fake_stores.freeze_book.entries.count("alice@example.com"), 1U);
}

TEST_F(ServerTest, RecordsThePeersUserAsTheActor) {
  start();
  ask(request("POST", "/v1/account/alice/freeze", R"({"reason":"x"})"));
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody else asks for users meanwhile
  const passwd* me = ::getpwuid(::getuid());
  ASSERT_NE(me, nullptr);
  ASSERT_FALSE(daemon_.fake_stores.audit_log.records.empty());
  EXPECT_EQ(daemon_.fake_stores.audit_log.records.front().actor, me->pw_name);
}

TEST_F(ServerTest, OpensItsSocketsToOwnerAndGroupOnly) {
  start();
  for (const auto& path : {settings_.admin_socket, settings_.support_socket}) {
    struct stat info {};

    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0660U);
  }
}

TEST_F(ServerTest, AnswersGarbageWith400AndLivesOn) {
  start();
  for (const std::string& garbage :
       {std::string("hello\r\n\r\n"), std::string("\x16\x03\x01\x02\x00\x01", 6) + "\r\n\r\n",
        std::string("GET /v1/status HTTP/9.9\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"),
        std::string("GET /\0 HTTP/1.1\r\n\r\n", 19)}) {
    EXPECT_THAT(ask(garbage), StartsWith("HTTP/1.1 400"));
  }
  EXPECT_THAT(ask(request("GET", "/v1/status")), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, RefusesHugeBodiesAndHeaders) {
  start();
  EXPECT_THAT(ask(request("POST", "/v1/reload", std::string(5000, 'x'))),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_TRUE(daemon_.reloads.empty());
}

TEST_F(ServerTest, CutsClientsThatAreTooSlow) {
  start();
  const auto began = Clock::now();
  EXPECT_EQ(ask("POST /v1/reload HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"), "");
  EXPECT_GE(Clock::now() - began, milliseconds(250));
  EXPECT_EQ(ask(""), "");
  EXPECT_TRUE(daemon_.reloads.empty());
}

TEST_F(ServerTest, HoldsNoMoreConnectionsThanItMay) {
  settings_.request_time = std::chrono::seconds(30);
  start();
  std::vector<int> held;
  held.reserve(settings_.most_connections);
  for (int i = 0; i < 4; ++i)
    held.push_back(connect_unix(settings_.admin_socket));
  // The fifth is closed at once, unanswered; with one of the four gone there is room again.
  EXPECT_EQ(ask(request("GET", "/v1/status")), "");
  ::close(held.back());
  held.pop_back();
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  std::string answer;
  while (answer.empty() && Clock::now() < deadline)
    answer = ask(request("GET", "/v1/status"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  for (const int fd : held)
    ::close(fd);
}

TEST_F(ServerTest, StopsWhileClientsAreConnected) {
  settings_.request_time = std::chrono::seconds(30);
  start();
  const int fd = connect_unix(settings_.admin_socket);
  const auto began = Clock::now();
  server_.reset();
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(5));
  EXPECT_EQ(read_to_end(fd), "");
  ::close(fd);
  EXPECT_FALSE(std::filesystem::exists(settings_.admin_socket));
  EXPECT_FALSE(std::filesystem::exists(settings_.support_socket));
}

TEST_F(ServerTest, ReplacesASocketFileThatNobodyListensOn) {
  const int stale = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, settings_.admin_socket.c_str(), sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(stale, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ::close(stale);
  start();
  EXPECT_THAT(ask(request("GET", "/v1/status")), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, LeavesALiveSocketToItsOwner) {
  start();
  FakeDaemon other;
  try {
    const Server second(settings_, other, [](const std::string&) {});
    FAIL() << "two servers on one socket";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("is a gatepostd running already?"));
  }
  EXPECT_THAT(ask(request("GET", "/v1/status")), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, NeverRemovesAFileThatIsNoSocket) {
  folder_.write("admin.sock", "precious");
  EXPECT_THROW(start(), std::runtime_error);
  EXPECT_TRUE(std::filesystem::is_regular_file(settings_.admin_socket));
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  settings_.admin_socket = folder_ / "missing/admin.sock";
  EXPECT_THAT(failure_of_start(), HasSubstr("No such file or directory"));
  settings_.admin_socket = folder_ / std::string(200, 'x');
  EXPECT_THAT(failure_of_start(), HasSubstr("choose a shorter one"));
}

TEST_F(ServerTest, ReleasesTheFirstSocketWhereTheSecondCannotBeHad) {
  settings_.support_socket = folder_ / "missing/support.sock";
  EXPECT_THROW(start(), std::runtime_error);
  EXPECT_FALSE(std::filesystem::exists(settings_.admin_socket));
}

}  // namespace
}  // namespace gatepost::admin
