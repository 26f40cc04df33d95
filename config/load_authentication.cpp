#include <algorithm>

#include <fmt/format.h>

#include "config/addresses.hpp"
#include "config/load_parts.hpp"
#include "config/source_text.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::config {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShortestWait{100};
constexpr milliseconds kLongestWait{30'000};
constexpr std::size_t kMostServers = 8;

Parsed<milliseconds> parse_wait(std::string_view text) {
  auto parsed = parse_duration(text);
  const auto* value = std::get_if<milliseconds>(&parsed);
  if (value == nullptr || (*value >= kShortestWait && *value <= kLongestWait)) return parsed;
  return Mistake{fmt::format("{} is outside {} to {}", in_quotes(text),
                             duration_text(kShortestWait), duration_text(kLongestWait))};
}

// RFC 8601 2.5 advises a host name; what would need quotes is none.
Parsed<std::string> parse_authserv_id(std::string_view text) {
  constexpr std::size_t kLongest = 255;
  const bool fine = std::all_of(text.begin(), text.end(), [](char c) {
    return ascii::is_alnum(c) || c == '-' || c == '_' || c == '.';
  });
  if (!fine || text.empty() || text.size() > kLongest) {
    return Mistake{
        fmt::format("{} is no name for Authentication-Results: write a host name, for example "
                    "mx.example.com",
                    in_quotes(text))};
  }
  return ascii::lower(text);
}

void load_trusted_clients(const Section& entry, std::vector<Network>& out) {
  const auto items = entry.read_list("clients", parse_trusted_network);
  if (!items) return;
  if (items->empty() && entry.list("clients")->empty()) {
    entry.error("clients", entry.mark_of("clients"),
                "lists nobody: leave it out where the filter runs in this MTA");
  }
  for (const auto& item : *items) {
    if (std::find(out.begin(), out.end(), item.value) != out.end()) {
      entry.error("clients", item.mark, item.value.text() + " is listed twice");
    } else {
      out.push_back(item.value);
    }
  }
}

void load_trusted_entry(const Section& entry, AuthenticationSettings& out) {
  TrustedResults trusted;
  const Mark mark = entry.mark_of("authserv_id");
  trusted.place = entry.report().place(entry.mark());
  if (!entry.has("authserv_id")) {
    entry.missing("authserv_id", "name the filter as its Authentication-Results do");
  }
  entry.read_into(trusted.authserv_id, "authserv_id", parse_authserv_id);
  load_trusted_clients(entry, trusted.clients);
  if (trusted.authserv_id.empty()) return;
  if (trusted.authserv_id == out.authserv_id) {
    entry.error("authserv_id", mark,
                "is authentication.authserv_id, our own: fields of that name are taken for forged");
  }
  const auto same = std::find_if(
      out.trusted.begin(), out.trusted.end(),
      [&](const TrustedResults& other) { return other.authserv_id == trusted.authserv_id; });
  if (same != out.trusted.end()) {
    entry.error("authserv_id", mark,
                fmt::format("{} is listed already in line {}: list its clients there",
                            trusted.authserv_id, same->place.line));
    return;
  }
  out.trusted.push_back(std::move(trusted));
}

void load_trusted(const Section& section, AuthenticationSettings& out) {
  const YamlNode* node = section.find("trusted_results");
  if (node == nullptr || node->kind == YamlNode::Kind::empty) return;
  const std::vector<YamlNode>* entries = section.list("trusted_results");
  if (entries == nullptr) return;
  for (const YamlNode& entry : *entries) {
    if (entry.kind != YamlNode::Kind::map) {
      section.error("trusted_results", entry.mark,
                    "an entry must hold lines of 'name: value' after its '-'");
      continue;
    }
    load_trusted_entry(Section(&entry, keys::trusted_results(), section.name_of("trusted_results"),
                               section.report()),
                       out);
  }
}

}  // namespace

void load_dns(const Section& root, DnsSettings& out) {
  const Section section = root.section("dns", keys::dns());
  section.read_into(out.timeout, "timeout", parse_wait);
  const auto items = section.read_list("servers", parse_name_server);
  if (!items) return;
  if (items->empty() && section.list("servers")->empty()) {
    section.error("servers", section.mark_of("servers"),
                  "lists none: leave it out to ask those of /etc/resolv.conf");
  }
  for (const auto& item : *items) {
    if (std::find(out.servers.begin(), out.servers.end(), item.value) != out.servers.end()) {
      section.error(
          "servers", item.mark,
          fmt::format("{}, port {}, is listed twice", item.value.address.text(), item.value.port));
    } else if (out.servers.size() == kMostServers) {
      section.error(
          "servers", item.mark,
          fmt::format("more than {} name servers: the others would hardly be asked", kMostServers));
      return;
    } else {
      out.servers.push_back(item.value);
    }
  }
}

void load_authentication(const Section& root, const DnsSettings& dns, AuthenticationSettings& out) {
  const Section section = root.section("authentication", keys::authentication());
  section.read_into(out.authserv_id, "authserv_id", parse_authserv_id);
  section.read_into(out.received_spf, "received_spf", parse_bool);
  section.read_into(out.budget, "budget", parse_wait);
  load_trusted(section, out);
  if (out.budget < dns.timeout && section.has("budget")) {
    section.report().warning(
        section.mark_of("budget"),
        fmt::format("authentication.budget: {} is less than dns.timeout ({}): no message waits "
                    "until a question has failed",
                    duration_text(out.budget), duration_text(dns.timeout)));
  }
}

}  // namespace gatepost::config
