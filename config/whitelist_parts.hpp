#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "config/load_parts.hpp"

/// The parts of whitelist.yaml, and what its entries have in common.
namespace gatepost::config {

/// What all entries of the file are read with.
struct WhitelistReading {
  const ZoneCalendar& calendar;
  Time now;
  Report& report;
  Settings& out;
};

/// group_senders and frozen.
void load_accounts(const Section& root, const WhitelistReading& reading);
/// servers, forwarders and offices.
void load_machines(const Section& root, const WhitelistReading& reading);
/// aliases and send_on_behalf. After load_machines, whose servers they name.
void load_sender_rights(const Section& root, const WhitelistReading& reading);

/// unauthenticated_domains, trusted_sealers and mailing_lists.
void load_mail_origins(const Section& root, const WhitelistReading& reading);

/// Calls `read` with every entry of the list that `keys` are of, in file order.
void each_entry(const Section& root, const SectionKeys& keys,
                const std::function<void(const Section&)>& read);

/// reason, owner and expires. `key` holds what messages call the entry.
EntryInfo read_info(const Section& entry, std::string_view key, const WhitelistReading& reading);

/// The blocks of `clients`, none twice. A block of everybody is reported and left out; so is that
/// there is no block, with `why` saying what to list.
std::vector<Network> read_clients(const Section& entry, const std::string& why);

/// The patterns of the list `key`, none twice; that there is none is reported, with `why` saying
/// what to list.
AddressPatterns read_patterns(const Section& entry, std::string_view key, const std::string& why);

/// `proof`: spf or dkim.
Parsed<Proof> parse_proof(std::string_view text);

/// Whether the later of two entries for the same thing could never count at `now` or afterwards.
bool never_counts(const EntryInfo& first, const EntryInfo& later, Time now);

/// Where the entry is written.
inline Mark mark_of(const EntryInfo& info) {
  return {info.place.line, info.place.column};
}

/// `table` with the entries by `key_of`; those of one key in file order, which a hash table does
/// not promise by itself.
template <typename Entry, typename KeyOf>
void index_entries(std::vector<Entry> entries, const KeyOf& key_of,
                   std::unordered_multimap<std::string, Entry>& table) {
  const auto by_place = [](const Entry& a, const Entry& b) {
    return std::tie(a.info.place.line, a.info.place.column) <
           std::tie(b.info.place.line, b.info.place.column);
  };
  table.reserve(entries.size());
  std::set<std::string> several;
  for (Entry& entry : entries) {
    std::string key = key_of(entry);
    if (table.find(key) != table.end()) several.insert(key);
    table.emplace(std::move(key), std::move(entry));
  }
  for (const std::string& key : several) {
    const auto [first, last] = table.equal_range(key);
    std::vector<Entry> in_order;
    for (auto entry = first; entry != last; ++entry)
      in_order.push_back(std::move(entry->second));
    std::sort(in_order.begin(), in_order.end(), by_place);
    auto next = in_order.begin();
    for (auto entry = first; entry != last; ++entry)
      entry->second = std::move(*next++);
  }
}

/// Blocks to the entries behind them, in file order. `shared` hears of every block that an earlier
/// entry has as well: (first entry, later entry, block).
template <typename Entry, typename Shared>
NetworkMap<std::vector<std::size_t>> index_clients(const std::vector<Entry>& entries,
                                                   const Shared& shared) {
  std::map<Network, std::vector<std::size_t>> by_block;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const Network& block : entries[i].clients) {
      auto& sharers = by_block[block];
      if (!sharers.empty()) shared(entries[sharers.front()], entries[i], block);
      sharers.push_back(i);
    }
  }
  NetworkMap<std::vector<std::size_t>> out;
  for (auto& [block, sharers] : by_block)
    out.insert(block, std::move(sharers));
  return out;
}

}  // namespace gatepost::config
