#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "policy/answer.hpp"

struct sqlite3;
struct sqlite3_stmt;

/// The little of SQLite that the books need: one connection, prepared statements, failures as
/// values. Not thread-safe: who holds one guards it.
namespace gatepost::store::sqlite {

/// How much a power failure may take.
enum class Durability : std::uint8_t {
  every_write,   ///< nothing that was answered
  last_moments,  ///< the newest writes; never the file's integrity
};

class Database;

/// Octets that are no text.
struct Blob {
  std::string_view bytes;
};

/// One SQL statement, prepared once. Lives no longer than its database.
class Statement {
public:
  Statement(Database& database, const char* sql);

  /// Starts anew, with these values for its parameters, in order: integers, text or Blobs.
  template <typename... Values>
  Statement& with(const Values&... values) {
    reset();
    int index = 0;
    (bind(++index, values), ...);
    return *this;
  }

  enum class Step : std::uint8_t { row, done, failed };
  /// To the next row. At `done` and `failed` the statement gives up its locks.
  Step step();
  /// Steps to the end; false where it failed.
  bool run();

  /// A column of the present row, from 0; text() also gives blobs.
  std::int64_t number(int column) const;
  std::string text(int column) const;

private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  void reset();
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);
  void bind(int index, const Blob& value);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// A connection to the file that all books of one daemon share, with its tables made.
class Database {
public:
  /// Throws std::runtime_error with a sentence for the admin where the file cannot be opened, is
  /// damaged, or was written by a newer version.
  Database(const std::filesystem::path& file, Durability durability);

  /// Runs one or several statements without parameters.
  bool execute(const char* sql);
  /// Rows changed by the last statement.
  std::int64_t changes() const;
  /// Why the last call failed.
  Unavailable unavailable() const;

private:
  friend class Statement;

  struct Close {
    void operator()(sqlite3* database) const;
  };

  void require(bool is_good) const;
  void make_tables();

  std::string file_;
  std::unique_ptr<sqlite3, Close> database_;
};

/// Undoes what was done since it was made, unless commit() succeeded.
class Transaction {
public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction(Transaction&&) = delete;
  Transaction& operator=(Transaction&&) = delete;

  bool is_open() const { return is_open_; }

  bool commit();

private:
  Database& database_;
  bool is_open_;
};

}  // namespace gatepost::store::sqlite
