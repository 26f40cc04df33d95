#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "config/load.hpp"

namespace gatepost::config {

/// Noon of 22 November 2026 UTC: when all tests of this folder take place.
inline const Time kNow{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) +
                       std::chrono::hours(12)};

/// A site in UTC+8 without daylight saving, with `more` top-level YAML after it.
inline std::string site(std::string_view more = "") {
  return "site: { domains: [example.com, example.org], time_zone: Asia/Shanghai }\n" +
         std::string(more);
}

/// All diagnostics of a result, one a line; `ok` where there is none.
inline std::string text_of(const LoadResult& result) {
  const auto* mistakes = std::get_if<Diagnostics>(&result);
  if (mistakes == nullptr) return "ok\n";
  std::string out;
  for (const Diagnostic& each : *mistakes)
    out += each.text() + '\n';
  return out;
}

/// The configuration, which must be right.
inline Loaded loaded(std::string_view gatepost,
                     std::optional<std::string_view> whitelist = std::nullopt, Time now = kNow) {
  auto result = load_text(gatepost, whitelist, now);
  EXPECT_EQ(text_of(result), "ok\n") << gatepost << whitelist.value_or("");
  auto* right = std::get_if<Loaded>(&result);
  if (right == nullptr) throw std::runtime_error("the configuration is not right");
  return std::move(*right);
}

/// The warnings of a configuration without the one that everybody gets who names no source of
/// failed logins.
inline std::vector<std::string> warnings_of(const Loaded& loaded) {
  std::vector<std::string> out;
  for (const Diagnostic& each : loaded.warnings) {
    if (!each.message.starts_with("login_lockout is idle")) out.push_back(each.text());
  }
  return out;
}

inline std::string read_all(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline void write_all(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

/// An empty folder that goes away with the test.
class Folder {
public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "gatepost-config-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }

  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  Folder(Folder&&) = delete;
  Folder& operator=(Folder&&) = delete;

  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

}  // namespace gatepost::config
