#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "store/redis_connection.hpp"
#include "tests/store/log_lines.hpp"
#include "tests/store/redis_server.hpp"

/// What the tests against a real server share.
namespace gatepost::test {

/// Far above what any machine needs: for tests that are not about deadlines.
inline constexpr std::chrono::milliseconds kPatientDeadline{5000};
inline constexpr std::chrono::milliseconds kPatience{20'000};

/// Waits until `holds`, for as long as kPatience. The outcome is what counts, not the time.
inline bool eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return holds();
}

/// How many lines hold `text`.
inline std::size_t count_of(const LogLines& log, const std::string& text) {
  std::size_t out = 0;
  for (const std::string& line : log.lines())
    out += line.find(text) != std::string::npos ? 1 : 0;
  return out;
}

/// A connection that is up.
struct Connected {
  explicit Connected(const RedisAddress& address,
                     std::chrono::milliseconds deadline = kPatientDeadline)
      : connection(address, deadline, store::system_clock(), lines.log()) {
    if (!connection.wait_until_up(kPatience)) {
      throw std::runtime_error("redis: " + connection.state().last_error);
    }
  }

  LogLines lines;
  store::RedisConnection connection;
};

}  // namespace gatepost::test
