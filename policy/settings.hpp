#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/calendar.hpp"
#include "policy/limit.hpp"
#include "policy/mail/domain.hpp"
#include "policy/mail/login.hpp"
#include "policy/mail/network_map.hpp"
#include "policy/place.hpp"
#include "policy/rules/rule.hpp"
#include "policy/time.hpp"

namespace gatepost {

/// `site:` of gatepost.yaml.
struct Site {
  Mode mode = Mode::enforce;
  std::vector<Domain> domains;  ///< ours; the first one names bare logins
  LoginRules logins;
  std::shared_ptr<const Calendar> calendar;  ///< never null
  std::string time_zone;
  std::string help_url;  ///< `{ref}` stands for the reference; empty: no link
};

/// `channels:` of gatepost.yaml.
struct Channels {
  std::set<std::string> submission_daemons;  ///< listeners whose clients log in
  std::set<std::string> server_daemons;      ///< empty: a listed client counts on every listener
  NetworkMap<char> relay_clients;
};

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
  std::vector<std::string> senders;  ///< patterns: `a@b`, `*@b`
  LimitSet limits;
  EntryInfo info;
};

/// `frozen:`: neither sends nor is written to.
struct FrozenEntry {
  std::string account;  ///< canonical login
  EntryInfo info;
};

/// `groups:` of gatepost.yaml.
struct Group {
  std::string name;
  std::vector<std::string> members;  ///< canonical logins and `*@domain` patterns
  LimitSet limits;
  Place place;
};

/// `domains:` of gatepost.yaml: limits for the accounts of one domain.
struct DomainLimits {
  LimitSet limits;
  Place place;
};

/// whitelist.yaml, indexed for look-up. Several entries may name one account (an old one that
/// expired, a new one); the first that applies counts.
struct Whitelist {
  std::unordered_multimap<std::string, GroupSender> group_senders;  ///< by account
  std::vector<Server> servers;
  NetworkMap<std::vector<std::size_t>> server_clients;  ///< indexes into servers, in file order
  std::unordered_multimap<std::string, FrozenEntry> frozen;  ///< by account
};

/// Everything the policy is decided by: one immutable snapshot. A message keeps the snapshot it
/// started with.
struct Settings {
  Site site;
  Channels channels;
  std::vector<Rule> rules = default_rules();
  std::vector<Group> groups;
  std::unordered_map<std::string, std::vector<std::size_t>>
      groups_of;  ///< by member; indexes into groups
  std::map<Domain, DomainLimits> domains;
  Whitelist whitelist;
  std::vector<Counter> counters;  ///< every (unit, window) configured anywhere, sorted, unique
};

}  // namespace gatepost
