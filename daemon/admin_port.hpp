#pragma once

#include <memory>
#include <string>

#include "admin/daemon.hpp"
#include "daemon/configuration.hpp"
#include "daemon/login_desk.hpp"
#include "daemon/traffic.hpp"
#include "mailauth/shared_resolver.hpp"
#include "mailauth/verification.hpp"
#include "session/case_desk.hpp"
#include "session/listener_watch.hpp"
#include "session/tally.hpp"

namespace gatepost::daemon {

/// The parts of the running daemon that the admin sockets may see. All outlive the port.
struct AdminParts {
  Configuration& configuration;
  store::Stores& stores;
  Traffic& traffic;
  session::CaseDesk& cases;
  session::Tally& tally;
  session::ListenerWatch& watch;
  const mailauth::SharedResolver& resolver;
  const mailauth::WaitingRoom& waiting_room;
  LoginDesk& logins;
  std::string listen;
  Time started;
  std::function<Time()> clock;
};

/// admin::Daemon over the real parts. Thread-safe.
class AdminPort : public admin::Daemon {
public:
  explicit AdminPort(AdminParts parts) : parts_(std::move(parts)) {}

  std::shared_ptr<const Settings> settings() const override;
  store::Stores& stores() override;
  admin::Status status() const override;
  admin::ReloadOutcome reload(bool yes) override;

private:
  AdminParts parts_;
};

}  // namespace gatepost::daemon
