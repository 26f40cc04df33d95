#include "config/last_good.hpp"

#include <system_error>

#include <fmt/format.h>

#include "config/file_access.hpp"
#include "config/load.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

fs::path folder_in(const fs::path& state_dir) {
  return state_dir / "last-good";
}

std::optional<std::string> make_folder(const fs::path& folder) {
  std::error_code failed;
  const bool made = fs::create_directory(folder, failed);
  if (made) {
    fs::permissions(folder, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec,
                    failed);
  }
  if (!failed) return {};
  return fmt::format("cannot make {}: {}", folder.string(), failed.message());
}

// `read`: an empty path where no such file is configured.
std::optional<std::string> keep_daily_file(const SourceFile& read, const fs::path& kept) {
  if (read.path == kept) return {};
  if (!read.path.empty()) return replace_file(kept, read.text);
  // None is configured: an older one must not come back at the next mistake.
  std::error_code failed;
  fs::remove(kept, failed);
  if (!failed) return {};
  return fmt::format("cannot remove {}: {}", kept.string(), failed.message());
}

fs::path last_good_login_map(const fs::path& state_dir) {
  return folder_in(state_dir) / "login_map";
}

std::optional<fs::path> if_there(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return {};
  return path;
}

}  // namespace

fs::path last_good_whitelist(const fs::path& state_dir) {
  return folder_in(state_dir) / "whitelist.yaml";
}

std::optional<std::string> keep_last_good(const Loaded& loaded) {
  const fs::path folder = folder_in(loaded.daemon.state_dir);
  if (auto failed = make_folder(folder)) return failed;
  if (auto failed = replace_file(folder / "gatepost.yaml", loaded.gatepost.text)) return failed;
  const fs::path& state_dir = loaded.daemon.state_dir;
  if (auto failed = keep_daily_file(loaded.whitelist, last_good_whitelist(state_dir))) {
    return failed;
  }
  return keep_daily_file(loaded.login_map, last_good_login_map(state_dir));
}

StartResult load_for_start(const fs::path& path, Time now) {
  Attempt first = attempt(path, {}, now);
  if (first.ok()) return Start{std::move(first.loaded), false, {}};
  if (!first.gatepost_errors.empty()) return std::get<Diagnostics>(std::move(first).result());
  const fs::path& state_dir = first.loaded.daemon.state_dir;
  const fs::path kept = last_good_whitelist(state_dir);
  const StandIns stand_ins{if_there(kept), if_there(last_good_login_map(state_dir))};
  if (!stand_ins.whitelist && !stand_ins.login_map) {
    first.daily_errors.push_back(
        {first.daily_errors.front().place,
         fmt::format("and there is no last good one to start with ({})", kept.string())});
    return std::move(first.daily_errors);
  }
  Attempt second = attempt(path, stand_ins, now);
  if (second.ok()) return Start{std::move(second.loaded), true, std::move(first.daily_errors)};
  Diagnostics all = std::move(first.daily_errors);
  all.insert(all.end(), second.daily_errors.begin(), second.daily_errors.end());
  return all;
}

}  // namespace gatepost::config
