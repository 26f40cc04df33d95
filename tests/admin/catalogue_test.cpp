#include "policy/catalogue.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace gatepost {
namespace {

std::set<std::string> placeholders(std::string_view text) {
  std::set<std::string> out;
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) {
      out.insert("an open brace");
      break;
    }
    out.emplace(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  return out;
}

bool has_chinese(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0xE3) return true;
  }
  return false;
}

// Texts that are nothing but placeholders and punctuation.
bool has_no_words(Text text) {
  return text == Text::labelled || text == Text::named || text == Text::clause ||
         text == Text::heading || text == Text::finding_line;
}

TEST(Catalogue, HasEveryTextInBothLanguages) {
  for (std::size_t i = 0; i < kTextCount; ++i) {
    const auto text = static_cast<Text>(i);
    EXPECT_FALSE(catalogue_text(Language::english, text).empty()) << i;
    EXPECT_FALSE(catalogue_text(Language::chinese, text).empty()) << i;
  }
}

TEST(Catalogue, HasNoTextBeyondTheLast) {
  const auto beyond = static_cast<Text>(kTextCount);
  EXPECT_TRUE(catalogue_text(Language::english, beyond).empty());
  EXPECT_TRUE(catalogue_text(Language::chinese, beyond).empty());
}

TEST(Catalogue, HasTheSamePlaceholdersInBothLanguages) {
  for (std::size_t i = 0; i < kTextCount; ++i) {
    const auto text = static_cast<Text>(i);
    EXPECT_EQ(placeholders(catalogue_text(Language::english, text)),
              placeholders(catalogue_text(Language::chinese, text)))
        << catalogue_text(Language::english, text);
  }
}

TEST(Catalogue, SpeaksChineseWhereItSaysSo) {
  for (std::size_t i = 0; i < kTextCount; ++i) {
    const auto text = static_cast<Text>(i);
    if (has_no_words(text) || text == Text::clears_at) continue;
    const bool right = has_chinese(catalogue_text(Language::chinese, text)) &&
                       !has_chinese(catalogue_text(Language::english, text));
    EXPECT_TRUE(right) << catalogue_text(Language::english, text);
  }
}

TEST(Catalogue, ReplacesPlaceholdersOnceAndNeverInValues) {
  EXPECT_EQ(say(Language::english, Text::labelled, {{"label", "{value}"}, {"value", "7"}}),
            "{value}: 7");
}

TEST(Catalogue, LeavesAPlaceholderWithoutValueVisible) {
  EXPECT_EQ(say(Language::english, Text::labelled, {{"label", "a"}}), "a: {value}");
}

TEST(Language, IsReadFromLocaleNames) {
  struct Row {
    const char* name = "";
    std::optional<Language> expected;
  };

  for (const Row& row : {Row{"en", Language::english}, Row{"zh", Language::chinese},
                         Row{"zh_CN.UTF-8", Language::chinese}, Row{"zh-TW", Language::chinese},
                         Row{"ZH", Language::chinese}, Row{"en_US.UTF-8", Language::english},
                         Row{"de", std::nullopt}, Row{"zhx", std::nullopt}, Row{"", std::nullopt},
                         Row{"C", std::nullopt}}) {
    EXPECT_EQ(language_from_name(row.name), row.expected) << row.name;
  }
}

}  // namespace
}  // namespace gatepost
