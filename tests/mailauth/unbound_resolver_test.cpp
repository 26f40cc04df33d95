// The DNS by libunbound against a real name server on this machine.

#include "mailauth/unbound_resolver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mailauth/dns_server.hpp"
#include "tests/mailauth/inbox.hpp"

namespace gatepost::mailauth {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ask;
using testing::DnsServer;
using ::testing::ElementsAre;
using testing::Inbox;
using ::testing::StartsWith;
using testing::Zone;

TEST(UnboundResolver, BringsEveryTypeOfRecord) {
  Zone zone;
  zone.txt("example.test", "v=spf1 mx -all").txt("example.test", std::string(600, 'x'));
  zone.mx("example.test", 10, "mx1.example.test").mx("example.test", 20, "MX2.example.test.");
  zone.address("mx1.example.test", "192.0.2.1").address("mx1.example.test", "192.0.2.2");
  zone.address("mx1.example.test", "2001:db8::1");
  zone.ptr("1.2.0.192.in-addr.arpa", "mx1.example.test").ptr("1.0.0.127.in-addr.arpa", "me.test");
  zone.ptr("4.3.2.10.in-addr.arpa", "inside.example.test");
  DnsServer server(zone);
  UnboundResolver resolver(server.settings());

  const auto txt = ask(resolver, "Example.Test.", DnsType::txt);
  EXPECT_EQ(txt.status, DnsStatus::found) << txt.why;
  EXPECT_THAT(txt.texts, ::testing::UnorderedElementsAre("v=spf1 mx -all", std::string(600, 'x')));
  EXPECT_FALSE(txt.secure);
  EXPECT_GT(txt.time_to_live, seconds(250));
  EXPECT_LE(txt.time_to_live, seconds(300));
  EXPECT_THAT(ask(resolver, "example.test", DnsType::mx).texts,
              ElementsAre("mx1.example.test", "mx2.example.test"));
  EXPECT_THAT(ask(resolver, "mx1.example.test", DnsType::a).addresses,
              ::testing::UnorderedElementsAre(*IpAddress::parse("192.0.2.1"),
                                              *IpAddress::parse("192.0.2.2")));
  EXPECT_THAT(ask(resolver, "mx1.example.test", DnsType::aaaa).addresses,
              ElementsAre(*IpAddress::parse("2001:db8::1")));
  // Not even reverse names of this machine and of private networks are answered by anybody else.
  EXPECT_THAT(ask(resolver, "1.0.0.127.in-addr.arpa", DnsType::ptr).texts, ElementsAre("me.test"));
  EXPECT_THAT(ask(resolver, "1.2.0.192.in-addr.arpa", DnsType::ptr).texts,
              ElementsAre("mx1.example.test"));
  EXPECT_THAT(ask(resolver, "4.3.2.10.in-addr.arpa", DnsType::ptr).texts,
              ElementsAre("inside.example.test"));
}

TEST(UnboundResolver, TellsNoNameFromNoData) {
  Zone zone;
  zone.txt("a.example.test", "here");
  DnsServer server(zone);
  UnboundResolver resolver(server.settings());
  EXPECT_EQ(ask(resolver, "a.example.test", DnsType::mx).status, DnsStatus::no_data);
  EXPECT_EQ(ask(resolver, "example.test", DnsType::txt).status, DnsStatus::no_data);
  EXPECT_EQ(ask(resolver, "b.example.test", DnsType::txt).status, DnsStatus::no_name);
  EXPECT_LE(ask(resolver, "c.example.test", DnsType::txt).time_to_live, seconds(60));
}

TEST(UnboundResolver, KnowsThatSomeNamesCannotBe) {
  const Zone zone;
  DnsServer server(zone);
  UnboundResolver resolver(server.settings());
  for (const std::string& name : {std::string(), std::string("a..test"), std::string(".test"),
                                  std::string(64, 'x') + ".test", [] {
                                    std::string out;
                                    for (int i = 0; i < 64; ++i)
                                      out += "abc.";
                                    return out + "test";
                                  }()}) {
    EXPECT_EQ(ask(resolver, name, DnsType::a).status, DnsStatus::no_name) << name;
  }
  EXPECT_TRUE(zone.asked().empty());
}

TEST(UnboundResolver, AsksForOddNamesOctetByOctet) {
  const std::string odd = "a\\046 \xC3\xA4\"(@;$.example.test";
  Zone zone;
  zone.txt(odd, "odd").txt(std::string(63, 'x') + ".example.test", "long");
  DnsServer server(zone);
  UnboundResolver resolver(server.settings());
  EXPECT_THAT(ask(resolver, odd, DnsType::txt).texts, ElementsAre("odd"));
  EXPECT_THAT(ask(resolver, std::string(63, 'x') + ".example.test", DnsType::txt).texts,
              ElementsAre("long"));
}

TEST(UnboundResolver, FollowsAliases) {
  Zone zone;
  zone.txt("end.example.test", "at the end");
  DnsServer server(zone);
  server.alias("key.example.test", "middle.example.test");
  server.alias("middle.example.test", "end.example.test");
  server.alias("dead.example.test", "nowhere.example.test");
  server.alias("loop.example.test", "pool.example.test");
  server.alias("pool.example.test", "loop.example.test");
  UnboundResolver resolver(server.settings());
  EXPECT_THAT(ask(resolver, "key.example.test", DnsType::txt).texts, ElementsAre("at the end"));
  EXPECT_EQ(ask(resolver, "key.example.test", DnsType::mx).status, DnsStatus::no_data);
  EXPECT_EQ(ask(resolver, "dead.example.test", DnsType::txt).status, DnsStatus::no_name);
  EXPECT_NE(ask(resolver, "loop.example.test", DnsType::txt).status, DnsStatus::found);
}

TEST(UnboundResolver, TakesLargeAnswersByTcp) {
  Zone zone;
  zone.txt("large.example.test", std::string(20'000, 'k'));
  DnsServer server(zone);
  UnboundResolver resolver(server.settings());
  EXPECT_THAT(ask(resolver, "large.example.test", DnsType::txt).texts,
              ElementsAre(std::string(20'000, 'k')));
  EXPECT_GE(server.asked_by_tcp(), 1U);
}

TEST(UnboundResolver, SaysWhatWentWrong) {
  Zone zone;
  zone.txt("a.test", "x");
  DnsServer server(zone);
  server.rcode("servfail.test", 2);
  server.rcode("refused.test", 5);
  UnboundResolver resolver(server.settings());
  for (const std::string name : {"servfail.test", "refused.test"}) {
    const auto answer = ask(resolver, name, DnsType::txt);
    EXPECT_EQ(answer.status, DnsStatus::failed) << name;
    EXPECT_THAT(answer.why, StartsWith("the name server")) << name;
  }
  EXPECT_EQ(ask(resolver, "a.test", DnsType::txt).status, DnsStatus::found);
}

TEST(UnboundResolver, WaitsForNobodyLongerThanTheTimeout) {
  Zone zone;
  zone.txt("a.test", "x");
  DnsServer server(zone);
  server.silent(true);
  Inbox inbox;
  UnboundResolver resolver(server.settings(milliseconds(150)));
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(resolver.ask(ask_for(std::to_string(i) + ".test", DnsType::txt), inbox.done()),
              nullptr);
  const auto answers = inbox.wait(100);
  const auto took = std::chrono::steady_clock::now() - start;
  ASSERT_EQ(answers.size(), 100U);
  for (const auto& [question, answer] : answers) {
    EXPECT_EQ(answer->status, DnsStatus::failed);
    EXPECT_EQ(answer->why, "no answer within 0.15 s");
  }
  EXPECT_GE(took, milliseconds(150));
}

TEST(UnboundResolver, IsThereAgainWhenTheServerIs) {
  Zone zone;
  zone.txt("a.test", "x");
  DnsServer server(zone);
  server.silent(true);
  UnboundResolver resolver(server.settings(milliseconds(100)));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(ask(resolver, std::to_string(i) + ".test", DnsType::txt).status, DnsStatus::failed);
  }
  server.silent(false);
  const auto until = std::chrono::steady_clock::now() + seconds(30);
  DnsStatus status = DnsStatus::failed;
  while (status == DnsStatus::failed && std::chrono::steady_clock::now() < until)
    status = ask(resolver, "a.test", DnsType::txt).status;
  EXPECT_EQ(status, DnsStatus::found);
}

TEST(UnboundResolver, KeepsALateAnswerForWhoAsksNext) {
  Zone zone;
  zone.txt("late.test", "x");
  DnsServer server(zone);
  server.hold("late.test");
  UnboundResolver resolver(server.settings(milliseconds(50)));
  EXPECT_EQ(ask(resolver, "late.test", DnsType::txt).status, DnsStatus::failed);
  server.release();
  const auto until = std::chrono::steady_clock::now() + seconds(30);
  DnsStatus status = DnsStatus::failed;
  while (status == DnsStatus::failed && std::chrono::steady_clock::now() < until)
    status = ask(resolver, "late.test", DnsType::txt).status;
  EXPECT_EQ(status, DnsStatus::found);
}

TEST(UnboundResolver, AsksTheOtherServerWhereOneIsSilent) {
  Zone zone;
  zone.txt("a.test", "x");
  DnsServer silent(zone);
  DnsServer server(zone);
  silent.silent(true);
  DnsSettings settings = silent.settings(seconds(10));
  settings.servers.push_back(server.settings().servers.front());
  UnboundResolver resolver(settings);
  EXPECT_EQ(ask(resolver, "a.test", DnsType::txt).status, DnsStatus::found);
}

TEST(UnboundResolver, FailsWhatIsUnderWayWhenItGoes) {
  const Zone zone;
  DnsServer server(zone);
  server.silent(true);
  Inbox inbox;
  {
    UnboundResolver resolver(server.settings(seconds(30)));
    const Resolver::Done done = inbox.done();
    for (int i = 0; i < 20; ++i) {
      resolver.ask(ask_for(std::to_string(i) + ".test", DnsType::txt),
                   [&, done](const DnsQuestion& question, const SharedAnswer& answer) {
                     done(question, answer);
                     // Who asks again now is told so.
                     EXPECT_NE(resolver.ask(question, {}), nullptr);
                   });
    }
    server.wait_for_question("0.test");
  }
  const auto answers = inbox.wait(20);
  ASSERT_EQ(answers.size(), 20U);
  for (const auto& [question, answer] : answers)
    EXPECT_EQ(answer->why, "the resolver stops");
}

TEST(UnboundResolver, TakesABoundedNumberOfQuestions) {
  const Zone zone;
  DnsServer server(zone);
  server.silent(true);
  Inbox inbox;
  UnboundResolver resolver(server.settings(seconds(30)));
  int refused = 0;
  for (int i = 0; i < 2'100; ++i) {
    const auto known = resolver.ask(ask_for(std::to_string(i) + ".test", DnsType::a), inbox.done());
    if (!known) continue;
    ++refused;
    EXPECT_EQ(known->why, "too many questions are under way");
  }
  EXPECT_EQ(refused, 100);
}

TEST(UnboundResolver, WantsATrustAnchorThatCanBeRead) {
  const Zone zone;
  DnsServer server(zone);
  EXPECT_THROW(UnboundResolver(server.settings(), "/nowhere/root.key"), std::runtime_error);
}

}  // namespace
}  // namespace gatepost::mailauth
