#include "session/listener_watch.hpp"

#include <gtest/gtest.h>

namespace gatepost::session {
namespace {

TEST(ListenerWatch, CallsAListenerBlindWhoseMessagesNeverEnd) {
  std::vector<std::string> said;
  ListenerWatch watch([&](const std::string& warning) { said.push_back(warning); });
  for (std::uint64_t i = 1; i < ListenerWatch::kBlindAfter; ++i)
    watch.end_missed("mx");
  EXPECT_TRUE(said.empty());
  watch.end_missed("mx");
  watch.end_missed("mx");
  ASSERT_EQ(said.size(), 1U) << "said once";
  EXPECT_NE(said[0].find("'mx'"), std::string::npos);
  EXPECT_EQ(watch.warnings(), said);
}

TEST(ListenerWatch, AbortedMessagesOnAListenerThatWorksAreNoReason) {
  std::vector<std::string> said;
  ListenerWatch watch([&](const std::string& warning) { said.push_back(warning); });
  watch.end_missed("mx");
  watch.end_seen("mx");
  for (int i = 0; i < 100; ++i)
    watch.end_missed("mx");
  EXPECT_TRUE(said.empty());
}

TEST(ListenerWatch, TellsOfSubmissionWithoutLoginAndMissingMacros) {
  ListenerWatch watch([](const std::string&) {});
  watch.recipient_without_login("SUBMISSION");
  watch.recipient_without_login("SUBMISSION");
  watch.macro_missing("{daemon_name}", "connect");
  EXPECT_EQ(watch.warnings().size(), 2U);
}

}  // namespace
}  // namespace gatepost::session
