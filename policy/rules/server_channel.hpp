#pragma once

#include "policy/rules/settings.hpp"
#include "policy/rules/usage.hpp"

namespace gatepost {

/// R10: application servers use their own listener where one is configured, only listed clients
/// use it, and a server sends only as its listed senders.
struct ServerChannel {
  static constexpr RuleId kId = RuleId::server_channel;
  static constexpr Stages kStages{Stage::mail};
  RuleSettings settings;

  friend bool operator==(const ServerChannel&, const ServerChannel&) = default;
};

/// `about` is the client's address or the server's name, `detail` the sender or the listener.
Finding judge(const ServerChannel& rule, Stage stage, const Facts& facts, const Usage& usage);

}  // namespace gatepost
