#include "daemon/admin_port.hpp"

#include "daemon/version.hpp"

namespace gatepost::daemon {
namespace {

admin::DnsStatus dns_status(const mailauth::DnsCounters& dns, const mailauth::WaitingRoom& room) {
  admin::DnsStatus out;
  out.asked = dns.asked - dns.from_cache - dns.shared;
  out.from_cache = dns.from_cache;
  out.shared = dns.shared;
  out.failed = dns.failed;
  out.failed_in_a_row = dns.failed_in_a_row;
  out.under_way = dns.under_way;
  out.waiting = room.waiting();
  out.turned_away = room.turned_away();
  out.out_of_time = room.out_of_time();
  return out;
}

}  // namespace

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
  status.dns = dns_status(parts_.resolver.counters(), parts_.waiting_room);
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
