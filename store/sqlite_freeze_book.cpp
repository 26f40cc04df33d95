#include "store/sqlite_freeze_book.hpp"

#include <stdexcept>

namespace gatepost::store {

using sqlite::Statement;

SqliteFreezeBook::SqliteFreezeBook(const std::filesystem::path& file)
    : database_(file, sqlite::Durability::every_write),
      freeze_(database_,
              "INSERT OR REPLACE INTO frozen (account, reason, actor, since) VALUES (?, ?, ?, ?)"),
      unfreeze_(database_, "DELETE FROM frozen WHERE account = ?") {
  load();
}

void SqliteFreezeBook::load() {
  Statement all(database_, "SELECT account, reason, actor, since FROM frozen");
  Statement::Step at = all.step();
  for (; at == Statement::Step::row; at = all.step()) {
    FrozenAccount entry{all.text(0), all.text(1), all.text(2),
                        Time(std::chrono::milliseconds(all.number(3)))};
    copy_.emplace(entry.account, entry);
  }
  if (at == Statement::Step::failed) throw std::runtime_error(database_.unavailable().why);
}

std::optional<FrozenAccount> SqliteFreezeBook::frozen(std::string_view account) const {
  const std::shared_lock lock(copy_mutex_);
  const auto found = copy_.find(account);
  if (found == copy_.end()) return {};
  return found->second;
}

std::vector<FrozenAccount> SqliteFreezeBook::all_frozen() const {
  const std::shared_lock lock(copy_mutex_);
  std::vector<FrozenAccount> all;
  all.reserve(copy_.size());
  for (const auto& [account, entry] : copy_)
    all.push_back(entry);
  return all;
}

Answer<bool> SqliteFreezeBook::freeze(const FrozenAccount& entry) {
  const std::lock_guard writing(writing_);
  const std::int64_t since = entry.since.time_since_epoch().count();
  if (!freeze_.with(entry.account, entry.reason, entry.actor, since).run()) {
    return database_.unavailable();
  }
  const std::unique_lock lock(copy_mutex_);
  return copy_.insert_or_assign(entry.account, entry).second;
}

Answer<bool> SqliteFreezeBook::unfreeze(std::string_view account) {
  const std::lock_guard writing(writing_);
  if (!unfreeze_.with(account).run()) return database_.unavailable();
  const std::unique_lock lock(copy_mutex_);
  const auto found = copy_.find(account);
  if (found == copy_.end()) return false;
  copy_.erase(found);
  return true;
}

}  // namespace gatepost::store
