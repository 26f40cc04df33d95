// Mail from outside is verified over the milter protocol: what is negotiated, and how header and
// body come and go.

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "tests/mailauth/signed_message.hpp"
#include "tests/milter/front_fixture.hpp"

namespace gatepost {
namespace {

using mailauth::testing::SignedMessage;
using mailauth::testing::Signing;
using mailauth::testing::SigningKey;
using test::ReplyCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using namespace test::step;

constexpr std::uint32_t kAlways =
    kNoReplyHeader | kNoReplyEndOfHeaders | kNoUnknown | kNoReplyConnect;

// Settings by which nothing has to be verified.
Settings without_verification() {
  Settings out = test::example_site();
  auto& dmarc = rule_of<Dmarc>(out.rules);
  dmarc.settings.on_hit = dmarc.settings.on_unknown = dmarc.on_quarantine = Action::proceed;
  auto& own = rule_of<OwnDomainsFromOutside>(out.rules).settings;
  own.on_hit = own.on_unknown = Action::proceed;
  return out;
}

class FrontOrigin : public FrontTest {
protected:
  // Signed over every white space of header and body; SPF does not know the client.
  static test::Message signed_message(const std::string& body) {
    SignedMessage message;
    message.message().body = body;
    message.message().fields = {{"From", "  Anna   <anna@signer.example>"},
                                {"To", " bob@example.com"},
                                {"Subject", " Lunch\n\tat  noon"},
                                {"Date", " Mon, 1 Dec 2025 12:00:00 +0000"}};
    Signing signing;
    signing.domain = "signer.example";
    signing.header_form = signing.body_form = mailauth::Canonicalization::simple;
    message.sign(SigningKey::rsa(1024), signing);
    test::Message out;
    out.sender = "<bounce@elsewhere.example>";
    out.body = body;
    out.headers.clear();
    // As the client has them: without the one space that it puts before them.
    for (const auto& [name, value] : message.message().fields) {
      std::string wire = value.substr(1);
      for (auto at = wire.find('\r'); at != std::string::npos; at = wire.find('\r'))
        wire.erase(at, 1);
      out.headers.emplace_back(name, wire);
    }
    return out;
  }

  static test::Message shop_message() {
    test::Message out;
    out.sender = "<info@shop.example>";
    out.headers = {{"From", "info@shop.example"}};
    return out;
  }

  // The Authentication-Results field that a message got, as it is on the wire.
  static std::string results(const test::Outcome& outcome) {
    for (const test::Reply& change : outcome.modifications) {
      if (change.code != ReplyCode::insert_header) continue;
      std::string data = change.data.substr(4);  // behind the index
      for (char& c : data) {
        if (c == '\0') c = ':';
      }
      return data;
    }
    return outcome.refusal() ? outcome.refusal()->text() : "none";
  }

  void TearDown() override { filter_->publish(test::example_site()); }
};

TEST_F(FrontOrigin, AsksTheMtaOnlyForWhatTheRulesNeed) {
  MilterClient client(filter_->address());
  EXPECT_EQ(client.negotiate().steps, kAlways | kSkip | kHeaderLeadingSpace);
  filter_->publish(without_verification());
  MilterClient later(filter_->address());
  EXPECT_EQ(later.negotiate().steps, kAlways | kNoBody);
}

TEST_F(FrontOrigin, ResultsAreInsertedAboveAllOtherFields) {
  MilterClient client = open(outside());
  const auto outcome = client.send(shop_message());
  EXPECT_THAT(
      results(outcome),
      StartsWith("Authentication-Results: mx.example.test;\n\tdmarc=pass (p=reject dis=none) "
                 "header.from=shop.example;\n\tspf=pass smtp.mailfrom=info@shop.example;"))
      << "with the leading space that the MTA does not add";
  ASSERT_FALSE(outcome.modifications.empty());
  EXPECT_EQ(outcome.modifications.back().data.substr(0, 4), std::string(4, '\0'));
  for (const test::Reply& change : outcome.modifications) {
    if (change.code == ReplyCode::add_header) {
      EXPECT_EQ(change.data, std::string("X-Gatepost-Verdict\0 clean\0", 26));
    }
  }
}

TEST_F(FrontOrigin, AnMtaThatKeepsNoLeadingSpaceAddsItItself) {
  MilterClient client(filter_->address());
  client.negotiate(test::kAllActions, test::kAllSteps & ~kHeaderLeadingSpace);
  client.connect(outside());
  client.helo("mail.shop.example");
  EXPECT_THAT(results(client.send(shop_message())),
              StartsWith("Authentication-Results:mx.example.test;"));
  EXPECT_THAT(results(client.send(signed_message("Hello.\r\n"))), HasSubstr("dkim=pass"));
}

TEST_F(FrontOrigin, SignedMessagesAreVerifiedHoweverLong) {
  std::string body;
  while (body.size() < 1'000'000)
    body += "A line of a letter. \r\n";
  MilterClient client = open(outside());
  EXPECT_THAT(results(client.send(signed_message(body))), HasSubstr("dkim=pass"));
  test::Message changed = signed_message(body);
  changed.body[900'000] ^= 1;
  EXPECT_THAT(results(client.send(changed)), StartsWith("550 5.7.1 "));
}

TEST_F(FrontOrigin, TheFirstChunkOfAnUnsignedBodyIsTheLast) {
  MilterClient client = open(outside());
  client.mail("<info@shop.example>");
  client.rcpt("<bob@example.com>");
  client.data();
  client.header("From", "info@shop.example");
  client.end_of_headers();
  EXPECT_EQ(client.body("Hello.\r\n").code, ReplyCode::skip);
  std::vector<test::Reply> changes;
  EXPECT_TRUE(client.end_of_message(&changes).passes());
  EXPECT_FALSE(changes.empty());
}

TEST_F(FrontOrigin, AnMtaThatCannotSkipIsToldToGoOn) {
  MilterClient client(filter_->address());
  client.negotiate(test::kAllActions, test::kAllSteps & ~kSkip);
  client.connect(outside());
  client.mail("<info@shop.example>");
  client.rcpt("<bob@example.com>");
  client.data();
  client.header("From", "info@shop.example");
  client.end_of_headers();
  for (int chunk = 0; chunk < 3; ++chunk)
    EXPECT_EQ(client.body("Hello.\r\n").code, ReplyCode::continue_);
  EXPECT_TRUE(client.end_of_message().passes());
}

TEST_F(FrontOrigin, AMessageWithoutABodyIsVerifiedToo) {
  MilterClient client = open(outside());
  EXPECT_THAT(results(client.send(signed_message(""))), HasSubstr("dkim=pass"));
}

TEST_F(FrontOrigin, WhatWasNegotiatedHoldsForTheConnectionWhateverTheSettings) {
  filter_->publish(without_verification());
  MilterClient before = open(outside());
  filter_->publish(test::example_site());
  EXPECT_EQ(results(before.send(shop_message())), "none") << "its bodies are not given";
  MilterClient after = open(outside());
  filter_->publish(without_verification());
  EXPECT_EQ(results(after.send(shop_message())), "none");
  filter_->publish(test::example_site());
  EXPECT_THAT(results(after.send(shop_message())), HasSubstr("dmarc=pass"));
}

TEST_F(FrontOrigin, AConnectionThatIsReusedKeepsWhatWasNegotiated) {
  MilterClient client = open(outside());
  for (int session = 0; session < 3; ++session) {
    EXPECT_THAT(results(client.send(shop_message())),
                StartsWith("Authentication-Results: mx.example.test;"));
    client.quit_new_connection();
    client.connect(outside());
    client.helo("mail.shop.example");
  }
  EXPECT_THAT(results(client.send(signed_message("Hello.\r\n"))), HasSubstr("dkim=pass"));
}

TEST_F(FrontOrigin, ForgedResultsAreTakenOutByTheirPlaceAmongAll) {
  MilterClient client = open(outside());
  test::Message message = shop_message();
  message.headers.insert(message.headers.begin(),
                         {{"Authentication-Results", "mx.example.test; dkim=pass"},
                          {"Authentication-Results", "other.example; dkim=pass"},
                          {"authentication-results", "MX.example.test; dkim=pass"}});
  const auto outcome = client.send(message);
  std::vector<std::string> places;
  for (const test::Reply& change : outcome.modifications) {
    if (change.code == ReplyCode::change_header) places.push_back(change.data);
  }
  EXPECT_THAT(places, ElementsAre(std::string("\0\0\0\3Authentication-Results\0\0", 28),
                                  std::string("\0\0\0\1Authentication-Results\0\0", 28)));
}

}  // namespace
}  // namespace gatepost
