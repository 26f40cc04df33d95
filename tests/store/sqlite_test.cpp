#include <memory>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "store/sqlite_audit_log.hpp"
#include "store/sqlite_case_book.hpp"
#include "store/sqlite_freeze_book.hpp"
#include "tests/store/case_book_contract.hpp"
#include "tests/store/freeze_book_contract.hpp"
#include "tests/store/hand_clock.hpp"
#include "tests/store/temp_dir.hpp"

namespace gatepost::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class SqliteWorld {
public:
  store::SqliteFreezeBook& freezes() { return *freezes_; }

  store::SqliteCaseBook& cases() { return *cases_; }

  HandClock& clock() { return clock_; }

  std::filesystem::path file() const { return dir_.path() / "gatepost.db"; }

  void reopen(store::CaseBounds bounds = {}) {
    freezes_.reset();
    cases_.reset();
    freezes_ = std::make_unique<store::SqliteFreezeBook>(file());
    cases_ = std::make_unique<store::SqliteCaseBook>(file(), clock_.clock(), bounds);
  }

  SqliteWorld() { reopen(); }

private:
  TempDir dir_;
  HandClock clock_{kTestStart};
  std::unique_ptr<store::SqliteFreezeBook> freezes_;
  std::unique_ptr<store::SqliteCaseBook> cases_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, FreezeBookContract, SqliteWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, CaseBookContract, SqliteWorld);

class SqliteCaseBook : public CaseBookContract<SqliteWorld> {
protected:
  bool has(std::uint64_t bits) {
    return known(cases().find(Reference::from_bits(bits))).has_value();
  }

  std::int64_t rows() {
    store::sqlite::Database database(world_.file(), store::sqlite::Durability::last_moments);
    store::sqlite::Statement count(database, "SELECT count(*) FROM cases");
    EXPECT_EQ(count.step(), store::sqlite::Statement::Step::row);
    return count.number(0);
  }
};

TEST_F(SqliteCaseBook, InboundCasesGoAfterThreeDaysOthersAfterThirty) {
  Case inbound = sample_case(1, "c:192.0.2.1", now());
  inbound.channel = Channel::inbound;
  record(inbound);
  record(sample_case(2, "u:ann", now()));
  world_.clock().move(hours(3 * 24));
  EXPECT_TRUE(has(1));
  world_.clock().move(minutes(1));
  EXPECT_FALSE(has(1));
  EXPECT_TRUE(recent("c:192.0.2.1", 10).empty());
  EXPECT_EQ(rows(), 2) << "not shown, though not yet deleted";
  record(sample_case(3, "u:bob", now()));
  EXPECT_EQ(rows(), 2);
  world_.clock().move(hours(27 * 24));
  EXPECT_FALSE(has(2));
  EXPECT_TRUE(has(3));
}

TEST_F(SqliteCaseBook, TalliesGoAfterThirtyDays) {
  tally(RuleId::message_rate, "u:ann", 1, now());
  EXPECT_EQ(known(cases().would_refuse(Time{})).size(), 1u);
  world_.clock().move(hours(30 * 24 + 1));
  EXPECT_TRUE(known(cases().would_refuse(Time{})).empty());
}

TEST_F(SqliteCaseBook, OfAllCasesTheOldestGoFirst) {
  world_.reopen({.per_subject = 50, .in_all = 10});
  for (std::uint64_t i = 1; i <= 15; ++i) {
    Case each = sample_case(i, "u:user" + std::to_string(i), now() + minutes(i));
    each.channel = i % 2 == 0 ? Channel::inbound : Channel::submission;
    record(each);
  }
  EXPECT_EQ(rows(), 10);
  for (std::uint64_t i = 1; i <= 15; ++i)
    EXPECT_EQ(has(i), i > 5) << i;
  world_.reopen({.per_subject = 50, .in_all = 4});
  record(sample_case(16, "u:x", now() + minutes(16)));
  EXPECT_EQ(rows(), 4) << "a smaller bound holds from the next record on";
}

TEST_F(SqliteCaseBook, ACaseThatMovesToAnotherSubjectIsOnlyThere) {
  record(sample_case(1, "u:ann", now()));
  record(sample_case(1, "u:bob", now()));
  EXPECT_TRUE(recent("u:ann", 10).empty());
  EXPECT_EQ(recent("u:bob", 10).size(), 1u);
}

TEST_F(SqliteCaseBook, MayBeReadWhileItIsWritten) {
  std::thread writer([&] {
    for (std::uint64_t i = 1; i <= 300; ++i)
      record(sample_case(i, "u:ann", now()));
  });
  for (int i = 0; i < 300; ++i) {
    EXPECT_LE(recent("u:ann", 100).size(), CaseBook::kPerSubject);
    EXPECT_TRUE(value_of(world_.freezes().freeze(frozen_entry("ann@example.com"))));
  }
  writer.join();
  EXPECT_EQ(recent("u:ann", 100).size(), CaseBook::kPerSubject);
}

TEST(SqliteAuditLog, GivesTheNewestFirstOverARestart) {
  const TempDir dir;
  const auto file = dir.path() / "gatepost.db";
  const auto entry = [](int number) {
    return AuditRecord{
        kTestStart + minutes(number), "root", "account freeze", "ann" + std::to_string(number),
        "ticket 4711\nline two",      "done"};
  };
  {
    store::SqliteAuditLog log(file);
    EXPECT_EQ(log.newest(10), Answer<std::vector<AuditRecord>>{std::vector<AuditRecord>{}});
    for (int i = 1; i <= 3; ++i)
      EXPECT_TRUE(value_of(log.append(entry(i))));
  }
  store::SqliteAuditLog log(file);
  EXPECT_EQ(log.newest(2),
            (Answer<std::vector<AuditRecord>>{std::vector<AuditRecord>{entry(3), entry(2)}}));
}

/// What opening the file says.
std::string complaint(const std::filesystem::path& file) {
  try {
    const store::SqliteFreezeBook book(file);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(SqliteFile, ADamagedOneIsRefusedWithAdvice) {
  const TempDir dir;
  const auto file = dir.path() / "gatepost.db";
  write_file(file, std::string(8192, 'x'));
  const std::string said = complaint(file);
  EXPECT_NE(said.find(file.string() + ": "), std::string::npos) << said;
  EXPECT_NE(said.find("The file is damaged"), std::string::npos) << said;
  EXPECT_NE(said.find(".recover"), std::string::npos) << said;
}

TEST(SqliteFile, DamageBehindTheHeaderIsRefusedWithAdvice) {
  const TempDir dir;
  const auto file = dir.path() / "gatepost.db";
  EXPECT_EQ(complaint(file), "");
  std::string bytes = read_file(file);
  for (std::size_t i = 100; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(i * 7);
  write_file(file, bytes);
  EXPECT_NE(complaint(file).find("The file is damaged"), std::string::npos) << complaint(file);
}

TEST(SqliteFile, OneOfANewerVersionIsRefused) {
  const TempDir dir;
  const auto file = dir.path() / "gatepost.db";
  EXPECT_EQ(complaint(file), "");
  {
    store::sqlite::Database database(file, store::sqlite::Durability::last_moments);
    ASSERT_TRUE(database.execute("PRAGMA user_version = 99"));
  }
  EXPECT_NE(complaint(file).find("newer version"), std::string::npos) << complaint(file);
}

TEST(SqliteFile, ADirectoryThatIsMissingIsSaid) {
  const TempDir dir;
  EXPECT_NE(complaint(dir.path() / "none" / "gatepost.db").find("writable by the user"),
            std::string::npos);
}

TEST(SqliteFile, IsNotReadableForEverybody) {
  const TempDir dir;
  const auto file = dir.path() / "gatepost.db";
  EXPECT_EQ(complaint(file), "");
  EXPECT_EQ(std::filesystem::status(file).permissions() & std::filesystem::perms::others_all,
            std::filesystem::perms::none);
}

}  // namespace
}  // namespace gatepost::test
