#include <gtest/gtest.h>

#include "policy/mail/address.hpp"
#include "policy/mail/login.hpp"

namespace gatepost {
namespace {

struct TextCase {
  const char* input;
  const char* canonical;  ///< null: refused
};

TEST(Domain, HasOneCanonicalForm) {
  const std::string long_label(64, 'a');
  const std::string good_label(63, 'a');
  const TextCase cases[] = {
      {"example.com", "example.com"},
      {"Example.COM", "example.com"},
      {"example.com.", "example.com"},
      {"_dmarc.example.com", "_dmarc.example.com"},
      {"m\xC3\xBCnchen.example", "xn--mnchen-3ya.example"},
      {"\xE4\xBE\x8B\xE5\xAD\x90.example", "xn--fsqu00a.example"},
      {"localhost", "localhost"},
      {good_label.c_str(), good_label.c_str()},
      {"", nullptr},
      {".", nullptr},
      {"example..com", nullptr},
      {".example.com", nullptr},
      {"-a.example", nullptr},
      {"a-.example", nullptr},
      {"exa mple.com", nullptr},
      {"example.net(.example.com", nullptr},
      {"example.com\n", nullptr},
      {"[127.0.0.1]", nullptr},
      {"\xFF\xFE.example", nullptr},
      {long_label.c_str(), nullptr},
  };
  for (const auto& [input, canonical] : cases) {
    const auto parsed = Domain::parse(input);
    if (canonical == nullptr) {
      EXPECT_FALSE(parsed) << input;
    } else {
      ASSERT_TRUE(parsed) << input;
      EXPECT_EQ(parsed->ascii(), canonical);
    }
  }
  EXPECT_FALSE(Domain::parse(std::string("a\0b.example", 11)));
  EXPECT_FALSE(Domain::parse(std::string(254, 'a')));
}

TEST(Domain, KnowsWhatLiesBelowIt) {
  const Domain parent = *Domain::parse("example.com");
  EXPECT_TRUE(parent.is_or_under(parent));
  EXPECT_TRUE(Domain::parse("mail.example.com")->is_or_under(parent));
  EXPECT_FALSE(Domain::parse("notexample.com")->is_or_under(parent));
  EXPECT_FALSE(Domain::parse("com")->is_or_under(parent));
}

TEST(Address, IsBoundedInItsCanonicalForm) {
  std::string labels;
  for (int i = 0; i < 20; ++i)
    labels += "\xC4\x9D\xC4\x9D.";  // A-labels are longer than this
  EXPECT_TRUE(Address::parse("a@" + labels + "example"));
  EXPECT_FALSE(Address::parse(std::string(100, 'a') + '@' + labels + "example"));
}

TEST(Address, HasOneCanonicalForm) {
  const std::string verp = "list-bounces+" + std::string(120, 'a') + "=user.example@example.com";
  const std::string longest = std::string(242, 'a') + "@example.com";
  const std::string too_long = std::string(243, 'a') + "@example.com";
  const TextCase cases[] = {
      {"alice@example.com", "alice@example.com"},
      {"ALICE@Example.Com", "alice@example.com"},
      {"alice@example.com.", "alice@example.com"},
      {"\"alice\"@example.com", "alice@example.com"},
      {"\"al ice\"@example.com", "\"al ice\"@example.com"},
      {"\"a\\\"b\"@example.com", "\"a\\\"b\"@example.com"},
      {"a@b@example.com", nullptr},
      {"\"a@b\"@example.com", "\"a@b\"@example.com"},
      {"user+tag@example.com", "user+tag@example.com"},
      {"\xE5\xBC\xA0@example.com", "\xE5\xBC\xA0@example.com"},
      {"a..b@example.com", nullptr},
      {".a@example.com", nullptr},
      {"a.@example.com", nullptr},
      {"@example.com", nullptr},
      {"alice@", nullptr},
      {"alice", nullptr},
      {"al ice@example.com", nullptr},
      {"\"\"@example.com", nullptr},
      {"\"a\"b@example.com", nullptr},
      {"a\x01@example.com", nullptr},
      {"\xC0\xAF@example.com", nullptr},
      {"\xED\xA0\x80@example.com", nullptr},
      {verp.c_str(), verp.c_str()},
      {longest.c_str(), longest.c_str()},
      {too_long.c_str(), nullptr},
  };
  for (const auto& [input, canonical] : cases) {
    const auto parsed = Address::parse(input);
    if (canonical == nullptr) {
      EXPECT_FALSE(parsed) << input;
    } else {
      ASSERT_TRUE(parsed) << input;
      EXPECT_EQ(parsed->text(), canonical) << input;
      EXPECT_EQ(Address::parse(parsed->text()), parsed) << input;
    }
  }
}

TEST(Address, PlusAddressesBelongToTheirBase) {
  EXPECT_EQ(Address::parse("bob+x+y@example.com")->base().text(), "bob@example.com");
  EXPECT_EQ(Address::parse("bob@example.com")->base().text(), "bob@example.com");
  EXPECT_EQ(Address::parse("+bob@example.com")->base().text(), "+bob@example.com");
}

struct PathCase {
  const char* argument;
  bool null;
  const char* address;  ///< null: none
};

TEST(EnvelopePath, ReadsWhatMtasHandOver) {
  const Domain local = *Domain::parse("example.com");
  const PathCase cases[] = {
      {"<alice@example.com>", false, "alice@example.com"},
      {"alice@example.com", false, "alice@example.com"},
      {"<>", true, nullptr},
      {"", true, nullptr},
      {"<alice>", false, "alice@example.com"},
      {"root", false, "root@example.com"},
      {"<@relay.example,@b.example:alice@example.com>", false, "alice@example.com"},
      {"<\"a>b\"@example.com>", false, "\"a>b\"@example.com"},
      {"<Alice@Example.Com> SIZE=10", false, "alice@example.com"},
      {"<a@b@example.com>", false, nullptr},
      {"<bad..dots@example.com>", false, nullptr},
  };
  for (const auto& [argument, null, address] : cases) {
    const EnvelopePath path = parse_envelope_path(argument, local);
    EXPECT_EQ(path.null, null) << argument;
    EXPECT_EQ(path.address ? path.address->text() : "", address == nullptr ? "" : address)
        << argument;
  }
  EXPECT_FALSE(parse_envelope_path("<alice>", {}).address);
}

TEST(Login, IsOneAccountHoweverItIsSpelt) {
  const LoginRules rules{.bare_domain = Domain::parse("example.com"),
                         .realms = {*Domain::parse("mx.example.com")}};
  for (const char* spelling : {"alice@example.com", "ALICE@Example.Com", "alice", "Alice",
                               "alice@mx.example.com", "alice@MX.example.com."}) {
    EXPECT_EQ(Login::parse(spelling, rules)->text(), "alice@example.com") << spelling;
  }
  EXPECT_EQ(Login::parse("alice@other.example", rules)->text(), "alice@other.example");
}

TEST(Login, StaysBareWhereTheSiteSaysSo) {
  const auto login = Login::parse("Alice", {});
  EXPECT_EQ(login->text(), "alice");
  EXPECT_FALSE(login->address());
}

TEST(Login, RefusesWhatIsNoName) {
  const LoginRules rules{.bare_domain = Domain::parse("example.com"), .realms = {}};
  EXPECT_FALSE(Login::parse("", rules));
  EXPECT_FALSE(Login::parse("a\nb", rules));
  EXPECT_FALSE(Login::parse(std::string(255, 'a'), rules));
  EXPECT_FALSE(Login::parse(std::string(250, 'a'), rules)) << "too long with its domain";
  EXPECT_EQ(Login::parse("DOMAIN\\bob smith", rules)->text(), "domain\\bob smith@example.com");
}

}  // namespace
}  // namespace gatepost
