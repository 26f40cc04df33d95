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

std::optional<std::string> keep_whitelist(const SourceFile& whitelist, const fs::path& kept) {
  if (whitelist.path == kept) return {};
  if (!whitelist.path.empty()) return replace_file(kept, whitelist.text);
  // No whitelist is configured: an older one must not come back at the next mistake.
  std::error_code failed;
  fs::remove(kept, failed);
  if (!failed) return {};
  return fmt::format("cannot remove {}: {}", kept.string(), failed.message());
}

}  // namespace

fs::path last_good_whitelist(const fs::path& state_dir) {
  return folder_in(state_dir) / "whitelist.yaml";
}

std::optional<std::string> keep_last_good(const Loaded& loaded) {
  const fs::path folder = folder_in(loaded.daemon.state_dir);
  if (auto failed = make_folder(folder)) return failed;
  if (auto failed = replace_file(folder / "gatepost.yaml", loaded.gatepost.text)) return failed;
  return keep_whitelist(loaded.whitelist, last_good_whitelist(loaded.daemon.state_dir));
}

StartResult load_for_start(const fs::path& path, Time now) {
  Attempt first = attempt(path, std::nullopt, now);
  if (first.ok()) return Start{std::move(first.loaded), false, {}};
  if (!first.gatepost_errors.empty()) return std::get<Diagnostics>(std::move(first).result());
  const fs::path kept = last_good_whitelist(first.loaded.daemon.state_dir);
  std::error_code ignored;
  if (!fs::exists(kept, ignored)) {
    first.whitelist_errors.push_back(
        {first.whitelist_errors.front().place,
         fmt::format("and there is no last good whitelist to start with ({})", kept.string())});
    return std::move(first.whitelist_errors);
  }
  Attempt second = attempt(path, kept, now);
  if (second.ok()) return Start{std::move(second.loaded), true, std::move(first.whitelist_errors)};
  Diagnostics all = std::move(first.whitelist_errors);
  all.insert(all.end(), second.whitelist_errors.begin(), second.whitelist_errors.end());
  return all;
}

}  // namespace gatepost::config
