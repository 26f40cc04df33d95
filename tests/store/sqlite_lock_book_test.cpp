#include <csignal>
#include <memory>
#include <stdexcept>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/sqlite_lock_records.hpp"
#include "tests/store/hand_clock.hpp"
#include "tests/store/lock_book_contract.hpp"
#include "tests/store/temp_dir.hpp"

namespace gatepost::test {
namespace {

class SqliteLockWorld {
public:
  SqliteLockWorld() { reopen(); }

  LockBook& locks() { return book_->book(); }

  Time now() { return clock_.now(); }

  void advance(std::chrono::milliseconds by) { clock_.move(by); }

  void reopen() {
    book_.reset();
    book_ = std::make_unique<store::SqliteLockBook>(dir_.path() / "gatepost.db", clock_.clock(),
                                                    [](const std::string&) {});
  }

private:
  TempDir dir_;
  HandClock clock_{kTestStart};
  std::unique_ptr<store::SqliteLockBook> book_;
};

/// Reopening gives another book over the same records; the list is handed on as a daemon's copy.
class MemoryLockWorld {
public:
  LockBook& locks() { return *book_; }

  Time now() { return clock_.now(); }

  void advance(std::chrono::milliseconds by) { clock_.move(by); }

  void reopen() {
    book_ = std::make_unique<store::RecordLockBook>(records_, table_);
    table_.assign(table_.locks(now()));
  }

private:
  HandClock clock_{kTestStart};
  store::MemoryLockRecords records_{clock_.clock()};
  store::LockTable table_;
  std::unique_ptr<store::RecordLockBook> book_ =
      std::make_unique<store::RecordLockBook>(records_, table_);
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, LockBookContract, SqliteLockWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, LockBookContract, MemoryLockWorld);

TEST(SqliteLockBook, AKilledDaemonLosesNoFailureThatWasAnswered) {
  const TempDir dir;
  const HandClock clock(kTestStart);
  const auto file = dir.path() / "gatepost.db";
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    store::SqliteLockBook book(file, clock.clock(), [](const std::string&) {});
    for (int i = 0; i < 10; ++i) {
      const auto answer =
          book.book().fail(attempt("ann@example.com"), lock_terms(), kLockReference);
      if (value_of(answer) == nullptr || ::write(ends[1], "x", 1) != 1) ::_exit(1);
    }
    for (;;)
      ::pause();
  }
  ::close(ends[1]);
  char octet = 0;
  for (int i = 0; i < 10; ++i)
    ASSERT_EQ(::read(ends[0], &octet, 1), 1);
  ::kill(child, SIGKILL);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  store::SqliteLockBook book(file, clock.clock(), [](const std::string&) {});
  EXPECT_TRUE(book.book().lock_of(kClient.address(), clock.now()));
}

/// Records where another writer is faster so many times, and whose list may be away.
class BusyRecords final : public store::LockRecords {
public:
  explicit BusyRecords(store::LockRecords& records) : records_(records) {}

  Answer<Loaded> load(Kind kind, std::string_view key) override { return records_.load(kind, key); }

  Answer<bool> replace(Kind kind, std::string_view key, std::string_view expected,
                       std::string_view next, Time forget_at) override {
    if (kind == Kind::network && faster-- > 0) {
      store::LockTable table;
      store::RecordLockBook other(records_, table);
      EXPECT_TRUE(value_of(other.fail(attempt("bob@example.com"), lock_terms(), kLockReference)));
    }
    if (never) return false;
    return records_.replace(kind, key, expected, next, forget_at);
  }

  Answer<bool> put_lock(const ClientLock& lock) override {
    if (list_is_away) return Unavailable{"away"};
    ++puts;
    return records_.put_lock(lock);
  }

  Answer<bool> lift_lock(const Network& network, Time now) override {
    return records_.lift_lock(network, now);
  }

  int faster = 0;
  int puts = 0;
  bool never = false;  ///< nothing is ever replaced
  bool list_is_away = false;

private:
  store::LockRecords& records_;
};

TEST(RecordLockBook, BeginsAnewWhereAnotherWasFaster) {
  const HandClock clock(kTestStart);
  store::MemoryLockRecords memory(clock.clock());
  BusyRecords records(memory);
  store::LockTable table;
  store::RecordLockBook book(records, table);
  records.faster = 3;
  const auto answer = book.fail(attempt("ann@example.com"), lock_terms(), kLockReference);
  ASSERT_TRUE(value_of(answer));
  EXPECT_EQ(value_of(answer)->counted, 4) << "nobody's failure is lost";
}

TEST(RecordLockBook, GivesUpWhereOthersAreAlwaysFaster) {
  const HandClock clock(kTestStart);
  store::MemoryLockRecords memory(clock.clock());
  BusyRecords records(memory);
  store::LockTable table;
  store::RecordLockBook book(records, table);
  LockoutTerms terms = lock_terms();
  terms.failures = 1000;
  records.never = true;
  const auto answer = book.fail(attempt("ann@example.com"), terms, kLockReference);
  ASSERT_TRUE(std::holds_alternative<Unavailable>(answer));
  EXPECT_NE(std::get<Unavailable>(answer).why.find("too many writers"), std::string::npos);
}

TEST(RecordLockBook, ALockThatMissedTheListIsPutThereByTheNextFailure) {
  const HandClock clock(kTestStart);
  store::MemoryLockRecords memory(clock.clock());
  BusyRecords records(memory);
  {
    store::LockTable table;
    store::RecordLockBook book(records, table);
    records.list_is_away = true;
    for (int i = 0; i < 10; ++i)
      static_cast<void>(book.fail(attempt("ann@example.com"), lock_terms(), kLockReference));
    EXPECT_TRUE(book.lock_of(kClient.address(), clock.now())) << "holds here at once";
  }
  records.list_is_away = false;
  store::LockTable table;
  store::RecordLockBook book(records, table);
  EXPECT_FALSE(book.lock_of(kClient.address(), clock.now()));
  static_cast<void>(book.fail(attempt("ann@example.com"), lock_terms(), kLockReference));
  EXPECT_EQ(records.puts, 1);
  EXPECT_TRUE(book.lock_of(kClient.address(), clock.now()));
}

TEST(MemoryLockRecords, ALockMadeBeforeItsNetworkWasUnlockedIsTurnedAway) {
  const HandClock clock(kTestStart);
  store::MemoryLockRecords records(clock.clock());
  ClientLock lock{.network = kClient,
                  .reference = kLockReference,
                  .since = kTestStart,
                  .until = kTestStart + std::chrono::hours(1),
                  .actor = {},
                  .reason = {},
                  .failures = 10,
                  .within = {},
                  .logins = {},
                  .offence = 1};
  EXPECT_EQ(records.lift_lock(kClient, kTestStart), Answer<bool>{false});
  EXPECT_EQ(records.put_lock(lock), Answer<bool>{false});
  lock.since += std::chrono::milliseconds(1);
  EXPECT_EQ(records.put_lock(lock), Answer<bool>{true});
  EXPECT_EQ(records.lift_lock(kClient, kTestStart), Answer<bool>{true});
}

TEST(MemoryLockRecords, TheLeastRecentlyChangedGoFirst) {
  using Kind = store::LockRecords::Kind;
  HandClock clock(kTestStart);
  store::MemoryLockRecords records(clock.clock(), {.networks = 2, .logins = 2, .locks = 2});
  const Time end = kTestStart + std::chrono::hours(1);
  for (const char* key : {"a", "b"})
    EXPECT_EQ(records.replace(Kind::network, key, "", "1", end), Answer<bool>{true});
  EXPECT_EQ(records.replace(Kind::network, "a", "1", "2", end), Answer<bool>{true});
  EXPECT_EQ(records.replace(Kind::network, "a", "1", "3", end), Answer<bool>{false});
  EXPECT_EQ(records.replace(Kind::network, "c", "", "1", end), Answer<bool>{true});
  EXPECT_EQ(records.size(Kind::network), 2u);
  const auto record = [&](const char* key) {
    return value_of(records.load(Kind::network, key)) == nullptr
               ? std::string("?")
               : std::get<store::LockRecords::Loaded>(records.load(Kind::network, key)).record;
  };
  EXPECT_EQ(record("b"), "");
  EXPECT_EQ(record("a"), "2");
  clock.move(std::chrono::hours(1));
  EXPECT_EQ(record("a"), "");
}

}  // namespace
}  // namespace gatepost::test
