#pragma once

#include <optional>
#include <string_view>

#include "logins/log_line.hpp"

namespace gatepost::logins {

/// Reads what Sendmail logged, without time stamp, host and tag:
///
///     QID: AUTH failure (PLAIN): TEXT (-13) DETAIL, user=LOGIN, relay=HOST [IP]
///     QID: AUTH=server, relay=HOST [IP], authid=LOGIN, mech=PLAIN, bits=0
///
/// LOGIN of the first is the client's, and an ident server of the client's may write into HOST, so
/// the address is read from behind. Only wrong passwords (-13) and unknown users (-20) are failures
/// (the codes are those of sasl.h).
std::optional<LoginLine> read_sendmail_message(std::string_view message);

}  // namespace gatepost::logins
