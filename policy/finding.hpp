#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/limit.hpp"
#include "policy/time.hpp"

namespace gatepost {

/// The rules, by the names that configuration, logs and metrics use.
enum class RuleId : std::uint8_t {
  login_lockout,
  frozen_accounts,
  server_channel,
  message_size,
  sender_is_login,
  message_rate,
  recipients_per_message,
  recipients_per_day,
  from_is_sender,
  own_domains_from_outside,
  dmarc,
  ambiguous_from,
  display_name,
};

/// `message_rate`
std::string_view name(RuleId rule);
std::optional<RuleId> rule_from_name(std::string_view name);

enum class Outcome : std::uint8_t {
  pass,
  hit,
  unknown,  ///< could not be asked
};

/// What a rule saw. Each has a sentence in every language (catalogue.hpp).
enum class Reason : std::uint8_t {
  does_not_apply,  ///< the rule has nothing to say on this channel or stage
  no_limit,        ///< counted, but unlimited
  within_limit,
  too_many_messages,
  too_many_recipients,  ///< in one message
  too_many_recipients_today,
  too_large,
  size_not_declared,
  not_frozen,
  sender_frozen,
  recipient_frozen,
  store_away,
  listener_fits,             ///< R10: the client is where it belongs
  server_not_listed,         ///< a stranger on the listener of the servers
  server_on_wrong_listener,  ///< a listed server elsewhere
  person_on_server_listener,
  server_sender_listed,
  server_sender_not_listed,
  sender_is_null,  ///< R6: a bounce or receipt
  sender_is_own,
  sender_excepted,  ///< by an alias, the login map or send_on_behalf
  sender_not_login,
  from_matches,  ///< R7
  from_excepted,
  from_redirected,  ///< passes by allow_resent
  from_not_sender,
  from_not_server,
  from_is_redirect,      ///< Resent-From is the sender's, From is somebody else's
  sender_field_missing,  ///< the exception requires a Sender field
  sender_field_not_login,
  from_missing,  ///< the faults of From (MailboxFault)
  from_hidden,
  from_repeated,
  from_several,
  from_group,
  from_empty,
  from_unreadable,
  from_readable,
  not_our_domain,  ///< R8
  brought_by_forwarder,
  own_domain_proven,          ///< SPF or a signature passes for it
  own_domain_forged,          ///< nothing passes for it, though it could
  own_domain_broken_on_list,  ///< the same with signs of a mailing list
  own_domain_unproven,        ///< ours, from outside, and nothing proves it
  own_domain_on_list,         ///< the same with signs of a mailing list
  own_sender_field_unproven,
  dmarc_passed,            ///< R9
  dmarc_no_policy,         ///< nobody publishes one for the author domain
  dmarc_asks_nothing,      ///< fails, and its owner asks for nothing (p=none)
  dmarc_asks_quarantine,   ///< fails
  dmarc_asks_reject,       ///< fails
  dmarc_too_many_authors,  ///< From shows more domains than one can judge
  dmarc_broken_on_list,    ///< fails, with signs of a mailing list
  dmarc_excepted,          ///< fails, but unauthenticated_domains names the domain and client
  dmarc_trusted_chain,     ///< fails, but a trusted sealer saw it pass
  dmarc_known_list,        ///< fails, but a known list brought it
  dmarc_not_known,         ///< some answer is missing, or nobody looked
  name_shows_no_address,   ///< display names
  name_shows_ours,
  name_shows_other,
  client_not_locked,  ///< R5
  client_locked,      ///< for its failed logins
  client_locked_by_hand,
  locked_client_elsewhere,  ///< locked, but on a listener where nobody logs in
  headers_not_seen,         ///< the MTA gave none on this connection
};

/// `too_many_messages`: the stable code in logs, JSON and stored cases.
std::string_view name(Reason reason);
std::optional<Reason> reason_from_name(std::string_view name);

/// The numbers behind a finding. What a rule has no number for stays empty.
struct Figures {
  std::optional<std::int64_t> used;    ///< before this message
  std::optional<std::int64_t> amount;  ///< what this message adds
  std::optional<Limit> limit;
  std::optional<Origin> origin;   ///< where the limit comes from
  std::optional<Time> clears_at;  ///< when it would pass
  bool local = false;             ///< counted by this daemon alone: the store was away

  friend bool operator==(const Figures&, const Figures&) = default;
};

/// One rule's statement about one stage of a message: facts only; what it costs is decided by the
/// rule's settings.
struct Finding {
  RuleId rule;
  Outcome outcome;
  Reason reason;
  Figures figures;
  std::string about;   ///< the account or address it speaks of, where it speaks of one
  std::string detail;  ///< free text: a frozen account's reason, why the store was away

  friend bool operator==(const Finding&, const Finding&) = default;
};

}  // namespace gatepost
