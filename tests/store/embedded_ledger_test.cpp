#include "store/embedded_ledger.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "tests/store/hand_clock.hpp"
#include "tests/store/ledger_contract.hpp"
#include "tests/store/ledger_properties.hpp"
#include "tests/store/log_lines.hpp"
#include "tests/store/temp_dir.hpp"

namespace gatepost::test {
namespace {

/// An embedded ledger in a directory of its own.
class EmbeddedWorld {
public:
  EmbeddedWorld() { reopen(); }

  store::EmbeddedLedger& ledger() { return *ledger_; }

  HandClock& clock() { return clock_; }

  LogLines& log() { return log_; }

  std::filesystem::path journal() const { return dir_.path() / "journal"; }

  void reopen() {
    ledger_.reset();
    ledger_ = std::make_unique<store::EmbeddedLedger>(journal(), clock_.clock(), log_.log());
  }

private:
  TempDir dir_;
  HandClock clock_{kTestStart};
  LogLines log_;
  std::unique_ptr<store::EmbeddedLedger> ledger_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Embedded, LedgerContract, EmbeddedWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Embedded, LedgerProperties, EmbeddedWorld);

class EmbeddedLedger : public LedgerContract<EmbeddedWorld> {
protected:
  store::EmbeddedLedger& ledger() { return world_.ledger(); }
};

TEST_F(EmbeddedLedger, ARestartKeepsEverything) {
  settle("ann", {charge(kMessages, 3, 50), charge(kDaily, 30, 300)});
  move(minutes(1));
  settle("ann", {charge(kMessages, 1, 50), charge(kDaily, 1, 300)});
  settle("bob", {charge(kMessages, 1, 50)});
  const auto asked = request("ann", {charge(kMessages, 50, 50), charge(kDaily, 300, 300)});
  const auto before = look(asked);
  world_.reopen();
  EXPECT_EQ(look(asked), before);
  EXPECT_EQ(used("bob", kMessages), 1);
  EXPECT_TRUE(world_.log().lines().empty());
}

TEST_F(EmbeddedLedger, ATokenIsRememberedOverARestart) {
  const auto asked = request("ann", {charge(kMessages, 1, 1)});
  auto first = settle(asked, Token{7});
  world_.reopen();
  const auto again = settle(asked, Token{7});
  first.repeated = true;
  EXPECT_EQ(again, first);
  EXPECT_EQ(used("ann", kMessages), 1);
}

TEST_F(EmbeddedLedger, ATokenIsRememberedForTwoMinutes) {
  const auto asked = request("ann", {charge(kMessages, 1, 50)});
  settle(asked, Token{7});
  move(minutes(2) - milliseconds(1));
  EXPECT_TRUE(settle(asked, Token{7}).repeated);
  move(milliseconds(1));
  EXPECT_FALSE(settle(asked, Token{7}).repeated);
  EXPECT_EQ(used("ann", kMessages), 2);
}

TEST_F(EmbeddedLedger, CompactingChangesNoAnswer) {
  Arrivals arrivals(1);
  const Counter hourly{Unit::recipients, {hours(1)}};
  const auto name = [](std::int64_t index) { return "user" + std::to_string(index); };
  for (int i = 0; i < 3000; ++i) {
    move(milliseconds(arrivals.between(0, 5000)));
    const std::int64_t amount = arrivals.between(1, 20);
    settle(name(arrivals.between(0, 40)),
           {charge(kMessages, 1, 20), charge(kDaily, amount, 300), charge(hourly, amount, {})});
  }
  const auto answers = [&] {
    std::vector<Settlement> all;
    for (int i = 0; i <= 40; ++i) {
      all.push_back(look(request(
          name(i), {charge(kMessages, 20, 20), charge(kDaily, 300, 300), charge(hourly, 1, 1)})));
    }
    return all;
  };
  const auto before = answers();
  const auto size = ledger().journal_size();
  ASSERT_TRUE(value_of(ledger().compact()));
  EXPECT_LT(ledger().journal_size(), size / 2);
  EXPECT_EQ(answers(), before);
  world_.reopen();
  EXPECT_EQ(answers(), before);
  settle(name(0), {charge(kMessages, 1, {})});
  world_.reopen();
  EXPECT_EQ(used(name(0), kMessages), before[0].readings[0].used + 1);
}

TEST_F(EmbeddedLedger, ATokenIsRememberedOverCompaction) {
  settle(request("ann", {charge(kMessages, 1, 50)}), Token{7});
  ASSERT_TRUE(value_of(ledger().compact()));
  world_.reopen();
  EXPECT_TRUE(settle(request("ann", {charge(kMessages, 1, 50)}), Token{7}).repeated);
  EXPECT_EQ(used("ann", kMessages), 1);
}

TEST_F(EmbeddedLedger, WhatIsChargedWhileItCompactsIsKept) {
  constexpr int kThreads = 4;
  constexpr int kUsers = 50;
  constexpr int kRewrites = 8;
  const auto user = [](int number) { return "user" + std::to_string(number); };
  std::array<std::atomic<int>, kUsers> charged{};
  std::atomic<std::uint64_t> next{0};
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      while (!done) {
        const std::uint64_t token = ++next;
        const int number = static_cast<int>(token % kUsers);
        EXPECT_TRUE(value_of(
            ledger().settle(request(user(number), {charge(kDaily, 1, {})}), Token{token})));
        ++charged[static_cast<std::size_t>(number)];
      }
    });
  }
  for (int rewrite = 0; rewrite < kRewrites; ++rewrite) {
    const std::uint64_t before = next;
    while (next < before + kUsers)
      std::this_thread::yield();
    EXPECT_TRUE(value_of(ledger().compact()));
  }
  done = true;
  for (std::thread& thread : threads)
    thread.join();
  world_.reopen();
  for (int i = 0; i < kUsers; ++i)
    EXPECT_EQ(used(user(i), kDaily), charged[static_cast<std::size_t>(i)].load()) << i;
}

TEST_F(EmbeddedLedger, AccountsWithNothingLeftAreForgotten) {
  for (int i = 0; i < 100; ++i)
    settle("user" + std::to_string(i), {charge(kMessages, 1, 50)});
  EXPECT_EQ(ledger().accounts(), 100u);
  move(hours(1));
  settle("user7", {charge(kMessages, 1, 50)});
  ASSERT_TRUE(value_of(ledger().compact()));
  EXPECT_EQ(ledger().accounts(), 1u);
  EXPECT_LT(ledger().journal_size(), 300u);
}

TEST_F(EmbeddedLedger, LooksAndRefusalsLeaveNoTrace) {
  for (int i = 0; i < 100; ++i) {
    look(request("user" + std::to_string(i), {charge(kMessages, 1, 50)}));
    settle("other" + std::to_string(i), {charge(kMessages, 1, 0)});
  }
  EXPECT_EQ(ledger().accounts(), 0u);
  EXPECT_EQ(ledger().journal_size(), store::kJournalHeader.size());
}

TEST_F(EmbeddedLedger, AMillionRefusalsCostNoSpace) {
  settle("bot", {charge(kMessages, 50, 50)});
  const auto size = ledger().journal_size();
  const auto asked = request("bot", {charge(kMessages, 1, 50), charge(kDaily, 1, 300)});
  for (std::uint64_t i = 0; i < 1'000'000; ++i) {
    const auto answer = ledger().settle(asked, Token{1'000'000 + i});
    ASSERT_TRUE(value_of(answer) != nullptr && value_of(answer)->refused);
  }
  EXPECT_EQ(ledger().journal_size(), size);
  EXPECT_EQ(ledger().accounts(), 1u);
  EXPECT_EQ(used("bot", kMessages), 50);
}

TEST_F(EmbeddedLedger, StepsOfTheClockForgetNothingWithinAWindow) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    Arrivals arrivals(seed);
    const std::string name = "ann" + std::to_string(seed);
    const milliseconds length = kQuarter.length;
    std::vector<Tried> all;
    Time latest = now();
    for (int i = 0; i < 500; ++i) {
      move(milliseconds(arrivals.between(0, 60'000)));
      latest = std::max(latest, now());
      if (arrivals.between(0, 9) == 0) {
        world_.clock().set(latest - milliseconds(arrivals.between(0, length.count() - 30'000)));
      }
      const auto seen = settle(name, {charge(kMessages, 1, 10)});
      all.push_back({now(), 1, !seen.refused});
      if (seen.refused) continue;
      ASSERT_LE(passed_between(all, now() + milliseconds(1) - length, Time::max()), 10);
    }
  }
}

TEST_F(EmbeddedLedger, AClockThatWasFarAheadShutsNobodyOutForLong) {
  move(hours(24 * 365));
  settle("ann", {charge(kMessages, 50, 50), charge(kDaily, 300, 300)});
  move(-hours(24 * 365));
  EXPECT_TRUE(settle("ann", {charge(kMessages, 1, 50)}).refused);
  EXPECT_TRUE(settle("ann", {charge(kDaily, 1, 300)}).refused);
  move(hours(24));
  EXPECT_FALSE(settle("ann", {charge(kMessages, 1, 50), charge(kDaily, 1, 300)}).refused);
}

TEST_F(EmbeddedLedger, SaysWhatItIs) {
  look(request("ann", {}));
  settle("ann", {charge(kMessages, 1, 50)});
  const StoreStatus status = ledger().status();
  EXPECT_EQ(status.kind, "memory");
  EXPECT_EQ(status.where, world_.journal().string());
  EXPECT_FALSE(status.away);
  EXPECT_EQ(status.calls, 2u);
  EXPECT_EQ(status.failed, 0u);
}

}  // namespace
}  // namespace gatepost::test
