#include "config/suggest.hpp"

#include <gtest/gtest.h>

namespace gatepost::config {
namespace {

TEST(Suggestion, IsTheNearestNameOrNone) {
  const std::vector<std::string_view> known = {"message_rate", "message_size", "mode",
                                               "limit",        "on_hit",       "on_unknown"};
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"mesage_rate", "message_rate"},
      {"message-rate", "message_rate"},
      {"mdoe", "mode"},
      {"Mode", "mode"},
      {"limits", "limit"},
      {"onhit", "on_hit"},
      {"message_siez", "message_size"},
      {"colour", ""},
      {"on", ""},
      {"message", ""},
      {"", ""},
      {"x", ""},
      {"unknown", ""}};
  for (const auto& [typed, expected] : cases)
    EXPECT_EQ(nearest(typed, known), expected) << typed;
}

TEST(Suggestion, IsTheOnlyNameThatGoesOn) {
  const std::vector<std::string_view> known = {"password_file", "ca_file", "cert_file", "tls"};
  EXPECT_EQ(nearest("password", known), "password_file");
  EXPECT_EQ(nearest("CA", known), "ca_file");
  EXPECT_EQ(nearest("passw", known), "");
}

TEST(Suggestion, IsNotSoughtForWhatNobodyTyped) {
  const std::string endless(100'000, 'a');
  EXPECT_EQ(did_you_mean(endless, {"mode"}), "");
}

}  // namespace
}  // namespace gatepost::config
