// One message verified while it comes in: what is asked when, and how long the end waits.

#include "mailauth/verification.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mailauth/shared_resolver.hpp"
#include "mailauth/unbound_resolver.hpp"
#include "tests/mailauth/dns_server.hpp"
#include "tests/mailauth/hand_resolver.hpp"

namespace gatepost::mailauth {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HandResolver;
using testing::texts;
using testing::Zone;

// No test lasts as long: who waits for its end waits for ever.
constexpr milliseconds kLong = hours(1);

const std::chrono::sys_seconds kNow{std::chrono::seconds(1'790'000'000)};

SpfInput from(std::string mail_from) {
  return {*IpAddress::parse("192.0.2.1"), "mx.example.test", std::move(mail_from), "mx.our.test"};
}

// The record of `domain` leads to a second and a third question.
class Chain : public Zone {
public:
  explicit Chain(const std::string& domain) {
    txt(domain, "v=spf1 include:one." + domain + " -all");
    txt("one." + domain, "v=spf1 a:two." + domain + " -all");
    address("two." + domain, "192.0.2.1");
  }
};

std::shared_ptr<Verification> start(Resolver& resolver, const std::string& domain) {
  return Verification::start(resolver, from("alice@" + domain), kNow);
}

void spin_until(const std::function<bool()>& holds) {
  while (!holds())
    std::this_thread::yield();
}

TEST(Verification, AsksOnWhileTheMessageComesIn) {
  const Chain zone("example.test");
  HandResolver resolver;
  const auto check = start(resolver, "example.test");
  EXPECT_TRUE(resolver.was_asked("example.test", DnsType::txt));
  check->header("From", " alice@example.test");
  const auto answer = [&](const char* name, DnsType type) {
    resolver.answer(name, type, zone.answer(ask_for(name, type)));
  };
  answer("example.test", DnsType::txt);
  EXPECT_TRUE(resolver.was_asked("one.example.test", DnsType::txt));
  EXPECT_FALSE(resolver.was_asked("_dmarc.example.test", DnsType::txt));
  check->end_of_header({{*Domain::parse("example.test")}}, {});
  EXPECT_TRUE(resolver.was_asked("_dmarc.example.test", DnsType::txt));
  answer("one.example.test", DnsType::txt);
  EXPECT_TRUE(resolver.was_asked("two.example.test", DnsType::a));
  resolver.answer_all(zone);
  // All is known: nobody has to wait, so no seat is needed.
  WaitingRoom full(0);
  const Authentication found = check->conclude(full, kLong);
  EXPECT_EQ(found.spf.result, SpfResult::pass) << found.spf.detail;
  EXPECT_EQ(found.dmarc.result, DmarcResult::none);
  EXPECT_EQ(full.turned_away(), 0U);
  EXPECT_EQ(full.out_of_time(), 0U);
}

TEST(Verification, AsksEachQuestionOnce) {
  const Chain zone("example.test");
  HandResolver resolver;
  const auto check = start(resolver, "example.test");
  check->end_of_header({{*Domain::parse("example.test")}}, {});
  resolver.answer_all(zone);
  WaitingRoom room;
  check->conclude(room, milliseconds(0));
  auto asked = resolver.asked();
  std::sort(asked.begin(), asked.end());
  EXPECT_EQ(std::adjacent_find(asked.begin(), asked.end()), asked.end());
}

TEST(Verification, WaitsAtTheEndForWhatIsMissing) {
  const Chain zone("example.test");
  HandResolver resolver;
  WaitingRoom room;
  const auto check = start(resolver, "example.test");
  check->end_of_header({}, {});
  auto end = std::async(std::launch::async, [&] { return check->conclude(room, kLong); });
  spin_until([&] { return room.waiting() == 1; });
  // Each answer leads to the next question, and all of them are waited for.
  for (const auto& [name, type] : {std::pair{"example.test", DnsType::txt},
                                   {"one.example.test", DnsType::txt},
                                   {"two.example.test", DnsType::a}}) {
    resolver.wait_for_question(name, type);
    resolver.answer(name, type, zone.answer(ask_for(name, type)));
  }
  EXPECT_EQ(end.get().spf.result, SpfResult::pass);
  EXPECT_EQ(room.waiting(), 0U);
  EXPECT_EQ(room.out_of_time(), 0U);
  EXPECT_EQ(room.turned_away(), 0U);
}

TEST(Verification, EndsWithTheBudget) {
  HandResolver silent;
  WaitingRoom room;
  const auto check = start(silent, "example.test");
  check->end_of_header({{*Domain::parse("example.test")}}, {});
  const auto begin = steady_clock::now();
  const Authentication found = check->conclude(room, milliseconds(80));
  EXPECT_GE(steady_clock::now() - begin, milliseconds(80));
  EXPECT_EQ(found.spf.result, SpfResult::temperror);
  EXPECT_EQ(found.spf.cause, SpfCause::dns_failed);
  EXPECT_EQ(found.dmarc.result, DmarcResult::temperror);
  EXPECT_TRUE(found.incomplete);
  EXPECT_EQ(room.out_of_time(), 1U);
  EXPECT_EQ(room.waiting(), 0U);
  EXPECT_EQ(room.turned_away(), 0U);
}

TEST(Verification, HasOneBudgetForAllQuestions) {
  const Chain zone("example.test");
  HandResolver resolver;
  WaitingRoom room;
  const auto check = start(resolver, "example.test");
  check->end_of_header({}, {});
  auto end =
      std::async(std::launch::async, [&] { return check->conclude(room, milliseconds(100)); });
  spin_until([&] { return room.waiting() == 1 || room.out_of_time() == 1; });
  resolver.answer("example.test", DnsType::txt, zone.answer(ask_for("example.test", DnsType::txt)));
  EXPECT_EQ(end.get().spf.result, SpfResult::temperror);
  EXPECT_EQ(room.out_of_time(), 1U);
}

TEST(Verification, DoesNotWaitInAFullRoom) {
  HandResolver silent;
  WaitingRoom room(1);
  const auto first = start(silent, "first.test");
  first->end_of_header({}, {});
  auto waits = std::async(std::launch::async, [&] { return first->conclude(room, kLong); });
  spin_until([&] { return room.waiting() == 1; });
  const auto second = start(silent, "second.test");
  second->end_of_header({}, {});
  EXPECT_EQ(second->conclude(room, kLong).spf.result, SpfResult::temperror);
  EXPECT_EQ(room.turned_away(), 1U);
  EXPECT_EQ(room.out_of_time(), 0U);
  EXPECT_EQ(room.waiting(), 1U);
  // The seat is free again for the next one.
  silent.answer("first.test", DnsType::txt, texts({"v=spf1 -all"}));
  EXPECT_EQ(waits.get().spf.result, SpfResult::fail);
  EXPECT_EQ(room.waiting(), 0U);
}

TEST(Verification, TakesFailuresAsAnswers) {
  HandResolver resolver;
  WaitingRoom full(0);
  const auto check = start(resolver, "example.test");
  check->end_of_header({}, {});
  resolver.answer("example.test", DnsType::txt, failed_answer("the name server failed"));
  EXPECT_EQ(check->conclude(full, kLong).spf.result, SpfResult::temperror);
  EXPECT_EQ(full.turned_away(), 0U);
}

TEST(Verification, IsNotHarmedByLateAnswers) {
  const Chain zone("example.test");
  HandResolver resolver;
  WaitingRoom full(0);
  {
    const auto check = start(resolver, "example.test");
    check->end_of_header({{*Domain::parse("example.test")}}, {});
    check->conclude(full, kLong);
    const auto asked = resolver.asked().size();
    // It has concluded: what comes now leads to nothing.
    resolver.answer("example.test", DnsType::txt,
                    zone.answer(ask_for("example.test", DnsType::txt)));
    EXPECT_EQ(resolver.asked().size(), asked);
    EXPECT_NE(resolver.open(), 0U);
  }
  const auto asked = resolver.asked().size();
  resolver.answer_all(zone);  // it is gone
  EXPECT_EQ(resolver.asked().size(), asked);
}

TEST(Verification, MayBeGivenUpBeforeItsEnd) {
  const Chain zone("example.test");
  HandResolver resolver;
  start(resolver, "example.test").reset();
  resolver.answer_all(zone);
  EXPECT_EQ(resolver.asked().size(), 1U);
}

TEST(Verification, TakesTheWordOfAnotherFilter) {
  HandResolver silent;
  WaitingRoom room;
  const auto check = start(silent, "example.test");
  GivenResults given;
  given.authserv_id = "filter.test";
  given.spf.result = SpfResult::softfail;
  check->end_of_header({}, given);
  EXPECT_FALSE(check->wants_body());
  const auto found = check->conclude(room, milliseconds(0));
  EXPECT_EQ(found.taken_from, "filter.test");
  EXPECT_EQ(found.spf.result, SpfResult::softfail);
}

// Several sessions, a thread of the resolver, questions in common, sessions that go away.
TEST(VerificationThreads, ConcludeEachMessageOnce) {
  constexpr int kThreads = 4;
  constexpr int kMessages = 60;
  Chain zone("one.test");
  zone.txt("two.test", "v=spf1 include:one.one.test -all");
  HandResolver behind;
  SharedResolver resolver(behind, [] { return steady_clock::now(); });
  WaitingRoom room;
  std::atomic<int> passed{0};
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kMessages; ++i) {
        const auto check = start(resolver, i % 2 == 0 ? "one.test" : "two.test");
        check->header("Subject", " x");
        check->end_of_header({{*Domain::parse("a" + std::to_string(i) + ".test")}}, {});
        check->body("x\r\n");
        if (i % 10 == 9) continue;
        if (check->conclude(room, kLong).spf.result == SpfResult::pass) ++passed;
      }
      --running;
    });
  }
  while (running != 0 || behind.open() != 0)
    behind.answer_all(zone);
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(passed, kThreads * kMessages * 9 / 10);
  EXPECT_EQ(room.waiting(), 0U);
  EXPECT_EQ(room.out_of_time() + room.turned_away(), 0U);
}

TEST(VerificationOverTheNet, FindsWhatTheNameServerSays) {
  const Chain zone("example.test");
  testing::DnsServer server(zone);
  UnboundResolver dns(server.settings());
  SharedResolver resolver(dns, [] { return steady_clock::now(); });
  WaitingRoom room;
  for (int i = 0; i < 3; ++i) {
    const auto check = start(resolver, "example.test");
    check->end_of_header({{*Domain::parse("example.test")}}, {});
    EXPECT_EQ(check->conclude(room, kLong).spf.result, SpfResult::pass);
  }
  EXPECT_EQ(server.asked("one.example.test", DnsType::txt), 1U);
}

TEST(WaitingRoomThreads, NeverHasMoreInsideThanSeats) {
  WaitingRoom room(2);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<std::uint64_t> refused{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2'000; ++i) {
        if (!room.enter()) {
          ++refused;
          continue;
        }
        const int now = ++inside;
        int before = most;
        while (before < now && !most.compare_exchange_weak(before, now)) {
        }
        --inside;
        room.leave();
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
  EXPECT_LE(most, 2);
  EXPECT_EQ(room.waiting(), 0U);
  EXPECT_EQ(room.turned_away(), refused);
}

}  // namespace
}  // namespace gatepost::mailauth
