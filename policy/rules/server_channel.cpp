#include "policy/rules/server_channel.hpp"

#include "policy/rules/make_finding.hpp"

namespace gatepost {
namespace {

Finding finding(Outcome outcome, Reason reason, std::string about = {}, std::string detail = {}) {
  return make_finding(ServerChannel::kId, outcome, reason, std::move(about), std::move(detail));
}

std::string client_text(const Connection& connection) {
  return connection.client ? connection.client->text() : "";
}

Finding judge_sender(const Envelope& envelope) {
  if (envelope.sender.null) return finding(Outcome::pass, Reason::sender_is_null);
  if (envelope.sender_right) {
    return finding(Outcome::pass, Reason::server_sender_listed, envelope.server,
                   envelope.sender.text);
  }
  return finding(Outcome::hit, Reason::server_sender_not_listed, envelope.server,
                 envelope.sender.text);
}

}  // namespace

Finding judge(const ServerChannel& /*rule*/, Stage /*stage*/, const Facts& facts,
              const Usage& /*usage*/) {
  const Connection& connection = facts.connection;
  const Envelope& envelope = facts.envelope;
  if (envelope.channel == Channel::server) return judge_sender(envelope);
  if (envelope.channel == Channel::submission && envelope.on_server_listener) {
    return finding(Outcome::hit, Reason::person_on_server_listener, envelope.login->text(),
                   connection.daemon_name);
  }
  if (envelope.channel != Channel::inbound) return finding(Outcome::pass, Reason::does_not_apply);
  if (envelope.on_server_listener) {
    return finding(Outcome::hit, Reason::server_not_listed, client_text(connection),
                   connection.daemon_name);
  }
  if (!envelope.misplaced_server.empty()) {
    return finding(Outcome::hit, Reason::server_on_wrong_listener, envelope.misplaced_server,
                   connection.daemon_name);
  }
  return finding(Outcome::pass, Reason::listener_fits);
}

}  // namespace gatepost
