#pragma once

#include <string>
#include <vector>

#include "policy/facts.hpp"
#include "policy/freeze_book.hpp"
#include "policy/settings.hpp"

namespace gatepost::session {

/// MAIL FROM as the MTA hands it on.
struct MailCommand {
  std::string path;                     ///< as typed, with or without brackets
  std::vector<std::string> parameters;  ///< ESMTP parameters: `SIZE=100`
  std::string login;                    ///< `{auth_authen}`; empty: not logged in
  std::string queue_id;                 ///< may be empty
};

/// What MAIL FROM says, held against the settings: channel, subject, limits, rights. `freezes`
/// tells who is frozen by command.
Envelope envelope_of(const Settings& settings, const FreezeBook& freezes,
                     const Connection& connection, const MailCommand& command, Time now);

/// A recipient as RCPT TO names it.
Recipient recipient_of(const Settings& settings, const FreezeBook& freezes, const std::string& path,
                       Time now);

}  // namespace gatepost::session
