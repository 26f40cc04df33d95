#include "session/frozen.hpp"

namespace gatepost::session {

std::optional<Frozen> find_frozen(const Settings& settings, const LockBook& locks,
                                  const std::string& account, Time now) {
  const auto [first, last] = settings.whitelist.frozen.equal_range(account);
  for (auto entry = first; entry != last; ++entry) {
    const EntryInfo& info = entry->second.info;
    if (info.applies(now)) return Frozen{account, info.reason, info.place};
  }
  if (auto entry = locks.frozen(account)) return Frozen{account, entry->reason, {}};
  return {};
}

std::optional<Frozen> find_frozen(const Settings& settings, const LockBook& locks,
                                  const Address& address, Time now) {
  if (auto found = find_frozen(settings, locks, address.text(), now)) return found;
  const Address base = address.base();
  if (base == address) return {};
  return find_frozen(settings, locks, base.text(), now);
}

}  // namespace gatepost::session
