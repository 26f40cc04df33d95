#include "tests/store/redis_server.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace gatepost::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kStartPatience{20};
constexpr milliseconds kPollEvery{5};
constexpr int kStartAttempts = 5;

class Descriptor {
public:
  explicit Descriptor(int number) : number_(number) {}

  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }

private:
  int number_;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

pid_t spawn(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (const std::string& word : words)
    argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + words[0]);
  return pid;
}

std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

std::uint16_t free_port() {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(socket.number(), generic, length) != 0 ||
      getsockname(socket.number(), generic, &length) != 0) {
    throw std::runtime_error("no free port");
  }
  return ntohs(address.sin_port);
}

RedisServer::RedisServer(std::vector<std::string> options)
    : port_(free_port()), options_(std::move(options)) {
  std::string name = (std::filesystem::temp_directory_path() / "gatepost-redis-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
  for (int attempt = 1;; ++attempt) {
    try {
      start();
      return;
    } catch (const std::runtime_error&) {  // another process may have taken the port
      if (attempt == kStartAttempts) {
        std::filesystem::remove_all(folder_);
        throw;
      }
      port_ = free_port();
    }
  }
}

RedisServer::~RedisServer() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void RedisServer::start() {
  // Its parent's end, however it comes, is its own.
  std::vector<std::string> words = {"setpriv",       "--pdeathsig",
                                    "KILL",          "redis-server",
                                    "--port",        std::to_string(port_),
                                    "--bind",        "127.0.0.1",
                                    "--unixsocket",  (folder_ / "redis.sock").string(),
                                    "--dir",         folder_.string(),
                                    "--save",        "",
                                    "--appendonly",  "yes",
                                    "--appendfsync", "no",
                                    "--logfile",     (folder_ / "log").string(),
                                    "--daemonize",   "no"};
  words.insert(words.end(), options_.begin(), options_.end());
  pid_ = spawn(words);
  const auto end = steady_clock::now() + kStartPatience;
  while (steady_clock::now() < end) {
    if (answers()) return;
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      throw std::runtime_error("redis-server ended at its start");
    }
    std::this_thread::sleep_for(kPollEvery);
  }
  kill();
  throw std::runtime_error("redis-server does not answer");
}

// It listens, and it is ours: the process whose socket file is in our folder.
bool RedisServer::answers() const {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port_);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (connect(socket.number(), generic, sizeof address) != 0) return false;
  return cli({"-s", (folder_ / "redis.sock").string(), "PING"}).find("refused") ==
         std::string::npos;
}

RedisAddress RedisServer::address() const {
  return {.host = "127.0.0.1",
          .port = port_,
          .unix_path = {},
          .user = {},
          .password = {},
          .database = 0};
}

RedisAddress RedisServer::unix_address() const {
  return {.host = {},
          .port = 0,
          .unix_path = (folder_ / "redis.sock").string(),
          .user = {},
          .password = {},
          .database = 0};
}

void RedisServer::freeze() const {
  ::kill(pid_, SIGSTOP);
}

void RedisServer::thaw() const {
  ::kill(pid_, SIGCONT);
}

void RedisServer::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string RedisServer::cli(const std::vector<std::string>& words) const {
  std::string command = "redis-cli --no-auth-warning -h 127.0.0.1 -p " + std::to_string(port_);
  for (const std::string& word : words)
    command += ' ' + quoted(word);
  command += " 2>&1";

  struct Close {
    void operator()(FILE* file) const { pclose(file); }
  };

  const std::unique_ptr<FILE, Close> pipe(popen(command.c_str(), "r"));
  if (!pipe) throw std::runtime_error("cannot run redis-cli");
  std::string out;
  std::array<char, 4096> buffer{};
  for (std::size_t size = 1; size > 0;) {
    size = fread(buffer.data(), 1, buffer.size(), pipe.get());
    out.append(buffer.data(), size);
  }
  while (!out.empty() && out.back() == '\n')
    out.pop_back();
  return out;
}

RedisServer::CommandStat RedisServer::stat_of(const std::string& command) const {
  const std::string all = cli({"INFO", "commandstats"});
  const auto at = all.find("cmdstat_" + command + ":");
  CommandStat out;
  if (at == std::string::npos) return out;
  const auto calls = all.find("calls=", at);
  const auto usec = all.find("usec=", at);
  out.calls = std::strtod(all.c_str() + calls + 6, nullptr);
  out.usec = std::strtod(all.c_str() + usec + 5, nullptr);
  return out;
}

}  // namespace gatepost::test
