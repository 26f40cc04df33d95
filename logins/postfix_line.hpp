#pragma once

#include <optional>
#include <string_view>

#include "logins/log_line.hpp"

namespace gatepost::logins {

/// Reads what an smtpd process of Postfix logged, without time stamp, host and tag:
///
///     warning: NAME[IP]: SASL PLAIN authentication failed: REASON, sasl_username=LOGIN
///     3F2A1: client=NAME[IP], sasl_method=PLAIN, sasl_username=LOGIN
///
/// Of the first only LOGIN, at its end, is the client's. Reasons that tell of no wrong password (a
/// lost connection to Dovecot, a broken dialogue) are nothing; one that carries a reference of ours
/// is our own refusal.
std::optional<LoginLine> read_postfix_message(std::string_view message);

}  // namespace gatepost::logins
