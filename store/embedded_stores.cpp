#include "store/embedded_stores.hpp"

#include "store/embedded_ledger.hpp"
#include "store/sqlite_audit_log.hpp"
#include "store/sqlite_case_book.hpp"
#include "store/sqlite_freeze_book.hpp"
#include "store/sqlite_lock_records.hpp"
#include "store/state_lock.hpp"

namespace gatepost::store {
namespace {

class EmbeddedStores final : public Stores {
public:
  EmbeddedStores(const std::filesystem::path& state_dir, const Clock& clock, const Log& log)
      : lock_(state_dir),
        ledger_(state_dir / "journal", clock, log),
        freezes_(database_file(state_dir)),
        locks_(database_file(state_dir), clock, log),
        cases_(database_file(state_dir), clock),
        audit_(database_file(state_dir)) {}

  Ledger& ledger() override { return ledger_; }

  FreezeBook& freezes() override { return freezes_; }

  LockBook& locks() override { return locks_.book(); }

  CaseBook& cases() override { return cases_; }

  AuditLog& audit() override { return audit_; }

  StoreStatus status() const override { return ledger_.status(); }

private:
  StateLock lock_;  ///< before everything in the directory, and given back after it
  EmbeddedLedger ledger_;
  SqliteFreezeBook freezes_;
  SqliteLockBook locks_;
  SqliteCaseBook cases_;
  SqliteAuditLog audit_;
};

}  // namespace

std::filesystem::path database_file(const std::filesystem::path& state_dir) {
  return state_dir / "gatepost.db";
}

std::unique_ptr<Stores> open_embedded_stores(const std::filesystem::path& state_dir,
                                             const Clock& clock, const Log& log) {
  return std::make_unique<EmbeddedStores>(state_dir, clock, log);
}

}  // namespace gatepost::store
