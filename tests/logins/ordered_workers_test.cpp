#include "logins/ordered_workers.hpp"

#include <atomic>
#include <future>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/policy/site.hpp"

namespace gatepost::logins {
namespace {

using namespace std::chrono_literals;

Network network(const std::string& text) {
  return *Network::parse(text);
}

void ignore(const std::exception& /*bug*/) {}

TEST(OrderedWorkersTest, DoesOneClientsTasksInOrderAndNeverTwoAtOnce) {
  constexpr int kTasks = 2000;
  std::array<std::vector<int>, 5> done;  // a race here is what the thread sanitizer would find
  {
    OrderedWorkers workers({.threads = 4, .tasks = 100'000, .tasks_of_a_client = 100'000}, ignore);
    for (int i = 0; i < kTasks; ++i) {
      for (std::size_t client = 0; client < done.size(); ++client) {
        ASSERT_TRUE(workers.submit(network("192.0.2." + std::to_string(client)),
                                   [&done, client, i] { done.at(client).push_back(i); }));
      }
    }
  }
  for (const auto& order : done) {
    ASSERT_EQ(order.size(), kTasks);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  }
}

TEST(OrderedWorkersTest, ASlowClientHoldsUpNobodyElse) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  std::promise<void> other;
  OrderedWorkers workers({.threads = 2, .tasks = 100, .tasks_of_a_client = 50}, ignore);
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(workers.submit(network("192.0.2.1"), [released] { released.wait(); }));
  ASSERT_TRUE(workers.submit(network("192.0.2.2"), [&other] { other.set_value(); }));
  EXPECT_EQ(other.get_future().wait_for(10s), std::future_status::ready);
  EXPECT_TRUE(workers.is_busy(network("192.0.2.1")));
  EXPECT_FALSE(workers.is_busy(network("192.0.2.3")));
  EXPECT_FALSE(workers.submit(network("192.0.2.1"), [] {})) << "more than one client may have";
  EXPECT_TRUE(workers.submit(network("192.0.2.4"), [] {}));
  release.set_value();
}

TEST(OrderedWorkersTest, TakesNoMoreThanItsBound) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  std::atomic<int> done = 0;
  {
    OrderedWorkers workers({.threads = 1, .tasks = 3, .tasks_of_a_client = 3}, ignore);
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(workers.submit(network("192.0.2." + std::to_string(i)), [&done, released] {
        released.wait();
        ++done;
      }));
    }
    EXPECT_EQ(workers.size(), 3U);
    EXPECT_FALSE(workers.submit(network("192.0.2.9"), [&done] { ++done; }));
    release.set_value();
  }
  EXPECT_EQ(done, 3) << "what was taken is done before the end, what was not is not";
}

TEST(OrderedWorkersTest, ATaskThatThrowsEndsNothing) {
  std::atomic<int> failed = 0;
  std::atomic<int> done = 0;
  {
    OrderedWorkers workers({.threads = 1}, [&failed](const std::exception&) { ++failed; });
    ASSERT_TRUE(workers.submit(network("192.0.2.1"), [] { throw std::runtime_error("bug"); }));
    ASSERT_TRUE(workers.submit(network("192.0.2.1"), [&done] { ++done; }));
  }
  EXPECT_EQ(failed, 1);
  EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace gatepost::logins
