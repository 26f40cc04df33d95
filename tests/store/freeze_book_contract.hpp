#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/freeze_book.hpp"
#include "tests/store/hand_clock.hpp"

/// What every lock book must do. A world has
///
///     gatepost::FreezeBook& freezes();   // empty at first
///     void reopen();                 // closes it and opens it again over the same store
///
/// A book's own writes are in its copy as soon as they return.
namespace gatepost::test {

inline FrozenAccount frozen_entry(const std::string& account, const std::string& reason = "left") {
  return {account, reason, "root", kTestStart};
}

template <typename World>
class FreezeBookContract : public testing::Test {
protected:
  bool freeze(const FrozenAccount& entry) { return known(world_.freezes().freeze(entry)); }

  bool unfreeze(const std::string& account) { return known(world_.freezes().unfreeze(account)); }

  World world_;

private:
  static bool known(const Answer<bool>& answer) {
    if (const auto* value = value_of(answer)) return *value;
    ADD_FAILURE() << "unavailable: " << std::get<Unavailable>(answer).why;
    return false;
  }
};

TYPED_TEST_SUITE_P(FreezeBookContract);

TYPED_TEST_P(FreezeBookContract, StartsEmpty) {
  EXPECT_FALSE(this->world_.freezes().frozen("ann@example.com"));
  EXPECT_TRUE(this->world_.freezes().all_frozen().empty());
}

TYPED_TEST_P(FreezeBookContract, AFrozenAccountIsFoundAtOnceAndWhole) {
  const FrozenAccount entry{"ann@example.com", "line one\nline \"two\" \xe7\xa6\xbb", "adm",
                            kTestStart};
  EXPECT_TRUE(this->freeze(entry));
  EXPECT_EQ(this->world_.freezes().frozen("ann@example.com"), entry);
  EXPECT_FALSE(this->world_.freezes().frozen("ANN@example.com"));
  EXPECT_FALSE(this->world_.freezes().frozen("ann@example.co"));
}

TYPED_TEST_P(FreezeBookContract, FreezingAgainReplacesTheEntryAndSaysSo) {
  EXPECT_TRUE(this->freeze(frozen_entry("ann@example.com", "first")));
  EXPECT_FALSE(this->freeze(frozen_entry("ann@example.com", "second")));
  ASSERT_TRUE(this->world_.freezes().frozen("ann@example.com"));
  EXPECT_EQ(this->world_.freezes().frozen("ann@example.com")->reason, "second");
  EXPECT_EQ(this->world_.freezes().all_frozen().size(), 1u);
}

TYPED_TEST_P(FreezeBookContract, UnfreezeSaysWhetherThereWasAnEntry) {
  this->freeze(frozen_entry("ann@example.com"));
  EXPECT_TRUE(this->unfreeze("ann@example.com"));
  EXPECT_FALSE(this->world_.freezes().frozen("ann@example.com"));
  EXPECT_FALSE(this->unfreeze("ann@example.com"));
}

TYPED_TEST_P(FreezeBookContract, ListsByAccount) {
  for (const char* account : {"carl@example.com", "ann@example.com", "bob@example.com"}) {
    this->freeze(frozen_entry(account));
  }
  std::vector<std::string> accounts;
  for (const FrozenAccount& entry : this->world_.freezes().all_frozen()) {
    accounts.push_back(entry.account);
  }
  EXPECT_EQ(accounts,
            (std::vector<std::string>{"ann@example.com", "bob@example.com", "carl@example.com"}));
}

TYPED_TEST_P(FreezeBookContract, EntriesOutliveTheProcess) {
  const FrozenAccount entry = frozen_entry("ann@example.com", "ticket 4711");
  this->freeze(entry);
  this->freeze(frozen_entry("bob@example.com"));
  this->unfreeze("bob@example.com");
  this->world_.reopen();
  EXPECT_EQ(this->world_.freezes().frozen("ann@example.com"), entry);
  EXPECT_EQ(this->world_.freezes().all_frozen(), std::vector<FrozenAccount>{entry});
}

REGISTER_TYPED_TEST_SUITE_P(FreezeBookContract, StartsEmpty, AFrozenAccountIsFoundAtOnceAndWhole,
                            FreezingAgainReplacesTheEntryAndSaysSo,
                            UnfreezeSaysWhetherThereWasAnEntry, ListsByAccount,
                            EntriesOutliveTheProcess);

}  // namespace gatepost::test
