#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "config/config.hpp"

/// The last configuration that was right, kept in `state_dir/last-good/`: what a daemon starts
/// with when whitelist.yaml or the login map was broken in the meantime.
namespace gatepost::config {

/// Keeps a copy of what was accepted. Each file is replaced as a whole and durably, mode 0640; the
/// folder is made where it is missing. What came from the copy itself is not written again. Says
/// what went wrong, if anything did: not a reason to stop, but one to log. One caller at a time.
std::optional<std::string> keep_last_good(const Loaded& loaded);

/// A configuration to start with.
struct Start {
  Loaded loaded;
  bool from_last_good = false;  ///< whitelist and login map are the last good ones, not the files
  Diagnostics problems;         ///< of the file that is not in force
};

using StartResult = std::variant<Start, Diagnostics>;

/// Loads for the start of the daemon. A broken or missing whitelist.yaml or login map alone does
/// not stop it: the last good ones under gatepost.yaml's state_dir stand in, and `problems` says
/// why. A gatepost.yaml that is broken stops it, and so does a broken daily file where none was
/// ever accepted: frozen accounts must not come free by a typing mistake.
StartResult load_for_start(const std::filesystem::path& path, Time now);

/// `state_dir/last-good/whitelist.yaml`
std::filesystem::path last_good_whitelist(const std::filesystem::path& state_dir);

}  // namespace gatepost::config
