#pragma once

#include <cstdlib>

namespace gatepost::fuzz {

/// Ends the run where an invariant does not hold; libFuzzer then keeps the input.
inline void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace gatepost::fuzz
