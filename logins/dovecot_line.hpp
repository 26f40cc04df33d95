#pragma once

#include <optional>
#include <string_view>

#include "logins/log_line.hpp"

namespace gatepost::logins {

/// Whether `text` begins as the messages of Dovecot's auth and login processes do.
bool is_dovecot_message(std::string_view text);

/// Reads what Dovecot's auth (with auth_verbose) and login processes logged, without time stamp and
/// syslog's tag. `Info: ` is there in files of Dovecot's own, not in syslog. 2.3:
///
///     auth: Info: DRIVER(LOGIN,IP,<SESSION>): Password mismatch
///     imap-login: Info: Disconnected: WHY (auth failed, 3 attempts in 18 secs):
///         user=<LOGIN>, method=PLAIN, rip=IP, lip=IP, ...
///     imap-login: Info: Login: user=<LOGIN>, method=PLAIN, rip=IP, lip=IP, ...
///
/// and 2.4:
///
///     auth(LOGIN,IP,sasl:plain)<SESSION>: Info: DRIVER: Password mismatch
///     imap-login: Info: Login aborted: WHY (auth failed, 3 attempts in 18 secs) (auth_failed): ...
///     imap-login: Info: Logged in: user=<LOGIN>, ...
///
/// LOGIN is the client's. Where several passdbs are asked in turn, each logs its own failure; those
/// that are not the last need `auth_verbose = no`.
std::optional<LoginLine> read_dovecot_message(std::string_view message);

}  // namespace gatepost::logins
