#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/mail/domain.hpp"
#include "policy/mail/mailbox.hpp"
#include "policy/right.hpp"

namespace gatepost {

/// An address that a display name shows, and what the site knows of it.
struct ShownAddress {
  Address address;
  bool ours = false;     ///< below `site.domains`
  bool allowed = false;  ///< the sender may use it
};

/// One field that names a mailbox, and what the site knows of it.
struct NamedMailbox {
  MailboxField mailbox;
  /// Of a field that does not name one mailbox: an address of ours that it shows somewhere.
  std::optional<Address> shows_ours = {};
  Right right;                        ///< of the message's sender to its address
  std::optional<Domain> site_domain;  ///< of `site.domains`; nothing: not ours

  /// Null where the field does not name one mailbox.
  const Mailbox* one() const { return std::get_if<Mailbox>(&mailbox); }

  /// Null where it does.
  const NoMailbox* fault() const { return std::get_if<NoMailbox>(&mailbox); }
};

/// What the header of a message says, as the rules see it.
struct HeaderFacts {
  NamedMailbox from;
  std::optional<NamedMailbox> sender;       ///< nothing: no such field
  std::optional<NamedMailbox> resent_from;  ///< of the newest redirect; nothing: none
  std::optional<MailboxField> reply_to;     ///< nothing: no such field
  std::vector<ShownAddress> shown;          ///< in From's display name
  bool list = false;                        ///< signs of a mailing list
  std::string list_id;                      ///< of the one List-Id field; empty: none, or several
  std::optional<Place> forwarder;           ///< the `forwarders:` entry of the client
};

}  // namespace gatepost
