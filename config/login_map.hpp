#pragma once

#include <string_view>

#include "config/report.hpp"
#include "policy/login_map.hpp"
#include "policy/mail/login.hpp"

namespace gatepost::config {

/// Reads a login map in the text form of Postfix' smtpd_sender_login_maps (the source of its
/// indexed tables): an address or `@domain`, white space, logins with commas or white space between
/// them; `#` starts a comment line, a line that begins with white space continues the one before.
/// A key without a domain gets that of bare logins. Every mistake goes to `report`; of a key that
/// stands there twice the first line counts, as in Postfix, with a warning.
LoginMap read_login_map(std::string_view text, const LoginRules& rules, Report& report);

}  // namespace gatepost::config
