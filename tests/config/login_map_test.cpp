#include "config/login_map.hpp"

#include <gtest/gtest.h>

namespace gatepost::config {
namespace {

const LoginRules kRules{Domain::parse("example.com"), {}};

Address address(const std::string& text) {
  return *Address::parse(text);
}

class LoginMapTest : public ::testing::Test {
protected:
  LoginMap read(std::string_view text) { return read_login_map(text, kRules, report_); }

  std::string errors() const {
    std::string out;
    for (const Diagnostic& each : report_.errors())
      out += each.text() + '\n';
    return out;
  }

  Report report_{"sender_login"};
};

TEST_F(LoginMapTest, GivesAddressesToTheirLoginsInEverySpelling) {
  const LoginMap map = read(
      "# who sends as whom\n"
      "\n"
      "Sales@Example.COM\talice@example.com, bob\n"
      "info@example.com carol\n"
      "   dave@example.com\n"
      "@lists.example.com  robot@example.com\n"
      "postmaster\tcarol@EXAMPLE.com\n");
  EXPECT_EQ(errors(), "");

  struct Row {
    const char* address;
    const char* login;
    int line;  ///< 0: not granted
  };

  const Row rows[] = {
      {"sales@example.com", "alice@example.com", 3},
      {"sales@example.com", "bob@example.com", 3},
      {"sales@example.com", "carol@example.com", 0},
      {"sales+spring@example.com", "bob@example.com", 3},
      {"info@example.com", "carol@example.com", 4},
      {"info@example.com", "dave@example.com", 4},
      {"anything@lists.example.com", "robot@example.com", 6},
      {"anything@sub.lists.example.com", "robot@example.com", 0},
      {"postmaster@example.com", "carol@example.com", 7},
      {"nobody@example.com", "carol@example.com", 0},
  };
  for (const Row& row : rows) {
    const auto place = map.grants(address(row.address), row.login);
    EXPECT_EQ(place ? place->line : 0, row.line) << row.address << ' ' << row.login;
    EXPECT_EQ(place.value_or(Place{"sender_login", 0, 0}).file, "sender_login");
  }
}

TEST_F(LoginMapTest, TheNearestLineDecidesAsInPostfix) {
  const LoginMap map = read("ceo@example.com alice\n@example.com bob\n");
  EXPECT_FALSE(map.grants(address("ceo@example.com"), "bob@example.com"));
  EXPECT_TRUE(map.grants(address("other@example.com"), "bob@example.com"));
}

TEST_F(LoginMapTest, SaysWhatIsWrongWithItsLine) {
  read(
      "alice@example.com\n"
      "two words@x bob\n"
      "@ bob\n"
      "b@example.com b@example.com\n"
      "b@example.com c@example.com\n");
  EXPECT_EQ(errors(),
            "sender_login:1:1: names no login: write an address, a space, its logins\n"
            "sender_login:3:1: '@' is neither an address nor @domain\n");
  ASSERT_EQ(report_.warnings().size(), 1U);
  EXPECT_EQ(report_.warnings()[0].text(),
            "sender_login:5:1: 'b@example.com' stands in line 4 already, which counts");
}

TEST_F(LoginMapTest, TakesNothingForALoginThatIsMeantForSomethingElse) {
  const std::string hint =
      " is no login: logins are divided by commas or blanks, and a comment is a line of its own\n";
  read(
      "a@example.com dave # head of finance\n"
      "b@example.com = alice\n"
      "c@example.com alice;bob\n"
      "d@example.com alice\xEF\xBC\x8C"
      "bob\n"
      "*@example.com eve\n"
      "e@example.com: alice\n");
  EXPECT_EQ(errors(),
            "sender_login:1:1: '#'" + hint + "sender_login:2:1: '='" + hint +
                "sender_login:3:1: 'alice;bob'" + hint +
                "sender_login:4:1: 'alice\xEF\xBC\x8C"
                "bob'" +
                hint +
                "sender_login:5:1: '*@example.com' is neither an address nor @domain: "
                "write @domain for all of it\n"
                "sender_login:6:1: 'e@example.com:' is neither an address nor @domain: no "
                "colon stands behind it\n");
}

TEST_F(LoginMapTest, ReadsTextWithoutAnEndAndWithStrayContinuations) {
  const LoginMap map = read("  a@example.com a\r\n# c\n\n b\nlast@example.com last");
  EXPECT_EQ(errors(), "");
  EXPECT_TRUE(map.grants(address("a@example.com"), "b@example.com"));
  EXPECT_TRUE(map.grants(address("last@example.com"), "last@example.com"));
  EXPECT_TRUE(read("").empty());
}

}  // namespace
}  // namespace gatepost::config
