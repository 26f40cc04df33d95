#pragma once

#include <optional>

#include "policy/mail/smtp_reply.hpp"
#include "policy/reference.hpp"
#include "policy/settings.hpp"
#include "policy/verdict.hpp"

namespace gatepost {

/// The reply that the client gets for `refusal`: one plain English sentence with figures and clear
/// time, the reference, the site's help link. SMTP replies are ASCII (RFC 5321 4.2), so there is
/// one language here; `gatepost explain` has the others.
SmtpReply reply_text(const Refusal& refusal, const Reference& reference, const Site& site);

}  // namespace gatepost
