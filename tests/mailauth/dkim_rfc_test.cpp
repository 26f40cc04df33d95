// The example of RFC 8463 A: one message with a signature of each kind.

#include <gtest/gtest.h>

#include "tests/mailauth/dkim_run.hpp"

namespace gatepost::mailauth::testing {
namespace {

SplitMessage example() {
  SplitMessage out;
  out.fields = {
      {"DKIM-Signature",
       " v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
       " d=football.example.com; i=@football.example.com;\r\n"
       " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
       " subject : date : message-id : from : subject : date;\r\n"
       " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
       " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
       " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="},
      {"DKIM-Signature",
       " v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
       " d=football.example.com; i=@football.example.com;\r\n"
       " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
       " date : message-id : from : subject : date;\r\n"
       " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
       " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
       " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
       " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8="},
      {"From", " Joe SixPack <joe@football.example.com>"},
      {"To", " Suzie Q <suzie@shopping.example.net>"},
      {"Subject", " Is dinner ready?"},
      {"Date", " Fri, 11 Jul 2003 21:00:37 -0700 (PDT)"},
      {"Message-ID", " <20030712040037.46341.5F8J@football.example.com>"},
  };
  out.body =
      "Hi.\r\n"
      "\r\n"
      "We lost the game.  Are you hungry yet?\r\n"
      "\r\n"
      "Joe.\r\n";
  return out;
}

void publish(Zone& zone) {
  zone.txt("brisbane._domainkey.football.example.com",
           "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  zone.txt(
      "test._domainkey.football.example.com",
      "v=DKIM1; k=rsa; "
      "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/"
      "J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/"
      "8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB");
}

TEST(DkimRfc8463, TheExampleVerifies) {
  Zone zone;
  publish(zone);
  const auto outcomes = check_dkim(example(), zone);
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].result, DkimResult::pass);
  EXPECT_EQ(outcomes[0].algorithm, "ed25519-sha256");
  EXPECT_EQ(outcomes[1].result, DkimResult::pass);
  EXPECT_EQ(outcomes[1].algorithm, "rsa-sha256");
}

TEST(DkimRfc8463, NotOneOctetMayChange) {
  Zone zone;
  publish(zone);
  for (std::size_t field = 0; field < example().fields.size(); ++field) {
    SplitMessage message = example();
    message.fields[field].second += "x";
    for (const DkimOutcome& outcome : check_dkim(message, zone)) {
      const bool own = field < 2;  // a signature does not cover the other one
      EXPECT_TRUE(own || outcome.result == DkimResult::fail) << field;
    }
  }
  SplitMessage message = example();
  message.body += "x";
  for (const DkimOutcome& outcome : check_dkim(message, zone))
    EXPECT_EQ(outcome.cause, DkimCause::body_changed);
}

}  // namespace
}  // namespace gatepost::mailauth::testing
