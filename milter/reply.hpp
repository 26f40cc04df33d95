#pragma once

#include <string>

#include "policy/mail/smtp_reply.hpp"

namespace gatepost::milter {

/// The text as smfi_setreply wants it: MTAs read it as a format string, so `%` is doubled. The one
/// place where that is done.
std::string escaped_text(const SmtpReply& reply);

}  // namespace gatepost::milter
