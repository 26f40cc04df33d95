#pragma once

#include <string>

#include "config/config.hpp"

namespace gatepost::daemon {

/// A bound socket, not yet listening: who connects early is refused, not kept waiting. Closed, and
/// its unix path removed, when it goes.
class Listener {
public:
  /// Binds `address`, trying again for ten seconds while a daemon before us still holds it; takes
  /// the systemd socket for `systemd`. A stale unix socket file is replaced, one that still answers
  /// is not. Throws std::runtime_error with a sentence for the admin.
  static Listener open(const config::ListenAddress& address);

  ~Listener();
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  int fd() const { return fd_; }

  /// Gives the descriptor away: libmilter closes it itself.
  int release();

  /// `inet:8899@127.0.0.1`, with the port that was really bound.
  const std::string& text() const { return text_; }

private:
  Listener(int fd, std::string text, std::string unix_path)
      : fd_(fd), text_(std::move(text)), unix_path_(std::move(unix_path)) {}

  int fd_;
  std::string text_;
  std::string unix_path_;
};

}  // namespace gatepost::daemon
