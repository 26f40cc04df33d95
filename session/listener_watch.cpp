#include "session/listener_watch.hpp"

namespace gatepost::session {
namespace {

// Names come from the MTA's configuration, not from strangers; the bound is against a mistake.
constexpr std::size_t kMostListeners = 1000;
constexpr std::size_t kMostWarnings = 200;

std::string quoted(const std::string& daemon_name) {
  return daemon_name.empty() ? "without a {daemon_name}" : "'" + daemon_name + "'";
}

}  // namespace

void ListenerWatch::end_missed(const std::string& daemon_name) {
  const bool blind = state_.with([&](State& state) {
    Progress* progress = progress_of(state, daemon_name);
    return progress != nullptr && ++progress->missed >= kBlindAfter && progress->ends == 0;
  });
  if (!blind) return;
  add("listener " + quoted(daemon_name) +
      ": messages reach DATA but never their end, so nothing is counted or refused at the end; "
      "a before-queue filter (smtpd_proxy_filter) takes them first: set smtpd_milters on the "
      "re-injection listener instead");
}

void ListenerWatch::end_seen(const std::string& daemon_name) {
  state_.with([&](State& state) {
    if (Progress* progress = progress_of(state, daemon_name)) ++progress->ends;
  });
}

ListenerWatch::Progress* ListenerWatch::progress_of(State& state, const std::string& daemon_name) {
  const bool full = state.listeners.size() >= kMostListeners;
  if (full && state.listeners.count(daemon_name) == 0) return nullptr;
  return &state.listeners[daemon_name];
}

void ListenerWatch::recipient_without_login(const std::string& daemon_name) {
  add("listener " + quoted(daemon_name) +
      ": a submission listener takes recipients without a login, so no account's limits apply; "
      "demand AUTH there, or take its name out of channels.submission.daemon_names");
}

void ListenerWatch::macro_missing(const std::string& macro, const std::string& stage) {
  add("the MTA sends no " + macro + " at " + stage + ": add it to the milter macros of that stage");
}

std::vector<std::string> ListenerWatch::warnings() const {
  return state_.with([](const State& state) {
    return std::vector<std::string>(state.warnings.begin(), state.warnings.end());
  });
}

void ListenerWatch::add(const std::string& warning) {
  const bool fresh = state_.with([&](State& state) {
    return state.warnings.size() < kMostWarnings && state.warnings.insert(warning).second;
  });
  if (fresh) warn_(warning);
}

}  // namespace gatepost::session
