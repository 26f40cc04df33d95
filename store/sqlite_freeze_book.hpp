#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "policy/freeze_book.hpp"
#include "store/sqlite.hpp"

namespace gatepost::store {

/// The frozen accounts of a single daemon: all in memory for reading, in a SQLite file to last.
class SqliteFreezeBook final : public FreezeBook {
public:
  /// Throws std::runtime_error as sqlite::Database does.
  explicit SqliteFreezeBook(const std::filesystem::path& file);

  std::optional<FrozenAccount> frozen(std::string_view account) const override;
  std::vector<FrozenAccount> all_frozen() const override;
  Answer<bool> freeze(const FrozenAccount& entry) override;
  Answer<bool> unfreeze(std::string_view account) override;

private:
  void load();

  std::mutex writing_;  ///< for the database; taken before copy_mutex_, which no write holds long
  sqlite::Database database_;
  sqlite::Statement freeze_;
  sqlite::Statement unfreeze_;

  mutable std::shared_mutex copy_mutex_;  ///< for copy_
  std::map<std::string, FrozenAccount, std::less<>> copy_;
};

}  // namespace gatepost::store
