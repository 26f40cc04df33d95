#include <array>

#include <fmt/format.h>

#include "config/patterns.hpp"
#include "config/source_text.hpp"
#include "config/suggest.hpp"
#include "config/whitelist_parts.hpp"

namespace gatepost::config {
namespace {

constexpr std::array<std::string_view, 3> kWho = {"login", "server", "envelope"};

Parsed<std::string> parse_login(std::string_view text, const LoginRules& rules) {
  if (text.find('*') != std::string_view::npos) {
    return Mistake{in_quotes(text) + " is a pattern: an entry is for one login"};
  }
  return parse_account(text, rules);
}

// A word on a pattern by which a login may be everybody of a domain of the site.
void note_our_domains(const Section& entry, std::string_view key, const std::string& login,
                      const AddressPatterns& patterns, const Site& site) {
  for (const AddressPattern& pattern : patterns) {
    if (!covers_our_domain(pattern, site)) continue;
    entry.report().warning(entry.mark_of(key),
                           fmt::format("{}: {} is a whole domain of yours: {} may send as "
                                       "everybody there",
                                       entry.name_of(key), in_quotes(pattern.text()), login));
  }
}

// Which address an entry in front gives to whom already.
class Given {
public:
  explicit Given(const WhitelistReading& reading) : reading_(reading) {}

  // `who` tells holders of rights apart; `shown` is what messages call this one.
  void add(const std::string& who, const std::string& shown, const AddressPatterns& patterns,
           const EntryInfo& info) {
    for (const AddressPattern& pattern : patterns) {
      const auto [first, added] = first_.emplace(who + ' ' + pattern.text(), &info);
      if (added || !never_counts(*first->second, info, reading_.now)) continue;
      reading_.report.warning(mark_of(info),
                              fmt::format("{} may use {} by the entry in line {} already", shown,
                                          pattern.text(), first->second->place.line));
    }
  }

private:
  const WhitelistReading& reading_;
  std::unordered_map<std::string, const EntryInfo*> first_;
};

void load_aliases(const Section& root, const WhitelistReading& reading) {
  std::vector<Alias> entries;
  each_entry(root, keys::alias(), [&](const Section& entry) {
    Alias alias;
    if (!entry.has("login")) entry.missing("login", "name the login that the addresses belong to");
    entry.read_into(alias.login, "login", [&](std::string_view text) {
      return parse_login(text, reading.out.site.logins);
    });
    alias.addresses = read_patterns(entry, "addresses",
                                    "list the login's other addresses, addresses: "
                                    "[info@example.com]");
    note_our_domains(entry, "addresses", alias.login, alias.addresses, reading.out.site);
    alias.info = read_info(entry, "login", reading);
    entries.push_back(std::move(alias));
  });
  Given given(reading);
  for (const Alias& alias : entries)
    given.add(alias.login, alias.login, alias.addresses, alias.info);
  for (Alias& alias : entries) {
    std::string login = alias.login;
    reading.out.whitelist.aliases.emplace(std::move(login), std::move(alias));
  }
}

// Which of login, server and envelope the entry is for; nothing where that is reported.
std::optional<std::string_view> who_of(const Section& entry) {
  std::optional<std::string_view> who;
  for (const std::string_view key : kWho) {
    if (entry.misspelt(key)) return {};
    if (!entry.has(key)) continue;
    if (who) {
      entry.error(key, entry.mark_of(key),
                  fmt::format("stands beside {}: an entry is for one login, one server or one "
                              "envelope domain; write two entries",
                              *who));
      return {};
    }
    who = key;
  }
  if (!who) {
    entry.report().error(entry.mark(),
                         "send_on_behalf: the entry is for nobody: write login, server, or "
                         "envelope with its clients or proof");
  }
  return who;
}

using Names = std::set<std::string_view>;

void read_server_name(const Section& entry, const Names& servers, OnBehalf& out) {
  entry.read_into(out.server, "server", [&](std::string_view text) -> Parsed<std::string> {
    if (servers.count(text) != 0) return std::string(text);
    if (entry.report().full()) return Mistake{};
    return Mistake{fmt::format("{} is the name of no entry of servers{}", in_quotes(text),
                               did_you_mean(text, {servers.begin(), servers.end()}))};
  });
}

// Anybody can type an envelope sender: where such mail comes from is what proves it, or a pass of
// SPF or DKIM for that domain.
void read_proof(const Section& entry, std::string_view who, OnBehalf& out) {
  if (who != "envelope") {
    for (const char* key : {"clients", "proof"}) {
      if (!entry.has(key)) continue;
      entry.error(key, entry.mark_of(key),
                  fmt::format("is the proof of an envelope domain; a {} needs none", who));
    }
    return;
  }
  const bool proven = entry.has("proof") || entry.misspelt("proof");
  if (!entry.has("clients") && proven) return;
  out.clients = read_clients(entry,
                             "anybody can type this envelope sender, so list the addresses that "
                             "such mail comes from, clients: [192.0.2.0/28], or write proof: spf "
                             "or dkim");
}

void read_sender_field(const Section& entry, std::string_view who, OnBehalf& out) {
  entry.read_into(out.sender_field, "sender_field", [](std::string_view text) {
    return parse_choice<SenderField>(
        text,
        {{"any", SenderField::any}, {"require", SenderField::require}, {"add", SenderField::add}});
  });
  if (who == "envelope" && out.sender_field == SenderField::require) {
    entry.error("sender_field", entry.mark_of("sender_field"),
                "require works for a login or a server: mail from outside is not checked for it");
  }
}

// The entry's holder: told from others by the first text, shown as the second.
std::pair<std::string, std::string> holder_of(const OnBehalf& entry) {
  if (!entry.login.empty()) return {"login " + entry.login, entry.login};
  if (!entry.server.empty()) return {"server " + entry.server, entry.server};
  std::string clients;
  for (const Network& block : entry.clients)
    clients += ' ' + block.text();
  if (entry.proof) clients += *entry.proof == Proof::spf ? " spf" : " dkim";
  return {"envelope " + entry.envelope->ascii() + clients, entry.envelope->ascii()};
}

std::optional<OnBehalf> read_on_behalf(const Section& entry, const Names& servers,
                                       const WhitelistReading& reading) {
  OnBehalf out;
  const auto who = who_of(entry);
  entry.read_into(out.login, "login", [&](std::string_view text) {
    return parse_login(text, reading.out.site.logins);
  });
  read_server_name(entry, servers, out);
  out.envelope = entry.read("envelope", parse_domain);
  out.proof = entry.read("proof", parse_proof);
  if (who) read_proof(entry, *who, out);
  out.may_send_as = read_patterns(entry, "may_send_as",
                                  "list the addresses that may stand in From, may_send_as: "
                                  "[\"*@sales.example.com\"]");
  if (!out.login.empty()) {
    note_our_domains(entry, "may_send_as", out.login, out.may_send_as, reading.out.site);
  }
  read_sender_field(entry, who.value_or(""), out);
  out.info = read_info(entry, who.value_or("login"), reading);
  if (out.login.empty() && out.server.empty() && !out.envelope) return {};
  return out;
}

void load_on_behalf(const Section& root, const WhitelistReading& reading) {
  Names names;
  for (const Server& server : reading.out.whitelist.servers)
    names.insert(server.name);
  std::vector<OnBehalf> all;
  each_entry(root, keys::on_behalf(), [&](const Section& entry) {
    if (auto read = read_on_behalf(entry, names, reading)) all.push_back(*std::move(read));
  });
  Given given(reading);
  for (const OnBehalf& entry : all) {
    const auto [who, shown] = holder_of(entry);
    given.add(who, shown, entry.may_send_as, entry.info);
  }
  Whitelist& out = reading.out.whitelist;
  for (OnBehalf& entry : all) {
    const std::string login = entry.login;
    const std::string server = entry.server;
    if (!login.empty()) {
      out.on_behalf_of_login.emplace(login, std::move(entry));
    } else if (!server.empty()) {
      out.on_behalf_of_server.emplace(server, std::move(entry));
    } else {
      const std::string domain = entry.envelope->ascii();
      out.on_behalf_of_envelope.emplace(domain, std::move(entry));
    }
  }
}

}  // namespace

void load_sender_rights(const Section& root, const WhitelistReading& reading) {
  load_aliases(root, reading);
  load_on_behalf(root, reading);
}

}  // namespace gatepost::config
