#include "daemon/traffic.hpp"

namespace gatepost::daemon {

void Traffic::session(int change) {
  const std::lock_guard lock(mutex_);
  counts_.sessions_open =
      static_cast<std::uint64_t>(static_cast<std::int64_t>(counts_.sessions_open) + change);
  if (change > 0) ++counts_.sessions_total;
}

void Traffic::message(int change) {
  const std::lock_guard lock(mutex_);
  counts_.messages_open =
      static_cast<std::uint64_t>(static_cast<std::int64_t>(counts_.messages_open) + change);
  if (counts_.messages_open == 0) idle_.notify_all();
}

Traffic::Counts Traffic::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void Traffic::drain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

bool Traffic::draining() const {
  const std::lock_guard lock(mutex_);
  return draining_;
}

bool Traffic::wait_until_idle(std::chrono::seconds most) const {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, most, [this] { return counts_.messages_open == 0; });
}

}  // namespace gatepost::daemon
