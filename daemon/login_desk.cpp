#include "daemon/login_desk.hpp"

#include <utility>

#include "policy/engine.hpp"

namespace gatepost::daemon {
namespace {

using logins::LoginNote;

void write(Log& log, const LoginNote& note) {
  switch (note.kind) {
    case LoginNote::Kind::locked: log.say(Level::warning, "locked", note.message); return;
    case LoginNote::Kind::would_deny: log.say(Level::info, "would_deny", note.message); return;
    case LoginNote::Kind::account_attacked:
      log.say(Level::warning, "account_attacked", note.message);
      return;
    case LoginNote::Kind::store_away: log.say(Level::warning, "store", note.message); return;
  }
}

// Dovecot takes a refusal for leave to go on.
std::string problem_of(const logins::AuthPolicyServer& server) {
  std::uint64_t answered = 0;
  std::uint64_t refused = 0;
  for (const logins::RequestCount& one : server.requests()) {
    const bool is_right = one.outcome == name(logins::RequestOutcome::answered);
    (is_right ? answered : refused) += one.count;
  }
  if (answered > 0 || refused == 0) return {};
  return std::to_string(refused) +
         " requests came, and all were refused: failed logins are not counted (is it the secret? "
         "the log says why)";
}

logins::GuardServices with_notes(logins::GuardServices services, Log& log) {
  services.note = [&log](const LoginNote& note) { write(log, note); };
  return services;
}

}  // namespace

LoginDesk::LoginDesk(const config::LoginSources& sources, const std::filesystem::path& state_dir,
                     logins::GuardServices services, Log& log)
    : locks_(services.locks), settings_(services.settings), guard_(with_notes(services, log)) {
  const auto say = [&log](const std::string& line) { log.say(Level::warning, "logins", line); };
  if (sources.auth_policy) {
    const config::ListenAddress& listen = sources.auth_policy->listen;
    logins::AuthPolicyServerSettings settings;
    settings.host = listen.host;
    settings.port = listen.port;
    settings.secret = sources.auth_policy->secret;
    server_ = std::make_unique<logins::AuthPolicyServer>(settings, guard_, say);
    config::ListenAddress bound = listen;
    bound.port = server_->port();
    listen_ = bound.text();
  }
  if (sources.follow.empty()) return;
  follower_ = std::make_unique<logins::Follower>(
      sources.follow, state_dir,
      logins::FollowServices{
          .tell = [this](const logins::LoginEvent& event) { guard_.tell(event); },
          .clock = services.clock,
          .note = say});
}

admin::LoginsStatus LoginDesk::status() const {
  admin::LoginsStatus out;
  out.idle = !server_ && !follower_;
  out.locks = locks_.lock_count();
  const auto settings = settings_();
  out.observed = observes(*settings, rule_of<LoginLockout>(settings->rules).settings);
  if (server_) out.sources.push_back({"auth_policy on " + listen_, problem_of(*server_)});
  if (follower_) {
    for (const logins::FollowedLog& log : follower_->status()) {
      out.sources.push_back({log.path.string(), log.problem});
    }
  }
  for (const logins::LoginCount& one : guard_.counts()) {
    out.counts.push_back({std::string(one.source), std::string(one.result), one.count});
  }
  return out;
}

}  // namespace gatepost::daemon
