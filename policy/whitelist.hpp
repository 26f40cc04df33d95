#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/held_entries.hpp"
#include "policy/limit.hpp"
#include "policy/mail/address_pattern.hpp"
#include "policy/mail/authentication.hpp"
#include "policy/mail/network_map.hpp"
#include "policy/place.hpp"
#include "policy/time.hpp"

namespace gatepost {

/// What every entry of whitelist.yaml carries.
struct EntryInfo {
  std::string reason;
  std::string owner;
  std::optional<Time> expires;  ///< the first instant at which it no longer applies
  Place place;

  bool applies(Time now) const { return !expires || now < *expires; }
};

/// `group_senders:`: an account with figures of its own.
struct GroupSender {
  std::string account;  ///< canonical login
  LimitSet limits;
  EntryInfo info;
};

/// `servers:`: client addresses that send without a login.
struct Server {
  std::string name;
  std::vector<Network> clients;
  AddressPatterns senders;  ///< the envelope senders and From addresses it may use
  LimitSet limits;
  EntryInfo info;
};

/// `frozen:`: neither sends nor is written to.
struct FrozenEntry {
  std::string account;  ///< canonical login
  EntryInfo info;
};

/// `aliases:`: further addresses that belong to a login.
struct Alias {
  std::string login;  ///< canonical
  AddressPatterns addresses;
  EntryInfo info;
};

/// What a message that is sent on behalf needs beside From: a Sender field (RFC 5322 3.6.2) that
/// names the one who sends.
enum class SenderField : std::uint8_t {
  any,      ///< may be there or not
  require,  ///< must be there
  add,      ///< is added where it is not there
};

/// `send_on_behalf:`: this login, server or proven envelope domain may put these addresses in From.
struct OnBehalf {
  std::string login;               ///< canonical; or
  std::string server;              ///< a name of `servers:`; or
  std::optional<Domain> envelope;  ///< the domain of the envelope sender, proven by one of:
  std::vector<Network> clients;    ///< where such mail comes from
  std::optional<Proof> proof;      ///< a pass for that very domain
  AddressPatterns may_send_as;
  SenderField sender_field = SenderField::any;
  EntryInfo info;
};

inline const AddressPatterns& patterns_of(const Alias& entry) {
  return entry.addresses;
}

inline const AddressPatterns& patterns_of(const OnBehalf& entry) {
  return entry.may_send_as;
}

/// `forwarders:`: clients that pass on mail of others.
struct Forwarder {
  std::vector<Network> clients;
  EntryInfo info;
};

/// `unauthenticated_domains:`: a domain whose mail from these clients fails DMARC though it is its
/// own. Lifts R9.
struct UnauthenticatedDomain {
  Domain domain;  ///< of From; those below it too
  std::vector<Network> clients;
  EntryInfo info;
};

/// `trusted_sealers:`: whose word in an ARC chain is taken (RFC 8617). Lifts R8 and R9 where he saw
/// the author's domain proven.
struct TrustedSealer {
  Domain sealer;  ///< d= of his seals
  EntryInfo info;
};

/// `mailing_lists:`: a list that our people read, which breaks signatures. Lifts R8 and R9. What
/// the message says of its list counts only with a proof.
struct MailingList {
  std::string list;              ///< its List-Id (RFC 2919), lower case, without brackets
  std::vector<Network> clients;  ///< the proof: where its mail comes from; or
  std::optional<Domain> domain;  ///< a domain that
  std::optional<Proof> proof;    ///< passes
  EntryInfo info;
};

/// `offices:`: many people behind one address, for whom R5 has figures of its own. Their failures
/// count by distinct passwords.
struct Office {
  std::vector<Network> clients;
  std::int64_t login_failures = 0;  ///< that lock one client of it
  EntryInfo info;
};

/// whitelist.yaml, indexed for look-up. Several entries may name one account (an old one that
/// expired, a new one); the first that applies counts.
struct Whitelist {
  std::unordered_multimap<std::string, GroupSender> group_senders;  ///< by account
  std::vector<Server> servers;
  NetworkMap<std::vector<std::size_t>> server_clients;  ///< indexes into servers, in file order
  std::unordered_multimap<std::string, FrozenEntry> frozen;  ///< by account
  HeldEntries<Alias> aliases;                                ///< by login
  HeldEntries<OnBehalf> on_behalf_of_login;                  ///< by login
  HeldEntries<OnBehalf> on_behalf_of_server;                 ///< by server name
  HeldEntries<OnBehalf> on_behalf_of_envelope;               ///< by domain
  std::vector<Forwarder> forwarders;
  NetworkMap<std::vector<std::size_t>> forwarder_clients;               ///< indexes into forwarders
  std::vector<UnauthenticatedDomain> unauthenticated_domains;           ///< in file order
  std::unordered_multimap<std::string, TrustedSealer> trusted_sealers;  ///< by sealer
  std::unordered_multimap<std::string, MailingList> mailing_lists;      ///< by list
  std::vector<Office> offices;
  NetworkMap<std::vector<std::size_t>> office_clients;  ///< indexes into offices, in file order
};

}  // namespace gatepost
