#include "policy/whitelist_view.hpp"

#include <algorithm>
#include <tuple>

#include "policy/explain.hpp"

namespace gatepost {
namespace {

std::vector<std::string> texts_of(const AddressPatterns& patterns) {
  std::vector<std::string> out;
  for (const AddressPattern& pattern : patterns)
    out.push_back(pattern.text());
  return out;
}

std::vector<std::string> texts_of(const std::vector<Network>& networks) {
  std::vector<std::string> out;
  for (const Network& network : networks)
    out.push_back(network.text());
  return out;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts)
    out += (out.empty() ? "" : ", ") + text;
  return out;
}

void add_list(std::vector<EntryLine>& lines, std::string key, std::vector<std::string> values) {
  if (!values.empty()) lines.push_back({std::move(key), std::move(values), true});
}

void append(std::vector<EntryLine>& lines, std::vector<EntryLine> more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

void add_proof(std::vector<EntryLine>& lines, const std::optional<Proof>& proof) {
  if (proof) lines.push_back({"proof", {*proof == Proof::spf ? "spf" : "dkim"}, false});
}

std::string_view name_of(SenderField field) {
  switch (field) {
    case SenderField::any: return "any";
    case SenderField::require: return "require";
    case SenderField::add: return "add";
  }
  return "";
}

ListedEntry entry_of(std::string section, std::string key, std::string who,
                     std::vector<EntryLine> says, const EntryInfo& info, Time now) {
  return {.section = std::move(section),
          .key = std::move(key),
          .who = std::move(who),
          .says = std::move(says),
          .info = info,
          .expired = !info.applies(now)};
}

template <typename Table>
void add_all(std::vector<ListedEntry>& out, const Table& table, Time now) {
  for (const auto& [key, entry] : table)
    out.push_back(listed(entry, now));
}

}  // namespace

std::vector<EntryLine> limit_lines(const LimitSet& limits) {
  std::vector<EntryLine> out;
  const auto add = [&](RuleId rule, const std::optional<Limit>& limit) {
    if (limit) out.push_back({std::string(name(rule)), {limit_in_yaml(rule, *limit)}, false});
  };
  add(RuleId::message_rate, limits.message_rate);
  add(RuleId::recipients_per_message, limits.recipients_per_message);
  add(RuleId::recipients_per_day, limits.recipients_per_day);
  add(RuleId::message_size, limits.message_size);
  return out;
}

ListedEntry listed(const GroupSender& entry, Time now) {
  return entry_of("group_senders", "account", entry.account, limit_lines(entry.limits), entry.info,
                  now);
}

ListedEntry listed(const Server& entry, Time now) {
  std::vector<EntryLine> says;
  add_list(says, "clients", texts_of(entry.clients));
  add_list(says, "senders", texts_of(entry.senders));
  append(says, limit_lines(entry.limits));
  return entry_of("servers", "name", entry.name, std::move(says), entry.info, now);
}

ListedEntry listed(const FrozenEntry& entry, Time now) {
  return entry_of("frozen", "account", entry.account, {}, entry.info, now);
}

ListedEntry listed(const Alias& entry, Time now) {
  std::vector<EntryLine> says;
  add_list(says, "addresses", texts_of(entry.addresses));
  return entry_of("aliases", "login", entry.login, std::move(says), entry.info, now);
}

ListedEntry listed(const OnBehalf& entry, Time now) {
  std::vector<EntryLine> says;
  add_list(says, "clients", texts_of(entry.clients));
  add_proof(says, entry.proof);
  add_list(says, "may_send_as", texts_of(entry.may_send_as));
  if (entry.sender_field != SenderField::any) {
    says.push_back({"sender_field", {std::string(name_of(entry.sender_field))}, false});
  }
  std::string key = "login";
  std::string who = entry.login;
  if (!entry.server.empty()) {
    key = "server";
    who = entry.server;
  } else if (entry.envelope) {
    key = "envelope";
    who = entry.envelope->ascii();
  }
  return entry_of("send_on_behalf", std::move(key), std::move(who), std::move(says), entry.info,
                  now);
}

ListedEntry listed(const Forwarder& entry, Time now) {
  return entry_of("forwarders", "clients", joined(texts_of(entry.clients)), {}, entry.info, now);
}

ListedEntry listed(const UnauthenticatedDomain& entry, Time now) {
  std::vector<EntryLine> says;
  add_list(says, "clients", texts_of(entry.clients));
  return entry_of("unauthenticated_domains", "domain", entry.domain.ascii(), std::move(says),
                  entry.info, now);
}

ListedEntry listed(const TrustedSealer& entry, Time now) {
  return entry_of("trusted_sealers", "sealer", entry.sealer.ascii(), {}, entry.info, now);
}

ListedEntry listed(const MailingList& entry, Time now) {
  std::vector<EntryLine> says;
  add_list(says, "clients", texts_of(entry.clients));
  if (entry.domain) says.push_back({"domain", {entry.domain->ascii()}, false});
  add_proof(says, entry.proof);
  return entry_of("mailing_lists", "list", entry.list, std::move(says), entry.info, now);
}

ListedEntry listed(const Office& entry, Time now) {
  return entry_of("offices", "clients", joined(texts_of(entry.clients)),
                  {{"login_failures", {std::to_string(entry.login_failures)}, false}}, entry.info,
                  now);
}

std::vector<ListedEntry> whitelist_entries(const Settings& settings, Time now) {
  const Whitelist& whitelist = settings.whitelist;
  std::vector<ListedEntry> out;
  add_all(out, whitelist.group_senders, now);
  for (const Server& server : whitelist.servers)
    out.push_back(listed(server, now));
  add_all(out, whitelist.frozen, now);
  add_all(out, whitelist.aliases, now);
  add_all(out, whitelist.on_behalf_of_login, now);
  add_all(out, whitelist.on_behalf_of_server, now);
  add_all(out, whitelist.on_behalf_of_envelope, now);
  for (const Forwarder& forwarder : whitelist.forwarders)
    out.push_back(listed(forwarder, now));
  for (const UnauthenticatedDomain& domain : whitelist.unauthenticated_domains)
    out.push_back(listed(domain, now));
  add_all(out, whitelist.trusted_sealers, now);
  add_all(out, whitelist.mailing_lists, now);
  for (const Office& office : whitelist.offices)
    out.push_back(listed(office, now));
  std::stable_sort(out.begin(), out.end(), [](const ListedEntry& a, const ListedEntry& b) {
    const Place& first = a.info.place;
    const Place& second = b.info.place;
    return std::tie(first.line, first.column, a.who) < std::tie(second.line, second.column, b.who);
  });
  return out;
}

std::vector<ListedEntry> expiring_entries(std::vector<ListedEntry> entries, Time until) {
  const auto stays = [&](const ListedEntry& entry) {
    return !entry.info.expires || *entry.info.expires > until;
  };
  entries.erase(std::remove_if(entries.begin(), entries.end(), stays), entries.end());
  std::stable_sort(entries.begin(), entries.end(), [](const ListedEntry& a, const ListedEntry& b) {
    return *a.info.expires < *b.info.expires;
  });
  return entries;
}

}  // namespace gatepost
