#include "policy/channel_of.hpp"

namespace gatepost {
namespace {

// The first entry in force among those of the most specific block around the client.
const Server* server_of(const Settings& settings, const Connection& connection, Time now) {
  if (!connection.client) return nullptr;
  const auto& listeners = settings.channels.server_daemons;
  if (!listeners.empty() && listeners.count(connection.daemon_name) == 0) return nullptr;
  const auto* entries = settings.whitelist.server_clients.find(*connection.client);
  if (entries == nullptr) return nullptr;
  for (const std::size_t index : *entries) {
    const Server& server = settings.whitelist.servers[index];
    if (server.info.applies(now)) return &server;
  }
  return nullptr;
}

}  // namespace

ChannelChoice channel_of(const Settings& settings, const Connection& connection, bool logged_in,
                         Time now) {
  if (connection.pickup) return {Channel::local, nullptr};
  if (logged_in) return {Channel::submission, nullptr};
  if (const Server* server = server_of(settings, connection, now)) {
    return {Channel::server, server};
  }
  if (connection.client && settings.channels.relay_clients.contains(*connection.client)) {
    return {Channel::relay, nullptr};
  }
  return {Channel::inbound, nullptr};
}

bool is_submission_listener(const Settings& settings, const Connection& connection) {
  return settings.channels.submission_daemons.count(connection.daemon_name) != 0;
}

}  // namespace gatepost
