#include "session/case_desk.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "tests/policy/site.hpp"
#include "tests/session/fakes.hpp"

namespace gatepost::session {
namespace {

using test::kNoon;

Random counting() {
  auto next = std::make_shared<std::uint64_t>(0);
  return [next] { return ++*next; };
}

Case record_of(const Reference& reference, Time now) {
  return {.reference = reference,
          .subject = Subject::from_text("u:bot@example.com"),
          .channel = Channel::submission,
          .first = now,
          .last = now,
          .count = 1,
          .verdict = "defer",
          .reply = "450 4.7.1 text",
          .client = "",
          .client_name = "",
          .daemon_name = "",
          .login = "",
          .server = "",
          .sender = "",
          .recipient = "",
          .queue_id = "",
          .host = "",
          .decisive = {.rule = RuleId::message_rate,
                       .outcome = Outcome::hit,
                       .reason = Reason::too_many_messages,
                       .figures = {},
                       .about = "",
                       .detail = ""},
          .trace = {}};
}

TEST(CaseDesk, TheSameRefusalSharesAReferenceForTenMinutes) {
  test::FakeCaseBook book;
  CaseDesk desk(book, counting());
  const Subject bot = Subject::from_text("u:bot@example.com");
  const Reference first = desk.reference_for(bot, RuleId::message_rate, 450, kNoon);
  const auto last_second = kNoon + std::chrono::minutes(10) - std::chrono::seconds(1);
  EXPECT_EQ(desk.reference_for(bot, RuleId::message_rate, 450, last_second), first);
  EXPECT_NE(desk.reference_for(bot, RuleId::message_rate, 550, kNoon), first);
  EXPECT_NE(desk.reference_for(bot, RuleId::message_size, 450, kNoon), first);
  EXPECT_NE(desk.reference_for(Subject::local(), RuleId::message_rate, 450, kNoon), first);
  const Reference shop = desk.reference_for(bot, RuleId::dmarc, 550, kNoon, "shop.test");
  EXPECT_NE(desk.reference_for(bot, RuleId::dmarc, 550, kNoon, "bank.test"), shop);
  EXPECT_EQ(desk.reference_for(bot, RuleId::dmarc, 550, kNoon, "shop.test"), shop);
  EXPECT_NE(desk.reference_for(bot, RuleId::message_rate, 450, kNoon + std::chrono::minutes(10)),
            first);
}

TEST(CaseDesk, WritesCountAndFirstAndLastTime) {
  test::FakeCaseBook book;
  Reference reference = Reference::from_bits(0);
  {
    CaseDesk desk(book, counting());
    const Subject bot = Subject::from_text("u:bot@example.com");
    for (int i = 0; i < 3; ++i) {
      const Time now = kNoon + std::chrono::seconds(i);
      reference = desk.reference_for(bot, RuleId::message_rate, 450, now);
      desk.file(record_of(reference, now));
    }
  }
  const auto answer = book.find(reference);
  const auto found = *value_of(answer);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->count, 3);
  EXPECT_EQ(found->first, kNoon);
  EXPECT_EQ(found->last, kNoon + std::chrono::seconds(2));
}

TEST(CaseDesk, AFloodOfOneSubjectIsWrittenInFewRecords) {
  test::FakeCaseBook book;
  {
    CaseDesk desk(book, counting());
    const Subject bot = Subject::from_text("u:bot@example.com");
    for (int i = 0; i < 100'000; ++i) {
      desk.file(record_of(desk.reference_for(bot, RuleId::message_rate, 450, kNoon), kNoon));
    }
    EXPECT_EQ(desk.lost(), 0U);
  }
  EXPECT_LT(book.writes(), 1000U);
}

TEST(CaseDesk, AFloodOfManySubjectsIsBoundedAndWhatFindsNoRoomIsCounted) {
  test::FakeCaseBook book;
  CaseDesk desk(book, counting());
  for (std::size_t i = 0; i < CaseDesk::kRemembered * 2; ++i) {
    const Subject subject = Subject::from_text("u:" + std::to_string(i));
    desk.reference_for(subject, RuleId::message_rate, 450, kNoon);
  }
  const Subject first = Subject::from_text("u:0");
  EXPECT_EQ(desk.reference_for(first, RuleId::message_rate, 450, kNoon).text(),
            Reference::from_bits(CaseDesk::kRemembered * 2 + 1).text())
      << "the oldest was forgotten";
}

TEST(CaseDesk, WhatTheStoreDidNotTakeWaitsAndIsWrittenOnceItIsBack) {
  test::FakeCaseBook book;
  book.set_down(true);
  CaseDesk desk(book, counting());
  const Reference reference =
      desk.reference_for(Subject::local(), RuleId::message_rate, 450, kNoon);
  desk.file(record_of(reference, kNoon));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  const auto in_time = [&] { return std::chrono::steady_clock::now() < deadline; };
  while (book.writes() == 0 && in_time())
    std::this_thread::yield();
  book.set_down(false);
  const auto found = [&] { return value_of(book.find(reference))->has_value(); };
  while (!found() && in_time())
    std::this_thread::yield();
  EXPECT_TRUE(found());
  EXPECT_EQ(desk.lost(), 0U);
}

TEST(CaseDesk, TalliesWhatObservedRulesWouldRefuse) {
  test::FakeCaseBook book;
  {
    CaseDesk desk(book, counting());
    for (int i = 0; i < 5; ++i) {
      desk.would_refuse(RuleId::message_rate, Subject::from_text("u:a"), kNoon);
    }
  }
  const auto answer = book.would_refuse(kNoon);
  EXPECT_EQ(*value_of(answer), (std::vector<WouldRefuse>{{RuleId::message_rate, "u:a", 5}}));
}

}  // namespace
}  // namespace gatepost::session
