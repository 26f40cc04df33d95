#pragma once

#include <algorithm>
#include <chrono>

namespace gatepost::store {

/// How long to wait before a server that has been away for `away` is tried again: a tenth of that,
/// but 100 ms at least and a second at most, so that a short outage is over at once and a long one
/// does not end with every daemon knocking ten times a second. `chance`, between 0 and 1, makes it
/// up to a quarter shorter or longer, so that daemons that lost it together come back one by one.
inline std::chrono::milliseconds retry_pause(std::chrono::steady_clock::duration away,
                                             double chance) {
  using std::chrono::milliseconds;
  const auto tenth = std::clamp(std::chrono::duration_cast<milliseconds>(away / 10),
                                milliseconds(100), milliseconds(1000));
  return std::chrono::duration_cast<milliseconds>(tenth * (0.75 + chance / 2));
}

}  // namespace gatepost::store
