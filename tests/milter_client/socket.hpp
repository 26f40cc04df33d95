#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <unistd.h>

namespace gatepost::test {

/// The filter closed the connection, cannot be reached, or let the deadline of a read pass.
struct MilterError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Owns a file descriptor; movable.
class Socket {
public:
  Socket() = default;

  explicit Socket(int fd) : fd_(fd) {}

  ~Socket() { close(); }

  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

  Socket& operator=(Socket&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  /// -1 when closed.
  int fd() const { return fd_; }

  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

private:
  int fd_ = -1;
};

/// Where a filter listens: `inet:PORT@HOST` (HOST an IPv4 address), `unix:PATH` or `/PATH`.
struct FilterAddress {
  std::string text;
};

/// Opens a blocking stream socket to `filter`, with TCP_NODELAY. Throws MilterError.
Socket connect_to_filter(const FilterAddress& filter);

}  // namespace gatepost::test
