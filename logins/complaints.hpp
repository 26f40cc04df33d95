#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "logins/request_counters.hpp"

namespace gatepost::logins {

/// Log lines about requests that were refused: of each kind one in ten seconds, which says how many
/// it stands for. Thread-safe.
class Complaints {
public:
  static constexpr std::chrono::seconds kApart{10};

  explicit Complaints(std::function<void(const std::string&)> log) : log_(std::move(log)) {}

  void say(RequestOutcome kind, const std::string& text);

private:
  struct Said {
    std::chrono::steady_clock::time_point last;
    std::uint64_t held_back = 0;
  };

  const std::function<void(const std::string&)> log_;
  std::mutex mutex_;
  std::map<RequestOutcome, Said> said_;
};

}  // namespace gatepost::logins
