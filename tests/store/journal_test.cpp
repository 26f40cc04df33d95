#include "store/journal.hpp"

#include <csignal>
#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "store/embedded_ledger.hpp"
#include "tests/store/hand_clock.hpp"
#include "tests/store/log_lines.hpp"
#include "tests/store/temp_dir.hpp"

namespace gatepost::test {
namespace {

constexpr Counter kDaily{Unit::recipients, Window::calendar_day()};
constexpr std::uint64_t kHeader = store::kJournalHeader.size();

/// The file of a journal, and ledgers opened over it one after the other.
class Journal : public testing::Test {
protected:
  std::filesystem::path file() const { return dir_.path() / "journal"; }

  std::unique_ptr<store::EmbeddedLedger> open() {
    return std::make_unique<store::EmbeddedLedger>(file(), clock_.clock(), log_.log());
  }

  LedgerRequest request(std::int64_t amount) const {
    return {Subject::from_text("u:ann"), {{kDaily, amount, {}, true}}, days_at(clock_.now())};
  }

  bool charge(Ledger& ledger, std::int64_t amount) {
    return value_of(ledger.settle(request(amount), Token{++last_token_})) != nullptr;
  }

  std::int64_t used(Ledger& ledger) const {
    const auto answer = ledger.look(request(0));
    return value_of(answer) == nullptr ? -1 : value_of(answer)->readings.at(0).used;
  }

  /// Charges 1, 2, 4, ...: what is used then tells which of them a reader has.
  std::vector<std::uint64_t> write_powers(int count) {
    const auto ledger = open();
    std::vector<std::uint64_t> ends;
    for (int i = 0; i < count; ++i) {
      charge(*ledger, std::int64_t{1} << i);
      ends.push_back(ledger->journal_size());
    }
    return ends;
  }

  TempDir dir_;
  HandClock clock_{kTestStart};
  LogLines log_;
  std::uint64_t last_token_ = 0;
};

TEST_F(Journal, RecordsAreReadAsTheyWereWritten) {
  const Time now = kTestStart;
  const std::vector<store::JournalRecord> records{
      {.sequence = 1, .subject = "", .portions = {}, .answer = {}},
      {.sequence = ~std::uint64_t{0},
       .subject = std::string("u:\0\n\xff", 5),
       .portions = {{{Unit::messages, {std::chrono::seconds(900)}}, now, {}, 1},
                    {kDaily, now, now - std::chrono::hours(10), 1'000'000'000'000}},
       .answer = {}},
      {.sequence = 3,
       .subject = "u:ann",
       .portions = {},
       .answer = store::JournalAnswer{Token{~std::uint64_t{0}},
                                      {.now = now,
                                       .refused = true,
                                       .repeated = false,
                                       .source = Source::store,
                                       .readings = {{.used = 5,
                                                     .over = true,
                                                     .clears_at = now + std::chrono::hours(1),
                                                     .resets_at = now - std::chrono::hours(1)},
                                                    {}}}}}};
  for (const auto& record : records) {
    const std::string content = encode(record);
    EXPECT_EQ(store::decode_record(content), record);
    for (std::size_t size = 0; size < content.size(); ++size) {
      EXPECT_FALSE(store::decode_record(content.substr(0, size))) << "cut to " << size;
    }
    EXPECT_FALSE(store::decode_record(content + '\0'));
  }
}

TEST_F(Journal, ATornTailIsCutAtEveryOctetAndNothingElseIsLost) {
  const auto ends = write_powers(6);
  const std::string whole = read_file(file());
  ASSERT_EQ(whole.size(), ends.back());
  for (std::uint64_t size = 0; size <= whole.size(); ++size) {
    write_file(file(), whole.substr(0, size));
    std::size_t complete = 0;
    while (complete < ends.size() && ends[complete] <= size)
      ++complete;
    const std::uint64_t end = complete == 0 ? kHeader : ends[complete - 1];
    LogLines log;
    auto ledger = std::make_unique<store::EmbeddedLedger>(file(), clock_.clock(), log.log());
    ASSERT_EQ(used(*ledger), (std::int64_t{1} << complete) - 1) << "cut to " << size;
    ASSERT_EQ(log.lines().size(), size == end ? 0u : 1u) << "cut to " << size;
    ASSERT_TRUE(charge(*ledger, 1000));
    ledger.reset();
    ASSERT_EQ(used(*open()), (std::int64_t{1} << complete) - 1 + 1000) << "cut to " << size;
  }
}

TEST_F(Journal, ADamagedOctetCostsItsRecordAlone) {
  const auto ends = write_powers(6);
  const std::string whole = read_file(file());
  for (std::uint64_t offset = kHeader; offset < whole.size(); ++offset) {
    std::string damaged = whole;
    damaged[offset] = static_cast<char>(damaged[offset] ^ 0x20);
    write_file(file(), damaged);
    std::size_t hit = 0;
    while (ends[hit] <= offset)
      ++hit;
    LogLines log;
    store::EmbeddedLedger ledger(file(), clock_.clock(), log.log());
    ASSERT_EQ(used(ledger), 63 - (std::int64_t{1} << hit)) << "at " << offset;
    const std::uint64_t begin = hit == 0 ? kHeader : ends[hit - 1];
    ASSERT_TRUE(log.says("at offset " + std::to_string(begin))) << "at " << offset;
    if (hit + 1 == ends.size()) continue;  // the last one cannot be told from a torn tail
    ASSERT_TRUE(log.says("are damaged"));
    ASSERT_EQ(read_file(dir_.path() / "journal.damaged"), damaged);
  }
}

TEST_F(Journal, ADamagedFileIsSoundAfterCompaction) {
  write_powers(6);
  std::string bytes = read_file(file());
  bytes[kHeader + 20] = static_cast<char>(bytes[kHeader + 20] ^ 1);
  write_file(file(), bytes);
  ASSERT_TRUE(value_of(open()->compact()));
  const auto lines = log_.lines().size();
  EXPECT_EQ(used(*open()), 62);
  EXPECT_EQ(log_.lines().size(), lines) << "it was reported once";
}

TEST_F(Journal, GarbageBehindTheLastRecordIsCut) {
  write_powers(3);
  write_file(file(), read_file(file()) + std::string(5000, '\0') + "\xf7G\x0dP garbage");
  EXPECT_EQ(used(*open()), 7);
  EXPECT_TRUE(log_.says("cut off the last"));
}

TEST_F(Journal, AForeignFileIsRefusedAndLeftAlone) {
  for (const std::string text : {"gatepost journal 2\nwhatever", "PK\x03\x04"}) {
    write_file(file(), text);
    try {
      open();
      ADD_FAILURE() << "accepted: " << text;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find(file().string()), std::string::npos);
      EXPECT_NE(std::string(error.what()).find("move it away"), std::string::npos);
    }
    EXPECT_EQ(read_file(file()), text);
  }
}

TEST_F(Journal, AMissingDirectoryIsSaid) {
  EXPECT_THROW(store::EmbeddedLedger(dir_.path() / "no" / "journal", clock_.clock(), log_.log()),
               std::runtime_error);
}

TEST_F(Journal, ARewriteThatWasCutShortLeavesTheOldFileInForce) {
  write_powers(3);
  write_file(dir_.path() / "journal.new", "gatepost journal 1\nhalf a record");
  auto ledger = open();
  EXPECT_EQ(used(*ledger), 7);
  EXPECT_TRUE(value_of(ledger->compact()));
  EXPECT_EQ(used(*ledger), 7);
  ledger.reset();
  EXPECT_EQ(used(*open()), 7);
}

TEST_F(Journal, AsksForARewriteWhenMostOfItIsPastUse) {
  store::Journal journal(file(), log_.log(), [](const store::JournalRecord&) {});
  store::JournalRecord record{.sequence = 0,
                              .subject = std::string(60'000, 'a'),
                              .portions = {{kDaily, kTestStart, kTestStart, 1}},
                              .answer = {}};
  std::uint64_t appended = 0;
  while (!journal.wants_rewrite()) {
    record.sequence = journal.next_sequence();
    ASSERT_TRUE(value_of(journal.append(record)));
    ASSERT_LT(++appended, 1000u);
  }
  EXPECT_GT(journal.size(), 8'000'000u);
  ASSERT_TRUE(value_of(journal.rewrite([&](const auto& emit) { emit(encode(record)); })));
  EXPECT_FALSE(journal.wants_rewrite());
  EXPECT_LT(journal.size(), 61'000u);
}

/// No file of this process may grow beyond `octets`, as if the disk were full, while it lives.
class FullDisk {
public:
  explicit FullDisk(std::uint64_t octets) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = octets;
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }

  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    static_cast<void>(std::signal(SIGXFSZ, handler_));
  }

  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST_F(Journal, AFullDiskIsUnavailableAndNothingIsChargedUntilThereIsSpace) {
  auto ledger = open();
  charge(*ledger, 1);
  const std::uint64_t size = ledger->journal_size();
  {
    const FullDisk full(size + 30);  // a part of a record fits
    const auto answer = ledger->settle(request(10), Token{99});
    ASSERT_TRUE(std::holds_alternative<Unavailable>(answer));
    EXPECT_NE(std::get<Unavailable>(answer).why.find(file().string()), std::string::npos);
    EXPECT_EQ(used(*ledger), 1) << "looking still works, and tells what is known";
    EXPECT_TRUE(ledger->status().away);
    EXPECT_EQ(ledger->status().unanswered, 1u);
    EXPECT_FALSE(charge(*ledger, 100));
  }
  {
    const FullDisk full(size / 2);
    EXPECT_TRUE(std::holds_alternative<Unavailable>(ledger->compact()));
    EXPECT_EQ(ledger->journal_size(), size) << "the file that could not be replaced";
  }
  EXPECT_EQ(log_.lines().size(), 1u) << "said once, not for every message";
  EXPECT_TRUE(value_of(ledger->settle(request(10), Token{99}))) << "the same message, tried again";
  EXPECT_FALSE(ledger->status().away);
  EXPECT_TRUE(log_.says("can be written to again"));
  EXPECT_EQ(used(*ledger), 11);
  ledger.reset();
  EXPECT_EQ(used(*open()), 11);
}

}  // namespace
}  // namespace gatepost::test
