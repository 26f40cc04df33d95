#pragma once

#include <filesystem>

namespace gatepost::daemon {

/// Runs gatepostd with the configuration at `file` until it is told to stop; its exit status.
/// Throws std::runtime_error with a sentence for the admin where it cannot start.
int run(const std::filesystem::path& file);

}  // namespace gatepost::daemon
