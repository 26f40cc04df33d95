#pragma once

#include <filesystem>
#include <mutex>

#include "policy/case_book.hpp"
#include "store/sqlite.hpp"
#include "store/stores.hpp"

namespace gatepost::store {

/// How many cases are kept.
struct CaseBounds {
  std::size_t per_subject = CaseBook::kPerSubject;
  std::size_t in_all = CaseBook::kInAll;
};

/// Cases and tallies in a SQLite file. Nothing past its time is ever returned; it is deleted in
/// small pieces, beside what is recorded.
class SqliteCaseBook final : public CaseBook {
public:
  /// Throws std::runtime_error as sqlite::Database does.
  SqliteCaseBook(const std::filesystem::path& file, Clock clock, CaseBounds bounds = {});

  Answer<bool> record(const Case& record) override;
  Answer<bool> tally(RuleId rule, const Subject& subject, std::int64_t count, Time when) override;
  Answer<std::optional<Case>> find(const Reference& reference) override;
  Answer<std::vector<Case>> recent(const Subject& subject, std::size_t most) override;
  Answer<std::vector<WouldRefuse>> would_refuse(Time since) override;

private:
  bool put(const Case& record);
  bool keep_in_bounds(const std::string& subject);
  bool drop_expired();
  std::int64_t inbound_since() const;
  std::int64_t others_since() const;

  const Clock clock_;
  const CaseBounds bounds_;

  std::mutex mutex_;  ///< for all below
  sqlite::Database database_;
  sqlite::Statement has_;
  sqlite::Statement put_;
  sqlite::Statement trim_subject_;
  sqlite::Statement trim_all_;
  sqlite::Statement expire_cases_;
  sqlite::Statement expire_tallies_;
  sqlite::Statement tally_;
  sqlite::Statement find_;
  sqlite::Statement recent_;
  sqlite::Statement would_refuse_;
  std::int64_t cases_ = 0;  ///< rows, so that nobody need count them
};

}  // namespace gatepost::store
