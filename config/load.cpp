#include "config/load.hpp"

#include <fmt/format.h>

#include "config/file_access.hpp"
#include "config/load_parts.hpp"
#include "config/login_map.hpp"
#include "config/source_text.hpp"
#include "policy/effective_limits.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

// The files' reports and what has been read so far.
struct Reading {
  Draft draft;
  Report gatepost;
  Report whitelist;
  Report login_map;
  Diagnostics unreadable;  // files that gatepost.yaml names and nobody can read
  SourceFile whitelist_read;
  SourceFile login_map_read;
};

// Nothing where the text is no YAML; that is reported.
std::optional<YamlNode> tree(std::string_view text, Report& report) {
  auto parsed = parse_yaml(text);
  if (auto* root = std::get_if<YamlNode>(&parsed)) return std::move(*root);
  for (auto& mistake : std::get<1>(parsed))
    report.error(mistake.mark, std::move(mistake.text));
  return {};
}

void read_whitelist_key(const Section& root, const fs::path& folder, Draft& draft) {
  const auto written = root.text("whitelist");
  if (!written) return;
  if (written->empty()) {
    root.error("whitelist", root.mark_of("whitelist"),
               "has no value: name a file, or leave it out");
    return;
  }
  draft.whitelist = (folder / fs::path(*written)).lexically_normal();
  draft.whitelist_mark = root.mark_of("whitelist");
}

void read_gatepost(std::string_view text, const fs::path& folder, Reading& reading) {
  Draft& draft = reading.draft;
  const auto node = tree(text, reading.gatepost);
  // Where there is no tree the rest still needs its defaults; nobody must be told of keys that
  // could not be seen.
  Report unread(reading.gatepost.file());
  const Section root(node ? &*node : nullptr, keys::gatepost(), "",
                     node ? reading.gatepost : unread);
  load_daemon(root, folder, draft.daemon);
  load_login_sources(root, folder, draft.daemon);
  load_store(root, folder, draft.daemon.store);
  load_dns(root, draft.daemon.dns);
  load_authentication(root, draft.daemon.dns, draft.settings.authentication);
  load_site(root, folder, draft);
  load_rules(root, draft.settings);
  load_channels(root, draft.settings.channels);
  load_domains(root, draft.settings);
  load_groups(root, draft.settings);
  read_whitelist_key(root, folder, draft);
  note_idle_lockout(root, draft);
}

// An office's figure is one of login_lockout.
void note_idle_offices(Reading& reading) {
  const auto& offices = reading.draft.settings.whitelist.offices;
  if (offices.empty() || reading.draft.daemon.logins.any()) return;
  const Place& place = offices.front().info.place;
  reading.whitelist.warning({place.line, place.column},
                            "offices: login_failures counts for nothing while login_lockout "
                            "is idle");
}

void read_whitelist(std::string_view text, Time now, Reading& reading) {
  const auto node = tree(text, reading.whitelist);
  if (!node) return;
  load_whitelist(*node, *reading.draft.calendar, now, reading.whitelist, reading.draft.settings);
  note_idle_offices(reading);
}

void append(Diagnostics& all, const Diagnostics& more) {
  all.insert(all.end(), more.begin(), more.end());
}

Attempt finished(Reading reading, SourceFile gatepost) {
  Settings& settings = reading.draft.settings;
  settings.counters = configured_counters(settings);
  Attempt out;
  out.gatepost_errors = reading.gatepost.errors();
  out.daily_errors = std::move(reading.unreadable);
  out.loaded.warnings = reading.gatepost.warnings();
  for (const Report* each : {&reading.whitelist, &reading.login_map}) {
    append(out.daily_errors, each->errors());
    append(out.loaded.warnings, each->warnings());
  }
  out.loaded.daemon = std::move(reading.draft.daemon);
  out.loaded.whitelist_file = reading.draft.whitelist.value_or(fs::path());
  out.loaded.login_map_file = reading.draft.login_map.value_or(fs::path());
  out.loaded.settings = std::make_shared<const Settings>(std::move(settings));
  out.loaded.gatepost = std::move(gatepost);
  out.loaded.whitelist = std::move(reading.whitelist_read);
  out.loaded.login_map = std::move(reading.login_map_read);
  return out;
}

// The folder that relative paths start at; absolute, for a daemon that changes its own.
fs::path folder_of(const fs::path& path) {
  std::error_code failed;
  const fs::path full = fs::absolute(path, failed);
  return (failed ? path : full).parent_path();
}

// A whitelist beside gatepost.yaml that nobody reads is most likely meant to be read.
void note_unnamed_whitelist(const fs::path& folder, Report& report) {
  std::error_code ignored;
  if (!fs::exists(folder / "whitelist.yaml", ignored)) return;
  report.warning({},
                 "whitelist.yaml beside this file is not read: to use it, write whitelist: "
                 "whitelist.yaml");
}

// The text of a file that gatepost.yaml names; nothing where it cannot be read, which is reported
// at the place of the name, since the mistake may be in either.
std::optional<SourceFile> read_named(const fs::path& file, std::string_view key, const Mark& mark,
                                     Reading& reading) {
  auto text = read_file(file, kLargestFile);
  if (auto* wrong = std::get_if<Mistake>(&text)) {
    reading.unreadable.push_back(
        {reading.gatepost.place(mark), std::string(key) + ": " + wrong->text});
    return {};
  }
  return SourceFile{file, std::get<std::string>(std::move(text))};
}

void read_whitelist_file(const std::optional<fs::path>& file, Time now, Reading& reading) {
  if (!file) return;
  reading.whitelist = Report(file->string());
  auto found = read_named(*file, "whitelist", reading.draft.whitelist_mark, reading);
  if (!found) return;
  reading.whitelist_read = std::move(*found);
  read_whitelist(reading.whitelist_read.text, now, reading);
}

void read_login_map_file(const fs::path& file, Reading& reading) {
  reading.login_map = Report(file.string());
  auto found = read_named(file, "site.logins.map", reading.draft.login_map_mark, reading);
  if (!found) return;
  reading.login_map_read = std::move(*found);
  reading.draft.settings.login_map = read_login_map(
      reading.login_map_read.text, reading.draft.settings.site.logins, reading.login_map);
}

}  // namespace

LoadResult Attempt::result() && {
  if (ok()) return std::move(loaded);
  Diagnostics all = std::move(gatepost_errors);
  append(all, daily_errors);
  return all;
}

Attempt attempt(const fs::path& path, const StandIns& instead, Time now) {
  auto text = read_file(path, kLargestFile);
  if (const auto* wrong = std::get_if<Mistake>(&text)) {
    Attempt out;
    out.gatepost_errors.push_back({Report(path.string()).place({}), wrong->text});
    return out;
  }
  return attempt_with({path, std::get<std::string>(std::move(text))}, instead, now);
}

Attempt attempt_with(SourceFile gatepost, const StandIns& instead, Time now) {
  Reading reading{{}, Report(gatepost.path.string()), Report(""), Report(""), {}, {}, {}};
  const fs::path folder = folder_of(gatepost.path);
  read_gatepost(gatepost.text, folder, reading);
  const auto& whitelist = instead.whitelist ? instead.whitelist : reading.draft.whitelist;
  if (!whitelist) note_unnamed_whitelist(folder, reading.gatepost);
  if (reading.draft.login_map) {
    read_login_map_file(instead.login_map.value_or(*reading.draft.login_map), reading);
  }
  read_whitelist_file(whitelist, now, reading);
  return finished(std::move(reading), std::move(gatepost));
}

LoadResult load_text(std::string_view gatepost, std::optional<std::string_view> whitelist,
                     Time now) {
  Reading reading{
      {}, Report("gatepost.yaml"), Report("whitelist.yaml"), Report("login map"), {}, {}, {}};
  const fs::path folder = "/etc/gatepost";
  read_gatepost(gatepost, folder, reading);
  if (whitelist) {
    read_whitelist(*whitelist, now, reading);
    reading.whitelist_read = {folder / "whitelist.yaml", std::string(*whitelist)};
  }
  SourceFile first{folder / "gatepost.yaml", std::string(gatepost)};
  return finished(std::move(reading), std::move(first)).result();
}

LoadResult load(const fs::path& path, Time now) {
  return attempt(path, {}, now).result();
}

LoadResult load_with_whitelist(const fs::path& path, const fs::path& whitelist, Time now) {
  return attempt(path, {whitelist, {}}, now).result();
}

LoadResult load_daily_files_anew(const SourceFile& gatepost, Time now) {
  return attempt_with(gatepost, {}, now).result();
}

}  // namespace gatepost::config
