// What the counters in Redis cost: prints a table. Starts a redis-server of its own.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "store/redis_connection.hpp"
#include "store/redis_ledger.hpp"
#include "tests/store/hand_clock.hpp"
#include "tests/store/redis_server.hpp"

namespace gatepost::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::steady_clock;
using store::RedisConnection;
using store::RedisLedger;

constexpr int kThreads = 64;
constexpr int kUsers = 1000;
constexpr int kCalls = 200'000;

LedgerRequest request_of(int user_number, std::int64_t limit = 1'000'000) {
  return {Subject::from_text("u:user" + std::to_string(user_number) + "@example.com"),
          {{{Unit::messages, {minutes(15)}}, 1, limit, true},
           {{Unit::recipients, Window::calendar_day()}, 3, limit, true}},
          days_at(store::system_clock()())};
}

double memory_of(const RedisServer& server) {
  const std::string all = server.cli({"INFO", "memory"});
  return std::strtod(all.c_str() + all.find("used_memory:") + 12, nullptr);
}

template <typename Work>
double calls_per_second(int calls, const Work& work) {
  std::atomic<int> next{0};
  const auto start = steady_clock::now();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = next++; i < calls; i = next++)
        work(i);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  return calls / std::chrono::duration<double>(steady_clock::now() - start).count();
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

template <typename Work>
void measure(const char* what, const RedisServer& server, const Work& work) {
  server.cli({"CONFIG", "RESETSTAT"});
  const double cpu = cpu_seconds();
  const double rate = calls_per_second(kCalls, work);
  const double own = (cpu_seconds() - cpu) * 1e6 / kCalls;
  const auto stat = server.stat_of("evalsha");
  std::printf("%-34s %9.0f calls/s %8.1f us in the server %8.1f us CPU here\n", what, rate,
              stat.usec / stat.calls, own);
}

void fill(RedisLedger& ledger, HandClock& clock, int user_number, int buckets) {
  for (int i = 0; i < buckets; ++i) {
    ledger.settle(request_of(user_number), Token{static_cast<std::uint64_t>(i) + 1});
    clock.move(seconds(15));
  }
}

void memory(const RedisServer& server, RedisConnection& connection) {
  for (const int buckets : {1, 5, 61}) {
    connection.call({"FLUSHALL"});
    const double before = memory_of(server);
    HandClock clock(store::system_clock()());
    RedisLedger ledger(connection, clock.clock());
    for (int i = 0; i < kUsers; ++i) {
      clock.set(store::system_clock()());
      fill(ledger, clock, i, buckets);
    }
    for (int i = 0; i < kUsers; ++i) {
      for (int t = 1; t <= buckets; ++t) {
        connection.call({"DEL", "gatepost:{u:user" + std::to_string(i) + "@example.com}:t:" + [&] {
                           char text[17];
                           std::snprintf(text, sizeof text, "%016x", t);
                           return std::string(text);
                         }()});
      }
    }
    std::printf("an account with %2d live buckets      %7.0f octets\n", buckets,
                (memory_of(server) - before) / kUsers);
  }
}

void run() {
  const RedisServer server({"--appendonly", "no"});
  RedisConnection connection(server.address(), seconds(5), store::system_clock(), {});
  if (!connection.wait_until_up(seconds(20))) throw std::runtime_error("redis is not there");
  memory(server, connection);
  connection.call({"FLUSHALL"});
  RedisLedger ledger(connection);
  measure("look, new accounts", server, [&](int i) { ledger.look(request_of(i % kUsers)); });
  measure("settle", server, [&](int i) {
    ledger.settle(request_of(i % kUsers), Token{static_cast<std::uint64_t>(i) + 1});
  });
  measure("look, used accounts", server, [&](int i) { ledger.look(request_of(i % kUsers)); });
  measure("look, over the limit", server, [&](int i) { ledger.look(request_of(i % kUsers, 1)); });
  HandClock clock(store::system_clock()());
  RedisLedger full(connection, clock.clock());
  connection.call({"FLUSHALL"});
  for (int i = 0; i < kUsers; ++i) {
    clock.set(store::system_clock()());
    fill(full, clock, i, 61);
  }
  clock.move(-seconds(15));
  measure("look, 61 live buckets", server, [&](int i) { full.look(request_of(i % kUsers)); });
  measure("settle, 61 live buckets", server, [&](int i) {
    full.settle(request_of(i % kUsers), Token{static_cast<std::uint64_t>(i) + 1000});
  });
  measure("look, 61 buckets, over the limit", server,
          [&](int i) { full.look(request_of(i % kUsers, 1)); });
}

}  // namespace
}  // namespace gatepost::test

int main() {
  try {
    gatepost::test::run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
