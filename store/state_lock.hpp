#pragma once

#include <filesystem>

#include "store/file.hpp"

namespace gatepost::store {

/// The right to use a state directory: `lock` in it, held as long as the object lives. The kernel
/// frees it with the process, however that ends. The file holds the owner's process id for people.
class StateLock {
public:
  /// Throws std::runtime_error with a sentence for the admin where another process has it (its id
  /// is named), or the directory is missing or not writable.
  explicit StateLock(const std::filesystem::path& state_dir);

private:
  File file_;
};

}  // namespace gatepost::store
