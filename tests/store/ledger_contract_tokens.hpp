#pragma once

#include "tests/store/ledger_world.hpp"

/// What is charged once: repeated tokens, and many callers together.
/// A part of ledger_contract.hpp.
namespace gatepost::test {

TYPED_TEST_P(LedgerContract, ARepeatedTokenGetsTheFirstAnswerAndIsChargedOnce) {
  this->settle("ann", {charge(kMessages, 3, 50)});
  const auto asked = this->request("ann", {charge(kMessages, 2, 50), charge(kDaily, 2, 300)});
  const Token token{0xfedc'ba98'7654'3210};
  auto first = this->settle(asked, token);
  EXPECT_FALSE(first.repeated);
  this->move(seconds(30));
  const auto again = this->settle(asked, token);
  EXPECT_TRUE(again.repeated);
  first.repeated = true;
  first.now = again.now;  // the store's clock may be told anew
  EXPECT_EQ(again, first);
  EXPECT_EQ(this->used("ann", kMessages), 5);
  EXPECT_EQ(this->used("ann", kDaily), 2);
}

TYPED_TEST_P(LedgerContract, ARepeatedTokenPassesThoughTheLimitIsReachedByNow) {
  const auto asked = this->request("ann", {charge(kMessages, 1, 1)});
  EXPECT_FALSE(this->settle(asked, Token{77}).refused);
  const auto again = this->settle(asked, Token{77});
  EXPECT_TRUE(again.repeated);
  EXPECT_FALSE(again.refused);
  EXPECT_TRUE(this->settle(asked, Token{78}).refused);
}

TYPED_TEST_P(LedgerContract, ARepeatedTokenOfARefusalIsRefusedAgain) {
  this->settle("ann", {charge(kMessages, 50, 50)});
  const auto asked = this->request("ann", {charge(kMessages, 1, 50)});
  EXPECT_TRUE(this->settle(asked, Token{77}).refused);
  EXPECT_TRUE(this->settle(asked, Token{77}).refused);
  EXPECT_EQ(this->used("ann", kMessages), 50);
}

TYPED_TEST_P(LedgerContract, OneTokenOfTwoSubjectsIsTwoMessages) {
  this->settle(this->request("ann", {charge(kMessages, 1, 50)}), Token{5});
  const auto other = this->settle(this->request("bob", {charge(kMessages, 1, 50)}), Token{5});
  EXPECT_FALSE(other.repeated);
  EXPECT_EQ(this->used("bob", kMessages), 1);
}

TYPED_TEST_P(LedgerContract, OfManyAtOnceExactlyTheLimitPasses) {
  constexpr int kThreads = 64;
  constexpr int kMessagesInAll = 300;
  std::atomic<int> next{0};
  std::atomic<int> passed{0};
  const auto work = [&] {
    for (int i = next++; i < kMessagesInAll; i = next++) {
      const auto answer =
          this->world_.ledger().settle(this->request("ann", {charge(kMessages, 1, 50)}),
                                       Token{1000 + static_cast<std::uint64_t>(i)});
      const auto* settled = value_of(answer);
      if (settled == nullptr) {
        ADD_FAILURE() << std::get<Unavailable>(answer).why;
      } else if (!settled->refused) {
        ++passed;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back(work);
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(passed, 50);
  EXPECT_EQ(this->used("ann", kMessages), 50);
}

TYPED_TEST_P(LedgerContract, ARaceOfOneTokenIsChargedOnce) {
  std::atomic<int> firsts{0};
  const auto work = [&] {
    const auto answer =
        this->world_.ledger().settle(this->request("ann", {charge(kMessages, 1, 50)}), Token{9});
    const auto* settled = value_of(answer);
    ASSERT_NE(settled, nullptr);
    if (!settled->repeated) ++firsts;
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i)
    threads.emplace_back(work);
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(firsts, 1);
  EXPECT_EQ(this->used("ann", kMessages), 1);
}

TYPED_TEST_P(LedgerContract, SubjectsMayHoldAnyOctets) {
  const std::string odd = std::string("a{b}:c d\n\xff", 10) + '\0' + "e";
  this->settle(odd, {charge(kMessages, 4, 50)});
  EXPECT_EQ(this->used(odd, kMessages), 4);
  EXPECT_EQ(this->used("a", kMessages), 0);
}

}  // namespace gatepost::test
