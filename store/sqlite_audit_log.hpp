#pragma once

#include <filesystem>
#include <mutex>

#include "policy/audit.hpp"
#include "store/sqlite.hpp"

namespace gatepost::store {

/// The audit record in a SQLite file: always local, whatever store the counters are in.
class SqliteAuditLog final : public AuditLog {
public:
  /// Throws std::runtime_error as sqlite::Database does.
  explicit SqliteAuditLog(const std::filesystem::path& file);

  Answer<bool> append(const AuditRecord& record) override;
  Answer<std::vector<AuditRecord>> newest(std::size_t most) override;

private:
  std::mutex mutex_;  ///< for all below
  sqlite::Database database_;
  sqlite::Statement append_;
  sqlite::Statement newest_;
};

}  // namespace gatepost::store
