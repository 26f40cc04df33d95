#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gatepost {

/// Who is sending, decided per message at MAIL (POLICIES, "Listeners and channels").
enum class Channel : std::uint8_t {
  local,       ///< the MTA's own pickup
  submission,  ///< a person, logged in
  server,      ///< a listed application server
  relay,       ///< our own machines handing mail back or in; not counted
  inbound,     ///< everybody else
};

/// `submission`
std::string_view name(Channel channel);
std::optional<Channel> channel_from_name(std::string_view name);

}  // namespace gatepost
