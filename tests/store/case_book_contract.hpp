#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/case_book.hpp"
#include "tests/store/hand_clock.hpp"

/// What every case book must do. A world has
///
///     gatepost::CaseBook& cases();          // empty at first
///     gatepost::test::HandClock& clock();   // the book's clock where it takes one; at `now`
///     void reopen();                        // closes it and opens it again over the same store
///
/// All instants here are near `clock().now()` at the test's start, so that a store which expires
/// entries by its own clock keeps them.
namespace gatepost::test {

/// A case with something in every field.
inline Case sample_case(std::uint64_t bits, const std::string& subject, Time last) {
  return {.reference = Reference::from_bits(bits),
          .subject = Subject::from_text(subject),
          .channel = Channel::submission,
          .first = last - std::chrono::minutes(5),
          .last = last,
          .count = 3,
          .verdict = "defer",
          .reply = "450 4.7.1 too many messages [ref X]",
          .client = "192.0.2.7",
          .client_name = "host.example.com",
          .daemon_name = "ORIGINATING",
          .login = "ann@example.com",
          .server = "",
          .sender = "ann@example.com",
          .recipient = "bob@example.net",
          .queue_id = "4XYZ",
          .host = "mx1",
          .decisive = {.rule = RuleId::message_rate,
                       .outcome = Outcome::hit,
                       .reason = Reason::too_many_messages,
                       .figures = {.used = 50,
                                   .amount = 1,
                                   .limit = Limit{50, {std::chrono::minutes(15)}},
                                   .origin = {},
                                   .clears_at = last + std::chrono::minutes(4),
                                   .local = false},
                       .about = "ann@example.com",
                       .detail = "a=b\nc"},
          .trace = {{.rule = RuleId::frozen_accounts,
                     .outcome = Outcome::pass,
                     .reason = Reason::not_frozen,
                     .figures = {},
                     .about = "",
                     .detail = ""}}};
}

template <typename World>
class CaseBookContract : public testing::Test {
protected:
  template <typename Value>
  static Value known(const Answer<Value>& answer) {
    if (const auto* value = value_of(answer)) return *value;
    ADD_FAILURE() << "unavailable: " << std::get<Unavailable>(answer).why;
    return {};
  }

  CaseBook& cases() { return world_.cases(); }

  Time now() { return world_.clock().now(); }

  void record(const Case& each) { known(cases().record(each)); }

  std::vector<Reference> recent(const std::string& subject, std::size_t most) {
    std::vector<Reference> references;
    for (const Case& each : known(cases().recent(Subject::from_text(subject), most))) {
      references.push_back(each.reference);
    }
    return references;
  }

  void tally(RuleId rule, const std::string& subject, std::int64_t count, Time when) {
    known(cases().tally(rule, Subject::from_text(subject), count, when));
  }

  World world_;
};

TYPED_TEST_SUITE_P(CaseBookContract);

TYPED_TEST_P(CaseBookContract, StartsEmpty) {
  EXPECT_FALSE(this->known(this->cases().find(Reference::from_bits(1))));
  EXPECT_TRUE(this->recent("u:ann", 10).empty());
  EXPECT_TRUE(this->known(this->cases().would_refuse(Time{})).empty());
}

TYPED_TEST_P(CaseBookContract, ARecordedCaseIsFoundWhole) {
  const Case record = sample_case(7, "u:ann", this->now());
  this->record(record);
  const auto found = this->known(this->cases().find(record.reference));
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, record);
  EXPECT_FALSE(this->known(this->cases().find(Reference::from_bits(8))));
}

TYPED_TEST_P(CaseBookContract, ACaseOfTheSameReferenceIsReplaced) {
  Case record = sample_case(7, "u:ann", this->now());
  this->record(record);
  record.count = 1000;
  record.last += std::chrono::minutes(1);
  this->record(record);
  EXPECT_EQ(this->known(this->cases().find(record.reference)), record);
  EXPECT_EQ(this->recent("u:ann", 10).size(), 1u);
}

TYPED_TEST_P(CaseBookContract, RecentGivesTheNewestFirstAndNoMoreThanAsked) {
  for (const int minute : {3, 1, 5, 2, 4}) {
    this->record(sample_case(static_cast<std::uint64_t>(minute), "u:ann",
                             this->now() - std::chrono::minutes(10 - minute)));
  }
  this->record(sample_case(99, "u:bob", this->now()));
  const auto three = this->recent("u:ann", 3);
  EXPECT_EQ(three, (std::vector<Reference>{Reference::from_bits(5), Reference::from_bits(4),
                                           Reference::from_bits(3)}));
  EXPECT_EQ(this->recent("u:ann", 100).size(), 5u);
  EXPECT_TRUE(this->recent("u:ann", 0).empty());
}

TYPED_TEST_P(CaseBookContract, KeepsTheNewestFiftyOfASubject) {
  const std::size_t more = CaseBook::kPerSubject + 20;
  for (std::size_t i = 1; i <= more; ++i) {
    this->record(sample_case(i, "u:ann", this->now() - std::chrono::seconds(more - i)));
  }
  const auto kept = this->recent("u:ann", 1000);
  ASSERT_EQ(kept.size(), CaseBook::kPerSubject);
  EXPECT_EQ(kept.front(), Reference::from_bits(more));
  EXPECT_EQ(kept.back(), Reference::from_bits(21));
  EXPECT_FALSE(this->known(this->cases().find(Reference::from_bits(20))));
  EXPECT_TRUE(this->known(this->cases().find(Reference::from_bits(21))));
}

TYPED_TEST_P(CaseBookContract, TalliesAddUpByRuleAndSubjectMostFirst) {
  const Time earlier = this->now() - std::chrono::hours(5);
  this->tally(RuleId::message_rate, "u:ann", 2, earlier);
  this->tally(RuleId::message_rate, "u:ann", 3, this->now());
  this->tally(RuleId::recipients_per_day, "u:ann", 1, this->now());
  this->tally(RuleId::message_rate, "u:bob", 40, earlier);
  EXPECT_EQ(this->known(this->cases().would_refuse(earlier - std::chrono::hours(1))),
            (std::vector<WouldRefuse>{{RuleId::message_rate, "u:bob", 40},
                                      {RuleId::message_rate, "u:ann", 5},
                                      {RuleId::recipients_per_day, "u:ann", 1}}));
  EXPECT_EQ(this->known(this->cases().would_refuse(this->now() - std::chrono::hours(2))),
            (std::vector<WouldRefuse>{{RuleId::message_rate, "u:ann", 3},
                                      {RuleId::recipients_per_day, "u:ann", 1}}));
}

TYPED_TEST_P(CaseBookContract, CasesAndTalliesOutliveTheProcess) {
  const Case record = sample_case(7, "u:ann", this->now());
  this->record(record);
  this->tally(RuleId::message_rate, "u:ann", 2, this->now());
  this->world_.reopen();
  EXPECT_EQ(this->known(this->cases().find(record.reference)), record);
  EXPECT_EQ(this->known(this->cases().would_refuse(this->now() - std::chrono::hours(1))).size(),
            1u);
}

REGISTER_TYPED_TEST_SUITE_P(CaseBookContract, StartsEmpty, ARecordedCaseIsFoundWhole,
                            ACaseOfTheSameReferenceIsReplaced,
                            RecentGivesTheNewestFirstAndNoMoreThanAsked,
                            KeepsTheNewestFiftyOfASubject, TalliesAddUpByRuleAndSubjectMostFirst,
                            CasesAndTalliesOutliveTheProcess);

}  // namespace gatepost::test
