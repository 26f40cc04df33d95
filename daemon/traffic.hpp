#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace gatepost::daemon {

/// Sessions and messages under way, and whether new ones are still taken. Thread-safe.
class Traffic {
public:
  struct Counts {
    std::uint64_t sessions_open = 0;
    std::uint64_t sessions_total = 0;
    std::uint64_t messages_open = 0;
  };

  void session(int change);
  void message(int change);
  Counts counts() const;

  /// From now on draining() is true: new messages are put off.
  void drain();
  bool draining() const;
  /// Waits until no message is open; false where some are after `most`.
  bool wait_until_idle(std::chrono::seconds most) const;

private:
  mutable std::mutex mutex_;
  mutable std::condition_variable idle_;
  Counts counts_;
  bool draining_ = false;
};

}  // namespace gatepost::daemon
