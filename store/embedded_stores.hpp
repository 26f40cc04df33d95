#pragma once

#include <filesystem>
#include <memory>

#include "store/stores.hpp"

namespace gatepost::store {

/// The file of cases, locks and audit record in a state directory. The audit record stands in it
/// whatever store the counters are in.
std::filesystem::path database_file(const std::filesystem::path& state_dir);

/// Takes the lock of `state_dir` and opens everything in it. Throws as open_stores() does.
std::unique_ptr<Stores> open_embedded_stores(const std::filesystem::path& state_dir,
                                             const Clock& clock, const Log& log);

}  // namespace gatepost::store
