#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "config/config.hpp"

namespace gatepost::config {

/// An attempt to load, with the mistakes of gatepost.yaml and those of the files that are edited
/// daily (the whitelist, the login map) apart: what last-good has to know.
struct Attempt {
  Loaded loaded;  ///< only of use where both lists are empty
  Diagnostics gatepost_errors;
  Diagnostics daily_errors;  ///< also that a file cannot be read

  bool ok() const { return gatepost_errors.empty() && daily_errors.empty(); }

  /// The configuration, or all mistakes, gatepost.yaml's first.
  LoadResult result() &&;
};

/// Files that are read instead of those that gatepost.yaml names.
struct StandIns {
  std::optional<std::filesystem::path> whitelist;
  std::optional<std::filesystem::path> login_map;  ///< only where gatepost.yaml names one
};

/// Reads gatepost.yaml at `path`, and the stand-ins or else the files that it names. Never throws
/// for what stands in the files.
Attempt attempt(const std::filesystem::path& path, const StandIns& instead, Time now);

/// The same with the text of gatepost.yaml given.
Attempt attempt_with(SourceFile gatepost, const StandIns& instead, Time now);

/// The same from memory, as `gatepost.yaml` and `whitelist.yaml` of /etc/gatepost. A whitelist
/// given is read whether or not the text names one; none given is none. A login map is not read.
LoadResult load_text(std::string_view gatepost, std::optional<std::string_view> whitelist,
                     Time now);

}  // namespace gatepost::config
