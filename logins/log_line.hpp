#pragma once

#include <optional>
#include <string_view>

#include "logins/login_event.hpp"
#include "policy/time.hpp"

namespace gatepost::logins {

/// What a log line tells of logins.
struct LoginLine {
  /// No line is taken for more attempts than this.
  static constexpr int kMostTimes = 1000;

  LoginEvent event;          ///< without age and token
  int times = 1;             ///< so many equal attempts
  std::optional<Time> when;  ///< by the line's time stamp; nothing: it is unreadable
};

/// Reads a line of a mail log, without its line feed: Postfix, Dovecot and Sendmail, from syslog
/// (RFC 3164 or 3339 time stamps), postlogd or Dovecot's log_path. Nothing where the line tells of
/// no login, or could have been shaped by what a client sent. `now` tells the year of a time stamp.
std::optional<LoginLine> read_login_line(std::string_view line, Time now);

}  // namespace gatepost::logins
