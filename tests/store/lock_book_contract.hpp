#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/lock_book.hpp"
#include "tests/store/hand_clock.hpp"

/// What every lock book must do. A world has
///
///     gatepost::LockBook& locks();   // empty at first
///     void reopen();                 // closes it and opens it again over the same store
///
/// A book's own writes are in its copy as soon as they return.
namespace gatepost::test {

inline FrozenAccount frozen_entry(const std::string& account, const std::string& reason = "left") {
  return {account, reason, "root", kTestStart};
}

template <typename World>
class LockBookContract : public testing::Test {
protected:
  bool freeze(const FrozenAccount& entry) { return known(world_.locks().freeze(entry)); }

  bool unfreeze(const std::string& account) { return known(world_.locks().unfreeze(account)); }

  World world_;

private:
  static bool known(const Answer<bool>& answer) {
    if (const auto* value = value_of(answer)) return *value;
    ADD_FAILURE() << "unavailable: " << std::get<Unavailable>(answer).why;
    return false;
  }
};

TYPED_TEST_SUITE_P(LockBookContract);

TYPED_TEST_P(LockBookContract, StartsEmpty) {
  EXPECT_FALSE(this->world_.locks().frozen("ann@example.com"));
  EXPECT_TRUE(this->world_.locks().all_frozen().empty());
}

TYPED_TEST_P(LockBookContract, AFrozenAccountIsFoundAtOnceAndWhole) {
  const FrozenAccount entry{"ann@example.com", "line one\nline \"two\" \xe7\xa6\xbb", "adm",
                            kTestStart};
  EXPECT_TRUE(this->freeze(entry));
  EXPECT_EQ(this->world_.locks().frozen("ann@example.com"), entry);
  EXPECT_FALSE(this->world_.locks().frozen("ANN@example.com"));
  EXPECT_FALSE(this->world_.locks().frozen("ann@example.co"));
}

TYPED_TEST_P(LockBookContract, FreezingAgainReplacesTheEntryAndSaysSo) {
  EXPECT_TRUE(this->freeze(frozen_entry("ann@example.com", "first")));
  EXPECT_FALSE(this->freeze(frozen_entry("ann@example.com", "second")));
  ASSERT_TRUE(this->world_.locks().frozen("ann@example.com"));
  EXPECT_EQ(this->world_.locks().frozen("ann@example.com")->reason, "second");
  EXPECT_EQ(this->world_.locks().all_frozen().size(), 1u);
}

TYPED_TEST_P(LockBookContract, UnfreezeSaysWhetherThereWasAnEntry) {
  this->freeze(frozen_entry("ann@example.com"));
  EXPECT_TRUE(this->unfreeze("ann@example.com"));
  EXPECT_FALSE(this->world_.locks().frozen("ann@example.com"));
  EXPECT_FALSE(this->unfreeze("ann@example.com"));
}

TYPED_TEST_P(LockBookContract, ListsByAccount) {
  for (const char* account : {"carl@example.com", "ann@example.com", "bob@example.com"}) {
    this->freeze(frozen_entry(account));
  }
  std::vector<std::string> accounts;
  for (const FrozenAccount& entry : this->world_.locks().all_frozen()) {
    accounts.push_back(entry.account);
  }
  EXPECT_EQ(accounts,
            (std::vector<std::string>{"ann@example.com", "bob@example.com", "carl@example.com"}));
}

TYPED_TEST_P(LockBookContract, EntriesOutliveTheProcess) {
  const FrozenAccount entry = frozen_entry("ann@example.com", "ticket 4711");
  this->freeze(entry);
  this->freeze(frozen_entry("bob@example.com"));
  this->unfreeze("bob@example.com");
  this->world_.reopen();
  EXPECT_EQ(this->world_.locks().frozen("ann@example.com"), entry);
  EXPECT_EQ(this->world_.locks().all_frozen(), std::vector<FrozenAccount>{entry});
}

REGISTER_TYPED_TEST_SUITE_P(LockBookContract, StartsEmpty, AFrozenAccountIsFoundAtOnceAndWhole,
                            FreezingAgainReplacesTheEntryAndSaysSo,
                            UnfreezeSaysWhetherThereWasAnEntry, ListsByAccount,
                            EntriesOutliveTheProcess);

}  // namespace gatepost::test
