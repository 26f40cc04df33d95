#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "store/stores.hpp"

namespace gatepost::test {

/// A log that keeps its lines. Thread-safe; outlives what writes to it.
class LogLines {
public:
  store::Log log() {
    return [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(line);
    };
  }

  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

  /// Whether a line contains `text`.
  bool says(const std::string& text) const {
    for (const std::string& line : lines()) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

}  // namespace gatepost::test
