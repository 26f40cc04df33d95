#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "config/load_parts.hpp"
#include "config/source_text.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::config {
namespace {

// An entry that ends within this is worth a word.
constexpr std::chrono::hours kSoon{14 * 24};

// What all entries of the file are read with.
struct Reading {
  const ZoneCalendar& calendar;
  Time now;
  Report& report;
  Settings& out;
};

Parsed<std::string> parse_line(std::string_view text) {
  if (ascii::trim(text).empty()) return Mistake{"is empty"};
  // What is one line in the log and in an explanation stays one.
  std::string line(ascii::trim(text));
  std::replace_if(line.begin(), line.end(), ascii::is_control, ' ');
  return line;
}

// Senders and servers with figures of their own are named in subjects and keys.
Parsed<std::string> parse_server_name(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  const bool fine = std::all_of(text.begin(), text.end(), [](char c) {
    return ascii::is_alnum(c) || c == '-' || c == '_' || c == '.';
  });
  if (!fine || text.empty() || text.size() > kLongest) {
    return Mistake{fmt::format("{} is no name: letters, digits, '.', '-' and '_', at most {}",
                               in_quotes(text), kLongest)};
  }
  return std::string(text);
}

Parsed<std::string> parse_sender(std::string_view text) {
  if (text.starts_with("*@")) {
    if (const auto domain = Domain::parse(text.substr(2))) return "*@" + domain->ascii();
  } else if (text.find('*') == std::string_view::npos) {
    if (const auto address = Address::parse(text)) return address->text();
  }
  return Mistake{in_quotes(text) + " is no sender: write user@example.com or \"*@example.com\""};
}

Time end_of(const CivilTime& civil, const ZoneCalendar& calendar) {
  if (civil.time_of_day) return calendar.instant(civil.date, *civil.time_of_day);
  return calendar.start_of(std::chrono::sys_days(civil.date) + std::chrono::days(1));
}

std::string date_text(const CivilTime& civil) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(civil.date.year()),
                     static_cast<unsigned>(civil.date.month()),
                     static_cast<unsigned>(civil.date.day()));
}

// What a message calls the entry: its account or name as it is written.
std::string entry_name(const Section& entry, std::string_view key) {
  const YamlNode* node = entry.find(key);
  return node == nullptr ? "the entry" : shown(node->text);
}

void read_expiry(const Section& entry, const std::string& what, const Reading& reading,
                 EntryInfo& info) {
  const auto civil = entry.read("expires", parse_civil_time);
  if (!civil) return;
  info.expires = end_of(*civil, reading.calendar);
  const Mark mark = entry.mark_of("expires");
  if (!info.applies(reading.now)) {
    reading.report.warning(
        mark, fmt::format("{} expired on {}, no longer applies", what, date_text(*civil)));
  } else if (!info.applies(reading.now + kSoon)) {
    reading.report.warning(mark, fmt::format("{} expires on {}", what, date_text(*civil)));
  }
}

// `key` holds what the entry is about.
EntryInfo read_info(const Section& entry, std::string_view key, const Reading& reading) {
  EntryInfo info;
  info.place = reading.report.place(entry.mark());
  if (entry.has("reason")) {
    entry.read_into(info.reason, "reason", parse_line);
  } else {
    entry.missing("reason", "say why, and who asked for it");
  }
  entry.read_into(info.owner, "owner", parse_line);
  read_expiry(entry, entry_name(entry, key), reading, info);
  return info;
}

// Whether an entry in front of another one of the same account leaves it nothing to say.
bool covers(const EntryInfo& first, const EntryInfo& second) {
  return !first.expires || (second.expires && *second.expires <= *first.expires);
}

void check_reachable(const EntryInfo& first, const EntryInfo& second, const Mark& mark,
                     const std::string& what, const Reading& reading) {
  if (!second.applies(reading.now) || !first.applies(reading.now)) return;
  if (!covers(first, second)) return;
  reading.report.error(mark, fmt::format("{} is listed already in line {}: this entry would never "
                                         "count",
                                         what, first.place.line));
}

// One section of the file: its entries as Sections, in order.
template <typename Read>
void each_entry(const Section& root, const SectionKeys& keys, const Read& read) {
  const YamlNode* node = root.find(keys.path);
  if (node == nullptr || node->kind == YamlNode::Kind::empty) return;
  const std::vector<YamlNode>* entries = root.list(keys.path);
  if (entries == nullptr) return;
  for (const YamlNode& entry : *entries) {
    if (entry.kind != YamlNode::Kind::map) {
      root.error(keys.path, entry.mark, "an entry must hold lines of 'name: value' after its '-'");
    } else {
      read(Section(&entry, keys, std::string(keys.path), root.report()));
    }
  }
}

std::optional<std::string> read_account(const Section& entry, const Reading& reading) {
  if (!entry.has("account")) entry.missing("account", "name the account that the entry is for");
  return entry.read("account", [&](std::string_view text) {
    return parse_account(text, reading.out.site.logins);
  });
}

// A hash table promises no order among equal keys; the first entry of the file has to be first.
template <typename Entry>
void put_in_order(const std::string& account, std::unordered_multimap<std::string, Entry>& table) {
  const auto [first, last] = table.equal_range(account);
  std::vector<Entry> entries;
  for (auto entry = first; entry != last; ++entry)
    entries.push_back(std::move(entry->second));
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.info.place.line, a.info.place.column) <
           std::tie(b.info.place.line, b.info.place.column);
  });
  auto next = entries.begin();
  for (auto entry = first; entry != last; ++entry)
    entry->second = std::move(*next++);
}

template <typename Entry>
void index_by_account(std::vector<Entry> entries, const Reading& reading,
                      std::unordered_multimap<std::string, Entry>& out) {
  std::map<std::string_view, const Entry*> first;
  std::set<std::string> several;
  for (const Entry& entry : entries) {
    const auto [known, added] = first.emplace(entry.account, &entry);
    if (added) continue;
    several.insert(entry.account);
    const Mark mark{entry.info.place.line, entry.info.place.column};
    check_reachable(known->second->info, entry.info, mark, entry.account, reading);
  }
  out.reserve(entries.size());
  for (Entry& entry : entries) {
    std::string account = entry.account;
    out.emplace(std::move(account), std::move(entry));
  }
  for (const std::string& account : several)
    put_in_order(account, out);
}

void load_group_senders(const Section& root, const Reading& reading) {
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

void load_frozen(const Section& root, const Reading& reading) {
  std::vector<FrozenEntry> entries;
  each_entry(root, keys::frozen_entry(), [&](const Section& entry) {
    const auto account = read_account(entry, reading);
    EntryInfo info = read_info(entry, "account", reading);
    if (account) entries.push_back({*account, std::move(info)});
  });
  index_by_account(std::move(entries), reading, reading.out.whitelist.frozen);
}

std::vector<Network> read_clients(const Section& entry) {
  std::vector<Network> clients;
  if (!entry.has("clients")) {
    entry.missing("clients", "list the addresses that the server sends from");
    return clients;
  }
  const auto items = entry.read_list("clients", parse_network);
  if (!items) return clients;
  for (const auto& item : *items) {
    if (std::find(clients.begin(), clients.end(), item.value) == clients.end()) {
      clients.push_back(item.value);
    } else {
      entry.error("clients", item.mark, item.value.text() + " is listed twice");
    }
  }
  const std::vector<YamlNode>* written = entry.list("clients");
  if (written != nullptr && written->empty()) {
    entry.error("clients", entry.mark_of("clients"), "is empty: nobody could use the entry");
  }
  return clients;
}

Server read_server(const Section& entry, const Reading& reading) {
  Server server;
  if (!entry.has("name")) entry.missing("name", "name the server, for example erp");
  entry.read_into(server.name, "name", parse_server_name);
  server.clients = read_clients(entry);
  if (const auto senders = entry.read_list("senders", parse_sender)) {
    for (const auto& item : *senders)
      server.senders.push_back(item.value);
  }
  server.limits = read_limits(entry, usual_rate_window(reading.out));
  server.info = read_info(entry, "name", reading);
  return server;
}

// Blocks to the servers behind them. Two servers on one block: the first in force counts.
void index_clients(const Reading& reading) {
  Whitelist& whitelist = reading.out.whitelist;
  std::map<Network, std::vector<std::size_t>> by_block;
  for (std::size_t i = 0; i < whitelist.servers.size(); ++i) {
    const Server& server = whitelist.servers[i];
    for (const Network& block : server.clients) {
      auto& sharers = by_block[block];
      if (!sharers.empty()) {
        const Mark mark{server.info.place.line, server.info.place.column};
        check_reachable(whitelist.servers[sharers.front()].info, server.info, mark,
                        "servers: " + block.text(), reading);
      }
      sharers.push_back(i);
    }
  }
  for (auto& [block, sharers] : by_block)
    whitelist.server_clients.insert(block, sharers);
}

void load_servers(const Section& root, const Reading& reading) {
  std::map<std::string, int> lines;
  bool senders_noted = false;
  each_entry(root, keys::server_entry(), [&](const Section& entry) {
    Server server = read_server(entry, reading);
    const auto [first, added] = lines.emplace(server.name, server.info.place.line);
    if (!added && !server.name.empty()) {
      entry.error("name", entry.mark_of("name"),
                  fmt::format("{} is the name of the entry in line {}", in_quotes(server.name),
                              first->second));
    }
    if (entry.has("senders") && !senders_noted) {
      senders_noted = true;
      reading.report.warning(entry.mark_of("senders"),
                             "servers.senders is checked for its spelling only: this version "
                             "refuses no sender of a listed server");
    }
    reading.out.whitelist.servers.push_back(std::move(server));
  });
  index_clients(reading);
}

}  // namespace

void load_whitelist(const YamlNode& root, const ZoneCalendar& calendar, Time now, Report& report,
                    Settings& out) {
  const Section section(&root, keys::whitelist(), "", report);
  const Reading reading{calendar, now, report, out};
  load_group_senders(section, reading);
  load_servers(section, reading);
  load_frozen(section, reading);
}

}  // namespace gatepost::config
