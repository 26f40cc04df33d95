#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/finding.hpp"
#include "policy/settings.hpp"

/// whitelist.yaml as people look at it: all of it, or what speaks of one address. Pure functions.
namespace gatepost {

/// One line of an entry, with its key and values as the file spells them.
struct EntryLine {
  std::string key;
  std::vector<std::string> values;
  bool is_list = false;  ///< a list in the file, whatever its length

  friend bool operator==(const EntryLine&, const EntryLine&) = default;
};

/// One entry, of whatever section.
struct ListedEntry {
  std::string section;  ///< `send_on_behalf`
  std::string key;      ///< what names the entry: `account`, `login`, `server`, `clients`, ...
  std::string who;      ///< its value
  std::vector<EntryLine> says;
  EntryInfo info;
  bool expired = false;
};

/// All entries in the order of the file.
std::vector<ListedEntry> whitelist_entries(const Settings& settings, Time now);

/// Those of `entries` that end at `until` or before, expired ones included, the earliest first.
std::vector<ListedEntry> expiring_entries(std::vector<ListedEntry> entries, Time until);

/// The limits that an entry sets, a line each.
std::vector<EntryLine> limit_lines(const LimitSet& limits);

/// One entry each of the kinds that `whitelist_entries` lists.
ListedEntry listed(const GroupSender& entry, Time now);
ListedEntry listed(const Server& entry, Time now);
ListedEntry listed(const FrozenEntry& entry, Time now);
ListedEntry listed(const Alias& entry, Time now);
ListedEntry listed(const OnBehalf& entry, Time now);
ListedEntry listed(const Forwarder& entry, Time now);
ListedEntry listed(const UnauthenticatedDomain& entry, Time now);
ListedEntry listed(const TrustedSealer& entry, Time now);
ListedEntry listed(const MailingList& entry, Time now);
ListedEntry listed(const Office& entry, Time now);

/// As what an entry meets the one who is asked about.
enum class Meets : std::uint8_t {
  login,            ///< it is the login
  address,          ///< it is an address that somebody may use
  account_domain,   ///< it is an account of the domain
  envelope_domain,  ///< an envelope sender of that domain, with the entry's proof
  author_domain,    ///< From is of that domain or below it
  proving_domain,   ///< it sealed the message, or is the proof of a mailing list
  member,           ///< of a group
  client,           ///< it is the client's address
};

/// `login`, `address`, ...
std::string_view name(Meets meets);

/// An entry that speaks of the one who is asked about; of gatepost.yaml too (`groups`, `domains`,
/// `channels.relay`, `rules.login_lockout`) and of the login map (`site.logins.map`).
struct MatchedEntry {
  ListedEntry entry;
  Meets meets = Meets::login;
  std::vector<RuleId> lifts;           ///< rules that no longer stand against it
  std::optional<Place> overridden_by;  ///< a more specific entry decides instead

  bool in_force() const { return !entry.expired && !overridden_by; }
};

/// What speaks of an account or address: of it as login, as address others may use, of its domain.
std::vector<MatchedEntry> entries_about(const Settings& settings, const Login& login, Time now);

/// What speaks of a client address.
std::vector<MatchedEntry> entries_about(const Settings& settings, const IpAddress& client,
                                        Time now);

}  // namespace gatepost
