#include "policy/channel_of.hpp"

#include "policy/sender_rights.hpp"

namespace gatepost {

ChannelChoice channel_of(const Settings& settings, const Connection& connection, bool logged_in,
                         Time now) {
  if (connection.pickup) return {Channel::local, nullptr, nullptr};
  if (logged_in) return {Channel::submission, nullptr, nullptr};
  const Server* server = server_of(settings, connection.client, now);
  const bool anywhere = settings.channels.server_daemons.empty();
  if (server != nullptr && (anywhere || is_server_listener(settings, connection))) {
    return {Channel::server, server, nullptr};
  }
  if (connection.client && settings.channels.relay_clients.contains(*connection.client)) {
    return {Channel::relay, nullptr, nullptr};
  }
  return {Channel::inbound, nullptr, server};
}

bool is_submission_listener(const Settings& settings, const Connection& connection) {
  return settings.channels.submission_daemons.count(connection.daemon_name) != 0;
}

bool is_server_listener(const Settings& settings, const Connection& connection) {
  return settings.channels.server_daemons.count(connection.daemon_name) != 0;
}

}  // namespace gatepost
