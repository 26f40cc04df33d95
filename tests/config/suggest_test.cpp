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
      {"", ""},
      {"x", ""},
      {"unknown", ""}};
  for (const auto& [typed, expected] : cases)
    EXPECT_EQ(nearest(typed, known), expected) << typed;
}

TEST(Suggestion, IsNotSoughtForWhatNobodyTyped) {
  const std::string endless(100'000, 'a');
  EXPECT_EQ(did_you_mean(endless, {"mode"}), "");
}

}  // namespace
}  // namespace gatepost::config
