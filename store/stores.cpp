#include "store/stores.hpp"

#include <chrono>

#include "store/embedded_stores.hpp"
#include "store/redis_stores.hpp"

namespace gatepost::store {

Clock system_clock() {
  return [] {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };
}

std::unique_ptr<Stores> open_stores(const StoreSettings& settings,
                                    const std::filesystem::path& state_dir, const Clock& clock,
                                    const Log& log) {
  switch (settings.kind) {
    case StoreSettings::Kind::redis: return open_redis_stores(settings, state_dir, clock, log);
    case StoreSettings::Kind::memory: break;
  }
  return open_embedded_stores(state_dir, clock, log);
}

}  // namespace gatepost::store
