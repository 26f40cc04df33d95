#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/ledger.hpp"
#include "policy/login_name.hpp"
#include "policy/mail/network.hpp"

namespace gatepost {

/// What people log in to. One attempt may be told of by several sources, all of the same service.
enum class LoginService : std::uint8_t {
  submission,  ///< SMTP AUTH at the MTA
  mailbox,     ///< Dovecot's own: IMAP, POP3, ManageSieve, its submission proxy
};

/// Who told of an attempt.
enum class LoginSource : std::uint8_t {
  auth_policy,  ///< Dovecot's auth-policy protocol
  mta_log,      ///< Postfix' or Sendmail's log
  auth_log,     ///< Dovecot's auth log (auth_verbose)
  login_log,    ///< Dovecot's log of the login processes
};

/// `auth_policy`, `mta_log`, ...: as logs and metrics say it.
std::string_view name(LoginSource source);
std::optional<LoginSource> login_source_from_name(std::string_view name);
/// `submission`, `mailbox`
std::string_view name(LoginService service);

/// One try to log in, as a source told of it.
struct LoginAttempt {
  IpAddress client;  ///< whose address it was; behind a webmail host the person's, where told
  LoginName login;
  LoginService service = LoginService::submission;
  LoginSource source = LoginSource::auth_policy;
  std::string protocol;  ///< as the source calls it: `smtp`, `imap`; may be empty
  std::string guess;     ///< equal for equal wrong passwords of one login; empty: not known
  std::chrono::milliseconds age{0};  ///< how long ago
  Token token;                       ///< the attempt's identity: told twice, it counts once
};

}  // namespace gatepost
