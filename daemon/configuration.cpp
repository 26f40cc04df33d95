#include "daemon/configuration.hpp"

#include <stdexcept>
#include <utility>
#include <variant>

#include "config/compare.hpp"
#include "config/last_good.hpp"

namespace gatepost::daemon {
namespace {

std::vector<std::string> texts(const config::Diagnostics& diagnostics) {
  std::vector<std::string> out;
  for (const auto& diagnostic : diagnostics)
    out.push_back(diagnostic.text());
  return out;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) {
    if (!out.empty()) out += '\n';
    out += line;
  }
  return out;
}

}  // namespace

Configuration::Configuration(std::filesystem::path file, std::function<Time()> clock)
    : file_(std::move(file)), clock_(std::move(clock)) {
  const Time now = clock_();
  auto result = config::load_for_start(file_, now);
  if (const auto* mistakes = std::get_if<config::Diagnostics>(&result)) {
    throw std::runtime_error("the configuration has mistakes, so this start stops here:\n" +
                             joined(texts(*mistakes)));
  }
  auto& start = std::get<config::Start>(result);
  daemon_ = start.loaded.daemon;
  gatepost_ = start.loaded.gatepost;
  for (const auto& daily : {start.loaded.whitelist_file, start.loaded.login_map_file}) {
    if (!daily.empty()) daily_files_.push_back(daily);
  }
  in_force_.with([&](InForce& in_force) {
    in_force.settings = start.loaded.settings;
    in_force.state = {.gatepost_file = file_.string(),
                      .whitelist_file = start.loaded.whitelist_file.string(),
                      .loaded_at = now,
                      .mode = std::string(name(start.loaded.settings->site.mode)),
                      .from_last_good = start.from_last_good,
                      .problems = texts(start.problems),
                      .warnings = texts(start.loaded.warnings)};
  });
  if (!start.from_last_good) keep(start.loaded);
}

void Configuration::keep(const config::Loaded& loaded) {
  const auto failure = config::keep_last_good(loaded);
  if (!failure) return;
  in_force_.with([&](InForce& in_force) { in_force.state.warnings.push_back(*failure); });
}

void Configuration::log_to(Log& log) {
  log_ = &log;
  const admin::ConfigState now = state();
  for (const auto& problem : now.problems)
    log.say(Level::error, "config", problem);
  if (now.from_last_good) {
    log.say(Level::error, "config",
            "the whitelist or the login map is broken: the last good ones are in force until it is "
            "mended");
  }
  for (const auto& warning : now.warnings)
    log.say(Level::warning, "config", warning);
}

std::shared_ptr<const Settings> Configuration::settings() const {
  return in_force_.with([](const InForce& in_force) { return in_force.settings; });
}

admin::ConfigState Configuration::state() const {
  return in_force_.with([](const InForce& in_force) { return in_force.state; });
}

admin::ReloadOutcome Configuration::reload(bool yes) {
  const std::lock_guard lock(reloading_);
  return take(config::load(file_, clock_()), yes);
}

admin::ReloadOutcome Configuration::reload_daily_files() {
  const std::lock_guard lock(reloading_);
  return take(config::load_daily_files_anew(gatepost_, clock_()), false);
}

admin::ReloadOutcome Configuration::take(const config::LoadResult& result, bool yes) {
  if (const auto* mistakes = std::get_if<config::Diagnostics>(&result)) {
    count(&admin::ReloadCounts::refused);
    return refuse(texts(*mistakes));
  }
  const auto& loaded = std::get<config::Loaded>(result);
  const config::Comparison change = config::compare(*settings(), *loaded.settings, clock_());
  if (change.loses_too_much() && !yes) {
    count(&admin::ReloadCounts::unconfirmed);
    return refuse({loaded.whitelist.path.string() + ": " + std::to_string(change.entries_lost) +
                   " of " + std::to_string(change.entries_before) +
                   " entries would be gone; if that is meant: gatepost reload --yes"});
  }
  count(&admin::ReloadCounts::applied);
  return accept(loaded, change);
}

void Configuration::count(std::uint64_t admin::ReloadCounts::*result) {
  in_force_.with([&](InForce& in_force) { ++(in_force.state.reloads.*result); });
}

admin::ReloadOutcome Configuration::refuse(const std::vector<std::string>& problems) {
  in_force_.with([&](InForce& in_force) { in_force.state.problems = problems; });
  for (const auto& problem : problems)
    log_->say(Level::error, "config", problem);
  log_->say(Level::error, "reload", "nothing was changed: what was in force before stays so");
  return {.accepted = false, .messages = problems};
}

admin::ReloadOutcome Configuration::accept(const config::Loaded& loaded,
                                           const config::Comparison& change) {
  std::vector<std::string> messages = texts(loaded.warnings);
  for (const Counter& counter : change.new_windows) {
    messages.push_back(config::counter_text(counter) +
                       ": nobody had this window before, so its counters start empty");
  }
  if (!(loaded.daemon == daemon_)) {
    messages.push_back(file_.string() +
                       ": listen, admin, support, metrics, state_dir, store, log, logins and dns "
                       "are read at start only; restart gatepostd for what changed there");
  }
  in_force_.with([&](InForce& in_force) {
    in_force.settings = loaded.settings;
    in_force.state.loaded_at = clock_();
    in_force.state.mode = std::string(name(loaded.settings->site.mode));
    in_force.state.from_last_good = false;
    in_force.state.problems.clear();
    in_force.state.warnings = texts(loaded.warnings);
  });
  gatepost_ = loaded.gatepost;
  keep(loaded);
  for (const auto& message : messages)
    log_->say(Level::warning, "config", message);
  log_->write(Level::info, {{"event", "reload"}, {"config", file_.string()}});
  return {.accepted = true, .messages = messages};
}

}  // namespace gatepost::daemon
