#include "store/sqlite_audit_log.hpp"

#include <algorithm>
#include <limits>

namespace gatepost::store {

using sqlite::Statement;

SqliteAuditLog::SqliteAuditLog(const std::filesystem::path& file)
    : database_(file, sqlite::Durability::every_write),
      append_(database_,
              "INSERT INTO audit (at, actor, action, target, reason, result) "
              "VALUES (?, ?, ?, ?, ?, ?)"),
      newest_(database_,
              "SELECT at, actor, action, target, reason, result FROM audit "
              "ORDER BY id DESC LIMIT ?") {}

Answer<bool> SqliteAuditLog::append(const AuditRecord& record) {
  const std::int64_t when = record.when.time_since_epoch().count();
  const std::lock_guard lock(mutex_);
  append_.with(when, record.actor, record.action, record.target, record.reason, record.result);
  if (!append_.run()) return database_.unavailable();
  return true;
}

Answer<std::vector<AuditRecord>> SqliteAuditLog::newest(std::size_t most) {
  constexpr std::size_t kMost = std::numeric_limits<std::int64_t>::max();
  const std::lock_guard lock(mutex_);
  newest_.with(static_cast<std::int64_t>(std::min(most, kMost)));
  std::vector<AuditRecord> records;
  Statement::Step at = newest_.step();
  for (; at == Statement::Step::row; at = newest_.step()) {
    records.push_back({Time(std::chrono::milliseconds(newest_.number(0))), newest_.text(1),
                       newest_.text(2), newest_.text(3), newest_.text(4), newest_.text(5)});
  }
  if (at == Statement::Step::failed) return database_.unavailable();
  return records;
}

}  // namespace gatepost::store
