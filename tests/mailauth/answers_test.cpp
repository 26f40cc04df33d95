// What one message knows of the DNS.

#include "mailauth/answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mailauth/hand_resolver.hpp"

namespace gatepost::mailauth {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::nothing;
using testing::texts;

TEST(Answers, NoteEachQuestionOnce) {
  Answers answers;
  EXPECT_EQ(answers.find("a.test", DnsType::txt), nullptr);
  EXPECT_EQ(answers.find("A.Test.", DnsType::txt), nullptr);
  EXPECT_EQ(answers.find("a.test", DnsType::mx), nullptr);
  EXPECT_THAT(answers.take_missing(),
              ElementsAre(ask_for("a.test", DnsType::txt), ask_for("a.test", DnsType::mx)));
  EXPECT_EQ(answers.find("a.test", DnsType::txt), nullptr);
  EXPECT_THAT(answers.take_missing(), IsEmpty());
}

TEST(Answers, AreFoundOnceTheyAreThere) {
  Answers answers;
  answers.find("a.test", DnsType::txt);
  answers.put(ask_for("a.test", DnsType::txt), texts({"one"}));
  ASSERT_NE(answers.find("a.test", DnsType::txt), nullptr);
  EXPECT_THAT(answers.find("a.test", DnsType::txt)->texts, ElementsAre("one"));
  EXPECT_EQ(answers.find("a.test", DnsType::mx), nullptr);
}

TEST(Answers, KeepTheFirstOfTwo) {
  Answers answers;
  answers.put(ask_for("a.test", DnsType::txt), texts({"one"}));
  answers.put(ask_for("a.test", DnsType::txt), texts({"two"}));
  EXPECT_THAT(answers.find("a.test", DnsType::txt)->texts, ElementsAre("one"));
}

TEST(Answers, FailOnceGivenUp) {
  Answers answers;
  answers.put(ask_for("known.test", DnsType::txt), texts({"one"}));
  answers.find("asked.test", DnsType::txt);
  answers.give_up("no answer in time");
  EXPECT_THAT(answers.take_missing(), IsEmpty());
  EXPECT_EQ(answers.find("known.test", DnsType::txt)->status, DnsStatus::found);
  for (const auto* name : {"asked.test", "new.test"}) {
    const DnsAnswer* found = answers.find(name, DnsType::txt);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->status, DnsStatus::failed);
    EXPECT_EQ(found->why, "no answer in time");
  }
  EXPECT_THAT(answers.take_missing(), IsEmpty());
}

TEST(Answers, AreOfABoundedNumberOfQuestions) {
  Answers answers;
  for (std::size_t i = 0; i < Answers::kMostQuestions; ++i)
    EXPECT_EQ(answers.find(std::to_string(i) + ".test", DnsType::txt), nullptr);
  const DnsAnswer* beyond = answers.find("beyond.test", DnsType::txt);
  ASSERT_NE(beyond, nullptr);
  EXPECT_EQ(beyond->status, DnsStatus::failed);
  EXPECT_EQ(answers.take_missing().size(), Answers::kMostQuestions);
  // What was asked before is answered all the same.
  answers.put(ask_for("7.test", DnsType::txt), texts({"one"}));
  EXPECT_EQ(answers.find("7.test", DnsType::txt)->status, DnsStatus::found);
  EXPECT_EQ(answers.find("8.test", DnsType::txt), nullptr);
}

}  // namespace
}  // namespace gatepost::mailauth
