#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "milter/reply.hpp"
#include "tests/milter/front_fixture.hpp"

namespace gatepost {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

[[maybe_unused]] const auto* const kServing =
    ::testing::AddGlobalTestEnvironment(new FrontTest::Serving);

TEST_F(FrontTest, HeaderFieldsAreReadAndChangedAtTheEnd) {
  MilterClient client = open(outside());
  test::Message message = message_of("");
  message.sender = "<x@outside.example>";
  message.headers = {{"X-Gatepost-Verdict", "clean"},
                     {"From", "ceo@example.com"},
                     {"X-Gatepost-Verdict", "clean"}};
  const auto outcome = client.send(message);
  ASSERT_TRUE(outcome.passed());
  std::vector<std::string> changes;
  for (const auto& change : outcome.modifications)
    changes.push_back(change.data);
  EXPECT_THAT(changes, ElementsAre(HasSubstr("x-gatepost-verdict"), HasSubstr("x-gatepost-verdict"),
                                   HasSubstr("suspicious; rule=own_domains_from_outside; ref="),
                                   HasSubstr("Authentication-Results")));
}

TEST_F(FrontTest, AMessageWithoutAnyHeaderFieldIsJudgedAsSuch) {
  MilterClient client = open();
  test::Message message = message_of("bare@example.com");
  message.headers.clear();
  const auto outcome = client.send(message);
  ASSERT_TRUE(outcome.refusal());
  EXPECT_THAT(outcome.refusal()->text(),
              StartsWith("550 5.7.1 Fake sender: the message has no header"));
}

TEST_F(FrontTest, AnswersAnMtaThatDoesNotOfferToGoWithoutReplies) {
  MilterClient client(filter_->address());
  client.negotiate(test::kAllActions, test::kAllSteps & ~test::step::kNoReplyConnect);
  EXPECT_TRUE(client.connect({}).passes());
  EXPECT_TRUE(client.send(message_of("old-mta@example.com")).passed());
}

TEST_F(FrontTest, PassesAMessageAndChargesIt) {
  MilterClient client = open();
  EXPECT_TRUE(client.send(message_of("passes@example.com")).passed());
  EXPECT_EQ(filter_->ledger.total("u:passes@example.com", Unit::messages), 1);
  client.quit();
}

TEST_F(FrontTest, TheReplyOfARefusalIsWhatTheClientSees) {
  filter_->ledger.use_up("over@example.com", 50);
  MilterClient client = open();
  const auto outcome = client.send(message_of("over@example.com"));
  ASSERT_TRUE(outcome.refusal());
  EXPECT_THAT(outcome.refusal()->text(),
              StartsWith("450 4.7.1 Sending limit reached: 50 messages"));
  EXPECT_THAT(outcome.refusal()->text(), HasSubstr("[ref "));
  EXPECT_TRUE(client.send(message_of("other@example.com")).passed())
      << "nothing of it sticks to the next message";
}

TEST_F(FrontTest, ALockedClientIsToldSoAtEveryGreeting) {
  filter_->locks.held.emplace(*Network::parse("127.0.0.66/32"), test::locked("127.0.0.66/32"));
  test::ClientInfo info;
  info.address = "127.0.0.66";
  MilterClient client(filter_->address());
  client.negotiate();
  EXPECT_TRUE(client.connect(info).passes()) << "the text would be lost at connect";
  for (int greeting = 0; greeting < 2; ++greeting) {
    EXPECT_THAT(client.helo("client.example").text(),
                StartsWith("421 4.7.0 Too many failed logins from 127.0.0.66 (10 in 30 minutes)"));
  }
  MilterClient silent(filter_->address());
  silent.negotiate();
  silent.connect(info);
  EXPECT_THAT(silent.mail("<a@example.com>").text(), StartsWith("421 4.7.0 ")) << "no HELO";
}

TEST_F(FrontTest, PercentSignsReachTheClientOnce) {
  EXPECT_EQ(milter::escaped_text(*SmtpReply::make(550, "5.7.1", "at 100% of a%b")),
            "at 100%% of a%%b");
}

TEST_F(FrontTest, KeepsSessionsApartOnAConnectionThatIsReused) {
  MilterClient client = open();
  client.mail("<a@example.com>", {}, "reused@example.com");
  client.quit_new_connection();
  client.connect({});
  EXPECT_TRUE(client.send(message_of("reused@example.com")).passed());
  EXPECT_EQ(filter_->ledger.total("u:reused@example.com", Unit::messages), 1);
}

TEST_F(FrontTest, ClientPortZeroIsTheMtasOwnPickup) {
  test::ClientInfo pickup;
  pickup.port = 0;
  pickup.address = "127.0.0.1";
  MilterClient client = open(pickup);
  const int looks = filter_->ledger.looks;
  EXPECT_TRUE(client.send(message_of("")).passed());
  EXPECT_EQ(filter_->ledger.looks, looks) << "local mail is not counted";
}

TEST_F(FrontTest, ABugCostsARetryAndIsLogged) {
  filter_->ledger.set_throws(true);
  MilterClient client = open();
  const auto outcome = client.send(message_of("bug@example.com"));
  filter_->ledger.set_throws(false);
  EXPECT_FALSE(outcome.passed());
  EXPECT_EQ(filter_->bugs.exchange(0), 1);
  EXPECT_TRUE(client.send(message_of("bug@example.com")).passed());
}

TEST_F(FrontTest, LivesThroughGarbageAndPeersThatVanish) {
  const std::string zeros(8, '\0');
  const std::vector<std::string> attacks = {"GET / HTTP/1.0\r\n\r\n",
                                            zeros,
                                            std::string("\xFF\xFF\xFF\xFFM", 5),
                                            std::string("\0\0\0\2Mx", 6),
                                            std::string("\0\0\0\1Q", 5),
                                            ""};
  for (const auto& attack : attacks) {
    MilterClient client(filter_->address());
    client.send_raw(attack);
    client.drop();
    MilterClient negotiated(filter_->address());
    negotiated.negotiate();
    negotiated.send_raw(attack);
    negotiated.drop();
  }
  MilterClient client = open();
  EXPECT_TRUE(client.send(message_of("after-garbage@example.com")).passed());
}

TEST_F(FrontTest, MailWithoutConnectIsMailFromNobodyKnown) {
  MilterClient client(filter_->address());
  client.negotiate();
  client.mail("<a@example.com>");
  client.quit();
  MilterClient next = open();
  EXPECT_TRUE(next.send(message_of("after@example.com")).passed());
}

TEST_F(FrontTest, EveryConnectionIsGivenBack) {
  {
    std::vector<std::unique_ptr<MilterClient>> clients;
    for (int i = 0; i < 50; ++i) {
      clients.push_back(std::make_unique<MilterClient>(filter_->address()));
      clients.back()->negotiate();
      clients.back()->connect({});
    }
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (filter_->sessions_open != 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(filter_->sessions_open, 0);
}

}  // namespace
}  // namespace gatepost
