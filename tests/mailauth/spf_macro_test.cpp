#include "mailauth/spf_macro.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace gatepost::mailauth::testing {
namespace {

MacroValues values(std::string_view client = "192.0.2.3") {
  return {"strong-bad",     "email.example.com", "email.example.com",
          "mx.example.net", "mail.example.org",  *IpAddress::parse(client)};
}

std::string expand(std::string_view text, const MacroValues& with) {
  const auto parsed = parse_macro_string(text);
  if (const auto* fault = std::get_if<SpfFault>(&parsed)) return "fault: " + fault->what;
  return expand_to_name(std::get<MacroString>(parsed), with).value_or("no name");
}

struct Expansion {
  const char* text;
  const char* expected;
};

// The examples of RFC 7208 7.4, and what they leave out.
TEST(SpfMacro, Expands) {
  const Expansion table[] = {
      {"%{s}", "strong-bad@email.example.com"},
      {"%{o}", "email.example.com"},
      {"%{d}", "email.example.com"},
      {"%{d4}", "email.example.com"},
      {"%{d3}", "email.example.com"},
      {"%{d2}", "example.com"},
      {"%{d1}", "com"},
      {"%{dr}", "com.example.email"},
      {"%{dR}", "com.example.email"},
      {"%{d2r}", "example.email"},
      {"%{l}", "strong-bad"},
      {"%{l-}", "strong.bad"},
      {"%{lr}", "strong-bad"},
      {"%{lr-}", "bad.strong"},
      {"%{l1r-}", "strong"},
      {"%{d99999999999999999999}", "email.example.com"},
      {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
      {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
      {"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"},
      {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
      {"%{h}", "mx.example.net"},
      {"%{p}", "mail.example.org"},
      {"%{S}", "strong-bad%40email.example.com"},
      {"%{o-.}", "email.example.com"},
      {"%{s@}", "fault: no macro delimiter"},
      {"a%%b%_c%-d.example", "a%b c%20d.example"},
      {"a.example.", "a.example"},
      {"", "no name"},
      {".", "no name"},
      {"a..b", "no name"},
      {"a\\b.example", "no name"},
  };
  for (const Expansion& each : table)
    EXPECT_EQ(expand(each.text, values()), each.expected) << each.text;
}

TEST(SpfMacro, IPv6IsNibbles) {
  EXPECT_EQ(expand("%{ir}.%{v}._spf.%{d2}", values("2001:db8::cb01")),
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
  EXPECT_EQ(expand("%{i}.%{v}", values("::ffff:192.0.2.3")), "192.0.2.3.in-addr");
}

struct Wrong {
  const char* text;
  std::size_t at;
  const char* what;
};

TEST(SpfMacro, SaysWhatIsWrongAndWhere) {
  const Wrong table[] = {
      {"a%", 1, "a lone %"},
      {"a%(ir).b", 1, "a lone %"},
      {"%{", 0, "a macro without its end"},
      {"%{}", 2, "a macro without a letter"},
      {"x%{a}", 3, "an unknown macro letter"},
      {"%{c}", 2, "a macro that only explanations may have"},
      {"%{R}", 2, "a macro that only explanations may have"},
      {"%{t}", 2, "a macro that only explanations may have"},
      {"%{d0}", 4, "a macro that keeps no part"},
      {"%{d000}", 6, "a macro that keeps no part"},
      {"%{dr2}", 4, "no macro delimiter"},
      {"%{d:}", 3, "no macro delimiter"},
      {"a b", 1, "a character that no term has"},
      {"ab\x7F", 2, "a character that no term has"},
      {"%{d}\xC3\xA9", 4, "a character that no term has"},
  };
  for (const Wrong& each : table) {
    const auto parsed = parse_macro_string(each.text);
    const auto* fault = std::get_if<SpfFault>(&parsed);
    ASSERT_NE(fault, nullptr) << each.text;
    EXPECT_EQ(*fault, (SpfFault{each.at, each.what})) << each.text;
  }
}

TEST(SpfMacro, DomainSpecEndsInMacroOrTopLabel) {
  for (const char* good :
       {"example.com", "example.com.", ".com", "a:b/c.example", "%{d}", "a.%{d1r-}", "a%%", "a%_",
        "a%-", "%{d}.com", "%{d}x.com", "x.1a", "x.a1", "x.1-2", "x.xn--zckzah", "foo..com"}) {
    EXPECT_TRUE(std::holds_alternative<MacroString>(parse_domain_spec(good))) << good;
  }
  for (const char* bad :
       {"", ".", "com", "com.", "x.123", "111.222.33.44", "x.-com", "x.com-", "x.co_m",
        "x.com:8080", "x.com/24", "%{d}com", "%{d}.", "x.com..", "x.c%-om", "x.%%com"}) {
    EXPECT_TRUE(std::holds_alternative<SpfFault>(parse_domain_spec(bad))) << bad;
  }
}

// RFC 7208 7.3: cut from the left, at labels.
TEST(SpfMacro, CutsLongNames) {
  const std::string label(49, 'a');
  const std::string local = "first." + label + "." + label + "." + label + "." + label;  // 205
  MacroValues with = values();
  with.local_part = local;
  const std::string rest = "." + std::string(40, 'b') + ".example";  // 49
  // 254 octets: one too many, so the first label goes.
  EXPECT_EQ(expand("%{l}" + rest, with), local.substr(6) + rest);
  // 253 octets stay as they are.
  EXPECT_EQ(expand("%{l}" + rest.substr(0, 1) + rest.substr(2), with),
            local + rest.substr(0, 1) + rest.substr(2));
  // The final dot does not count.
  EXPECT_EQ(expand("%{l}" + rest.substr(0, 1) + rest.substr(2) + ".", with),
            local + rest.substr(0, 1) + rest.substr(2));
}

TEST(SpfMacro, NamesThatTheDnsCannotHold) {
  MacroValues with = values();
  const std::string longest(63, 'a');
  with.local_part = longest;
  EXPECT_EQ(expand("%{l}.example", with), longest + ".example");
  const std::string longer(64, 'a');
  with.local_part = longer;
  EXPECT_EQ(expand("%{l}.example", with), "no name");
  const std::string much(100'000, 'a');
  with.local_part = much;
  EXPECT_EQ(expand("%{l}", with), "no name");
  EXPECT_EQ(expand("%{l}.example", with), "example");
  with.local_part = "b\xC3\xBC";
  EXPECT_EQ(expand("%{l}.example", with), "no name");
}

TEST(SpfMacro, BombsStaySmall) {
  std::string text;
  for (std::size_t i = 0; i < kMostMacros; ++i)
    text += "%{lr.+-}.";
  MacroValues with = values();
  std::string local;
  while (local.size() < 2'000)
    local += "a.b-c+";
  local += "z";
  with.local_part = local;
  const std::string name = expand(text + "example.com", with);
  EXPECT_LE(name.size(), 253U);
  EXPECT_GE(name.size(), 251U);
  EXPECT_TRUE(is_dns_name(name)) << name;
  EXPECT_TRUE(name.ends_with(".c.b.a.example.com")) << name;
  EXPECT_EQ(expand(text + "%{l}", with), "fault: more macros than a name has labels");
}

}  // namespace
}  // namespace gatepost::mailauth::testing
