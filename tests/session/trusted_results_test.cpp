// The word of a filter before us, in a session.

#include <gmock/gmock.h>

#include "tests/session/origin_fixture.hpp"

namespace gatepost::session {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class TrustedResults : public OriginTest {
protected:
  TrustedResults() {
    settings_in_test_.authentication.trusted = {
        {"gw.example", {*Network::parse("203.0.113.0/28")}, {}}, {"local.example", {}, {}}};
  }

  static Mail mail_with(const std::string& results, const std::string& client) {
    Mail out{.client = client};
    out.fields.emplace(out.fields.begin(), "Authentication-Results", ' ' + results);
    return out;
  }

  bool was_asked(std::string_view name) const {
    const auto all = zone_.asked();
    return std::any_of(all.begin(), all.end(),
                       [&](const auto& question) { return question.name == name; });
  }
};

TEST_F(TrustedResults, DmarcIsFoundFromWhatTheFilterSays) {
  EXPECT_EQ(outcome(mail_with("gw.example; spf=pass smtp.mailfrom=info@shop.example; dkim=none",
                              "203.0.113.1")),
            "mx.example.com;\n"
            "\tdmarc=pass (p=reject dis=none) header.from=shop.example;\n"
            "\tspf=pass (as gw.example says) smtp.mailfrom=info@shop.example;\n"
            "\tdkim=none (as gw.example says)");
  EXPECT_FALSE(was_asked("shop.example")) << "SPF is not asked for a filter's client";
  EXPECT_EQ(chunks_taken_, 0U);
}

TEST_F(TrustedResults, ItsFailuresCount) {
  EXPECT_THAT(outcome(mail_with("gw.example; dmarc=pass header.from=shop.example;"
                                " spf=fail smtp.mailfrom=info@shop.example; dkim=none",
                                "203.0.113.1")),
              StartsWith("550 5.7.1 "));
  EXPECT_EQ(found_->taken_from, "gw.example");
}

TEST_F(TrustedResults, APassForAnotherNameDoesNot) {
  EXPECT_THAT(
      outcome(mail_with("gw.example; spf=pass smtp.helo=shop.example; dkim=none", "203.0.113.1")),
      StartsWith("550 5.7.1 "));
}

TEST_F(TrustedResults, WithoutTheFiltersWordItsMailIsNotVerified) {
  for (const char* results : {"other.example; spf=pass smtp.mailfrom=shop.example",
                              "gw.example; spf=", "", "gw.example"}) {
    EXPECT_EQ(outcome(mail_with(results, "203.0.113.1")), "not verified") << results;
    EXPECT_FALSE(found_) << results;
  }
  EXPECT_EQ(verdict_field(), "clean") << "on_unknown is continue";
  EXPECT_TRUE(zone_.asked().empty());
}

TEST_F(TrustedResults, OthersAreVerifiedHere) {
  const std::string claim = outcome(
      mail_with("gw.example; spf=fail smtp.mailfrom=info@shop.example; dkim=none", "192.0.2.1"));
  EXPECT_THAT(claim, HasSubstr("spf=pass smtp.mailfrom"));
  EXPECT_EQ(found_->taken_from, "");
}

TEST_F(TrustedResults, AFilterOfThisMtaSpeaksForEveryClient) {
  const std::string word = "local.example; spf=pass smtp.mailfrom=info@shop.example; dkim=none";
  EXPECT_THAT(outcome(mail_with(word, "198.51.100.9")), HasSubstr("as local.example says"));
  EXPECT_THAT(outcome({.client = "198.51.100.9"}), StartsWith("550 5.7.1 "))
      << "without it the message is verified as any other";
}

TEST_F(TrustedResults, NoReceivedSpfIsWrittenForWhatAnotherFound) {
  settings_in_test_.authentication.received_spf = true;
  const auto writes = [&] {
    return std::any_of(edits_.begin(), edits_.end(),
                       [](const HeaderEdit& edit) { return edit.name == "Received-SPF"; });
  };
  outcome(mail_with("gw.example; spf=pass smtp.mailfrom=shop.example; dkim=none", "203.0.113.1"));
  EXPECT_FALSE(writes());
  outcome({});
  EXPECT_TRUE(writes());
}

}  // namespace
}  // namespace gatepost::session
