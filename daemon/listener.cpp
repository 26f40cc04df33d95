#include "daemon/listener.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

namespace gatepost::daemon {
namespace {

using config::ListenAddress;

constexpr std::chrono::seconds kBindTime{10};
constexpr std::chrono::milliseconds kBindPause{100};

std::string error_text(int error) {
  return std::generic_category().message(error);
}

// An owned descriptor until it becomes a Listener.
class Socket {
public:
  Socket(int family, const std::string& text) : fd_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (fd_ < 0) throw std::runtime_error(text + ": " + error_text(errno));
  }

  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }

  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int fd() const { return fd_; }

  int release() { return std::exchange(fd_, -1); }

private:
  int fd_;
};

// Binds, waiting for a predecessor that is still on its way out.
void bind_patiently(const Socket& socket, const sockaddr* address, socklen_t length,
                    const std::string& text) {
  const auto deadline = std::chrono::steady_clock::now() + kBindTime;
  while (bind(socket.fd(), address, length) != 0) {
    const int error = errno;
    if (error != EADDRINUSE || std::chrono::steady_clock::now() >= deadline) {
      throw std::runtime_error(fmt::format(
          "cannot listen on {}: {}{}", text, error_text(error),
          error == EADDRINUSE ? "; another program (another gatepostd?) holds it" : ""));
    }
    std::this_thread::sleep_for(kBindPause);
  }
}

bool answers(const sockaddr_un& address) {
  const Socket probe(AF_UNIX, "unix socket");
  return connect(probe.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// A socket file that nobody listens on is left over from a crash; anything else is not ours.
void remove_stale(const sockaddr_un& address, const std::string& text) {
  struct stat info {};

  if (lstat(address.sun_path, &info) != 0) return;
  if (!S_ISSOCK(info.st_mode)) {
    throw std::runtime_error(text + ": there is a file of this name that is not a socket");
  }
  const auto deadline = std::chrono::steady_clock::now() + kBindTime;
  while (answers(address)) {
    if (std::chrono::steady_clock::now() >= deadline) {
      throw std::runtime_error(text + ": another program (another gatepostd?) listens there");
    }
    std::this_thread::sleep_for(kBindPause);
  }
  unlink(address.sun_path);
}

int open_unix(const ListenAddress& address) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  const std::string path = address.path.string();
  if (path.size() >= sizeof where.sun_path) {
    throw std::runtime_error(fmt::format("{}: the path has {} octets, a unix socket's at most {}",
                                         address.text(), path.size(), sizeof where.sun_path - 1));
  }
  std::memcpy(where.sun_path, path.c_str(), path.size() + 1);
  remove_stale(where, address.text());
  Socket socket(AF_UNIX, address.text());
  const mode_t before = umask(0117);  // 0660: the MTA's user is put into the socket's group
  try {
    bind_patiently(socket, reinterpret_cast<const sockaddr*>(&where), sizeof where, address.text());
  } catch (...) {
    umask(before);
    throw;
  }
  umask(before);
  return socket.release();
}

std::uint16_t bound_port(int fd) {
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &length);
  return bound.ss_family == AF_INET6 ? ntohs(reinterpret_cast<sockaddr_in6&>(bound).sin6_port)
                                     : ntohs(reinterpret_cast<sockaddr_in&>(bound).sin_port);
}

int open_inet(const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_family = address.kind == ListenAddress::Kind::inet6 ? AF_INET6 : AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  const int status = getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(),
                                 port.c_str(), &hints, &found);
  if (status != 0) {
    throw std::runtime_error(fmt::format("{}: {}", address.text(), gai_strerror(status)));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  Socket socket(found->ai_family, address.text());
  const int on = 1;
  setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  bind_patiently(socket, found->ai_addr, found->ai_addrlen, address.text());
  return socket.release();
}

int systemd_socket() {
  const int count = sd_listen_fds(0);
  if (count < 1) {
    throw std::runtime_error(
        "listen: systemd, but systemd passed no socket; enable gatepostd.socket or name an "
        "address");
  }
  return SD_LISTEN_FDS_START;
}

}  // namespace

Listener Listener::open(const ListenAddress& address) {
  switch (address.kind) {
    case ListenAddress::Kind::systemd: return {systemd_socket(), address.text(), ""};
    case ListenAddress::Kind::unix_socket:
      return {open_unix(address), address.text(), address.path.string()};
    case ListenAddress::Kind::inet:
    case ListenAddress::Kind::inet6: break;
  }
  ListenAddress bound = address;
  const int fd = open_inet(address);
  bound.port = bound_port(fd);
  return {fd, bound.text(), ""};
}

Listener::~Listener() {
  if (fd_ >= 0) close(fd_);
  if (!unix_path_.empty()) unlink(unix_path_.c_str());
}

Listener::Listener(Listener&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      text_(std::move(other.text_)),
      unix_path_(std::exchange(other.unix_path_, {})) {}

int Listener::release() {
  return std::exchange(fd_, -1);
}

}  // namespace gatepost::daemon
