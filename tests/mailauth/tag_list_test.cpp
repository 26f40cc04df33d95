#include "mailauth/tag_list.hpp"

#include <string>

#include <gtest/gtest.h>

namespace gatepost::mailauth::testing {
namespace {

// `name=value|name=value` of what was read, or `!` and what is wrong.
std::string read(std::string_view text) {
  const auto parsed = parse_tag_list(text);
  if (const auto* why = std::get_if<std::string>(&parsed)) return "!" + *why;
  std::string out;
  for (const auto& [name, value] : std::get<TagList>(parsed).tags()) {
    if (!out.empty()) out += '|';
    out.append(name).append("=").append(value);
  }
  return out;
}

TEST(TagList, ReadsWhatIsOne) {
  struct Case {
    const char* text;
    const char* read;
  };

  constexpr Case kCases[] = {
      {"a=1", "a=1"},
      {"a=1;", "a=1"},
      {" a = 1 ; b = 2 ;\r\n ", "a=1|b=2"},
      {"\r\n\ta=1;\r\n b\r\n =\r\n 2", "a=1|b=2"},
      {"a=", "a="},
      {"a=;b= ;", "a=|b="},
      {"p=AB\r\n CD==", "p=AB\r\n CD=="},  // inner white space is the reader's business
      {"a=x=y", "a=x=y"},
      {"A=1;a=2", "A=1|a=2"},  // the case of a name matters
      {"a_1=x", "a_1=x"},
      {"unknown=1; n=some words, even: these", "unknown=1|n=some words, even: these"},
      {"d=b\xC3\xBC"
       "cher.example",
       "d=b\xC3\xBC"
       "cher.example"},  // RFC 8616
  };
  for (const Case& each : kCases)
    EXPECT_EQ(read(each.text), each.read) << each.text;
}

TEST(TagList, RefusesWhatIsNone) {
  struct Case {
    const char* text;
    const char* why;
  };

  constexpr Case kCases[] = {
      {"", "!there is nothing between two `;`"},
      {" \r\n ", "!there is nothing between two `;`"},
      {";", "!there is nothing between two `;`"},
      {"a=1;;b=2", "!there is nothing between two `;`"},
      {"a=1; ;", "!there is nothing between two `;`"},
      {";a=1", "!there is nothing between two `;`"},
      {"a", "!a tag without `=`"},
      {"a=1; b", "!a tag without `=`"},
      {"=1", "!a tag without a proper name"},
      {"1a=1", "!a tag without a proper name"},
      {"_a=1", "!a tag without a proper name"},
      {"a b=1", "!a tag without a proper name"},
      {"a-b=1", "!a tag without a proper name"},
      {"a=1; b=2; a=1", "!`a=` stands there twice"},
      {"a=\x01", "!a control character in `a=`"},
      {"a=x\x7Fy", "!a control character in `a=`"},
  };
  for (const Case& each : kCases)
    EXPECT_EQ(read(each.text), each.why) << each.text;
}

TEST(TagList, FindsByName) {
  const auto parsed = parse_tag_list("b=2; bh=3; B=4; e=");
  const auto& tags = std::get<TagList>(parsed);
  EXPECT_EQ(tags.find("b"), "2");
  EXPECT_EQ(tags.find("bh"), "3");
  EXPECT_EQ(tags.find("B"), "4");
  EXPECT_EQ(tags.find("e"), "");
  EXPECT_EQ(tags.find("h"), std::nullopt);
}

TEST(TagList, HasAnEnd) {
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += "t" + std::to_string(i) + "=1;";
  EXPECT_EQ(read(text).front(), 't');
  EXPECT_EQ(read(text + "x=1"), "!more than 100 tags");
}

}  // namespace
}  // namespace gatepost::mailauth::testing
