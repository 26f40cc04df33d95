#pragma once

#include <optional>
#include <string>

#include "mailauth/answers.hpp"
#include "policy/mail/authentication.hpp"
#include "policy/mail/network.hpp"

namespace gatepost::mailauth {

/// What SPF is asked about (RFC 7208 4.1).
struct SpfInput {
  IpAddress client;
  std::string helo;       ///< as said; may be empty or an address literal
  std::string mail_from;  ///< the envelope sender without brackets; empty: null
  std::string receiver;   ///< this host, for the macro %{r}
};

/// check_host() of RFC 7208 4, for the envelope sender or, where it is null, `postmaster@` HELO.
/// Nothing while answers are missing; they are noted in `answers`. A pure function of both. The
/// explanation (`exp=`) is checked for its syntax and never fetched: what a stranger writes has no
/// place in our replies.
std::optional<SpfOutcome> check_spf(const SpfInput& input, Answers& answers);

}  // namespace gatepost::mailauth
