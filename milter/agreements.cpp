#include "milter/agreements.hpp"

namespace gatepost::milter {

void Agreements::note(const void* connection, const Agreement& agreed) {
  known_.with([&](auto& known) {
    // Handles are addresses that come again, so there are hardly more than open connections.
    if (known.size() >= kMost) known.clear();
    known.insert_or_assign(connection, agreed);
  });
}

Agreement Agreements::of(const void* connection) const {
  return known_.with([&](const auto& known) {
    const auto found = known.find(connection);
    return found == known.end() ? Agreement{} : found->second;
  });
}

}  // namespace gatepost::milter
