#pragma once

#include "policy/facts.hpp"
#include "policy/settings.hpp"

namespace gatepost {

/// The channel of a message, and the server entry behind it.
struct ChannelChoice {
  Channel channel = Channel::inbound;
  const Server* server = nullptr;     ///< into `settings`: of the server channel
  const Server* misplaced = nullptr;  ///< into `settings`: a listed server on another listener
};

/// Decides the channel at MAIL, first match in the order of POLICIES: local, submission, server,
/// relay, inbound. `logged_in`: the MTA named a login.
ChannelChoice channel_of(const Settings& settings, const Connection& connection, bool logged_in,
                         Time now);

/// Whether the connection came in on a listener whose clients log in.
bool is_submission_listener(const Settings& settings, const Connection& connection);

/// Whether the connection came in on a listener that is for application servers alone.
bool is_server_listener(const Settings& settings, const Connection& connection);

}  // namespace gatepost
