#include "daemon/admin_port.hpp"

#include "daemon/version.hpp"

namespace gatepost::daemon {

std::shared_ptr<const Settings> AdminPort::settings() const {
  return parts_.configuration.settings();
}

store::Stores& AdminPort::stores() {
  return parts_.stores;
}

admin::Status AdminPort::status() const {
  const Traffic::Counts counts = parts_.traffic.counts();
  admin::Status status;
  status.version = kVersion;
  status.started = parts_.started;
  status.now = parts_.clock();
  status.listen = parts_.listen;
  status.draining = parts_.traffic.draining();
  status.sessions_open = counts.sessions_open;
  status.sessions_total = counts.sessions_total;
  status.messages_open = counts.messages_open;
  status.cases_lost = parts_.cases.lost();
  status.config = parts_.configuration.state();
  status.store = parts_.stores.status();
  status.warnings = parts_.watch.warnings();
  status.logins = parts_.logins.status();
  for (const session::TallyLine& line : parts_.tally.lines()) {
    status.decisions.push_back(
        {line.rule, std::string(name(line.channel)), line.verdict, line.count});
  }
  return status;
}

admin::ReloadOutcome AdminPort::reload(bool yes) {
  return parts_.configuration.reload(yes);
}

}  // namespace gatepost::daemon
