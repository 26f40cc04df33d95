#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "admin/daemon.hpp"
#include "config/compare.hpp"
#include "config/config.hpp"
#include "daemon/log.hpp"
#include "policy/settings.hpp"
#include "session/guarded.hpp"

namespace gatepost::daemon {

/// The configuration in force: a snapshot that is swapped as a whole, kept in last-good when it is
/// accepted, and left alone when an edit is wrong (D15). Thread-safe.
class Configuration {
public:
  /// Reads `file` for the start: a broken gatepost.yaml throws std::runtime_error with every
  /// mistake on a line of its own; a broken whitelist falls back to the last good one, loudly.
  Configuration(std::filesystem::path file, std::function<Time()> clock);

  /// Tells what the start found, and from now on reloads and problems, to `log`.
  void log_to(Log& log);

  const config::DaemonSettings& daemon() const { return daemon_; }

  /// The files that are read again by themselves when they are saved.
  const std::vector<std::filesystem::path>& daily_files() const { return daily_files_; }

  std::shared_ptr<const Settings> settings() const;
  admin::ConfigState state() const;

  /// Reads everything again. What only a start can change (listen, store, ...) is reported.
  /// Without `yes`, a whitelist that loses many entries is not taken.
  admin::ReloadOutcome reload(bool yes);

  /// Reads the daily files alone again, after one was saved; a changed gatepost.yaml waits for
  /// reload().
  admin::ReloadOutcome reload_daily_files();

private:
  struct InForce {
    std::shared_ptr<const Settings> settings;
    admin::ConfigState state;
  };

  // Where every reload ends, and is counted.
  admin::ReloadOutcome take(const config::LoadResult& result, bool yes);
  admin::ReloadOutcome refuse(const std::vector<std::string>& problems);
  admin::ReloadOutcome accept(const config::Loaded& loaded, const config::Comparison& change);
  void count(std::uint64_t admin::ReloadCounts::*result);
  void keep(const config::Loaded& loaded);

  std::filesystem::path file_;
  std::function<Time()> clock_;
  Log* log_ = nullptr;
  config::DaemonSettings daemon_;
  config::SourceFile gatepost_;  // as accepted; touched under reloading_ only
  std::vector<std::filesystem::path> daily_files_;
  std::mutex reloading_;  // one reload at a time
  Guarded<InForce> in_force_;
};

}  // namespace gatepost::daemon
