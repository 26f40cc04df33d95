#include <vector>

#include <gtest/gtest.h>

#include "store/fallback_figures.hpp"
#include "store/fallback_waiting.hpp"
#include "store/retry_pause.hpp"
#include "tests/store/hand_clock.hpp"
#include "tests/store/ledger_contract.hpp"

namespace gatepost::test {
namespace {

TEST(RetryPause, IsATenthOfTheOutageWithinBounds) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;

  const struct {
    std::chrono::steady_clock::duration away;
    double chance;
    milliseconds expected;
  } rows[] = {
      {seconds(0), 0.5, milliseconds(100)},   {seconds(0), 0, milliseconds(75)},
      {seconds(0), 1, milliseconds(125)},     {seconds(1), 0.5, milliseconds(100)},
      {seconds(4), 0.5, milliseconds(400)},   {seconds(4), 0, milliseconds(300)},
      {seconds(10), 0.5, milliseconds(1000)}, {seconds(3600), 0.5, milliseconds(1000)},
      {seconds(3600), 1, milliseconds(1250)},
  };

  for (const auto& row : rows)
    EXPECT_EQ(store::retry_pause(row.away, row.chance), row.expected);
}

TEST(WaitingCharges, IsBounded) {
  store::WaitingCharges waiting(3);
  const LedgerRequest asked{user("ann"), {charge(kMessages, 1, {})}, days_at(kTestStart)};
  for (std::uint64_t i = 1; i <= 3; ++i)
    EXPECT_TRUE(waiting.add(asked, Token{i}, {1}, kTestStart, false));
  EXPECT_FALSE(waiting.add(asked, Token{4}, {1}, kTestStart, false));
  const auto held = waiting.of(user("ann"));
  ASSERT_EQ(held.size(), 3u);
  EXPECT_TRUE(waiting.remove(user("ann"), held[0].id));
  EXPECT_FALSE(waiting.remove(user("ann"), held[0].id));
  EXPECT_TRUE(waiting.add(asked, Token{5}, {1}, kTestStart, false));
}

TEST(WaitingCharges, TakesSubjectsInTurn) {
  store::WaitingCharges waiting;
  for (const char* name : {"ann", "bob", "ann"}) {
    waiting.add({user(name), {charge(kMessages, 1, {})}, days_at(kTestStart)}, Token{1}, {1},
                kTestStart, false);
  }
  EXPECT_EQ(waiting.next(), user("ann"));
  EXPECT_EQ(waiting.next(), user("bob"));
  EXPECT_EQ(waiting.next(), user("ann"));
  for (const auto& each : waiting.of(user("ann")))
    waiting.remove(user("ann"), each.id);
  EXPECT_EQ(waiting.next(), user("bob"));
  EXPECT_EQ(waiting.next(), user("bob"));
}

TEST(KnownFigures, KeepsTheNewestOfVeryManySubjects) {
  store::KnownFigures figures;
  const std::vector<Charge> charges = {charge(kMessages, 1, {}), charge(kDaily, 1, {})};
  constexpr int kMany = 300'000;
  for (int i = 0; i < kMany; ++i) {
    figures.remember(user(std::to_string(i)), charges, {i, 2}, kTestStart + milliseconds(i));
  }
  int kept = 0;
  for (int i = kMany - 60'000; i < kMany; ++i) {
    const auto found = figures.find(user(std::to_string(i)));
    if (found.empty()) continue;
    ++kept;
    ASSERT_EQ(found.size(), 2u);
    ASSERT_EQ(found[0], (store::KnownFigure{kMessages, i, kTestStart + milliseconds(i)}));
  }
  EXPECT_GT(kept, 59'000);
}

TEST(KnownFigures, AreTheNewestInWhateverOrderTheyAreLearned) {
  store::KnownFigures figures;
  const std::vector<Charge> charges = {charge(kMessages, 1, {})};
  const auto learn = [&](std::int64_t used, milliseconds after) {
    figures.remember(user("ann"), charges, {used}, kTestStart + after);
    return figures.find(user("ann")).at(0).used;
  };
  EXPECT_EQ(learn(7, milliseconds(5)), 7);
  EXPECT_EQ(learn(6, milliseconds(4)), 7) << "an answer that was given before";
  EXPECT_EQ(learn(8, milliseconds(5)), 8) << "in one millisecond the count only grows";
  EXPECT_EQ(learn(7, milliseconds(5)), 8);
  EXPECT_EQ(learn(2, minutes(20)), 2);
  EXPECT_EQ(learn(1, minutes(10)), 1) << "the store's clock was set back";
}

TEST(KnownFigures, FollowsCountersThatAreConfiguredAnew) {
  store::KnownFigures figures;
  figures.remember(user("ann"), {charge(kMessages, 1, {})}, {7}, kTestStart);
  figures.remember(user("ann"), {charge(kDaily, 1, {}), charge(kMessages, 1, {})}, {3, 8},
                   kTestStart);
  EXPECT_EQ(figures.find(user("ann")),
            (std::vector<store::KnownFigure>{{kDaily, 3, kTestStart}, {kMessages, 8, kTestStart}}));
  for (int i = 1; i <= 200; ++i) {
    figures.remember(user("ann"), {charge({Unit::messages, {seconds(i)}}, 1, {})}, {i}, kTestStart);
    ASSERT_EQ(figures.find(user("ann")).at(0).used, i);
  }
}

}  // namespace
}  // namespace gatepost::test
