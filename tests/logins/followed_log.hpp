#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "logins/log_file.hpp"

namespace gatepost::logins::test {

/// An empty folder of the test's own, removed with the object.
class LogFolder {
public:
  LogFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gatepost-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }

  ~LogFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  LogFolder(const LogFolder&) = delete;
  LogFolder& operator=(const LogFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

inline void append(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::app);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + file.string());
}

/// A followed log, what it handed over and what it said.
class Followed {
public:
  explicit Followed(const std::filesystem::path& path, std::optional<LogPosition> from = {})
      : log(path, from, [this](const std::string& text) { notes.push_back(text); }) {}

  /// Reads all there is; gives the lines that came.
  std::vector<std::string> read() {
    std::vector<std::string> out;
    while (log.read(now, [&](const LogRow& row) {
      out.emplace_back(row.text);
      rows.push_back({{}, row.id, row.offset, row.age_at_most});
    })) {
    }
    return out;
  }

  /// What was said since the last call.
  std::vector<std::string> said() { return std::exchange(notes, {}); }

  Time now = std::chrono::sys_days(std::chrono::year(2026) / 8 / 22) + std::chrono::hours(12);
  std::vector<LogRow> rows;  ///< without their texts
  std::vector<std::string> notes;
  LogFile log;
};

}  // namespace gatepost::logins::test
