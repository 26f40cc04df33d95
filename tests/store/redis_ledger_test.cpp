#include "store/redis_ledger.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/store/hand_clock.hpp"
#include "tests/store/ledger_contract.hpp"
#include "tests/store/ledger_properties.hpp"
#include "tests/store/redis_server.hpp"
#include "tests/store/redis_world.hpp"

namespace gatepost::test {
namespace {

using store::LocalCharge;
using store::Payment;
using store::RedisLedger;

// One server for the whole program, emptied for each test.
RedisServer& shared_server() {
  static RedisServer server;
  return server;
}

struct RedisWorld {
  RedisWorld() { connected.connection.call({"FLUSHALL"}); }

  Ledger& ledger() { return the_ledger; }

  HandClock& clock() { return hand; }

  HandClock hand{kTestStart};
  Connected connected{shared_server().address()};
  RedisLedger the_ledger{connected.connection, hand.clock()};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Redis, LedgerContract, RedisWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, LedgerProperties, RedisWorld);

class RedisLedgerTest : public testing::Test {
protected:
  LedgerRequest request(std::vector<Charge> charges) {
    return {user("ann"), std::move(charges), days_at(world_.hand.now())};
  }

  std::int64_t used(const Counter& counter) {
    const auto answer = world_.the_ledger.look(request({charge(counter, 0, {})}));
    return std::get<Settlement>(answer).readings.at(0).used;
  }

  LocalCharge local(std::uint64_t token, std::vector<Charge> charges, milliseconds age) {
    LocalCharge out{.id = token,
                    .token = {token},
                    .when = world_.hand.now() - age,
                    .amounts = {},
                    .shape = std::make_shared<const LedgerRequest>(request(charges))};
    for (const Charge& each : charges)
      out.amounts.push_back(each.amount);
    return out;
  }

  std::vector<Payment> pay(const std::vector<LocalCharge>& charges) {
    return std::get<std::vector<Payment>>(
        world_.the_ledger.pay(user("ann"), charges, world_.hand.now()));
  }

  RedisWorld world_;
};

TEST_F(RedisLedgerTest, TwoDaemonsLetExactlyTheLimitPass) {
  Connected other(shared_server().address());
  RedisLedger second(other.connection);
  RedisLedger first(world_.connected.connection);
  const LedgerRequest asked{user("race"),
                            {charge(kMessages, 1, 50), charge(kDaily, 1, 300)},
                            days_at(store::system_clock()())};
  std::atomic<int> next{0};
  std::atomic<int> passed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 64; ++i) {
    threads.emplace_back([&, i] {
      RedisLedger& mine = i % 2 == 0 ? first : second;
      for (int n = next++; n < 300; n = next++) {
        const auto answer = mine.settle(asked, Token{static_cast<std::uint64_t>(n) + 1});
        if (!std::get<Settlement>(answer).refused) ++passed;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(passed, 50);
}

TEST_F(RedisLedgerTest, ALateChargeGoesIntoTheBucketOfItsTimeAndAsksNoLimit) {
  world_.the_ledger.settle(request({charge(kMessages, 50, 50)}), Token{1});
  const auto paid = pay({local(2, {charge(kMessages, 5, 50)}, minutes(10))});
  EXPECT_EQ(paid, std::vector{Payment::charged});
  EXPECT_EQ(used(kMessages), 55);
  world_.hand.move(minutes(5) + seconds(15));
  EXPECT_EQ(used(kMessages), 50) << "the late one was ten minutes old";
}

TEST_F(RedisLedgerTest, ALateChargeOlderThanItsWindowIsDropped) {
  const auto paid = pay({local(2, {charge(kMessages, 5, {})}, minutes(16)),
                         local(3, {charge(kMessages, 1, {}), charge(kDaily, 2, {})}, minutes(16)),
                         local(4, {charge(kDaily, 7, {})}, hours(20))});
  EXPECT_EQ(paid, (std::vector{Payment::dropped, Payment::charged, Payment::dropped}));
  EXPECT_EQ(used(kMessages), 0);
  EXPECT_EQ(used(kDaily), 2);
}

TEST_F(RedisLedgerTest, ALateChargeOfATokenThatWasChargedIsNotChargedAgain) {
  world_.the_ledger.settle(request({charge(kMessages, 1, 50)}), Token{9});
  const LocalCharge late = local(9, {charge(kMessages, 1, {})}, seconds(5));
  EXPECT_EQ(pay({late, late}), (std::vector{Payment::charged, Payment::charged}));
  EXPECT_EQ(used(kMessages), 1);
}

TEST_F(RedisLedgerTest, ALateChargeOfATokenThatWasRefusedHereIsChargedOnce) {
  world_.the_ledger.settle(request({charge(kMessages, 50, 50)}), Token{1});
  EXPECT_TRUE(
      std::get<Settlement>(world_.the_ledger.settle(request({charge(kMessages, 1, 50)}), Token{9}))
          .refused);
  const LocalCharge late = local(9, {charge(kMessages, 1, {})}, seconds(5));
  pay({late});
  pay({late});
  EXPECT_EQ(used(kMessages), 51);
}

TEST_F(RedisLedgerTest, AMessageThatWasPaidLateAndIsSettledAgainIsARepetition) {
  pay({local(9, {charge(kMessages, 1, {})}, seconds(5))});
  const auto again = world_.the_ledger.settle(request({charge(kMessages, 1, 50)}), Token{9});
  EXPECT_TRUE(std::get<Settlement>(again).repeated);
  EXPECT_EQ(used(kMessages), 1);
}

TEST_F(RedisLedgerTest, ATokenIsForgottenAfterTwoMinutes) {
  const auto asked = request({charge(kMessages, 1, 50)});
  world_.the_ledger.settle(asked, Token{9});
  world_.hand.move(minutes(2));
  EXPECT_FALSE(std::get<Settlement>(world_.the_ledger.settle(asked, Token{9})).repeated);
  EXPECT_EQ(used(kMessages), 2);
}

TEST_F(RedisLedgerTest, GivesTheScriptsAgainToAServerThatForgotThem) {
  const auto asked = request({charge(kMessages, 1, 50)});
  world_.connected.connection.call({"SCRIPT", "FLUSH"});
  EXPECT_TRUE(value_of(world_.the_ledger.look(asked)));
  world_.connected.connection.call({"SCRIPT", "FLUSH"});
  EXPECT_TRUE(value_of(world_.the_ledger.settle(asked, Token{1})));
  EXPECT_EQ(used(kMessages), 1);
  EXPECT_FALSE(world_.connected.connection.away());
}

TEST_F(RedisLedgerTest, AKeyOfAnotherTypeFailsItsSubjectAlone) {
  world_.connected.connection.call({"SET", "gatepost:{u:ann}:c", "x"});
  EXPECT_FALSE(value_of(world_.the_ledger.look(request({charge(kMessages, 1, 50)}))));
  EXPECT_FALSE(world_.connected.connection.away());
  EXPECT_EQ(pay({local(9, {charge(kMessages, 1, {})}, seconds(5))}), std::vector{Payment::dropped});
}

TEST_F(RedisLedgerTest, NoSubjectReachesTheKeyOfAnother) {
  for (const char* odd :
       {"{u:bob}", "u:bob}:c", "u:b%6Fb", "u:bob\r\nDEL x", "u:bob:c", "u:bob "}) {
    world_.the_ledger.settle(
        {Subject::from_text(odd), {charge(kMessages, 3, {})}, days_at(world_.hand.now())},
        Token{1});
  }
  EXPECT_EQ(
      world_.connected.connection.call({"EXISTS", "gatepost:{u:bob}:c"}),
      (Answer<store::RedisReply>(store::RedisReply{
          .kind = store::RedisReply::Kind::integer, .integer = 0, .text = {}, .elements = {}})));
}

TEST_F(RedisLedgerTest, IdleSubjectsVanish) {
  RedisLedger real(world_.connected.connection);
  const Days days = days_at(store::system_clock()());
  real.settle({user("short"), {charge({Unit::messages, {seconds(1)}}, 1, {})}, days}, Token{1});
  real.settle({user("both"), {charge(kMessages, 1, {}), charge(kDaily, 1, {})}, days}, Token{1});
  const auto life = [&](const std::string& key) {
    const auto answer = world_.connected.connection.call({"PTTL", key});
    return milliseconds(std::get<store::RedisReply>(answer).integer);
  };
  EXPECT_GT(life("gatepost:{u:short}:c"), seconds(1));
  EXPECT_LT(life("gatepost:{u:short}:c"), minutes(2));
  EXPECT_GT(life("gatepost:{u:both}:c"), minutes(16));
  EXPECT_LT(life("gatepost:{u:both}:c"), hours(61));
  EXPECT_GT(life("gatepost:{u:both}:t:0000000000000001"), minutes(1));
  EXPECT_LE(life("gatepost:{u:both}:t:0000000000000001"), minutes(2));
}

}  // namespace
}  // namespace gatepost::test
