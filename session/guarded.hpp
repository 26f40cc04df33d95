#pragma once

#include <mutex>
#include <utility>

namespace gatepost {

/// A value that can only be reached with its lock held.
template <typename Value>
class Guarded {
public:
  Guarded() = default;

  explicit Guarded(Value value) : value_(std::move(value)) {}

  /// Runs `use(value)` under the lock and returns what it returns.
  template <typename Use>
  auto with(Use&& use) {
    const std::lock_guard lock(mutex_);
    return std::forward<Use>(use)(value_);
  }

  template <typename Use>
  auto with(Use&& use) const {
    const std::lock_guard lock(mutex_);
    return std::forward<Use>(use)(value_);
  }

private:
  mutable std::mutex mutex_;
  Value value_;
};

}  // namespace gatepost
