#include "store/sqlite_lock_records.hpp"

#include <stdexcept>

#include "store/lock_codec.hpp"

namespace gatepost::store {
namespace {

using sqlite::Blob;
using sqlite::Statement;

std::int64_t milliseconds_of(Time when) {
  return when.time_since_epoch().count();
}

}  // namespace

SqliteLockRecords::SqliteLockRecords(const std::filesystem::path& file, Clock clock, Log log,
                                     LockBounds bounds)
    : clock_(std::move(clock)),
      log_(std::move(log)),
      memory_(clock_, bounds),
      database_(file, sqlite::Durability::last_moments),
      put_record_(database_,
                  "INSERT OR REPLACE INTO lock_records (kind, key, forget_at, record) "
                  "VALUES (?, ?, ?, ?)"),
      drop_record_(database_, "DELETE FROM lock_records WHERE kind = ? AND key = ?"),
      put_lock_(database_,
                "INSERT OR REPLACE INTO login_locks (network, until, content) VALUES (?, ?, ?)"),
      drop_lock_(database_, "DELETE FROM login_locks WHERE network = ?") {
  load_records();
  load_locks();
}

void SqliteLockRecords::load_records() {
  Statement expired(database_, "DELETE FROM lock_records WHERE forget_at <= ?");
  if (!expired.with(milliseconds_of(clock_())).run()) {
    throw std::runtime_error(database_.unavailable().why);
  }
  Statement all(database_,
                "SELECT kind, key, forget_at, record FROM lock_records "
                "ORDER BY forget_at");
  Statement::Step at = all.step();
  std::vector<std::pair<Kind, std::string>> dropped;
  for (; at == Statement::Step::row; at = all.step()) {
    const Kind kind = all.number(0) == 0 ? Kind::network : Kind::login;
    const Time forget_at{std::chrono::milliseconds(all.number(2))};
    auto change = memory_.change_record(kind, all.text(1), {}, all.text(3), forget_at);
    for (std::string& key : change.dropped_keys)
      dropped.emplace_back(kind, std::move(key));
  }
  if (at == Statement::Step::failed) throw std::runtime_error(database_.unavailable().why);
  for (const auto& [kind, key] : dropped)
    wrote(drop_record_.with(static_cast<std::int64_t>(kind), key).run());
}

void SqliteLockRecords::load_locks() {
  const Time now = clock_();
  Statement expired(database_, "DELETE FROM login_locks WHERE until <= ?");
  if (!expired.with(milliseconds_of(now)).run()) {
    throw std::runtime_error(database_.unavailable().why);
  }
  Statement all(database_, "SELECT content FROM login_locks");
  Statement::Step at = all.step();
  for (; at == Statement::Step::row; at = all.step()) {
    auto lock = decode_lock(all.text(0));
    if (!lock) continue;
    memory_.change_lock(*lock);
    locks_.push_back(*std::move(lock));
  }
  if (at == Statement::Step::failed) throw std::runtime_error(database_.unavailable().why);
}

Answer<LockRecords::Loaded> SqliteLockRecords::load(Kind kind, std::string_view key) {
  return memory_.load(kind, key);
}

Answer<bool> SqliteLockRecords::replace(Kind kind, std::string_view key, std::string_view expected,
                                        std::string_view next, Time forget_at) {
  const std::lock_guard guard(writing_);
  const auto change = memory_.change_record(kind, key, expected, next, forget_at);
  if (change.done) wrote(write_record(kind, key, next, forget_at, change.dropped_keys));
  return change.done;
}

bool SqliteLockRecords::write_record(Kind kind, std::string_view key, std::string_view next,
                                     Time forget_at, const std::vector<std::string>& dropped) {
  sqlite::Transaction transaction(database_);
  if (!transaction.is_open()) return false;
  const auto number = static_cast<std::int64_t>(kind);
  const bool put =
      next.empty() ? drop_record_.with(number, key).run()
                   : put_record_.with(number, key, milliseconds_of(forget_at), Blob{next}).run();
  if (!put) return false;
  for (const std::string& each : dropped) {
    if (!drop_record_.with(number, each).run()) return false;
  }
  return transaction.commit();
}

Answer<bool> SqliteLockRecords::put_lock(const ClientLock& lock) {
  const std::lock_guard guard(writing_);
  const auto change = memory_.change_lock(lock);
  if (change.done) wrote(write_lock(lock, change.dropped_locks));
  return change.done;
}

bool SqliteLockRecords::write_lock(const ClientLock& lock, const std::vector<Network>& dropped) {
  sqlite::Transaction transaction(database_);
  const std::string content = encode(lock);
  if (!transaction.is_open() ||
      !put_lock_.with(lock.network.text(), milliseconds_of(lock.until), Blob{content}).run()) {
    return false;
  }
  for (const Network& each : dropped) {
    if (!drop_lock_.with(each.text()).run()) return false;
  }
  return transaction.commit();
}

Answer<bool> SqliteLockRecords::lift_lock(const Network& network, Time now) {
  const std::lock_guard guard(writing_);
  auto lifted = memory_.lift_lock(network, now);
  wrote(drop_lock_.with(network.text()).run());
  return lifted;
}

void SqliteLockRecords::wrote(bool is_good) {
  if (is_good == !fails_) return;
  fails_ = !is_good;
  log_(fails_ ? "login failures and locks cannot be written, and will be lost with this process: " +
                    database_.unavailable().why
              : "login failures and locks are written again");
}

}  // namespace gatepost::store
