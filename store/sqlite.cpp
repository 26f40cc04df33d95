#include "store/sqlite.hpp"

#include <stdexcept>

#include <fcntl.h>
#include <sqlite3.h>

#include "store/file.hpp"

namespace gatepost::store::sqlite {
namespace {

constexpr std::int64_t kSchemaVersion = 2;
constexpr int kBusyMilliseconds = 2000;

constexpr const char* kSchema = R"sql(
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS cases (
    reference TEXT PRIMARY KEY, subject TEXT NOT NULL, inbound INTEGER NOT NULL,
    last INTEGER NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS cases_by_subject ON cases (subject, last);
  CREATE INDEX IF NOT EXISTS cases_by_age ON cases (inbound, last);
  CREATE TABLE IF NOT EXISTS tallies (
    hour INTEGER NOT NULL, rule TEXT NOT NULL, subject TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (hour, rule, subject)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS frozen (
    account TEXT PRIMARY KEY, reason TEXT NOT NULL, actor TEXT NOT NULL,
    since INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL,
    action TEXT NOT NULL, target TEXT NOT NULL, reason TEXT NOT NULL, result TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS lock_records (
    kind INTEGER NOT NULL, key TEXT NOT NULL, forget_at INTEGER NOT NULL, record BLOB NOT NULL,
    PRIMARY KEY (kind, key)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS login_locks (
    network TEXT PRIMARY KEY, until INTEGER NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
  PRAGMA user_version = 2;
  COMMIT;
)sql";

std::string advice(int code, const std::string& file) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ". The file is damaged. Stop gatepostd, keep a copy, then restore " + file +
             " from a backup or try `sqlite3 " + file +
             " .recover`; or move it away (with its -wal and -shm files) to start without cases, "
             "accounts frozen by command, locked addresses, and audit record. Counters are not in "
             "it.";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return ". It and its directory must be writable by the user gatepostd runs as.";
    default: return "";
  }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Statement::Statement(Database& database, const char* sql) {
  sqlite3_stmt* made = nullptr;
  const int code = sqlite3_prepare_v3(database.database_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT,
                                      &made, nullptr);
  statement_.reset(made);
  database.require(code == SQLITE_OK);
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

void Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), index, value);
}

void Statement::bind(int index, std::string_view value) {
  // A null pointer would bind NULL, and an empty view may hold one.
  sqlite3_bind_text64(statement_.get(), index, value.empty() ? "" : value.data(), value.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind(int index, const Blob& value) {
  sqlite3_bind_blob64(statement_.get(), index, value.bytes.empty() ? "" : value.bytes.data(),
                      value.bytes.size(), SQLITE_TRANSIENT);
}

Statement::Step Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return Step::row;
  sqlite3_reset(statement_.get());
  return code == SQLITE_DONE ? Step::done : Step::failed;
}

bool Statement::run() {
  Step at = step();
  while (at == Step::row)
    at = step();
  return at == Step::done;
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* start = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return start == nullptr ? "" : std::string(start, static_cast<std::size_t>(size));
}

Database::Database(const std::filesystem::path& file, Durability durability)
    : file_(file.string()) {
  // Made here, so that it is not readable for everybody; SQLite gives its side files the same mode.
  File::open(file, O_RDWR | O_CREAT);
  sqlite3* made = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file_.c_str(), &made, flags, nullptr);
  database_.reset(made);
  require(code == SQLITE_OK);
  sqlite3_extended_result_codes(made, 1);
  sqlite3_busy_timeout(made, kBusyMilliseconds);
  require(execute("PRAGMA journal_mode = WAL"));
  require(execute("PRAGMA journal_size_limit = 16777216"));
  require(execute(durability == Durability::every_write ? "PRAGMA synchronous = FULL"
                                                        : "PRAGMA synchronous = NORMAL"));
  make_tables();
}

void Database::make_tables() {
  Statement version(*this, "PRAGMA user_version");
  require(version.step() == Statement::Step::row);
  const std::int64_t found = version.number(0);
  require(version.run());
  if (found > kSchemaVersion) {
    throw std::runtime_error(file_ + " was written by a newer version of gatepostd (layout " +
                             std::to_string(found) + ", this one knows " +
                             std::to_string(kSchemaVersion) +
                             "). Install that version again, or move the file away.");
  }
  if (found < kSchemaVersion) require(execute(kSchema));
}

bool Database::execute(const char* sql) {
  return sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(database_.get());
}

Unavailable Database::unavailable() const {
  return {file_ + ": " + sqlite3_errmsg(database_.get()) +
          advice(sqlite3_errcode(database_.get()), file_)};
}

void Database::require(bool is_good) const {
  if (!is_good) throw std::runtime_error(unavailable().why);
}

Transaction::Transaction(Database& database)
    : database_(database), is_open_(database.execute("BEGIN IMMEDIATE")) {}

Transaction::~Transaction() {
  if (is_open_) database_.execute("ROLLBACK");
}

bool Transaction::commit() {
  if (!is_open_ || !database_.execute("COMMIT")) return false;
  is_open_ = false;
  return true;
}

}  // namespace gatepost::store::sqlite
