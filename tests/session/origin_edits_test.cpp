// Forged Authentication-Results are taken out; ours goes on top.

#include "session/origin_edits.hpp"

#include <gmock/gmock.h>

#include "tests/session/origin_fixture.hpp"

namespace gatepost::session {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* kField = "Authentication-Results";

bool is_forged(const std::string& value, const std::string& name = kField) {
  ForgedResults results("mx.example.com");
  results.header(name, value);
  return !results.positions().empty();
}

TEST(ForgedResults, BearOurName) {
  const char* forged[] = {
      " mx.example.com; dkim=pass",
      "mx.example.com; dkim=pass",
      " MX.Example.COM; dkim=pass",
      " mx.example.com. ; dkim=pass",
      " mx.example.com 1; dkim=pass",
      " mx.example.com/1; dkim=pass",
      "\n\tmx.example.com\n\t; dkim=pass",
      " (a comment) mx.example.com; dkim=pass",
      " \"mx.example.com\"; dkim=pass",
      " \"mx\\.example.com\"; dkim=pass",
      " mx.example.com",
      " mx.example.com; no valid syntax ((",
      " ((( mx.example.com; dkim=pass",
      " (x; mx.example.com; dkim=pass",
      " =mx.example.com; dkim=pass",
      " mx.example.com=1; dkim=pass",
  };
  for (const char* value : forged)
    EXPECT_TRUE(is_forged(value)) << value;
  const char* foreign[] = {" mx.example.com.evil.example; dkim=pass",
                           " xmx.example.com; dkim=pass",
                           " example.com; dkim=pass header.d=mx.example.com",
                           " other.example (mx.example.com); dkim=pass",
                           "",
                           " ;"};
  for (const char* value : foreign)
    EXPECT_FALSE(is_forged(value)) << value;
}

TEST(ForgedResults, AreFieldsOfThatNameInAnyCase) {
  EXPECT_TRUE(is_forged(" mx.example.com; none", "AUTHENTICATION-results"));
  EXPECT_TRUE(is_forged(" mx.example.com; none", "Authentication-Results "));
  EXPECT_FALSE(is_forged(" mx.example.com; none", "ARC-Authentication-Results"));
  EXPECT_FALSE(is_forged(" mx.example.com; none", "X-Authentication-Results"));
}

TEST(ForgedResults, AreFoundBehindAnyNumberOfOthersAndBounded) {
  ForgedResults results("mx.example.com");
  for (int i = 0; i < 1000; ++i)
    results.header(kField, " other.example; none");
  results.header("Subject", " mx.example.com");
  for (int i = 0; i < 1000; ++i)
    results.header(kField, " mx.example.com; none");
  ASSERT_EQ(results.positions().size(), kMostRemoved);
  EXPECT_EQ(results.positions().front(), 1001U);
}

TEST(OwnAuthservId, IsTheConfiguredOneOrTheMtas) {
  Settings settings;
  Connection connection;
  EXPECT_EQ(own_authserv_id(settings, connection, "Host1"), "host1");
  connection.mta_name = "MX.Example.com.";
  EXPECT_EQ(own_authserv_id(settings, connection, "Host1"), "mx.example.com");
  settings.authentication.authserv_id = "mail.example.com";
  EXPECT_EQ(own_authserv_id(settings, connection, "Host1"), "mail.example.com");
}

class OriginEdits : public OriginTest {
protected:
  static Mail with_forgeries() {
    Mail out;
    out.fields.insert(out.fields.begin(),
                      {{kField, " mx.example.com; dmarc=pass"},
                       {"authentication-results", " other.example; dkim=pass"},
                       {"AUTHENTICATION-RESULTS", " MX.EXAMPLE.COM; spf=pass"}});
    return out;
  }
};

TEST_F(OriginEdits, ForgedFieldsAreTakenOutFromTheLastToTheFirstAndOursIsOnTop) {
  settings_in_test_.authentication.received_spf = true;
  EXPECT_THAT(outcome(with_forgeries()), StartsWith("mx.example.com;\n\tdmarc=pass"));
  EXPECT_THAT(taken_out(), ElementsAre("Authentication-Results 3", "Authentication-Results 1"));
  ASSERT_GE(edits_.size(), 2U);
  EXPECT_EQ(edits_[edits_.size() - 2].name, "Received-SPF");
  EXPECT_EQ(edits_.back().name, kField) << "inserted last, so it stands above all";
  EXPECT_TRUE(edits_.back().on_top);
}

TEST_F(OriginEdits, ForgedFieldsAreTakenOutOfMailThatWasNotVerified) {
  Mail mail = with_forgeries();
  mail.listener = "SUBMISSION";
  mail.login = mail.sender = "alice@example.com";
  mail.fields[3].second = " alice@example.com";
  EXPECT_EQ(outcome(mail), "not verified");
  EXPECT_THAT(taken_out(), ElementsAre("Authentication-Results 3", "Authentication-Results 1"));
}

TEST_F(OriginEdits, OurOwnMachinesHandOnWhatWeWrote) {
  Mail mail = with_forgeries();
  mail.client = "127.0.0.1";
  EXPECT_EQ(outcome(mail), "not verified");
  EXPECT_THAT(edits_, IsEmpty());
  mail.listener = "pickup";
  EXPECT_EQ(outcome(mail), "not verified");
  EXPECT_THAT(edits_, IsEmpty());
}

TEST_F(OriginEdits, WhereNothingIsVerifiedTheFieldsOfOthersStay) {
  services_.resolver = nullptr;
  EXPECT_EQ(outcome(with_forgeries()), "not verified");
  EXPECT_THAT(taken_out(), IsEmpty());
}

}  // namespace
}  // namespace gatepost::session
