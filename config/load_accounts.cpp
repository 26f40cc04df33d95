#include <fmt/format.h>

#include "config/whitelist_parts.hpp"

namespace gatepost::config {
namespace {

std::optional<std::string> read_account(const Section& entry, const WhitelistReading& reading) {
  if (!entry.has("account")) entry.missing("account", "name the account that the entry is for");
  return entry.read("account", [&](std::string_view text) {
    return parse_account(text, reading.out.site.logins);
  });
}

// Reports entries that an earlier one of the same account leaves nothing to say.
template <typename Entry>
void check_accounts(const std::vector<Entry>& entries, const WhitelistReading& reading) {
  std::map<std::string_view, const EntryInfo*> first;
  for (const Entry& entry : entries) {
    const auto [known, added] = first.emplace(entry.account, &entry.info);
    if (added || !never_counts(*known->second, entry.info, reading.now)) continue;
    reading.report.error(
        mark_of(entry.info),
        fmt::format("{} is listed already in line {}: this entry would never count", entry.account,
                    known->second->place.line));
  }
}

template <typename Entry>
void index_by_account(std::vector<Entry> entries, const WhitelistReading& reading,
                      std::unordered_multimap<std::string, Entry>& out) {
  check_accounts(entries, reading);
  index_entries(
      std::move(entries), [](const Entry& entry) { return entry.account; }, out);
}

void load_group_senders(const Section& root, const WhitelistReading& reading) {
  std::vector<GroupSender> entries;
  each_entry(root, keys::group_sender(), [&](const Section& entry) {
    const LimitSet limits = read_limits(entry, usual_rate_window(reading.out));
    require_a_limit(entry, "group_senders: the entry");
    const auto account = read_account(entry, reading);
    EntryInfo info = read_info(entry, "account", reading);
    if (account) entries.push_back({*account, limits, std::move(info)});
  });
  index_by_account(std::move(entries), reading, reading.out.whitelist.group_senders);
}

void load_frozen(const Section& root, const WhitelistReading& reading) {
  std::vector<FrozenEntry> entries;
  each_entry(root, keys::frozen_entry(), [&](const Section& entry) {
    const auto account = read_account(entry, reading);
    EntryInfo info = read_info(entry, "account", reading);
    if (account) entries.push_back({*account, std::move(info)});
  });
  index_by_account(std::move(entries), reading, reading.out.whitelist.frozen);
}

}  // namespace

void load_accounts(const Section& root, const WhitelistReading& reading) {
  load_group_senders(root, reading);
  load_frozen(root, reading);
}

}  // namespace gatepost::config
