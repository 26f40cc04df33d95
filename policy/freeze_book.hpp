#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/answer.hpp"
#include "policy/time.hpp"

namespace gatepost {

/// An account that an admin froze by hand (`gatepost account freeze`).
struct FrozenAccount {
  std::string account;  ///< canonical login
  std::string reason;
  std::string actor;  ///< the system user who did it
  Time since;

  friend bool operator==(const FrozenAccount&, const FrozenAccount&) = default;
};

/// The accounts that people froze. Reads come from this process' copy, which is at most a second
/// behind the store, and cost no round trip; writes go to the store. All methods are thread-safe.
class FreezeBook {
public:
  virtual ~FreezeBook() = default;

  /// The account's entry, from the copy. Never waits.
  virtual std::optional<FrozenAccount> frozen(std::string_view account) const = 0;
  /// All entries, from the copy, by account.
  virtual std::vector<FrozenAccount> all_frozen() const = 0;

  /// Stores the entry, replacing one of the same account. True: it was not frozen before.
  virtual Answer<bool> freeze(const FrozenAccount& entry) = 0;
  /// True: it was frozen and no longer is; false: it was not.
  virtual Answer<bool> unfreeze(std::string_view account) = 0;
};

}  // namespace gatepost
