#include "session/random.hpp"

#include <cerrno>
#include <system_error>

#include <sys/random.h>

namespace gatepost::session {

Random system_random() {
  return [] {
    std::uint64_t bits = 0;
    // Up to 256 bytes are never cut short once the pool is ready (getrandom(2)).
    while (getrandom(&bits, sizeof bits, 0) != static_cast<ssize_t>(sizeof bits)) {
      if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    return bits;
  };
}

}  // namespace gatepost::session
