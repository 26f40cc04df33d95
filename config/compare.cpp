#include "config/compare.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "config/values.hpp"

namespace gatepost::config {
namespace {

// How many entries in force there are of each section and account or name.
std::map<std::string, std::size_t> entries_of(const Whitelist& whitelist, Time now) {
  std::map<std::string, std::size_t> entries;
  for (const auto& [account, entry] : whitelist.group_senders) {
    if (entry.info.applies(now)) ++entries["group_senders " + account];
  }
  for (const auto& [account, entry] : whitelist.frozen) {
    if (entry.info.applies(now)) ++entries["frozen " + account];
  }
  for (const Server& server : whitelist.servers) {
    if (server.info.applies(now)) ++entries["servers " + server.name];
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
