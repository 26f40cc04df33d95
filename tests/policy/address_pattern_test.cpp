#include "policy/mail/address_pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/site.hpp"

namespace gatepost {
namespace {

using testing::ElementsAre;

TEST(AddressPattern, HasOneCanonicalForm) {
  struct Row {
    const char* input;
    const char* canonical;  ///< null: refused
  };

  const Row rows[] = {
      {"alice@example.com", "alice@example.com"},
      {"Alice@EXAMPLE.com.", "alice@example.com"},
      {"*@Example.com", "*@example.com"},
      {"Sales-*@example.com", "sales-*@example.com"},
      {"*-noreply@example.com", "*-noreply@example.com"},
      {"a*b*c@example.com", "a*b*c@example.com"},
      {"*@*.Example.com", "*@*.example.com"},
      {"alice@*.example.com", "alice@*.example.com"},
      {"*@例子.cn", "*@xn--fsqu00a.cn"},
      {"*@*.例子.cn", "*@*.xn--fsqu00a.cn"},
      {"root@localhost", "root@localhost"},
      {"*@localhost", "*@localhost"},
      {"\"a b\"@example.com", "\"a b\"@example.com"},
      {"alice+*@example.com", "alice+*@example.com"},
      {"", nullptr},
      {"*", nullptr},
      {"@", nullptr},
      {"*@", nullptr},
      {"*@*", nullptr},
      {"*@*.", nullptr},
      {"*@*.com", nullptr},
      {"alice@*.com", nullptr},
      {"alice@*", nullptr},
      {"@example.com", nullptr},
      {"example.com", nullptr},
      {"*.example.com", nullptr},
      {"*@*example.com", nullptr},
      {"*@ex*ple.com", nullptr},
      {"*@example.*", nullptr},
      {"*@*.*.com", nullptr},
      {"*@mail.*.example.com", nullptr},
      {"\"*\"@*.example.com", nullptr},
      {"a b*@example.com", nullptr},
      {"<alice@example.com>", nullptr},
      {"a@b@example.com", nullptr},
      {"*@b@example.com", nullptr},
  };
  for (const Row& row : rows) {
    const auto pattern = AddressPattern::parse(row.input);
    EXPECT_EQ(pattern.has_value(), row.canonical != nullptr) << row.input;
    if (!pattern || row.canonical == nullptr) continue;
    EXPECT_EQ(pattern->text(), row.canonical);
    EXPECT_EQ(AddressPattern::parse(pattern->text()), pattern) << row.input;
  }
}

TEST(AddressPattern, MatchesWhatItShowsAndNothingElse) {
  struct Row {
    const char* pattern;
    const char* address;
    bool matches;
  };

  const Row rows[] = {
      {"alice@example.com", "ALICE@example.COM", true},
      {"alice@example.com", "alice@www.example.com", false},
      {"alice@example.com", "alice+tag@example.com", false},
      {"*@example.com", "bob@example.com", true},
      {"*@example.com", "\"a@b\"@example.com", true},
      {"*@example.com", "bob@www.example.com", false},
      {"*@example.com", "bob@notexample.com", false},
      {"*@example.com", "bob@example.com.evil.example", false},
      {"*@*.example.com", "bob@www.example.com", true},
      {"*@*.example.com", "bob@a.b.example.com", true},
      {"*@*.example.com", "bob@example.com", false},
      {"*@*.example.com", "bob@notexample.com", false},
      {"*@*.example.com", "bob@www.example.com.evil.example", false},
      {"sales-*@example.com", "sales-north@example.com", true},
      {"sales-*@example.com", "sales-@example.com", true},
      {"sales-*@example.com", "sales@example.com", false},
      {"sales-*@example.com", "presales-north@example.com", false},
      {"sales-*@example.com", "sales-north@example.org", false},
      {"*-bot@example.com", "a-bot-bot@example.com", true},
      {"*-bot@example.com", "a-bot-@example.com", false},
      {"a*b*c@example.com", "axxbxxbc@example.com", true},
      {"a*b*c@example.com", "axxcxxb@example.com", false},
      {"*@xn--fsqu00a.cn", "bob@例子.cn", true},
      {"alice@*.example.com", "alice@x.example.com", true},
      {"alice@*.example.com", "bob@x.example.com", false},
  };
  for (const Row& row : rows) {
    const auto pattern = AddressPattern::parse(row.pattern);
    const auto address = Address::parse(row.address);
    ASSERT_TRUE(pattern && address) << row.pattern << ' ' << row.address;
    EXPECT_EQ(pattern->matches(*address), row.matches) << row.pattern << ' ' << row.address;
    const AddressPatterns list = test::patterns({"other@example.net", row.pattern});
    EXPECT_EQ(list.find(*address) != nullptr, row.matches) << row.pattern << ' ' << row.address;
  }
}

TEST(AddressPattern, WithManyStarsTakesNoTimeToSpeakOf) {
  std::string stars;
  for (int i = 0; i < 60; ++i)
    stars += "a*";
  const auto pattern = AddressPattern::parse(stars + "b@example.com");
  const auto address = Address::parse(std::string(240, 'a') + "@example.com");
  ASSERT_TRUE(pattern && address);
  EXPECT_FALSE(pattern->matches(*address));
}

std::string found(const AddressPatterns& list, const char* address, bool with_base = false) {
  const auto parsed = *Address::parse(address);
  const auto* pattern = with_base ? list.find_with_base(parsed) : list.find(parsed);
  return pattern == nullptr ? "none" : pattern->text();
}

TEST(AddressPatterns, GiveTheExactOneThenTheFirst) {
  const AddressPatterns list =
      test::patterns({"*@example.com", "a*@example.com", "alice@example.com", "*@*.example.com",
                      "*@*.b.example.com"});
  EXPECT_EQ(found(list, "alice@example.com"), "alice@example.com");
  EXPECT_EQ(found(list, "amy@example.com"), "*@example.com");
  EXPECT_EQ(found(list, "amy@b.example.com"), "*@*.example.com");
  EXPECT_EQ(found(list, "amy@a.b.example.com"), "*@*.b.example.com");
  EXPECT_EQ(found(list, "amy@example.org"), "none");
  EXPECT_EQ(list.size(), 5U);
  EXPECT_EQ(list.begin()->text(), "*@example.com");
}

TEST(AddressPatterns, KnowTheBaseOfASubAddress) {
  const AddressPatterns list = test::patterns({"alice@example.com", "bob+tag@example.com"});
  EXPECT_EQ(found(list, "alice+tag@example.com"), "none");
  EXPECT_EQ(found(list, "alice+tag@example.com", true), "alice@example.com");
  EXPECT_EQ(found(list, "alice+a+b@example.com", true), "alice@example.com");
  EXPECT_EQ(found(list, "bob+tag@example.com", true), "bob+tag@example.com");
  EXPECT_EQ(found(list, "bob@example.com", true), "none");
  EXPECT_EQ(found(list, "bob+other@example.com", true), "none");
}

TEST(AddressPatterns, OfNothingFindNothing) {
  EXPECT_TRUE(AddressPatterns().empty());
  EXPECT_EQ(found(AddressPatterns(), "alice@example.com", true), "none");
}

}  // namespace
}  // namespace gatepost
