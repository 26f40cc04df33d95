#pragma once

#include <filesystem>
#include <functional>
#include <thread>

namespace gatepost::daemon {

/// Calls back when a file was written, replaced or taken away, after a second of quiet: an editor
/// saves in several steps. Watches the folder, so a file that is renamed into place, or comes only
/// later, is seen too.
class Watcher {
public:
  /// `changed` runs on the watcher's own thread. Throws std::runtime_error where the folder cannot
  /// be watched.
  Watcher(const std::filesystem::path& file, std::function<void()> changed);
  ~Watcher();

  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

private:
  void watch();
  bool ours_changed() const;

  std::filesystem::path file_;
  std::function<void()> changed_;
  int inotify_;
  int stop_;  // an eventfd
  std::thread thread_;
};

}  // namespace gatepost::daemon
