#pragma once

#include <chrono>

namespace gatepost {

/// An instant, to the millisecond: what limits are counted in.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// The civil days around an instant: day_starts[1] <= the instant < day_starts[2].
/// Yesterday and the days after are there for a store whose clock differs from the daemon's.
struct Days {
  Time starts[4];

  friend bool operator==(const Days&, const Days&) = default;
};

}  // namespace gatepost
