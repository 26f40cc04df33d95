#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/answer.hpp"
#include "policy/client_lock.hpp"
#include "policy/mail/network.hpp"
#include "policy/time.hpp"

namespace gatepost::store {

/// Where a lock book keeps what it knows: records that are changed by compare and set, and the
/// list of locks. The rules of counting are the book's (record_lock_book.hpp), so every store has
/// the same. All methods are thread-safe.
class LockRecords {
public:
  /// What a record is about. Bounded for each kind: LockBook::kMostNetworks, the least recently
  /// changed go first.
  enum class Kind : std::uint8_t { network, login };

  struct Loaded {
    Time now;            ///< the store's clock
    std::string record;  ///< empty: there is none
  };

  virtual ~LockRecords() = default;

  virtual Answer<Loaded> load(Kind kind, std::string_view key) = 0;
  /// Puts `next` (empty: nothing) where `expected` (empty: nothing) stands, to be forgotten at
  /// `forget_at`. False: something else stands there by now, load it again.
  virtual Answer<bool> replace(Kind kind, std::string_view key, std::string_view expected,
                               std::string_view next, Time forget_at) = 0;

  /// Puts a lock on the list in the place of one of the same network; done twice it is the same.
  /// A lock that was made before its network was last unlocked is not put there. Bounded:
  /// LockBook::kMostLocks, those that end first go first.
  virtual Answer<bool> put_lock(const ClientLock& lock) = 0;
  /// Takes the network's lock off the list. False: there was none.
  virtual Answer<bool> lift_lock(const Network& network, Time now) = 0;
};

}  // namespace gatepost::store
