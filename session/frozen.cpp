#include "session/frozen.hpp"

namespace gatepost::session {

std::optional<Frozen> find_frozen(const Settings& settings, const FreezeBook& freezes,
                                  const std::string& account, Time now) {
  const auto [first, last] = settings.whitelist.frozen.equal_range(account);
  for (auto entry = first; entry != last; ++entry) {
    const EntryInfo& info = entry->second.info;
    if (info.applies(now)) return Frozen{account, info.reason, info.place};
  }
  if (auto entry = freezes.frozen(account)) return Frozen{account, entry->reason, {}};
  return {};
}

std::optional<Frozen> find_frozen(const Settings& settings, const FreezeBook& freezes,
                                  const Address& address, Time now) {
  if (auto found = find_frozen(settings, freezes, address.text(), now)) return found;
  const Address base = address.base();
  if (base == address) return {};
  return find_frozen(settings, freezes, base.text(), now);
}

}  // namespace gatepost::session
