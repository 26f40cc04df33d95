#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "policy/audit.hpp"
#include "policy/case_book.hpp"
#include "policy/freeze_book.hpp"
#include "policy/ledger.hpp"
#include "policy/lock_book.hpp"
#include "policy/store_settings.hpp"
#include "policy/store_status.hpp"

namespace gatepost::store {

using Clock = std::function<Time()>;

/// The system clock, as stores take it.
Clock system_clock();

/// Writes one line for the daemon's log; safe on every thread.
using Log = std::function<void(const std::string& line)>;

/// All ports over one store, opened together and closed together. The ports are thread-safe.
class Stores {
public:
  virtual ~Stores() = default;

  virtual Ledger& ledger() = 0;
  virtual FreezeBook& freezes() = 0;
  virtual LockBook& locks() = 0;
  virtual CaseBook& cases() = 0;
  virtual AuditLog& audit() = 0;
  virtual StoreStatus status() const = 0;
};

/// Takes the lock of `state_dir`, which must exist and be writable, and opens what `settings` ask
/// for. A Redis that is away is no failure: the stores start in their away mode. Throws
/// std::runtime_error with a sentence for the admin where it cannot work at all: state_dir locked
/// by another daemon, not writable, a journal that cannot be read.
std::unique_ptr<Stores> open_stores(const StoreSettings& settings,
                                    const std::filesystem::path& state_dir, const Clock& clock,
                                    const Log& log);

}  // namespace gatepost::store
