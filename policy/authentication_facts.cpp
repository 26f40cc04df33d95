#include "policy/authentication_facts.hpp"

#include <algorithm>

#include "policy/entry_of.hpp"
#include "policy/facts.hpp"
#include "policy/mail/authentication_words.hpp"
#include "policy/read_header.hpp"
#include "policy/settings.hpp"

namespace gatepost {
namespace {

// The first entry of `key` in force that `wanted` accepts, in file order; null where there is none.
template <typename Table, typename Wanted>
const auto* first_of(const Table& table, const std::string& key, Time now, const Wanted& wanted) {
  const auto [first, last] = table.equal_range(key);
  const auto found = std::find_if(first, last, [&](const auto& each) {
    return each.second.info.applies(now) && wanted(each.second);
  });
  return found == last ? nullptr : &found->second;
}

std::optional<Place> excepted_domain(const Whitelist& whitelist, const Connection& connection,
                                     const Domain& author, Time now) {
  if (!connection.client) return {};
  for (const UnauthenticatedDomain& entry : whitelist.unauthenticated_domains) {
    const bool meant = author.is_or_under(entry.domain) && entry.info.applies(now);
    if (meant && holds(entry.clients, *connection.client)) return entry.info.place;
  }
  return {};
}

// From the newest seal down as far as they are trusted: what the lowest of these sealers found is
// what the others vouch for (RFC 8617 7.2).
std::optional<Place> trusted_sealer(const Whitelist& whitelist, const Authentication& found,
                                    const Domain& author, Time now) {
  if (found.arc.result != ArcResult::pass) return {};
  const ArcSet* lowest = nullptr;
  const TrustedSealer* entry = nullptr;
  for (auto set = found.arc.sets.rbegin(); set != found.arc.sets.rend(); ++set) {
    const TrustedSealer* trusted = nullptr;
    if (set->sealer) {
      trusted = first_of(whitelist.trusted_sealers, set->sealer->ascii(), now,
                         [](const TrustedSealer&) { return true; });
    }
    if (trusted == nullptr) break;
    lowest = &*set;
    entry = trusted;
  }
  if (lowest == nullptr || !saw_author_proven(lowest->found, author)) return {};
  return entry->info.place;
}

std::optional<Place> known_list(const Whitelist& whitelist, const Connection& connection,
                                const MessageHeader& header, const Authentication& found,
                                Time now) {
  const std::string list = list_id_of(header);
  if (list.empty()) return {};
  const MailingList* entry =
      first_of(whitelist.mailing_lists, list, now, [&](const MailingList& each) {
        return (connection.client && holds(each.clients, *connection.client)) ||
               (each.proof && each.domain && proves(found, *each.proof, *each.domain));
      });
  if (entry == nullptr) return {};
  return entry->info.place;
}

}  // namespace

AuthenticationFacts authentication_facts(const Settings& settings, const Connection& connection,
                                         const MessageHeader& header, Authentication found,
                                         Time now) {
  const Whitelist& whitelist = settings.whitelist;
  AuthenticationFacts out{
      .found = std::move(found), .excepted_domain = {}, .trusted_sealer = {}, .known_list = {}};
  out.known_list = known_list(whitelist, connection, header, out.found, now);
  const auto& author = out.found.dmarc.author;
  if (!author) return out;
  out.excepted_domain = excepted_domain(whitelist, connection, *author, now);
  out.trusted_sealer = trusted_sealer(whitelist, out.found, *author, now);
  return out;
}

}  // namespace gatepost
