#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "policy/store_settings.hpp"

namespace gatepost::test {

/// A real redis-server of the test's own, on a free port of 127.0.0.1, with its files in a new
/// folder under the system's temporary one. Stopped by its process id, and the folder removed, at
/// the end. A failure to start throws.
class RedisServer {
public:
  /// `options` are more arguments of redis-server: `{"--requirepass", "x"}`.
  explicit RedisServer(std::vector<std::string> options = {});
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::uint16_t port() const { return port_; }

  RedisAddress address() const;
  /// Its unix socket.
  RedisAddress unix_address() const;

  /// SIGSTOP and SIGCONT: it is there and does not answer.
  void freeze() const;
  void thaw() const;
  /// kill -9.
  void kill();
  /// Again on the same port, with what it had saved; after kill() alone.
  void start();

  pid_t pid() const { return pid_; }

  /// What redis-cli prints for this command, without the line's end.
  std::string cli(const std::vector<std::string>& words) const;

  /// Microseconds the server spent in a command so far, and how often it ran.
  struct CommandStat {
    double calls = 0;
    double usec = 0;
  };

  CommandStat stat_of(const std::string& command) const;

private:
  bool answers() const;

  std::filesystem::path folder_;
  std::uint16_t port_;
  std::vector<std::string> options_;
  pid_t pid_ = -1;
};

/// A port of 127.0.0.1 that nobody uses at the moment.
std::uint16_t free_port();

}  // namespace gatepost::test
