#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "logins/log_place.hpp"

namespace gatepost::logins {

/// How far each log was read, by its path.
using FollowedPositions = std::map<std::filesystem::path, LogPosition>;

/// The positions of the last run, in a file of the daemon's state directory. Not thread-safe.
class FollowState {
public:
  explicit FollowState(const std::filesystem::path& state_dir);

  /// What was written last; empty where nothing was yet. A string: why the file says nothing.
  std::variant<FollowedPositions, std::string> load() const;

  /// Puts `positions` in the place of what was written before; after a crash one of both is there.
  /// Nothing: done; otherwise why not.
  std::optional<std::string> save(const FollowedPositions& positions) const;

private:
  std::filesystem::path file_;
};

}  // namespace gatepost::logins
