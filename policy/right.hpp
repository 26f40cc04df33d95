#pragma once

#include <cstdint>
#include <optional>

#include "policy/place.hpp"
#include "policy/whitelist.hpp"

namespace gatepost {

/// The right of a message's sender to an address, and where it is written.
struct Right {
  enum class Kind : std::uint8_t {
    none,
    own,            ///< the login's own address
    alias,          ///< `aliases:`
    login_map,      ///< `site.logins.map`
    on_behalf,      ///< `send_on_behalf:`
    server_sender,  ///< `senders:` of the server
  };

  Kind kind = Kind::none;
  std::optional<Place> place;  ///< of the entry or line; nothing for own and none
  SenderField sender_field = SenderField::any;

  explicit operator bool() const { return kind != Kind::none; }
};

}  // namespace gatepost
