#include "config/compare.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "config/values.hpp"

namespace gatepost::config {
namespace {

using Entries = std::map<std::string, std::size_t>;

// `table`: pairs of key and entry.
template <typename Table>
void count(const Table& table, const std::string& kind, Time now, Entries& out) {
  for (const auto& [key, entry] : table) {
    if (entry.info.applies(now)) ++out[kind + ' ' + key];
  }
}

// How many entries in force there are of each section and account, name or first client.
Entries entries_of(const Whitelist& whitelist, Time now) {
  Entries entries;
  count(whitelist.group_senders, "group_senders", now, entries);
  count(whitelist.frozen, "frozen", now, entries);
  count(whitelist.aliases, "aliases", now, entries);
  count(whitelist.on_behalf_of_login, "send_on_behalf login", now, entries);
  count(whitelist.on_behalf_of_server, "send_on_behalf server", now, entries);
  count(whitelist.on_behalf_of_envelope, "send_on_behalf envelope", now, entries);
  count(whitelist.trusted_sealers, "trusted_sealers", now, entries);
  count(whitelist.mailing_lists, "mailing_lists", now, entries);
  for (const UnauthenticatedDomain& entry : whitelist.unauthenticated_domains) {
    if (entry.info.applies(now)) ++entries["unauthenticated_domains " + entry.domain.ascii()];
  }
  for (const Server& server : whitelist.servers) {
    if (server.info.applies(now)) ++entries["servers " + server.name];
  }
  for (const Forwarder& forwarder : whitelist.forwarders) {
    if (!forwarder.info.applies(now) || forwarder.clients.empty()) continue;
    ++entries["forwarders " + forwarder.clients.front().text()];
  }
  for (const Office& office : whitelist.offices) {
    if (!office.info.applies(now) || office.clients.empty()) continue;
    ++entries["offices " + office.clients.front().text()];
  }
  return entries;
}

}  // namespace

Comparison compare(const Settings& before, const Settings& after, Time now) {
  Comparison out;
  const auto kept = entries_of(after.whitelist, now);
  for (const auto& [entry, count] : entries_of(before.whitelist, now)) {
    const auto found = kept.find(entry);
    const std::size_t left = found == kept.end() ? 0 : found->second;
    out.entries_before += count;
    out.entries_lost += count - std::min(count, left);
  }
  std::set_difference(after.counters.begin(), after.counters.end(), before.counters.begin(),
                      before.counters.end(), std::back_inserter(out.new_windows));
  return out;
}

std::string counter_text(const Counter& counter) {
  const std::string unit = counter.unit == Unit::messages ? "messages" : "recipients";
  if (counter.window.is_calendar_day()) return unit + " per calendar day";
  return unit + " per " + duration_text(counter.window.length);
}

}  // namespace gatepost::config
