#pragma once

#include <string>
#include <string_view>

#include "policy/mail/mailbox.hpp"

namespace gatepost {

/// The name of a fault behind a '!'.
inline const char* fault_name(MailboxFault fault) {
  switch (fault) {
    case MailboxFault::missing: return "!missing";
    case MailboxFault::hidden: return "!hidden";
    case MailboxFault::repeated: return "!repeated";
    case MailboxFault::several: return "!several";
    case MailboxFault::group: return "!group";
    case MailboxFault::empty: return "!empty";
    case MailboxFault::unreadable: return "!unreadable";
  }
  return "";
}

/// `address|name`, or the fault behind a '!'.
inline std::string said(std::string_view value) {
  const MailboxField field = parse_mailbox_field(value);
  if (const auto* none = std::get_if<NoMailbox>(&field)) return fault_name(none->fault);
  const auto& mailbox = std::get<Mailbox>(field);
  return mailbox.address.text() + '|' + mailbox.name;
}

/// A field's value and what it says.
struct FieldCase {
  std::string_view value;
  std::string_view said;
};

}  // namespace gatepost
