#include <algorithm>

#include <fmt/format.h>

#include "config/load_parts.hpp"
#include "config/source_text.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::config {
namespace {

constexpr std::size_t kLongestName = 64;

// What an MTA can call a listener: it travels as a milter macro and is compared as it is.
Parsed<std::string> parse_daemon_name(std::string_view text) {
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (text.empty() || !printable) {
    return Mistake{in_quotes(text) + " is no listener name: letters, digits and signs, no spaces"};
  }
  return std::string(text);
}

void load_daemon_names(const Section& section, std::set<std::string>& out) {
  const auto items = section.read_list("daemon_names", parse_daemon_name);
  if (!items) return;
  out.clear();
  for (const auto& item : *items) {
    if (out.insert(item.value).second) continue;
    section.error("daemon_names", item.mark, in_quotes(item.value) + " is listed twice");
  }
}

void load_relay(const Section& section, NetworkMap<char>& out) {
  const auto items = section.read_list("clients", parse_trusted_network);
  if (!items) {
    for (const char* block : {"127.0.0.1/32", "::1/128"})
      out.insert(*Network::parse(block), 0);
    return;
  }
  for (const auto& item : *items) {
    if (out.insert(item.value, 0)) continue;
    section.error("clients", item.mark, item.value.text() + " is listed twice");
  }
}

void check_apart(const Section& channels, const Channels& read) {
  for (const std::string& name : read.server_daemons) {
    if (read.submission_daemons.count(name) == 0) continue;
    channels.error("server", channels.mark_of("server"),
                   fmt::format("{} is a listener of channels.submission too: a listener is for "
                               "people or for servers",
                               in_quotes(name)));
  }
}

void load_members(const Section& section, const LoginRules& rules, Group& group) {
  if (!section.has("members")) {
    section.missing("members", "list accounts, or \"*@domain\" for all of a domain");
    return;
  }
  const auto items = section.read_list(
      "members", [&](std::string_view text) { return parse_member(text, rules); });
  if (!items) return;
  std::set<std::string_view> seen;
  for (const auto& item : *items) {
    if (seen.insert(item.value).second) {
      group.members.push_back(item.value);
    } else {
      section.error("members", item.mark, in_quotes(item.value) + " is listed twice");
    }
  }
}

bool is_group_name(std::string_view name) {
  const bool fine = std::none_of(name.begin(), name.end(), ascii::is_control);
  return fine && !name.empty() && name.size() <= kLongestName;
}

}  // namespace

void load_channels(const Section& root, Channels& out) {
  const Section channels = root.section("channels", keys::channels());
  out.submission_daemons = {"ORIGINATING", "SUBMISSION", "SMTPS", "MSA"};
  load_daemon_names(channels.section("submission", keys::submission()), out.submission_daemons);
  load_daemon_names(channels.section("server", keys::server()), out.server_daemons);
  load_relay(channels.section("relay", keys::relay()), out.relay_clients);
  check_apart(channels, out);
}

void load_domains(const Section& root, Settings& out) {
  Report& report = root.report();
  for (const MapEntry* entry : Section::named_entries(root.find("domains"), "domains", report)) {
    const std::string path = "domains." + entry->key.text;
    const Section section(&entry->value, keys::domain(), path, report);
    DomainLimits limits{read_limits(section, usual_rate_window(out)),
                        report.place(entry->key.mark)};
    require_a_limit(section, shown(path));
    const auto domain = parse_domain(entry->key.text);
    if (const auto* wrong = std::get_if<Mistake>(&domain)) {
      report.error(entry->key.mark, "domains: " + wrong->text);
    } else if (!out.domains.emplace(std::get<Domain>(domain), limits).second) {
      report.error(entry->key.mark, in_quotes(path) + " is the same domain as one above");
    }
  }
}

void load_groups(const Section& root, Settings& out) {
  Report& report = root.report();
  for (const MapEntry* entry : Section::named_entries(root.find("groups"), "groups", report)) {
    const std::string path = "groups." + entry->key.text;
    const Section section(&entry->value, keys::group(), path, report);
    if (!is_group_name(entry->key.text)) {
      report.error(entry->key.mark, fmt::format("groups: {} is no name: 1 to {} bytes",
                                                in_quotes(entry->key.text), kLongestName));
    }
    Group group{.name = entry->key.text,
                .members = {},
                .limits = read_limits(section, usual_rate_window(out)),
                .place = report.place(entry->key.mark)};
    require_a_limit(section, shown(path));
    load_members(section, out.site.logins, group);
    for (const std::string& member : group.members) {
      out.groups_of[member].push_back(out.groups.size());
    }
    out.groups.push_back(std::move(group));
  }
}

}  // namespace gatepost::config
