#include "policy/sender_rights.hpp"

#include "policy/entry_of.hpp"

namespace gatepost {
namespace {

Right right_on_behalf(const OnBehalf& entry) {
  return {Right::Kind::on_behalf, entry.info.place, entry.sender_field};
}

// The first entry of the holder in force that names the address and that `wanted` accepts.
template <typename Wanted>
Right find_on_behalf(const HeldEntries<OnBehalf>& entries, const std::string& holder,
                     const Address& address, Time now, const Wanted& wanted) {
  const OnBehalf* found = entries.find(holder, address, [&](const OnBehalf& entry) {
    return entry.info.applies(now) && wanted(entry);
  });
  return found == nullptr ? Right{} : right_on_behalf(*found);
}

bool any_entry(const OnBehalf& /*entry*/) {
  return true;
}

}  // namespace

Right right_of_login(const Settings& settings, const Login& login, const Address& address,
                     Time now) {
  const auto& own = login.address();
  if (own && (address == *own || address.base() == *own)) {
    return {Right::Kind::own, {}, SenderField::any};
  }
  const Alias* alias = settings.whitelist.aliases.find(
      login.text(), address, [&](const Alias& entry) { return entry.info.applies(now); });
  if (alias != nullptr) return {Right::Kind::alias, alias->info.place, SenderField::any};
  if (auto place = settings.login_map.grants(address, login.text())) {
    return {Right::Kind::login_map, std::move(place), SenderField::any};
  }
  return find_on_behalf(settings.whitelist.on_behalf_of_login, login.text(), address, now,
                        any_entry);
}

Right right_of_server(const Settings& settings, const Server& server, const Address& address,
                      Time now) {
  if (server.senders.find_with_base(address) != nullptr) {
    return {Right::Kind::server_sender, server.info.place, SenderField::any};
  }
  return find_on_behalf(settings.whitelist.on_behalf_of_server, server.name, address, now,
                        any_entry);
}

Right right_of_envelope(const Settings& settings, const std::optional<IpAddress>& client,
                        const EnvelopePath& sender, const Address& address, Time now,
                        const Authentication* found) {
  if (!sender.address) return {};
  const Domain& domain = sender.address->domain();
  const auto proven = [&](const OnBehalf& entry) {
    return (client && holds(entry.clients, *client)) ||
           (entry.proof && found != nullptr && proves(*found, *entry.proof, domain));
  };
  return find_on_behalf(settings.whitelist.on_behalf_of_envelope, domain.ascii(), address, now,
                        proven);
}

const Forwarder* forwarder_of(const Settings& settings, const std::optional<IpAddress>& client,
                              Time now) {
  const Whitelist& whitelist = settings.whitelist;
  return entry_of(whitelist.forwarder_clients, whitelist.forwarders, client, now);
}

const Server* server_of(const Settings& settings, const std::optional<IpAddress>& client,
                        Time now) {
  return entry_of(settings.whitelist.server_clients, settings.whitelist.servers, client, now);
}

std::optional<Domain> site_domain_of(const Site& site, const Domain& domain) {
  std::optional<Domain> best;
  for (const Domain& ours : site.domains) {
    const bool longer = !best || ours.ascii().size() > best->ascii().size();
    if (longer && domain.is_or_under(ours)) best = ours;
  }
  return best;
}

}  // namespace gatepost
