#include <fmt/format.h>

#include "config/source_text.hpp"
#include "config/whitelist_parts.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::config {
namespace {

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

Server read_server(const Section& entry, const WhitelistReading& reading) {
  Server server;
  if (!entry.has("name")) entry.missing("name", "name the server, for example erp");
  entry.read_into(server.name, "name", parse_server_name);
  server.clients = read_clients(entry, "list the addresses that the server sends from");
  server.senders = read_patterns(
      entry, "senders", "list what the server may send as, for example senders: [erp@example.com]");
  server.limits = read_limits(entry, usual_rate_window(reading.out));
  server.info = read_info(entry, "name", reading);
  return server;
}

// Without a listener of its own a server is known by its address alone, before our own machines
// are.
void note_relays(const Section& entry, const Server& server, const Channels& channels) {
  if (!channels.server_daemons.empty()) return;
  for (const Network& block : server.clients) {
    for (const auto& [relay, unused] : channels.relay_clients) {
      if (!block.contains(relay.address()) && !relay.contains(block.address())) continue;
      entry.report().warning(
          entry.mark_of("clients"),
          fmt::format("{} is one of channels.relay.clients too: mail that comes back through it is "
                      "taken for the server's; give servers a listener, channels.server",
                      relay.text()));
      return;
    }
  }
}

void load_servers(const Section& root, const WhitelistReading& reading) {
  Whitelist& whitelist = reading.out.whitelist;
  std::map<std::string, int> lines;
  each_entry(root, keys::server_entry(), [&](const Section& entry) {
    Server server = read_server(entry, reading);
    const auto [first, added] = lines.emplace(server.name, server.info.place.line);
    if (!added && !server.name.empty()) {
      entry.error("name", entry.mark_of("name"),
                  fmt::format("{} is the name of the entry in line {}", in_quotes(server.name),
                              first->second));
    }
    note_relays(entry, server, reading.out.channels);
    whitelist.servers.push_back(std::move(server));
  });
  whitelist.server_clients = index_clients(
      whitelist.servers, [&](const Server& first, const Server& later, const Network& block) {
        if (!never_counts(first.info, later.info, reading.now)) return;
        reading.report.error(mark_of(later.info),
                             fmt::format("servers: {} is listed already in line {}: this entry "
                                         "would never count",
                                         block.text(), first.info.place.line));
      });
}

void load_forwarders(const Section& root, const WhitelistReading& reading) {
  Whitelist& whitelist = reading.out.whitelist;
  each_entry(root, keys::forwarder(), [&](const Section& entry) {
    Forwarder forwarder;
    forwarder.clients = read_clients(entry, "list the addresses that pass on mail of others");
    forwarder.info = read_info(entry, "clients", reading);
    whitelist.forwarders.push_back(std::move(forwarder));
  });
  whitelist.forwarder_clients = index_clients(
      whitelist.forwarders,
      [&](const Forwarder& first, const Forwarder& later, const Network& block) {
        if (!never_counts(first.info, later.info, reading.now)) return;
        reading.report.warning(mark_of(later.info),
                               fmt::format("forwarders: {} is listed already in line {}",
                                           block.text(), first.info.place.line));
      });
}

// The entry of rules.login_lockout by which nobody in `block` is ever locked.
const Place* never_locked(const Network& block, const LoginLockout& rule) {
  for (const auto* exempt : {&rule.trusted, &rule.webmail}) {
    if (!exempt->contains(block.address())) continue;
    for (const auto& [wider, place] : *exempt) {
      const bool whole = wider.prefix_in_128() <= block.prefix_in_128();
      if (whole && wider.contains(block.address())) return &place;
    }
  }
  return nullptr;
}

void note_office_figure(const Section& entry, const Office& office, const LoginLockout& rule) {
  if (office.login_failures != 0 && office.login_failures < rule.failures) {
    entry.report().warning(entry.mark_of("login_failures"),
                           fmt::format("offices.login_failures: {} is less than the {} of others: "
                                       "this office is locked sooner than they are",
                                       office.login_failures, rule.failures));
  }
  for (const Network& block : office.clients) {
    const Place* place = never_locked(block, rule);
    if (place == nullptr) continue;
    entry.report().warning(entry.mark_of("clients"),
                           fmt::format("offices.clients: {} is never locked by {}, so this entry "
                                       "does nothing for it",
                                       block.text(), place->text()));
  }
}

void load_offices(const Section& root, const WhitelistReading& reading) {
  constexpr std::int64_t kFewest = 2;
  constexpr std::int64_t kMost = 1000;
  Whitelist& whitelist = reading.out.whitelist;
  const auto& rule = rule_of<LoginLockout>(reading.out.rules);
  each_entry(root, keys::office(), [&](const Section& entry) {
    Office office;
    office.clients = read_clients(entry, "list the addresses that the office logs in from");
    if (!entry.has("login_failures")) {
      entry.missing("login_failures",
                    "say how many failed logins lock an address, for example 100");
    }
    entry.read_into(office.login_failures, "login_failures",
                    [](std::string_view text) { return parse_number(text, kFewest, kMost); });
    note_office_figure(entry, office, rule);
    office.info = read_info(entry, "clients", reading);
    whitelist.offices.push_back(std::move(office));
  });
  whitelist.office_clients = index_clients(
      whitelist.offices, [&](const Office& first, const Office& later, const Network& block) {
        if (!never_counts(first.info, later.info, reading.now)) return;
        reading.report.error(mark_of(later.info),
                             fmt::format("offices: {} is listed already in line {}: this entry "
                                         "would never count",
                                         block.text(), first.info.place.line));
      });
}

}  // namespace

void load_machines(const Section& root, const WhitelistReading& reading) {
  load_servers(root, reading);
  load_forwarders(root, reading);
  load_offices(root, reading);
}

}  // namespace gatepost::config
