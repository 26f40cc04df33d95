#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "logins/login_event.hpp"
#include "logins/login_guard.hpp"

/// The messages of Dovecot's auth-policy protocol, as Dovecot 2.3.19 sends them and 2.4 does
/// (doc.dovecot.org, "Authentication policy"). Pure functions.
namespace gatepost::logins {

enum class PolicyCommand : std::uint8_t {
  allow,   ///< may this attempt go on?
  report,  ///< this is how it ended
};

/// `allow`, `report`
std::string_view name(PolicyCommand command);
/// Of a request's target, `/?command=allow`. Nothing where the path is another or the command is
/// not known.
std::optional<PolicyCommand> policy_command(std::string_view target);

/// A request that is right, but of which nothing follows: it is answered as usual.
struct NothingToCount {
  std::string_view why;  ///< `no_client`, or Dovecot's `fail_type`

  friend bool operator==(const NothingToCount&, const NothingToCount&) = default;
};

/// A request that cannot be read, and what to do. Says nothing of its values.
struct BadPolicyRequest {
  std::string why;
};

using PolicyRequest = std::variant<LoginEvent, NothingToCount, BadPolicyRequest>;

/// Reads a request's body. `token` becomes the event's: a report is told once, so that any random
/// one will do. The result of an `allow` means nothing.
///
/// Needs the attributes `login`, `remote` and `protocol`; uses `pwhash`, `mech`, `client`,
/// `device_id` and `fail_type` where they are there; ignores the others.
PolicyRequest read_policy_request(PolicyCommand command, std::string_view body, Token token);

/// `{"status":-1,"msg":"..."}`
std::string policy_reply(const LoginAnswer& answer);

}  // namespace gatepost::logins
