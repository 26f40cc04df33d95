// Authentication-Results as others write it (RFC 8601 2.2).
#include "policy/mail/auth_results.hpp"

#include <numeric>

#include <gtest/gtest.h>

namespace gatepost {
namespace {

// `id: method=result a.b=value a.c=value; method=result`
std::string words(const AuthResults& results) {
  std::string out = results.authserv_id + ":";
  for (const AuthMethod& method : results.methods) {
    if (out.back() != ':') out += ';';
    out += ' ' + method.method + '=' + method.result;
    for (const auto& [name, value] : method.properties)
      out += ' ' + name + "=[" + value + ']';
  }
  return out;
}

std::string read(std::string_view value) {
  const auto results = parse_auth_results(value);
  return results ? words(*results) : "none";
}

struct Case {
  std::string_view value;
  std::string_view expected;
};

TEST(AuthResults, Examples) {
  // The shapes of RFC 8601 B, and what large providers write.
  const Case cases[] = {
      {" example.org 1; none", "example.org:"},
      {"example.com; spf=pass smtp.mailfrom=example.net",
       "example.com: spf=pass smtp.mailfrom=[example.net]"},
      {"example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n"
       " spf=pass smtp.mailfrom=example.net",
       "example.com: auth=pass smtp.auth=[sender@example.net];"
       " spf=pass smtp.mailfrom=[example.net]"},
      {"example.com; dkim=pass reason=\"good signature\" header.i=@mail-router.example.net;"
       " dkim=fail reason=\"bad; signature\" header.i=@newyork.example.com",
       "example.com: dkim=pass header.i=[@mail-router.example.net];"
       " dkim=fail header.i=[@newyork.example.com]"},
      {"foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for"
       " it) fail\r\n policy (A dot can go here) . (like that) expired\r\n (this surprised me) ="
       " (as I wasn't expecting it) 1362471462",
       "foo.example.net: dkim=fail policy.expired=[1362471462]"},
      {"mx.google.com; dkim=pass header.i=@example.com header.s=s1 header.b=\"C/Jh+z=\"; arc=pass"
       " (i=1); spf=pass (a (nested \\) comment)) smtp.mailfrom=a@example.com",
       "mx.google.com: dkim=pass header.i=[@example.com] header.s=[s1] header.b=[C/Jh+z=];"
       " arc=pass; spf=pass smtp.mailfrom=[a@example.com]"},
      {" mx.microsoft.com 1; spf=pass (sender ip is 192.0.2.1) smtp.mailfrom=a.example; dmarc=pass"
       " action=none header.from=a.example;compauth=pass reason=100",
       "mx.microsoft.com: spf=pass smtp.mailfrom=[a.example]; dmarc=pass header.from=[a.example];"
       " compauth=pass"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(read(each.value), each.expected) << each.value;
}

TEST(AuthResults, Values) {
  const Case cases[] = {
      {"a; spf=pass smtp.mailfrom=\"a b\"@example.com",
       "a: spf=pass smtp.mailfrom=[a b@example.com]"},
      {"a; spf=pass smtp.mailfrom=\"x;dkim=pass header.d=bank.example\"@example.com",
       "a: spf=pass smtp.mailfrom=[x;dkim=pass header.d=bank.example@example.com]"},
      {"a; spf=pass smtp.mailfrom=\"\\\"\"", "a: spf=pass smtp.mailfrom=[\"]"},
      {"a; spf=none smtp.mailfrom=<>", "a: spf=none smtp.mailfrom=[<>]"},
      {"a; spf=none smtp.mailfrom= ; dkim=none", "a: spf=none smtp.mailfrom=[]; dkim=none"},
      {"a; iprev=pass policy.iprev=2001:db8::1", "a: iprev=pass policy.iprev=[2001:db8::1]"},
      {"a; dkim=pass header.b=A/b+c==", "a: dkim=pass header.b=[A/b+c==]"},
      {"a; DKIM=Pass Header.D=Example.COM", "a: dkim=pass header.d=[Example.COM]"},
      {"a; dkim=pass header.d=b.example(why)", "a: dkim=pass header.d=[b.example]"},
      {"\"A b\"; none", "a b:"},
      {"a;; spf=pass;", "a: spf=pass"},
      {"a; dkim = pass header . d = b.example", "a: dkim=pass header.d=[b.example]"},
      {"a; none=pass", "a: none=pass"},
      {"a; none ()", "a:"},
      {"\xC3\xA4.example; none", "\xC3\xA4.example:"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(read(each.value), each.expected) << each.value;
}

TEST(AuthResults, None) {
  const std::string_view cases[] = {
      "",
      "a",                         // neither results nor `none`
      "spf=pass smtp.mailfrom=b",  // no authserv-id
      "a 1.2; none",               // a version is a number
      "a b; none",
      "a; spf",
      "a; spf=",
      "a; =pass",
      "a; spf=pass smtp.mailfrom",
      "a; spf=pass .mailfrom=b",
      "a; spf=pass smtp.=b",
      "a; spf/=pass",
      "a; none; spf=pass x",
      "a; spf=pass (open",
      "a; spf=pass smtp.mailfrom=\"open",
      "a; spf=pass smtp.mailfrom=\"\\",
      "(open a; none",
      "a; spf=pass smtp.mailfrom=b\x01",
      "a; spf=pass ) smtp.mailfrom=b",
      "\"\"; none",
      ";none",
      "a, b; none",
  };
  for (const std::string_view each : cases)
    EXPECT_EQ(read(each), "none") << each;
}

TEST(AuthResults, KeepsNoMoreThanItSays) {
  std::string many = "a";
  for (int i = 0; i < 200; ++i)
    many += "; m=pass";
  std::string wide = "a; m=pass";
  for (int i = 0; i < 50; ++i)
    wide += " p.q=v";
  EXPECT_EQ(parse_auth_results(many)->methods.size(), 100U);
  EXPECT_EQ(parse_auth_results(wide)->methods.at(0).properties.size(), 20U);
  EXPECT_FALSE(parse_auth_results(many + "; m"));  // what is not kept is read all the same
}

TEST(AuthResults, DeepCommentsAreRead) {
  const std::size_t depth = 100'000;
  const std::string deep = std::string(depth, '(') + std::string(depth, ')') + "a; none";
  EXPECT_EQ(read(deep), "a:");
  EXPECT_EQ(read(deep.substr(1)), "none");
}

TEST(AuthResults, FirstValueOfAProperty) {
  const auto results = parse_auth_results("a; dkim=pass header.d=b header.d=c");
  ASSERT_TRUE(results);
  const AuthMethod& method = results->methods.at(0);
  ASSERT_NE(method.property("header.d"), nullptr);
  EXPECT_EQ(*method.property("header.d"), "b");
  EXPECT_EQ(method.property("header.i"), nullptr);
}

TEST(AuthResults, IdOfFieldsThatCannotBeRead) {
  const Case cases[] = {
      {"MX.example.org; spf=", "mx.example.org"},
      {"mx.example.org", "mx.example.org"},
      {"mx.example.org/1; dkim=pass", "mx.example.org"},
      {"(c) \r\n\tmx.example.org(d)", "mx.example.org"},
      {"\"MX.example.org\" 1;", "mx.example.org"},
      {"\"mx.\\example.org\";", "mx.example.org"},
      {"mx.example.org,x", "mx.example.org"},
      {"mx.example.org\x01;", "mx.example.org"},
      {"spf=pass smtp.mailfrom=b", ""},
      {"spf (c) = pass", ""},
      {"", ""},
      {"(open", ""},
      {"\"open", ""},
      {"; none", ""},
  };
  for (const Case& each : cases)
    EXPECT_EQ(authserv_id_of(each.value).value_or(""), each.expected) << each.value;
}

}  // namespace
}  // namespace gatepost
