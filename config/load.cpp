#include "config/load.hpp"

#include <fmt/format.h>

#include "config/file_access.hpp"
#include "config/load_parts.hpp"
#include "config/source_text.hpp"
#include "policy/effective_limits.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

// Both files' reports and what has been read so far.
struct Reading {
  Draft draft;
  Report gatepost;
  Report whitelist;
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
  load_store(root, folder, draft.daemon.store);
  load_site(root, draft);
  load_rules(root, draft.settings);
  load_channels(root, draft.settings.channels);
  load_domains(root, draft.settings);
  load_groups(root, draft.settings);
  read_whitelist_key(root, folder, draft);
}

void read_whitelist(std::string_view text, Time now, Reading& reading) {
  const auto node = tree(text, reading.whitelist);
  if (!node) return;
  load_whitelist(*node, *reading.draft.calendar, now, reading.whitelist, reading.draft.settings);
}

Attempt finished(Reading reading, SourceFile gatepost, SourceFile whitelist) {
  Settings& settings = reading.draft.settings;
  settings.counters = configured_counters(settings);
  Attempt out;
  out.gatepost_errors = reading.gatepost.errors();
  out.whitelist_errors = reading.whitelist.errors();
  out.loaded.daemon = std::move(reading.draft.daemon);
  out.loaded.whitelist_file = reading.draft.whitelist.value_or(fs::path());
  out.loaded.warnings = reading.gatepost.warnings();
  const Diagnostics more = reading.whitelist.warnings();
  out.loaded.warnings.insert(out.loaded.warnings.end(), more.begin(), more.end());
  out.loaded.settings = std::make_shared<const Settings>(std::move(settings));
  out.loaded.gatepost = std::move(gatepost);
  out.loaded.whitelist = std::move(whitelist);
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

}  // namespace

LoadResult Attempt::result() && {
  if (ok()) return std::move(loaded);
  Diagnostics all = std::move(gatepost_errors);
  all.insert(all.end(), whitelist_errors.begin(), whitelist_errors.end());
  return all;
}

Attempt attempt(const fs::path& path, const std::optional<fs::path>& whitelist, Time now) {
  auto text = read_file(path, kLargestFile);
  if (const auto* wrong = std::get_if<Mistake>(&text)) {
    Attempt out;
    out.gatepost_errors.push_back({Report(path.string()).place({}), wrong->text});
    return out;
  }
  return attempt_with({path, std::get<std::string>(std::move(text))}, whitelist, now);
}

Attempt attempt_with(SourceFile gatepost, const std::optional<fs::path>& whitelist, Time now) {
  Reading reading{{}, Report(gatepost.path.string()), Report("")};
  const fs::path folder = folder_of(gatepost.path);
  read_gatepost(gatepost.text, folder, reading);
  const auto& second = whitelist ? whitelist : reading.draft.whitelist;
  if (!second) {
    note_unnamed_whitelist(folder, reading.gatepost);
    return finished(std::move(reading), std::move(gatepost), {});
  }
  reading.whitelist = Report(second->string());
  auto second_text = read_file(*second, kLargestFile);
  if (const auto* wrong = std::get_if<Mistake>(&second_text)) {
    // The mistake may be in either file; the place is where the name stands.
    const Diagnostic missing{reading.gatepost.place(reading.draft.whitelist_mark),
                             "whitelist: " + wrong->text};
    Attempt out = finished(std::move(reading), std::move(gatepost), {});
    out.whitelist_errors.push_back(missing);
    return out;
  }
  SourceFile found{*second, std::get<std::string>(std::move(second_text))};
  read_whitelist(found.text, now, reading);
  return finished(std::move(reading), std::move(gatepost), std::move(found));
}

LoadResult load_text(std::string_view gatepost, std::optional<std::string_view> whitelist,
                     Time now) {
  Reading reading{{}, Report("gatepost.yaml"), Report("whitelist.yaml")};
  const fs::path folder = "/etc/gatepost";
  read_gatepost(gatepost, folder, reading);
  SourceFile second;
  if (whitelist) {
    read_whitelist(*whitelist, now, reading);
    second = {folder / "whitelist.yaml", std::string(*whitelist)};
  }
  SourceFile first{folder / "gatepost.yaml", std::string(gatepost)};
  return finished(std::move(reading), std::move(first), std::move(second)).result();
}

LoadResult load(const fs::path& path, Time now) {
  return attempt(path, std::nullopt, now).result();
}

LoadResult load_with_whitelist(const fs::path& path, const fs::path& whitelist, Time now) {
  return attempt(path, whitelist, now).result();
}

LoadResult load_whitelist_anew(const SourceFile& gatepost, Time now) {
  return attempt_with(gatepost, std::nullopt, now).result();
}

}  // namespace gatepost::config
