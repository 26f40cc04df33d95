#pragma once

#include <mutex>
#include <string>

#include "policy/answer.hpp"
#include "policy/store_status.hpp"
#include "store/stores.hpp"

namespace gatepost::store {

/// Keeps the status of a store that is a file, and says in the log, once each, when it cannot be
/// written and when it can again. Thread-safe.
class WriteWatch {
public:
  WriteWatch(std::string where, Clock clock, Log log);

  void called();
  /// What came of writing a charge.
  void charged(const Answer<bool>& written);
  /// What came of making charges durable.
  void synced(const Answer<bool>& synced);

  StoreStatus status() const;

private:
  const Clock clock_;
  const Log log_;

  mutable std::mutex mutex_;  ///< for all below
  StoreStatus status_;
  bool sync_fails_ = false;
};

}  // namespace gatepost::store
