#include "store/redis_connection.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/store/odd_server.hpp"
#include "tests/store/redis_server.hpp"
#include "tests/store/redis_world.hpp"

namespace gatepost::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using store::RedisCommands;
using store::RedisConnection;
using store::RedisReply;

constexpr milliseconds kDeadline{200};
// What a call may take beyond its deadline on a loaded machine.
constexpr milliseconds kSlack{1500};

std::string text_of(const Answer<RedisReply>& answer) {
  const auto* reply = value_of(answer);
  return reply == nullptr ? "unavailable: " + std::get<Unavailable>(answer).why : reply->text;
}

bool is_up(const RedisConnection& connection) {
  return !connection.away();
}

/// A connection that may never come up.
struct Trying {
  explicit Trying(const RedisAddress& address)
      : connection(address, kDeadline, store::system_clock(), lines.log()) {}

  /// Waits until an attempt has failed, and says how.
  std::string error() {
    eventually([&] { return !connection.state().last_error.empty(); });
    return connection.state().last_error;
  }

  LogLines lines;
  RedisConnection connection;
};

TEST(RedisConnection, PipelinesTheCallsOfManyThreadsAndMixesUpNone) {
  const RedisServer server;
  Connected world(server.address());
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 32; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const std::string mine = std::to_string(t) + ":" + std::to_string(i);
        if (text_of(world.connection.call({"ECHO", mine})) != mine) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(RedisConnection, CommandsOfOneCallGetTheirRepliesInOrder) {
  const RedisServer server;
  Connected world(server.unix_address());
  RedisCommands commands;
  for (int i = 0; i < 500; ++i)
    commands.add({"ECHO", std::to_string(i)});
  commands.add({"NOSUCHCOMMAND"});
  commands.add({"ECHO", std::string("\r\n\0%s$3", 8)});
  const auto answer = world.connection.call(commands);
  const auto& replies = std::get<RedisConnection::Replies>(answer);
  ASSERT_EQ(replies.size(), 502u);
  EXPECT_EQ(replies[499].text, "499");
  EXPECT_TRUE(replies[500].is_error());
  EXPECT_EQ(replies[501].text, std::string("\r\n\0%s$3", 8));
  EXPECT_TRUE(is_up(world.connection)) << "a wrong command says nothing of the server";
}

TEST(RedisConnection, CarriesRepliesLargerThanOneRead) {
  const RedisServer server;
  Connected world(server.address());
  const std::string large(3'000'000, 'x');
  world.connection.call({"SET", "gatepost:large", large});
  EXPECT_EQ(text_of(world.connection.call({"GET", "gatepost:large"})), large);
}

TEST(RedisConnection, NamesItselfAndSelectsItsDatabase) {
  const RedisServer server;
  RedisAddress address = server.address();
  address.database = 3;
  Connected world(address);
  EXPECT_EQ(text_of(world.connection.call({"CLIENT", "GETNAME"})), "gatepost");
  world.connection.call({"SET", "x", "1"});
  EXPECT_EQ(server.cli({"-n", "3", "GET", "x"}), "1");
  EXPECT_EQ(world.connection.where(), "127.0.0.1:" + std::to_string(server.port()) + "/3");
}

TEST(RedisConnection, SpeaksWithAPasswordAndAUser) {
  const RedisServer server({"--requirepass", "root secret", "--user", "gatepost", "on", ">pass",
                            "~gatepost:*", "+@all"});
  RedisAddress address = server.address();
  address.password = "root secret";
  EXPECT_EQ(text_of(Connected(address).connection.call({"PING"})), "PONG");
  address.user = "gatepost";
  address.password = "pass";
  EXPECT_EQ(text_of(Connected(address).connection.call({"PING"})), "PONG");
}

TEST(RedisConnection, AWrongPasswordKeepsItAwayAndIsNamed) {
  const RedisServer server({"--requirepass", "right"});
  RedisAddress address = server.address();
  Trying without(address);
  EXPECT_NE(without.error().find("store.password_file"), std::string::npos) << without.error();
  address.password = "wrong";
  Trying with(address);
  EXPECT_NE(with.error().find("WRONGPASS"), std::string::npos) << with.error();
  EXPECT_FALSE(is_up(with.connection));
  for (const std::string& line : with.lines.lines()) {
    EXPECT_EQ(line.find("wrong "), std::string::npos) << "the password is no log matter";
  }
  EXPECT_NE(text_of(with.connection.call({"PING"})).find("WRONGPASS"), std::string::npos);
}

TEST(RedisConnection, AReadOnlyReplicaKeepsItAway) {
  const RedisServer master;
  const RedisServer replica({"--replicaof", "127.0.0.1 " + std::to_string(master.port())});
  Trying world(replica.address());
  EXPECT_TRUE(eventually([&] {
    return world.connection.state().last_error.find("it is a replica") != std::string::npos;
  })) << world.connection.state().last_error;
  EXPECT_FALSE(is_up(world.connection));
  replica.cli({"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(world.connection.wait_until_up(kPatience));
}

TEST(RedisConnection, AFullServerOpensTheBreakerAndStaysAwayUntilThereIsRoom) {
  const RedisServer server;
  Connected world(server.address());
  server.cli({"CONFIG", "SET", "maxmemory", "1"});
  const std::string said = text_of(world.connection.call({"SET", "gatepost:x", "1"}));
  EXPECT_NE(said.find("OOM"), std::string::npos) << said;
  EXPECT_FALSE(is_up(world.connection));
  EXPECT_TRUE(eventually([&] {
    return world.connection.state().last_error.find("a test write: OOM") != std::string::npos;
  }));
  server.cli({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(world.connection.wait_until_up(kPatience));
  EXPECT_EQ(count_of(world.lines, "away"), 1u) << "said once, however often it was tried";
  EXPECT_TRUE(eventually([&] { return count_of(world.lines, "back after") == 1; }));
}

TEST(RedisConnection, WarnsOfAServerThatMayEvict) {
  const RedisServer server({"--maxmemory-policy", "allkeys-lru"});
  Connected world(server.address());
  EXPECT_NE(world.connection.state().warning.find("allkeys-lru"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return count_of(world.lines, "noeviction") == 1; }));
}

TEST(RedisConnection, SaysThatTheEvictionPolicyCouldNotBeChecked) {
  const RedisServer server(
      {"--user", "gatepost", "on", ">pass", "~gatepost:*", "+@all", "-config"});
  RedisAddress address = server.address();
  address.user = "gatepost";
  address.password = "pass";
  Connected world(address);
  EXPECT_NE(world.connection.state().warning.find("could not be checked"), std::string::npos);
  EXPECT_TRUE(is_up(world.connection));
}

TEST(RedisConnection, HasNoWarningForASafeServer) {
  const RedisServer server;
  EXPECT_EQ(Connected(server.address()).connection.state().warning, "");
}

TEST(RedisConnection, AMissedDeadlineAnswersAllThatWaitAtOnceAndEveryoneAfterwardsWithoutWaiting) {
  const RedisServer server;
  Connected world(server.address(), kDeadline);
  server.freeze();
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  const auto start = steady_clock::now();
  for (int i = 0; i < 64; ++i) {
    threads.emplace_back([&] {
      if (text_of(world.connection.call({"PING"})).starts_with("unavailable")) ++answered;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(answered, 64);
  EXPECT_LT(steady_clock::now() - start, kDeadline + kSlack);
  const auto open = steady_clock::now();
  for (int i = 0; i < 1000; ++i)
    world.connection.call({"PING"});
  EXPECT_LT(steady_clock::now() - open, kSlack) << "1000 calls, and none waited its deadline";
  EXPECT_NE(world.connection.state().last_error.find("within 200 ms"), std::string::npos);
  server.thaw();
  EXPECT_TRUE(world.connection.wait_until_up(kPatience));
  EXPECT_EQ(text_of(world.connection.call({"PING"})), "PONG");
  EXPECT_EQ(count_of(world.lines, "away"), 1u);
}

TEST(RedisConnection, AKilledServerFailsNobodyTwiceAndIsFoundAgainAfterItsStart) {
  RedisServer server;
  Connected world(server.address());
  std::atomic<bool> stop{false};
  std::atomic<int> calls{0};
  std::vector<std::thread> threads;
  std::vector<milliseconds> longest(16, milliseconds(0));
  for (std::size_t t = 0; t < longest.size(); ++t) {
    threads.emplace_back([&, t] {
      while (!stop) {
        const auto start = steady_clock::now();
        world.connection.call({"PING"});
        longest[t] = std::max(
            longest[t], std::chrono::duration_cast<milliseconds>(steady_clock::now() - start));
        if (++calls % 100 == 0) std::this_thread::yield();
      }
    });
  }
  EXPECT_TRUE(eventually([&] { return calls > 1000; }));
  server.kill();
  EXPECT_TRUE(eventually([&] { return !is_up(world.connection); }));
  const int before = calls;
  EXPECT_TRUE(eventually([&] { return calls > before + 1000; }));
  server.start();
  EXPECT_TRUE(world.connection.wait_until_up(kPatience));
  EXPECT_EQ(text_of(world.connection.call({"PING"})), "PONG");
  stop = true;
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_LT(*std::max_element(longest.begin(), longest.end()), kSlack);
}

TEST(RedisConnection, ANobodyAtTheAddressIsAwayAndNamed) {
  RedisAddress address{.host = "127.0.0.1",
                       .port = free_port(),
                       .unix_path = {},
                       .user = {},
                       .password = {},
                       .database = 0};
  Trying tcp(address);
  EXPECT_NE(tcp.error().find("refused"), std::string::npos) << tcp.error();
  address = {.host = {},
             .port = 0,
             .unix_path = "/nonexistent/redis.sock",
             .user = {},
             .password = {},
             .database = 0};
  Trying unix_socket(address);
  EXPECT_NE(unix_socket.error().find("No such file"), std::string::npos) << unix_socket.error();
  address.unix_path = std::string(300, 'x');
  Trying too_long(address);
  EXPECT_FALSE(too_long.error().empty());
}

TEST(RedisConnection, AServerThatAcceptsAndNeverAnswersIsAwayAndTriedAgain) {
  const OddServer server("");
  Trying world(server.address());
  EXPECT_NE(world.error().find("no usable answer"), std::string::npos) << world.error();
  EXPECT_TRUE(eventually([&] { return server.accepted() >= 3; }));
  EXPECT_FALSE(is_up(world.connection));
}

TEST(RedisConnection, AServerOfAnotherProtocolIsAway) {
  for (const char* bytes : {"220 mx.example.com ESMTP Postfix\r\n", "HTTP/1.1 400 Bad\r\n\r\n",
                            "$-7\r\n*99999999999\r\n", "+OK\r\n+OK\r\n+OK\r\n+OK\r\n"}) {
    const OddServer server(bytes);
    Trying world(server.address());
    EXPECT_FALSE(world.error().empty());
    EXPECT_TRUE(eventually([&] { return server.accepted() >= 2; })) << bytes;
    EXPECT_FALSE(is_up(world.connection)) << bytes;
  }
}

TEST(RedisConnection, AServerThatIsFullOfClientsIsAwayAndNamed) {
  const RedisServer server({"--maxclients", "1"});
  Connected first(server.address());
  Trying second(server.address());
  EXPECT_TRUE(eventually([&] {
    return second.connection.state().last_error.find("max number of clients") != std::string::npos;
  }));
  EXPECT_FALSE(is_up(second.connection));
}

TEST(RedisConnection, TellsWhatAServerSaidBeforeItHungUp) {
  const OddServer server("-DENIED Redis is running in protected mode\r\n");
  Trying world(server.address());
  EXPECT_NE(world.error().find("protected mode"), std::string::npos) << world.error();
}

}  // namespace
}  // namespace gatepost::test
