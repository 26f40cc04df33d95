#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "policy/ledger.hpp"
#include "policy/login_attempt.hpp"
#include "policy/mail/network.hpp"

namespace gatepost::logins {

/// A try to log in, as a source told of it and nobody has judged it yet.
struct LoginEvent {
  enum class Result : std::uint8_t {
    success,
    failure,      ///< a wrong password, or an unknown user
    turned_away,  ///< refused by us, its password was not looked at
  };

  Result result = Result::failure;
  IpAddress client;                      ///< who connected
  std::optional<IpAddress> told_client;  ///< for whom, as the client says; trusted of webmail only
  std::string login;                     ///< as it was typed, or as the source normalises it
  LoginService service = LoginService::submission;
  LoginSource source = LoginSource::auth_policy;
  std::string protocol;              ///< `smtp`, `imap`; may be empty
  std::string guess;                 ///< equal for equal passwords of one login; empty: not known
  std::chrono::milliseconds age{0};  ///< how long ago
  Token token;                       ///< equal where the same event is told again
};

}  // namespace gatepost::logins
