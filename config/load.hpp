#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "config/config.hpp"

namespace gatepost::config {

/// An attempt to load, with the mistakes of each file apart: what last-good has to know.
struct Attempt {
  Loaded loaded;  ///< only of use where both lists are empty
  Diagnostics gatepost_errors;
  Diagnostics whitelist_errors;  ///< also that the file cannot be read

  bool ok() const { return gatepost_errors.empty() && whitelist_errors.empty(); }

  /// The configuration, or all mistakes, gatepost.yaml's first.
  LoadResult result() &&;
};

/// Reads gatepost.yaml at `path`, and `whitelist` or else the file that it names. Never throws for
/// what stands in the files.
Attempt attempt(const std::filesystem::path& path,
                const std::optional<std::filesystem::path>& whitelist, Time now);

/// The same with the text of gatepost.yaml given.
Attempt attempt_with(SourceFile gatepost, const std::optional<std::filesystem::path>& whitelist,
                     Time now);

/// The same from memory, as `gatepost.yaml` and `whitelist.yaml` of /etc/gatepost. A whitelist
/// given is read whether or not the text names one; none given is none.
LoadResult load_text(std::string_view gatepost, std::optional<std::string_view> whitelist,
                     Time now);

}  // namespace gatepost::config
