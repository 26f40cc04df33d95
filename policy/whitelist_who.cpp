// What speaks of one account, address or client.

#include <algorithm>
#include <iterator>
#include <tuple>

#include "policy/effective_limits.hpp"
#include "policy/entry_of.hpp"
#include "policy/sender_rights.hpp"
#include "policy/whitelist_view.hpp"

namespace gatepost {
namespace {

// The rules that an entry lifts.
std::vector<RuleId> login_rules() {
  return {RuleId::sender_is_login, RuleId::from_is_sender, RuleId::display_name};
}

std::vector<RuleId> server_rules() {
  return {RuleId::server_channel, RuleId::from_is_sender, RuleId::display_name};
}

std::vector<RuleId> envelope_rules() {
  return {RuleId::own_domains_from_outside, RuleId::dmarc, RuleId::display_name};
}

std::vector<RuleId> origin_rules() {
  return {RuleId::own_domains_from_outside, RuleId::dmarc};
}

// The entry of gatepost.yaml or the login map: nobody had to give a reason for it.
ListedEntry unreasoned(std::string section, std::string key, std::string who,
                       std::vector<EntryLine> says, const Place& place) {
  return {.section = std::move(section),
          .key = std::move(key),
          .who = std::move(who),
          .says = std::move(says),
          .info = {.reason = {}, .owner = {}, .expires = {}, .place = place},
          .expired = false};
}

// By which entry of rules.login_lockout the client is never locked.
std::vector<MatchedEntry> never_locked_by(const LoginLockout& rule, const IpAddress& client) {
  std::vector<MatchedEntry> out;
  for (const auto& [key, exempt] :
       {std::pair{"trusted", &rule.trusted}, std::pair{"webmail", &rule.webmail}}) {
    for (const auto& [block, place] : *exempt) {
      if (!block.contains(client)) continue;
      out.push_back({unreasoned("rules.login_lockout", key, block.text(), {}, place),
                     Meets::client,
                     {RuleId::login_lockout},
                     {}});
    }
  }
  return out;
}

class AboutAccount {
public:
  AboutAccount(const Settings& settings, const Login& login, Time now)
      : settings_(settings), whitelist_(settings.whitelist), login_(login), now_(now) {}

  std::vector<MatchedEntry> entries() && {
    for (const std::string& account : accounts())
      of_table(whitelist_.frozen, account, Meets::login, {});
    of_table(whitelist_.group_senders, login_.text(), Meets::login, {});
    of_table(whitelist_.aliases, login_.text(), Meets::login, login_rules());
    of_table(whitelist_.on_behalf_of_login, login_.text(), Meets::login, login_rules());
    map_lines_of_login();
    groups();
    if (login_.address()) of_address(*login_.address());
    return std::move(out_);
  }

private:
  template <typename Entry>
  void add(const Entry& entry, Meets meets, const std::vector<RuleId>& lifts) {
    out_.push_back({listed(entry, now_), meets, lifts, {}});
  }

  // A sub-address is frozen with the mailbox that it belongs to.
  std::vector<std::string> accounts() const {
    std::vector<std::string> out = {login_.text()};
    if (!login_.address()) return out;
    std::string base = login_.address()->base().text();
    if (base != login_.text()) out.push_back(std::move(base));
    return out;
  }

  template <typename Table>
  void of_table(const Table& table, const std::string& key, Meets meets,
                const std::vector<RuleId>& lifts) {
    const auto [first, last] = table.equal_range(key);
    for (auto entry = first; entry != last; ++entry)
      add(entry->second, meets, lifts);
  }

  template <typename Entry>
  void of_table(const HeldEntries<Entry>& table, const std::string& key, Meets meets,
                const std::vector<RuleId>& lifts) {
    for (const Entry* entry : table.of(key))
      add(*entry, meets, lifts);
  }

  // Entries of whichever key that name the address among `addresses` of the entry.
  template <typename Table, typename Addresses>
  void naming(const Table& table, const Address& address, Addresses addresses,
              const std::vector<RuleId>& lifts) {
    for (const auto& [key, entry] : table) {
      if ((entry.*addresses).find_with_base(address) != nullptr) add(entry, Meets::address, lifts);
    }
  }

  void of_address(const Address& address) {
    naming(whitelist_.aliases, address, &Alias::addresses, login_rules());
    naming(whitelist_.on_behalf_of_login, address, &OnBehalf::may_send_as, login_rules());
    naming(whitelist_.on_behalf_of_server, address, &OnBehalf::may_send_as, server_rules());
    naming(whitelist_.on_behalf_of_envelope, address, &OnBehalf::may_send_as, envelope_rules());
    for (const Server& server : whitelist_.servers) {
      if (server.senders.find_with_base(address) != nullptr) {
        add(server, Meets::address, server_rules());
      }
    }
    map_line_of_address(address);
    const std::string& domain = address.domain().ascii();
    of_table(whitelist_.on_behalf_of_envelope, domain, Meets::envelope_domain, envelope_rules());
    of_origin(address.domain());
    const auto limits = settings_.domains.find(address.domain());
    if (limits == settings_.domains.end()) return;
    out_.push_back({unreasoned("domains", "domain", domain, limit_lines(limits->second.limits),
                               limits->second.place),
                    Meets::account_domain,
                    {},
                    {}});
  }

  void of_origin(const Domain& domain) {
    for (const UnauthenticatedDomain& entry : whitelist_.unauthenticated_domains) {
      if (domain.is_or_under(entry.domain)) add(entry, Meets::author_domain, {RuleId::dmarc});
    }
    of_table(whitelist_.trusted_sealers, domain.ascii(), Meets::proving_domain, origin_rules());
    for (const auto& [list, entry] : whitelist_.mailing_lists) {
      if (entry.domain == domain) add(entry, Meets::proving_domain, origin_rules());
    }
  }

  void groups() {
    for (const std::string& group_name : groups_of(settings_, login_)) {
      const auto group = std::find_if(settings_.groups.begin(), settings_.groups.end(),
                                      [&](const Group& each) { return each.name == group_name; });
      out_.push_back(
          {unreasoned("groups", "group", group_name, limit_lines(group->limits), group->place),
           Meets::member,
           {},
           {}});
    }
  }

  void add_map_line(const std::string& key, const LoginMap::Line& line, Meets meets) {
    out_.push_back({unreasoned("site.logins.map", "address", key, {{"logins", line.logins, true}},
                               {settings_.login_map.file(), line.line, 1}),
                    meets,
                    login_rules(),
                    {}});
  }

  void map_lines_of_login() {
    for (const auto& [key, line] : settings_.login_map) {
      const auto& logins = line.logins;
      if (std::find(logins.begin(), logins.end(), login_.text()) != logins.end()) {
        add_map_line(key, line, Meets::login);
      }
    }
  }

  // The first line found decides, as in the look-up itself.
  void map_line_of_address(const Address& address) {
    for (const std::string& key :
         {address.text(), address.base().text(), '@' + address.domain().ascii()}) {
      const LoginMap::Line* line = settings_.login_map.find(key);
      if (line != nullptr) return add_map_line(key, *line, Meets::address);
    }
  }

  const Settings& settings_;
  const Whitelist& whitelist_;
  const Login& login_;
  Time now_;
  std::vector<MatchedEntry> out_;
};

// Entries whose order no table promises, as the files have them; what is in force comes first.
std::vector<MatchedEntry> in_order(std::vector<MatchedEntry> entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const MatchedEntry& a, const MatchedEntry& b) {
                     const auto key = [](const MatchedEntry& each) {
                       const Place& place = each.entry.info.place;
                       return std::tie(place.file, place.line, place.column, each.meets);
                     };
                     if (a.in_force() != b.in_force()) return a.in_force();
                     return key(a) < key(b);
                   });
  return entries;
}

}  // namespace

std::string_view name(Meets meets) {
  switch (meets) {
    case Meets::login: return "login";
    case Meets::address: return "address";
    case Meets::account_domain: return "account_domain";
    case Meets::envelope_domain: return "envelope_domain";
    case Meets::author_domain: return "author_domain";
    case Meets::proving_domain: return "proving_domain";
    case Meets::member: return "member";
    case Meets::client: return "client";
  }
  return "";
}

std::vector<MatchedEntry> entries_about(const Settings& settings, const Login& login, Time now) {
  return in_order(AboutAccount(settings, login, now).entries());
}

std::vector<MatchedEntry> entries_about(const Settings& settings, const IpAddress& client,
                                        Time now) {
  std::vector<MatchedEntry> out;
  const auto add = [&](const auto& entry, const auto* deciding, std::vector<RuleId> lifts) {
    if (!holds(entry.clients, client)) return;
    std::optional<Place> before;
    if (deciding != nullptr && deciding != &entry) before = deciding->info.place;
    out.push_back({listed(entry, now), Meets::client, std::move(lifts), std::move(before)});
  };
  const Server* server = server_of(settings, client, now);
  for (const Server& each : settings.whitelist.servers)
    add(each, server, {RuleId::server_channel});
  const Forwarder* forwarder = forwarder_of(settings, client, now);
  for (const Forwarder& each : settings.whitelist.forwarders)
    add(each, forwarder, origin_rules());
  const Office* office =
      entry_of(settings.whitelist.office_clients, settings.whitelist.offices, client, now);
  auto never_locked = never_locked_by(rule_of<LoginLockout>(settings.rules), client);
  for (const Office& each : settings.whitelist.offices) {
    const std::size_t before = out.size();
    add(each, office, {});
    if (never_locked.empty() || out.size() == before || out.back().overridden_by) continue;
    out.back().overridden_by = never_locked.front().entry.info.place;
  }
  out.insert(out.end(), std::make_move_iterator(never_locked.begin()),
             std::make_move_iterator(never_locked.end()));
  const OnBehalf* none = nullptr;  // each of them counts
  for (const auto& [domain, each] : settings.whitelist.on_behalf_of_envelope)
    add(each, none, envelope_rules());
  const UnauthenticatedDomain* of_each_domain = nullptr;
  for (const UnauthenticatedDomain& each : settings.whitelist.unauthenticated_domains)
    add(each, of_each_domain, {RuleId::dmarc});
  const MailingList* of_each_list = nullptr;
  for (const auto& [list, each] : settings.whitelist.mailing_lists)
    add(each, of_each_list, origin_rules());
  for (const auto& [block, nothing] : settings.channels.relay_clients) {
    if (!block.contains(client)) continue;
    out.push_back(
        {unreasoned("channels.relay", "clients", block.text(), {}, {}),
         Meets::client,
         {RuleId::message_rate, RuleId::recipients_per_message, RuleId::recipients_per_day,
          RuleId::message_size, RuleId::own_domains_from_outside, RuleId::dmarc,
          RuleId::ambiguous_from, RuleId::display_name},
         {}});
  }
  return in_order(std::move(out));
}

}  // namespace gatepost
