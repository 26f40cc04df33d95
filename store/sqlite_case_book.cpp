#include "store/sqlite_case_book.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace gatepost::store {
namespace {

using sqlite::Durability;
using sqlite::Statement;

/// Rows deleted beside one write: more than one write adds, and still short.
constexpr std::int64_t kPiece = 20;

std::int64_t milliseconds_of(Time when) {
  return when.time_since_epoch().count();
}

std::int64_t hour_of(Time when) {
  return std::chrono::floor<std::chrono::hours>(when).time_since_epoch().count();
}

std::int64_t bounded(std::size_t count) {
  constexpr std::size_t kMost = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(count, kMost));
}

}  // namespace

SqliteCaseBook::SqliteCaseBook(const std::filesystem::path& file, Clock clock, CaseBounds bounds)
    : clock_(std::move(clock)),
      bounds_(bounds),
      database_(file, Durability::last_moments),
      has_(database_, "SELECT count(*) FROM cases WHERE reference = ?"),
      put_(database_,
           "INSERT OR REPLACE INTO cases (reference, subject, inbound, last, content) "
           "VALUES (?, ?, ?, ?, ?)"),
      trim_subject_(database_,
                    "DELETE FROM cases WHERE reference IN (SELECT reference FROM cases "
                    "WHERE subject = ? ORDER BY last DESC LIMIT -1 OFFSET ?)"),
      trim_all_(database_,
                "DELETE FROM cases WHERE reference IN (SELECT reference FROM ("
                "SELECT * FROM (SELECT reference, last FROM cases WHERE inbound = 0 "
                "ORDER BY last LIMIT ?1) UNION ALL "
                "SELECT * FROM (SELECT reference, last FROM cases WHERE inbound = 1 "
                "ORDER BY last LIMIT ?1)) ORDER BY last LIMIT ?1)"),
      expire_cases_(database_,
                    "DELETE FROM cases WHERE reference IN (SELECT reference FROM cases "
                    "WHERE inbound = ? AND last < ? LIMIT ?)"),
      expire_tallies_(database_,
                      "DELETE FROM tallies WHERE (hour, rule, subject) IN ("
                      "SELECT hour, rule, subject FROM tallies WHERE hour < ? LIMIT ?)"),
      tally_(database_,
             "INSERT INTO tallies (hour, rule, subject, count) VALUES (?, ?, ?, ?) "
             "ON CONFLICT DO UPDATE SET count = count + excluded.count"),
      find_(database_,
            "SELECT content FROM cases WHERE reference = ? AND "
            "last >= CASE inbound WHEN 1 THEN ? ELSE ? END"),
      recent_(database_,
              "SELECT content FROM cases WHERE subject = ? AND "
              "last >= CASE inbound WHEN 1 THEN ? ELSE ? END "
              "ORDER BY last DESC LIMIT ?"),
      would_refuse_(database_,
                    "SELECT rule, subject, sum(count) AS total FROM tallies WHERE hour >= ? "
                    "GROUP BY rule, subject ORDER BY total DESC, rule, subject") {
  Statement count(database_, "SELECT count(*) FROM cases");
  if (count.step() != Statement::Step::row) throw std::runtime_error(database_.unavailable().why);
  cases_ = count.number(0);
}

std::int64_t SqliteCaseBook::inbound_since() const {
  return milliseconds_of(clock_() - kKeptInbound);
}

std::int64_t SqliteCaseBook::others_since() const {
  return milliseconds_of(clock_() - kKept);
}

Answer<bool> SqliteCaseBook::record(const Case& record) {
  const std::lock_guard lock(mutex_);
  const std::int64_t before = cases_;
  sqlite::Transaction transaction(database_);
  if (transaction.is_open() && put(record) && keep_in_bounds(record.subject.text()) &&
      drop_expired() && transaction.commit()) {
    return true;
  }
  cases_ = before;
  return database_.unavailable();
}

bool SqliteCaseBook::put(const Case& record) {
  const std::string reference = record.reference.text();
  if (has_.with(reference).step() != Statement::Step::row) return false;
  const bool is_new = has_.number(0) == 0;
  const std::int64_t inbound = record.channel == Channel::inbound ? 1 : 0;
  const std::int64_t last = milliseconds_of(record.last);
  if (!has_.run() ||
      !put_.with(reference, record.subject.text(), inbound, last, encode(record)).run()) {
    return false;
  }
  if (is_new) ++cases_;
  return true;
}

bool SqliteCaseBook::keep_in_bounds(const std::string& subject) {
  if (!trim_subject_.with(subject, bounded(bounds_.per_subject)).run()) return false;
  cases_ -= database_.changes();
  const std::int64_t over = cases_ - bounded(bounds_.in_all);
  if (over <= 0) return true;
  if (!trim_all_.with(over).run()) return false;
  cases_ -= database_.changes();
  return true;
}

bool SqliteCaseBook::drop_expired() {
  if (!expire_cases_.with(std::int64_t{1}, inbound_since(), kPiece).run()) return false;
  cases_ -= database_.changes();
  if (!expire_cases_.with(std::int64_t{0}, others_since(), kPiece).run()) return false;
  cases_ -= database_.changes();
  return true;
}

Answer<bool> SqliteCaseBook::tally(RuleId rule, const Subject& subject, std::int64_t count,
                                   Time when) {
  const std::lock_guard lock(mutex_);
  sqlite::Transaction transaction(database_);
  if (transaction.is_open() &&
      tally_.with(hour_of(when), name(rule), subject.text(), count).run() &&
      expire_tallies_.with(hour_of(clock_() - kKept), kPiece).run() && transaction.commit()) {
    return true;
  }
  return database_.unavailable();
}

Answer<std::optional<Case>> SqliteCaseBook::find(const Reference& reference) {
  const std::lock_guard lock(mutex_);
  switch (find_.with(reference.text(), inbound_since(), others_since()).step()) {
    case Statement::Step::failed: return database_.unavailable();
    case Statement::Step::done: return std::optional<Case>{};
    case Statement::Step::row: break;
  }
  auto found = decode_case(find_.text(0));
  find_.run();
  return found;
}

Answer<std::vector<Case>> SqliteCaseBook::recent(const Subject& subject, std::size_t most) {
  const std::lock_guard lock(mutex_);
  recent_.with(subject.text(), inbound_since(), others_since(), bounded(most));
  std::vector<Case> cases;
  Statement::Step at = recent_.step();
  for (; at == Statement::Step::row; at = recent_.step()) {
    if (auto found = decode_case(recent_.text(0))) cases.push_back(*std::move(found));
  }
  if (at == Statement::Step::failed) return database_.unavailable();
  return cases;
}

Answer<std::vector<WouldRefuse>> SqliteCaseBook::would_refuse(Time since) {
  const std::lock_guard lock(mutex_);
  would_refuse_.with(std::max(hour_of(since), hour_of(clock_() - kKept)));
  std::vector<WouldRefuse> tallies;
  Statement::Step at = would_refuse_.step();
  for (; at == Statement::Step::row; at = would_refuse_.step()) {
    const auto rule = rule_from_name(would_refuse_.text(0));
    if (rule) tallies.push_back({*rule, would_refuse_.text(1), would_refuse_.number(2)});
  }
  if (at == Statement::Step::failed) return database_.unavailable();
  return tallies;
}

}  // namespace gatepost::store
