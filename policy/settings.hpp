#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/authentication_settings.hpp"
#include "policy/calendar.hpp"
#include "policy/limit.hpp"
#include "policy/login_map.hpp"
#include "policy/mail/domain.hpp"
#include "policy/mail/login.hpp"
#include "policy/mail/network_map.hpp"
#include "policy/place.hpp"
#include "policy/rules/rule.hpp"
#include "policy/time.hpp"
#include "policy/whitelist.hpp"

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

/// Everything the policy is decided by: one immutable snapshot. A message keeps the snapshot it
/// started with.
struct Settings {
  Site site;
  Channels channels;
  AuthenticationSettings authentication;
  std::vector<Rule> rules = default_rules();
  std::vector<Group> groups;
  std::unordered_map<std::string, std::vector<std::size_t>>
      groups_of;  ///< by member; indexes into groups
  std::map<Domain, DomainLimits> domains;
  Whitelist whitelist;
  LoginMap login_map;             ///< `site.logins.map`; empty where none is written
  std::vector<Counter> counters;  ///< every (unit, window) configured anywhere, sorted, unique
};

}  // namespace gatepost
