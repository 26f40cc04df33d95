#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "admin/daemon.hpp"
#include "config/config.hpp"
#include "daemon/log.hpp"
#include "logins/auth_policy_server.hpp"
#include "logins/follower.hpp"
#include "logins/login_guard.hpp"

namespace gatepost::daemon {

/// R5's sources as the configuration names them, around one guard. Thread-safe.
class LoginDesk {
public:
  /// Listens and follows from here on. `services.note` is the desk's own; `log` outlives it. Throws
  /// std::runtime_error where the auth-policy listener cannot be had.
  LoginDesk(const config::LoginSources& sources, const std::filesystem::path& state_dir,
            logins::GuardServices services, Log& log);

  admin::LoginsStatus status() const;

private:
  LockBook& locks_;
  std::function<std::shared_ptr<const Settings>()> settings_;
  std::string listen_;
  logins::LoginGuard guard_;
  std::unique_ptr<logins::AuthPolicyServer> server_;
  std::unique_ptr<logins::Follower> follower_;
};

}  // namespace gatepost::daemon
