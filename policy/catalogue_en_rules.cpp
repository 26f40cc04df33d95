#include "policy/catalogue_tables.hpp"

namespace gatepost {

std::string_view english_rule_text(Text text) {
  switch (text) {
    case Text::rule_frozen_accounts: return "frozen accounts neither send nor are written to";
    case Text::rule_message_size: return "size of a message";
    case Text::rule_message_rate: return "messages per sender in a span of time";
    case Text::rule_recipients_per_message: return "recipients of one message";
    case Text::rule_recipients_per_day: return "recipients per sender and day";
    case Text::rule_server_channel: return "application servers and their listener";
    case Text::rule_sender_is_login: return "the envelope sender belongs to the login";
    case Text::rule_from_is_sender: return "header From belongs to the sender";
    case Text::rule_own_domains_from_outside: return "our domains in mail from outside";
    case Text::rule_dmarc: return "what the domain's owner asks for (DMARC), in mail from outside";
    case Text::rule_ambiguous_from:
      return "From that does not name one address, in mail from outside";
    case Text::rule_display_name: return "addresses in the display name";
    case Text::reason_does_not_apply: return "The rule has nothing to say here.";
    case Text::reason_no_limit: return "No limit is set.";
    case Text::reason_within_limit:
      return "{used} used, this message adds {amount}, the limit is {limit}.";
    case Text::reason_within_limit_of_message:
      return "This message has {amount}, the limit is {limit}.";
    case Text::reason_too_many_messages:
      return "{used} messages had been sent and the limit is {limit}: this message was one too "
             "many.";
    case Text::reason_no_messages_allowed:
      return "The limit is zero: the sender may not send any message.";
    case Text::reason_too_many_recipients:
      return "The message reached {amount} recipients and the limit is {limit}; nobody gets this "
             "message.";
    case Text::reason_too_many_recipients_today:
      return "{used} recipients had been used, this message adds {amount}, and the limit is "
             "{limit}.";
    case Text::reason_too_large:
      return "The client declared {amount} bytes and the limit is {limit}.";
    case Text::reason_size_not_declared:
      return "The client declared no size, so there was nothing to compare.";
    case Text::reason_not_frozen: return "The account is not frozen.";
    case Text::reason_sender_frozen:
      return "The account {about} is frozen and may not send. Reason given: {detail}.";
    case Text::reason_recipient_frozen:
      return "The account {about} is frozen and receives no mail. Reason given: {detail}.";
    case Text::reason_store_away: return "The counters could not be read: {detail}.";
    case Text::reason_listener_fits: return "The client is where it belongs.";
    case Text::reason_server_not_listed:
      return "The client {about} is on the listener of the application servers ({detail}), but no "
             "entry of servers names it.";
    case Text::reason_server_on_wrong_listener:
      return "The server {about} is listed, but it came in on the listener {detail}, which is not "
             "the one for servers.";
    case Text::reason_person_on_server_listener:
      return "The account {about} logged in on {detail}, the listener of the application servers.";
    case Text::reason_server_sender_listed: return "The server {about} may send as {detail}.";
    case Text::reason_server_sender_not_listed:
      return "The server {about} may not send as {detail}: its senders do not name it.";
    case Text::reason_sender_is_null:
      return "The envelope sender is empty, as in bounces and receipts.";
    case Text::reason_sender_is_own: return "The envelope sender {about} is the login's own.";
    case Text::reason_sender_excepted:
      return "The login may use the envelope sender {about}, by {detail}.";
    case Text::reason_sender_not_login:
      return "The envelope sender is {about}, but the login is {detail}, to which it does not "
             "belong.";
    case Text::reason_from_matches: return "From shows {about}, which belongs to the sender.";
    case Text::reason_from_excepted: return "From shows {about}, which is allowed by {detail}.";
    case Text::reason_from_redirected:
      return "From shows {about}: a redirected message, which the settings allow.";
    case Text::reason_from_not_sender:
      return "From shows {about}, but the login is {detail}, to which that address does not "
             "belong.";
    case Text::reason_from_not_server:
      return "From shows {about}, which the server {detail} may not use.";
    case Text::reason_from_is_redirect:
      return "The message was redirected: Resent-From belongs to {detail}, but From still shows "
             "{about}.";
    case Text::reason_sender_field_missing:
      return "From shows {about}, which {detail} may use only with a Sender field of its own.";
    case Text::reason_sender_field_not_login:
      return "The Sender field shows {about}, which does not belong to {detail}.";
    case Text::reason_from_missing: return "The message has no From field.";
    case Text::reason_from_hidden:
      return "The message has no header at all: its first line is not a header field, so mail "
             "programs may show anything as the sender.";
    case Text::reason_from_repeated:
      return "The From field stands there more than once; mail programs show one or the other.";
    case Text::reason_from_several: return "From names more than one address: {about}.";
    case Text::reason_from_group: return "From is a group of addresses: {about}.";
    case Text::reason_from_empty: return "From holds no address.";
    case Text::reason_from_unreadable:
      return "From can be read as different addresses, or as none: {about}.";
    case Text::reason_from_readable: return "From names one address.";
    case Text::reason_not_our_domain: return "From shows none of our domains.";
    case Text::reason_brought_by_forwarder: return "The client is a listed forwarder, by {about}.";
    case Text::reason_own_domain_proven:
      return "From or Sender shows {about}, which is ours, and SPF or a signature proves it.";
    case Text::reason_own_domain_forged:
      return "From shows {about}, which is ours, but the message comes from outside and fails what "
             "our own mail passes: {detail}.";
    case Text::reason_own_domain_broken_on_list:
      return "From shows {about}, which is ours, by what looks like a mailing list, and what could "
             "prove it fails: {detail}.";
    case Text::reason_own_domain_unproven:
      return "From shows {about}, which is ours, but the message comes from outside and nothing "
             "proves it.";
    case Text::reason_own_domain_on_list:
      return "From shows {about}, which is ours; the message comes from outside, by what looks "
             "like a mailing list.";
    case Text::reason_own_sender_field_unproven:
      return "The Sender field shows {about}, which is ours, but the message comes from outside "
             "and nothing proves it.";
    case Text::reason_dmarc_passed: return "DMARC passes for {about}.";
    case Text::reason_dmarc_no_policy: return "There is no DMARC policy to follow: {detail}.";
    case Text::reason_dmarc_asks_nothing:
      return "DMARC fails for {about}, but the domain asks for nothing: {detail}.";
    case Text::reason_dmarc_asks_quarantine:
      return "DMARC fails for {about}, and the domain asks to treat such mail as doubtful: "
             "{detail}.";
    case Text::reason_dmarc_asks_reject:
      return "DMARC fails for {about}, and the domain asks to refuse such mail: {detail}.";
    case Text::reason_dmarc_too_many_authors:
      return "From shows more domains than one can judge, so nobody knows whose policy counts.";
    case Text::reason_dmarc_broken_on_list:
      return "DMARC fails for {about}, whose owner asks to stop such mail, by what looks like a "
             "mailing list: {detail}.";
    case Text::reason_dmarc_excepted:
      return "DMARC fails for {about}, which is excepted for this client by {detail}.";
    case Text::reason_dmarc_trusted_chain:
      return "DMARC fails for {about}, but a sealer that is trusted by {detail} saw it pass.";
    case Text::reason_dmarc_known_list:
      return "DMARC fails for {about}, but a mailing list that is known by {detail} brought it.";
    case Text::reason_dmarc_not_known: return "Whether DMARC passes is not known: {detail}.";
    case Text::reason_name_shows_no_address: return "The display name shows no other address.";
    case Text::reason_name_shows_ours:
      return "The display name shows {about}, one of ours, but the address is {detail}.";
    case Text::reason_name_shows_other:
      return "The display name shows {about}, but the address is {detail}.";
    case Text::reason_headers_not_seen:
      return "The mail server gave no header fields on this connection.";
    case Text::advice_wait:
      return "Wait until {time}; then the message passes. Mail servers and most mail programs try "
             "again by themselves.";
    case Text::advice_passed:
      return "The limit has cleared since {time}. Sending again works unless as much has been sent "
             "meanwhile.";
    case Text::advice_allowance:
      return "Waiting does not help: this message alone is over the limit. Send less, or give the "
             "sender more.";
    case Text::advice_fewer_recipients:
      return "Send the message to fewer recipients at a time (at most {limit}), use a mailing "
             "list, or give the sender a higher limit.";
    case Text::advice_smaller:
      return "Send less than {limit} bytes, put the file somewhere for download, or give the "
             "sender a higher limit.";
    case Text::advice_unfreeze_file:
      return "The account is frozen by the entry at {place}. Remove that entry and save the file; "
             "it takes effect within seconds. `gatepost account unfreeze` cannot lift it.";
    case Text::advice_unfreeze_command:
      return "The account was frozen by command. An admin lifts it with: gatepost account unfreeze "
             "{account} --reason TEXT";
    case Text::advice_store:
      return "The store of the counters was not reachable. See `gatepost status`, bring the store "
             "back, and send again.";
    case Text::exception_new: return "An entry in whitelist.yaml would allow it:";
    case Text::exception_change:
      return "The account has an entry already, at {place}. Raise its figure there:";
    case Text::exception_server:
      return "Raise the figure in the server's entry, or give it one ({name} in whitelist.yaml):";
    case Text::exception_site:
      return "Without a login only the site's own figure applies. In gatepost.yaml:";
    case Text::exception_reason_hint: return "who asked for it and why, ticket";
    case Text::advice_own_address:
      return "Send with an address of the login itself, or log in with the account that the "
             "address belongs to. Where this login is to use the address, an exception is needed.";
    case Text::advice_redirect:
      return "Forward the message instead of redirecting it: then From is the one who sends it. "
             "Where a site wants redirects to work, a setting allows them.";
    case Text::advice_sender_field_missing:
      return "The sending program has to add a Sender field with an address of {detail}; or "
             "Gatepost adds it, where the exception says so.";
    case Text::advice_sender_field_wrong:
      return "The sending program has to leave the Sender field out, or to put an address of "
             "{detail} there.";
    case Text::advice_server_sender:
      return "Let the program on the server send with an address that its entry lists, or add this "
             "address to the entry.";
    case Text::advice_server_not_listed:
      return "People send through the submission port (465 or 587) with their login. An "
             "application server needs an entry in whitelist.yaml.";
    case Text::advice_server_listener:
      return "Let the server connect to the port for application servers: the listener that "
             "channels.server in gatepost.yaml names.";
    case Text::advice_person_listener:
      return "Set the mail program to the submission port (465 or 587). This one is for "
             "application servers, which have no login.";
    case Text::advice_from_fault:
      return "{what} No exception allows this: mail programs would show different senders.";
    case Text::advice_from_missing:
      return "The program that wrote the message has to add a From field with one address.";
    case Text::advice_from_hidden:
      return "The program that wrote the message has to begin it with the header fields; it wrote "
             "an empty or another line first.";
    case Text::advice_from_repeated:
      return "The program that wrote the message has to write From once.";
    case Text::advice_from_several:
      return "From has to name one address. Who writes for several people puts the others into Cc "
             "or Reply-To.";
    case Text::advice_from_group: return "From has to hold an address in place of the group.";
    case Text::advice_from_empty:
      return "From has to hold an address: `From: Name <user@example.com>`.";
    case Text::advice_from_unreadable:
      return "From has to be written as `From: \"Name\" <user@example.com>`: one address in angle "
             "brackets, the name in quotation marks or encoded (RFC 2047).";
    case Text::advice_outside:
      return "A genuine message of our own people goes through the submission port with a login. A "
             "service that writes in our name, or a machine that forwards our mail back to us, "
             "needs an exception.";
    case Text::advice_list:
      return "A post of our own user that comes back from a mailing list looks like this. A list "
             "that rewrites From avoids it, and so does an exception for the machine of the list.";
    case Text::advice_forged:
      return "A genuine message of our own people goes through the submission port with a login. A "
             "service that writes in our name has to be in our SPF record, or to sign with a DKIM "
             "key of ours; until then it needs an exception.";
    case Text::advice_dmarc:
      return "The sender has to send through the servers of the domain in From, or the domain has "
             "to add this one to its SPF record or let it sign with DKIM. If the message was "
             "forwarded, the forwarder has to leave it unchanged, so that the signature holds. "
             "`gatepost auth-check` shows every step.";
    case Text::advice_dmarc_list:
      return "Mailing lists that add a footer or a tag to the subject break the signature. A list "
             "that rewrites From, or leaves the message as it is, avoids it; so does an exception "
             "for the list.";
    case Text::advice_dmarc_unknown:
      return "A server of the DNS did not answer in time. Mail servers try again by themselves. If "
             "it happens often, see whether this machine's resolver works.";
    case Text::advice_display_name:
      return "The name beside the address must not show another address; whoever sends it has to "
             "change the name. Readers should go by the real address, {detail}.";
    case Text::advice_headers:
      return "The mail server began this connection before it was asked for header fields, so From "
             "could not be checked. On a new connection it can; sending again is enough.";
    case Text::exception_on_behalf:
      return "An entry in whitelist.yaml lets {name} use the address:";
    case Text::exception_alias:
      return "Or, where the address is the person's own (a second address of the same mailbox):";
    case Text::exception_on_behalf_of_envelope:
      return "For a service that writes in our name, an entry in whitelist.yaml; what proves it is "
             "the address of its machine:";
    case Text::exception_forwarder:
      return "For a machine that passes on mail of others (forwarding, mailing list), an entry in "
             "whitelist.yaml; it may then bring any address of ours:";
    case Text::exception_forwarder_of_others:
      return "Or, for a machine that passes on mail of others (forwarding, a gateway), an entry in "
             "whitelist.yaml; DMARC is not asked for what it brings:";
    case Text::exception_unauthenticated_domain:
      return "For a domain whose own mail fails, an entry in whitelist.yaml; it holds for mail "
             "from "
             "this client alone:";
    case Text::exception_trusted_sealer:
      return "{name} saw the author's domain pass and sealed that (ARC). Where its word can be "
             "trusted, an entry in whitelist.yaml:";
    case Text::exception_mailing_list:
      return "For the mailing list {name}, an entry in whitelist.yaml; what proves it is the "
             "address of its machine:";
    case Text::exception_senders:
      return "Add the address to the senders of the server's entry ({name} under servers in "
             "whitelist.yaml):";
    case Text::exception_on_behalf_of_server:
      return "Or, with a reason and an end of its own, an entry in whitelist.yaml:";
    case Text::exception_new_server:
      return "For an application server, an entry in whitelist.yaml; its senders are all addresses "
             "that it sends with:";
    case Text::exception_sender_field:
      return "In the send_on_behalf entry that allows this From, this line lets Gatepost add the "
             "Sender field:";
    case Text::exception_allow_resent: return "For the redirects of everybody, in gatepost.yaml:";
    default: break;
  }
  return english_login_text(text);
}

}  // namespace gatepost
