#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "store/lock_records.hpp"
#include "store/lock_table.hpp"
#include "store/memory_lock_records.hpp"
#include "store/record_lock_book.hpp"
#include "store/sqlite.hpp"
#include "store/stores.hpp"

namespace gatepost::store {

/// Records of a single daemon: in memory, and written through to a SQLite file to outlast it. Where
/// the file cannot be written, memory goes on alone, and the log says so once, and once when the
/// file can be written again; what changed meanwhile is in the file when it changes again.
class SqliteLockRecords final : public LockRecords {
public:
  /// Throws std::runtime_error as sqlite::Database does.
  SqliteLockRecords(const std::filesystem::path& file, Clock clock, Log log,
                    LockBounds bounds = {});

  Answer<Loaded> load(Kind kind, std::string_view key) override;
  Answer<bool> replace(Kind kind, std::string_view key, std::string_view expected,
                       std::string_view next, Time forget_at) override;
  Answer<bool> put_lock(const ClientLock& lock) override;
  Answer<bool> lift_lock(const Network& network, Time now) override;

  /// The locks that the file held when it was opened and that hold yet.
  std::vector<ClientLock> take_locks() { return std::move(locks_); }

private:
  void load_records();
  void load_locks();
  bool write_record(Kind kind, std::string_view key, std::string_view next, Time forget_at,
                    const std::vector<std::string>& dropped);
  bool write_lock(const ClientLock& lock, const std::vector<Network>& dropped);
  void wrote(bool is_good);

  const Clock clock_;
  const Log log_;
  MemoryLockRecords memory_;
  std::vector<ClientLock> locks_;

  std::mutex writing_;  ///< for all below; held over a change in memory, so both keep one order
  sqlite::Database database_;
  sqlite::Statement put_record_;
  sqlite::Statement drop_record_;
  sqlite::Statement put_lock_;
  sqlite::Statement drop_lock_;
  bool fails_ = false;
};

/// The lock book of a single daemon: records, copy and rules in one.
class SqliteLockBook {
public:
  /// Throws std::runtime_error as sqlite::Database does.
  SqliteLockBook(const std::filesystem::path& file, const Clock& clock, const Log& log,
                 LockBounds bounds = {})
      : records_(file, clock, log, bounds), table_(bounds.locks), book_(records_, table_) {
    table_.assign(records_.take_locks());
  }

  LockBook& book() { return book_; }

private:
  SqliteLockRecords records_;
  LockTable table_;
  RecordLockBook book_;
};

}  // namespace gatepost::store
