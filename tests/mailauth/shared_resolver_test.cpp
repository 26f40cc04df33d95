// One question under way however many ask, and answers kept for their time.

#include "mailauth/shared_resolver.hpp"

#include <atomic>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mailauth/hand_resolver.hpp"

namespace gatepost::mailauth {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::HandResolver;
using testing::nothing;
using testing::texts;

constexpr auto kTxt = DnsType::txt;

class SharedResolverTest : public ::testing::Test {
protected:
  // True: it was known at once, or failed at once.
  bool ask(const std::string& name) {
    last_ = shared_.ask(ask_for(name, kTxt), [this](const DnsQuestion&, SharedAnswer answer) {
      got_.push_back(std::move(answer));
    });
    return last_ != nullptr;
  }

  void learn(const std::string& name, const SharedAnswer& answer) {
    ASSERT_FALSE(ask(name));
    behind_.answer(name, kTxt, answer);
  }

  void pass(seconds time) { now_ += time; }

  HandResolver behind_;
  std::chrono::steady_clock::time_point now_ = std::chrono::steady_clock::now();
  SharedAnswer last_;
  std::vector<SharedAnswer> got_;
  SharedResolver shared_{behind_, [this] { return now_; }};
};

TEST_F(SharedResolverTest, AsksOnceForAHundredWhoAsk) {
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(ask("a.test"));
  EXPECT_EQ(behind_.asked().size(), 1U);
  EXPECT_EQ(shared_.counters().under_way, 1U);
  const auto answer = texts({"one"});
  behind_.answer("a.test", kTxt, answer);
  EXPECT_EQ(got_, std::vector<SharedAnswer>(100, answer));
  const auto counters = shared_.counters();
  EXPECT_EQ(counters.asked, 100U);
  EXPECT_EQ(counters.shared, 99U);
  EXPECT_EQ(counters.from_cache, 0U);
  EXPECT_EQ(counters.failed, 0U);
  EXPECT_EQ(counters.under_way, 0U);
}

TEST_F(SharedResolverTest, KeepsAnswersForTheirTime) {
  const struct {
    SharedAnswer answer;
    seconds kept;
  } cases[] = {
      {texts({"x"}, seconds(300)), seconds(300)},
      {texts({"x"}, seconds(1)), seconds(1)},
      {texts({"x"}, seconds(86'400)), SharedResolver::kLongestKept},
      {nothing(DnsStatus::no_name, seconds(30)), seconds(30)},
      {nothing(DnsStatus::no_name, seconds(3600)), SharedResolver::kNothingKept},
      {nothing(DnsStatus::no_data, seconds(3600)), SharedResolver::kNothingKept},
      {failed_answer("x"), SharedResolver::kFailureKept},
  };

  int number = 0;
  for (const auto& each : cases) {
    const std::string name = std::to_string(number++) + ".test";
    learn(name, each.answer);
    pass(each.kept - seconds(1));
    EXPECT_TRUE(ask(name)) << name;
    EXPECT_EQ(last_, each.answer);
    pass(seconds(1));
    EXPECT_FALSE(ask(name)) << name;
    behind_.answer(name, kTxt, each.answer);
  }
  EXPECT_EQ(shared_.counters().from_cache, std::size(cases));
  EXPECT_EQ(shared_.counters().failed, 2U);
}

TEST_F(SharedResolverTest, KeepsNothingWithoutATimeToLive) {
  learn("a.test", texts({"x"}, seconds(0)));
  EXPECT_FALSE(ask("a.test"));
  EXPECT_EQ(behind_.asked().size(), 2U);
}

TEST_F(SharedResolverTest, ForgetsWhatWasUsedLongestAgo) {
  const auto name = [](std::size_t i) { return std::to_string(i) + ".test"; };
  for (std::size_t i = 0; i < SharedResolver::kMostAnswers; ++i)
    learn(name(i), texts({"x"}));
  EXPECT_TRUE(ask(name(0)));
  learn("new.test", texts({"x"}));
  EXPECT_TRUE(ask(name(0)));
  EXPECT_FALSE(ask(name(1)));
  EXPECT_TRUE(ask(name(2)));
  EXPECT_TRUE(ask("new.test"));
}

TEST_F(SharedResolverTest, KeepsABoundedNumberOfOctets) {
  constexpr std::size_t kLarge = 60'000;
  constexpr std::size_t kFit = SharedResolver::kMostOctets / kLarge;
  const auto large = texts({std::string(kLarge, 'x')});
  for (std::size_t i = 0; i < kFit + 50; ++i)
    learn(std::to_string(i) + ".test", large);
  EXPECT_FALSE(ask("0.test"));
  EXPECT_FALSE(ask("40.test"));
  EXPECT_TRUE(ask(std::to_string(kFit + 49) + ".test"));
  EXPECT_TRUE(ask("100.test"));
}

TEST_F(SharedResolverTest, FailsAtOnceWhatIsTooMuch) {
  for (std::size_t i = 0; i < SharedResolver::kMostUnderWay; ++i)
    EXPECT_FALSE(ask(std::to_string(i) + ".test"));
  EXPECT_TRUE(ask("beyond.test"));
  EXPECT_EQ(last_->status, DnsStatus::failed);
  EXPECT_EQ(behind_.asked().size(), SharedResolver::kMostUnderWay);
  // Who asks what is under way may still wait for it.
  EXPECT_FALSE(ask("0.test"));
  // And a failure of this kind is not kept.
  behind_.answer("0.test", kTxt, texts({"x"}));
  EXPECT_FALSE(ask("beyond.test"));
}

TEST(SharedResolverBefore, AResolverThatKnowsAtOnce) {
  testing::Zone zone;
  zone.txt("a.test", "x").fault("b.test");
  testing::ZoneResolver behind(zone);
  const auto now = std::chrono::steady_clock::now();
  SharedResolver shared(behind, [&] { return now; });
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(shared.ask(ask_for("a.test", kTxt), {})->texts, ElementsAre("x"));
    EXPECT_EQ(shared.ask(ask_for("b.test", kTxt), {})->status, DnsStatus::failed);
  }
  EXPECT_EQ(zone.asked().size(), 2U);
  EXPECT_EQ(shared.counters().from_cache, 4U);
  EXPECT_EQ(shared.counters().failed, 1U);
}

TEST_F(SharedResolverTest, MayBeAskedAgainByWhoIsAnswered) {
  std::vector<std::string> got;
  const Resolver::Done second = [&](const DnsQuestion&, const SharedAnswer& answer) {
    got.push_back(answer->texts.at(0));
  };
  shared_.ask(ask_for("a.test", kTxt), [&](const DnsQuestion&, const SharedAnswer& answer) {
    got.push_back(answer->texts.at(0));
    shared_.ask(ask_for("b.test", kTxt), second);
  });
  behind_.answer("a.test", kTxt, texts({"one"}));
  behind_.answer("b.test", kTxt, texts({"two"}));
  EXPECT_THAT(got, ElementsAre("one", "two"));
}

TEST(SharedResolverGone, FailsWhatIsUnderWayAndHearsNoLateAnswer) {
  HandResolver behind;
  std::vector<SharedAnswer> got;
  {
    SharedResolver shared(behind, [] { return std::chrono::steady_clock::now(); });
    const Resolver::Done done = [&](const DnsQuestion&, SharedAnswer answer) {
      got.push_back(std::move(answer));
      // Whoever asks again now is told so.
      EXPECT_NE(shared.ask(ask_for("again.test", kTxt), {}), nullptr);
    };
    shared.ask(ask_for("a.test", kTxt), done);
    shared.ask(ask_for("a.test", kTxt), done);
  }
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0]->status, DnsStatus::failed);
  behind.answer("a.test", kTxt, texts({"late"}));
  EXPECT_EQ(got.size(), 2U);
}

TEST(SharedResolverThreads, AnswerEachAskerOnce) {
  HandResolver behind;
  SharedResolver shared(behind, [] { return std::chrono::steady_clock::now(); });
  constexpr int kThreads = 4;
  constexpr int kRounds = 300;
  std::atomic<int> answered{0};
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kRounds; ++i) {
        const auto known = shared.ask(ask_for(std::to_string(i) + ".test", kTxt),
                                      [&](const DnsQuestion&, const SharedAnswer&) { ++answered; });
        if (known) ++answered;
      }
      --running;
    });
  }
  testing::Zone zone;
  zone.txt("1.test", "x");
  while (running != 0 || behind.open() != 0)
    behind.answer_all(zone);
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(answered, kThreads * kRounds);
  EXPECT_EQ(shared.counters().asked, static_cast<std::uint64_t>(kThreads * kRounds));
  EXPECT_EQ(behind.asked().size(), static_cast<std::size_t>(kRounds));
}

}  // namespace
}  // namespace gatepost::mailauth
