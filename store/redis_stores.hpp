#pragma once

#include <filesystem>
#include <memory>

#include "store/stores.hpp"

namespace gatepost::store {

/// Takes the lock of `state_dir`, where the audit record stays, and opens everything else in
/// Redis. Waits for its first answer half a second at most. Throws as open_stores() does.
std::unique_ptr<Stores> open_redis_stores(const StoreSettings& settings,
                                          const std::filesystem::path& state_dir,
                                          const Clock& clock, const Log& log);

}  // namespace gatepost::store
