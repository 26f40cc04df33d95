#include <fmt/format.h>

#include "config/source_text.hpp"
#include "config/whitelist_parts.hpp"
#include "policy/mail/ascii.hpp"
#include "policy/mail/list_id.hpp"
#include "policy/sender_rights.hpp"

namespace gatepost::config {
namespace {

// What entries in front are for, and where: a second one for the same thing is worth a word.
class Seen {
public:
  explicit Seen(const WhitelistReading& reading) : reading_(reading) {}

  // `what` is what the message calls it.
  void add(const std::string& what, const EntryInfo& info) {
    const auto [first, added] = first_.emplace(what, info);
    if (added || !never_counts(first->second, info, reading_.now)) return;
    reading_.report.warning(mark_of(info), fmt::format("{} is listed already in line {}", what,
                                                       first->second.place.line));
  }

private:
  const WhitelistReading& reading_;
  std::unordered_map<std::string, EntryInfo> first_;
};

// The name of one machine's domain, not of all of the DNS below it.
Parsed<Domain> parse_own_domain(std::string_view text) {
  auto domain = parse_domain(text);
  const auto* parsed = std::get_if<Domain>(&domain);
  if (parsed != nullptr && parsed->ascii().find('.') == std::string::npos) {
    return Mistake{in_quotes(text) + " is a whole top-level domain: write example.com"};
  }
  return domain;
}

// This exception lifts dmarc alone.
void note_our_domain(const Section& entry, const Domain& domain, const Site& site) {
  if (!site_domain_of(site, domain)) return;
  entry.report().warning(
      entry.mark_of("domain"),
      fmt::format("unauthenticated_domains: {} is yours: own_domains_from_outside "
                  "still judges it; write an entry of send_on_behalf or "
                  "forwarders instead",
                  domain.ascii()));
}

void load_unauthenticated_domains(const Section& root, const WhitelistReading& reading) {
  Seen seen(reading);
  each_entry(root, keys::unauthenticated_domain(), [&](const Section& entry) {
    if (!entry.has("domain")) entry.missing("domain", "name the domain in From, example.com");
    const auto domain = entry.read("domain", parse_own_domain);
    std::vector<Network> clients =
        read_clients(entry,
                     "anybody can type this domain, so list the addresses that its mail "
                     "comes from, clients: [192.0.2.0/28]");
    EntryInfo info = read_info(entry, "domain", reading);
    if (!domain) return;
    note_our_domain(entry, *domain, reading.out.site);
    for (const Network& block : clients) {
      seen.add(fmt::format("unauthenticated_domains: {} from {}", domain->ascii(), block.text()),
               info);
    }
    reading.out.whitelist.unauthenticated_domains.push_back(
        {*domain, std::move(clients), std::move(info)});
  });
}

void load_trusted_sealers(const Section& root, const WhitelistReading& reading) {
  Seen seen(reading);
  std::vector<TrustedSealer> entries;
  each_entry(root, keys::trusted_sealer(), [&](const Section& entry) {
    if (!entry.has("sealer")) {
      entry.missing("sealer", "name the domain that seals, the d= of its ARC-Seal");
    }
    const auto sealer = entry.read("sealer", parse_own_domain);
    EntryInfo info = read_info(entry, "sealer", reading);
    if (!sealer) return;
    seen.add("trusted_sealers: " + sealer->ascii(), info);
    entries.push_back({*sealer, std::move(info)});
  });
  index_entries(
      std::move(entries), [](const TrustedSealer& entry) { return entry.sealer.ascii(); },
      reading.out.whitelist.trusted_sealers);
}

Parsed<std::string> parse_list(std::string_view text) {
  if (text.find('@') != std::string_view::npos) {
    return Mistake{in_quotes(text) +
                   " is an address: write what stands in the brackets of the list's List-Id, "
                   "dev.lists.example.com"};
  }
  const auto in_brackets = parse_list_id(text);
  std::string list = in_brackets ? *in_brackets : ascii::lower(text);
  if (is_list_id(list)) return list;
  return Mistake{in_quotes(text) +
                 " is no List-Id: write what stands in its brackets, dev.lists.example.com"};
}

// Anybody can type a List-Id: it counts from these machines, or where a domain passes.
void read_proof(const Section& entry, MailingList& out) {
  const bool by_domain = entry.has("domain") || entry.has("proof");
  if (entry.has("clients") ||
      (!by_domain && !entry.misspelt("domain") && !entry.misspelt("proof"))) {
    out.clients = read_clients(entry,
                               "anybody can type this List-Id, so list the addresses that the "
                               "list's mail comes from, clients: [192.0.2.0/28], or write domain "
                               "and proof");
  }
  out.domain = entry.read("domain", parse_own_domain);
  out.proof = entry.read("proof", parse_proof);
  if (!by_domain) return;
  if (!entry.has("proof")) {
    entry.missing("proof", "say what has to pass for the domain, proof: spf or dkim");
  }
  if (!entry.has("domain")) {
    entry.missing("domain", "name the domain that has to pass, lists.example.com");
  }
}

void load_mailing_lists(const Section& root, const WhitelistReading& reading) {
  Seen seen(reading);
  std::vector<MailingList> entries;
  each_entry(root, keys::mailing_list(), [&](const Section& entry) {
    MailingList list;
    if (!entry.has("list")) {
      entry.missing("list", "write what stands in the brackets of the list's List-Id");
    }
    entry.read_into(list.list, "list", parse_list);
    read_proof(entry, list);
    list.info = read_info(entry, "list", reading);
    if (list.list.empty()) return;
    for (const Network& block : list.clients)
      seen.add(fmt::format("mailing_lists: {} from {}", list.list, block.text()), list.info);
    if (list.domain && list.proof) {
      seen.add(fmt::format("mailing_lists: {} with {} of {}", list.list,
                           *list.proof == Proof::spf ? "SPF" : "DKIM", list.domain->ascii()),
               list.info);
    }
    entries.push_back(std::move(list));
  });
  index_entries(
      std::move(entries), [](const MailingList& entry) { return entry.list; },
      reading.out.whitelist.mailing_lists);
}

}  // namespace

void load_mail_origins(const Section& root, const WhitelistReading& reading) {
  load_unauthenticated_domains(root, reading);
  load_trusted_sealers(root, reading);
  load_mailing_lists(root, reading);
}

}  // namespace gatepost::config
