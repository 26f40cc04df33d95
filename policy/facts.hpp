#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "policy/authentication_facts.hpp"
#include "policy/channel.hpp"
#include "policy/client_lock.hpp"
#include "policy/header_facts.hpp"
#include "policy/limit.hpp"
#include "policy/mail/address.hpp"
#include "policy/mail/login.hpp"
#include "policy/mail/network.hpp"
#include "policy/subject.hpp"
#include "policy/time.hpp"

namespace gatepost {

/// What is known from connect on, for all messages of the session.
struct Connection {
  std::optional<IpAddress> client;  ///< nothing: a local program without a socket address
  bool pickup = false;              ///< the MTA's own submission: client port 0, or no address
  std::string client_name;          ///< reverse name as the MTA gives it
  std::string daemon_name;          ///< the listener, `{daemon_name}` at connect; may be empty
  std::string mta_name = {};        ///< what the MTA calls itself, `{j}`; may be empty
};

/// The limits in force for this message's subject.
struct EffectiveLimits {
  EffectiveLimit message_rate;
  EffectiveLimit recipients_per_message;
  EffectiveLimit recipients_per_day;
  EffectiveLimit message_size;
};

/// Why an account is frozen, and who says so.
struct Frozen {
  std::string account;
  std::string reason;
  std::optional<Place> place;  ///< of its whitelist.yaml entry; nothing: frozen by command
};

/// The recipient that is being asked about.
struct Recipient {
  EnvelopePath path;
  std::optional<Frozen> frozen;
};

/// What is known of one message so far. Replaced as a whole at MAIL, RSET, abort and end, so
/// nothing of one message is seen by the next.
struct Envelope {
  Channel channel = Channel::inbound;
  Subject subject = Subject::local();
  std::optional<Login> login;
  std::string server;               ///< the server entry's name on the server channel
  bool on_server_listener = false;  ///< of `channels.server`
  std::string misplaced_server;     ///< a listed server on another listener than the configured one
  EnvelopePath sender;
  Right sender_right;  ///< of login or server to the envelope sender
  /// Of `site.domains`: the sender's, or where that proves nothing (null, somebody else's) the
  /// login's.
  std::optional<Domain> site_domain;
  std::optional<std::int64_t> declared_size;  ///< SIZE= of RFC 1870, octets
  EffectiveLimits limits;
  std::optional<Frozen> frozen_sender;  ///< of the login; without one, of the envelope sender
  std::set<std::string> recipients;     ///< distinct, accepted so far; the one asked about excluded
};

/// What tells recipients apart: the canonical address, or for what is none the text as typed.
inline std::string recipient_key(const EnvelopePath& path) {
  return path.address ? path.address->text() : path.text;
}

/// Everything a rule may look at.
struct Facts {
  Connection connection;
  Envelope envelope;
  std::optional<Recipient> recipient;  ///< while a recipient is asked about
  std::optional<HeaderFacts> headers;  ///< from the end of the message on, where they were given
  /// From the end of the message on, of mail from outside, where it was verified.
  std::optional<AuthenticationFacts> authentication;
  std::optional<ClientLock> lock;  ///< of the client, where its greeting is judged
  Time now;                        ///< the daemon's clock when the stage began
};

}  // namespace gatepost
