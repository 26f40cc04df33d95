#include <string_view>

#include <gtest/gtest.h>

#include "tests/policy/field_case.hpp"

namespace gatepost {
namespace {

TEST(MailboxField, ReadsEverydayMail) {
  const FieldCase cases[] = {
      {"anna@example.com", "anna@example.com|"},
      {"<anna@example.com>", "anna@example.com|"},
      {"Anna Berg <anna@example.com>", "anna@example.com|Anna Berg"},
      {"Anna Berg<Anna@Example.COM>", "anna@example.com|Anna Berg"},
      {"\"Berg, Anna\" <anna@example.com>", "anna@example.com|Berg, Anna"},
      {"\"Berg, Anna\"<anna@example.com>", "anna@example.com|Berg, Anna"},
      {"\"Anna \\\"Ann\\\" Berg\" <anna@example.com>", "anna@example.com|Anna \"Ann\" Berg"},
      {"Anna B. Berg <anna@example.com>", "anna@example.com|Anna B. Berg"},
      {"A.B.C. Ltd. & Sons <anna@example.com>", "anna@example.com|A.B.C. Ltd. & Sons"},
      {"[Tickets] Desk #4 <anna@example.com>", "anna@example.com|[Tickets] Desk #4"},
      {"SITE\\anna <anna@example.com>", "anna@example.com|SITE\\anna"},
      {"anna@example.com (Anna Berg)", "anna@example.com|Anna Berg"},
      {"anna@example.com (Anna@Example.com)", "anna@example.com|Anna@Example.com"},
      {"anna@example.com (Anna \"Ann\" Berg)", "anna@example.com|Anna \"Ann\" Berg"},
      {"(Anna) anna@example.com", "anna@example.com|Anna"},
      {"Anna (at home) <anna@example.com>", "anna@example.com|Anna (at home)"},
      {"Anna <anna@example.com> (at home)", "anna@example.com|Anna (at home)"},
      {"<anna@example.com> (Anna)", "anna@example.com|Anna"},
      {"Anna (ceo@example.net) <anna@example.com>", "anna@example.com|Anna (ceo@example.net)"},
      {"anna@example.com <anna@example.com>", "anna@example.com|anna@example.com"},
      {"'anna@example.com' <Anna@example.com>", "anna@example.com|'anna@example.com'"},
      {"\"ceo@example.net\" <anna@example.com>", "anna@example.com|ceo@example.net"},
      {"\"A <ceo@example.net>\" <anna@example.com>", "anna@example.com|A <ceo@example.net>"},
      {"\"\" <anna@example.com>", "anna@example.com|"},
      {"\r\n Anna\r\n\t<anna@example.com>\r\n", "anna@example.com|Anna"},
      {"  Anna \t Berg  <anna@example.com>  ", "anna@example.com|Anna Berg"},
      {"root@localhost (Cron Daemon)", "root@localhost|Cron Daemon"},
      {"list-bounces+anna=example.com@lists.example",
       "list-bounces+anna=example.com@lists.example|"},
      {"SRS0=ab+c=de=example.com=anna@fwd.example", "srs0=ab+c=de=example.com=anna@fwd.example|"},
      {"o'neil/x_{y}@example.com", "o'neil/x_{y}@example.com|"},
      {"\xE5\xBC\xA0\xE4\xB8\x89 <zhang@example.com>",
       "zhang@example.com|\xE5\xBC\xA0\xE4\xB8\x89"},
      {"\xE5\xBC\xA0@\xE4\xBE\x8B\xE5\xAD\x90.example", "\xE5\xBC\xA0@xn--fsqu00a.example|"},
  };
  for (const auto& [value, expected] : cases)
    EXPECT_EQ(said(value), expected) << value;
}

TEST(MailboxField, ReadsTheObsoleteFormOfAnAddress) {
  const FieldCase cases[] = {
      {"anna . berg @ example . com", "anna.berg@example.com|"},
      {"Anna < anna . berg @ example . com >", "anna.berg@example.com|Anna"},
      {"<anna(one)@(two)example.(three)com>", "anna@example.com|"},
      {"anna(one)@example(two (three)).com(four)", "anna@example.com|one two (three) four"},
      {"anna@example.com.", "!unreadable"},
      {"<anna@example.com . >", "!unreadable"},
      {"anna(ceo@example.net)@example.com", "!unreadable"},
      {"anna@example(;).com", "!unreadable"},
      {"<anna@(a,b)example.com>", "!unreadable"},
      {"anna@example.com (a\\(b)", "anna@example.com|a(b"},
      {"anna berg@example.com", "!unreadable"},
      {"Anna <anna berg@example.com>", "!unreadable"},
      {"anna@example .com net", "!unreadable"},
      {"anna(x)berg@example.com", "!unreadable"},
  };
  for (const auto& [value, expected] : cases)
    EXPECT_EQ(said(value), expected) << value;
}

TEST(MailboxField, ReadsQuotedLocalPartsThatNobodySplits) {
  const FieldCase cases[] = {
      {"\"anna\"@example.com", "anna@example.com|"},
      {"Anna <\"anna berg\"@example.com>", "\"anna berg\"@example.com|Anna"},
      {"\"anna..berg\" @ example.com", "\"anna..berg\"@example.com|"},
      {"\"anna@example.net\"@example.com", "!unreadable"},
      {"<\"anna>\"@example.com>", "!unreadable"},
      {"\"a,b\"@example.com", "!unreadable"},
      {"\"a(b\"@example.com", "!unreadable"},
      {"\"a\\ b\"@example.com", "!unreadable"},
      {"\" anna\"@example.com", "!unreadable"},
      {"\"an\tna\"@example.com", "!unreadable"},
      {"\"\"@example.com", "!unreadable"},
      {"\"anna\".berg@example.com", "!unreadable"},
      {"anna.\"berg\"@example.com", "!unreadable"},
      {"\"Anna\" anna@example.com", "!unreadable"},
  };
  for (const auto& [value, expected] : cases)
    EXPECT_EQ(said(value), expected) << value;
}

TEST(MailboxField, NamesSeveralGroupsAndNothing) {
  const FieldCase cases[] = {
      {"a@example.com, b@example.net", "!several"},
      {"a@example.com; b@example.net", "!several"},
      {"A <a@example.com>, B <b@example.net>", "!several"},
      {"a@example.com,<b@example.net>", "!several"},
      {"Berg, Anna <anna@example.com>", "!several"},
      {"=?utf-8?B?PGFubmFAZXhhbXBsZS5jb20+?=,<b@example.net>", "!several"},
      {"a@example.com, friends: b@example.com;", "!unreadable"},
      {"friends: a@example.com;", "!group"},
      {"friends: a@example.com, B <b@example.net>; (all)", "!group"},
      {"\"my friends\": a@example.com;", "!group"},
      {"one:;, two:;", "!group"},
      {"undisclosed-recipients:;", "!empty"},
      {"Undisclosed recipients (hidden): (none) ;", "!empty"},
      {"friends: a@example.com", "!unreadable"},
      {"From: Anna <anna@example.com>", "!unreadable"},
      {"", "!empty"},
      {" \r\n\t", "!empty"},
      {"<>", "!empty"},
      {"Anna < (nobody) >", "!empty"},
      {"(only a comment)", "!empty"},
      {"a@example.com,", "!unreadable"},
      {",a@example.com", "!unreadable"},
      {"a@example.com,,b@example.com", "!unreadable"},
      {"a@example.com;", "!unreadable"},
  };
  for (const auto& [value, expected] : cases)
    EXPECT_EQ(said(value), expected) << value;
}

TEST(MailboxField, TakesNothingAmbiguousForOneMailbox) {
  const std::string_view values[] = {
      "Anna Berg",
      "anna",
      "<anna>",
      "Anna <anna@example.com",
      "Anna anna@example.com>",
      "Anna >anna@example.com<",
      "<<anna@example.com>>",
      "<ceo@example.net> <anna@example.com>",
      "Anna <ceo@example.net> Berg <anna@example.com>",
      "<anna@example.com>ceo@example.net",
      "<anna@example.com> ceo",
      "<anna@example.com> \"ceo\"",
      "<@relay.example,@b.example:anna@example.com>",
      "@relay.example:anna@example.com",
      "anna@[192.0.2.1]",
      "<anna@[IPv6:2001:db8::1]>",
      "anna@ceo@example.com",
      "anna@example..com",
      "anna..berg@example.com",
      ".anna@example.com",
      "anna@",
      "@example.com",
      "anna@-example.com",
      "ceo@example.net <anna@example.com>",
      "ceo@example.net anna@example.com <anna@example.com>",
      "Sales @ Home <anna@example.com>",
      "\"Anna <anna@example.com>",
      "Anna\" <anna@example.com>",
      "(Anna <anna@example.com>",
      "Anna) <anna@example.com>",
      "anna@example.com (Anna",
      "anna@example.net(.example.com",
      "anna@example.com (ceo@example.net)",
      "(ceo@example.net) anna@example.com",
      "\"a\\\" <ceo@example.net> \\\"b\" <anna@example.com>",
      "(<ceo@example.net>) <anna@example.com>",
      "<anna@example.com> (<ceo@example.net>)",
      "(\") <anna@example.com> (\" ceo@example.net)",
      "anna@example.com (\\) ceo@example.net)",
      "<anna@example.com> (\\) ceo@example.net)",
      "<anna@example.com>\\,<ceo@example.net>",
      "Anna \\<anna@example.com>",
      "Anna\\\"x\\\" <anna@example.com>",
      "Anna <anna@example.com>\\",
      "=?utf-8?Q?anna?=@example.com",
      "<=?utf-8?Q?ceo=40example.net=00?=@example.com>",
      "=?utf-8?B?Y2VvQGV4YW1wbGUubmV0?=",
      "=?utf-8?Q?ceo@example.net?= <anna@example.com>",
      "=?utf-8?Q?<ceo?= <anna@example.com>",
      "=?utf-8?Q?\"x?= <ceo@example.net> =?utf-8?Q?\"?= <anna@example.com>",
      "=?utf-8?Q?\"x?=, ceo@example.net, =?utf-8?Q?\"?= <anna@example.com>",
      "=?utf-8?Q?(x?=, ceo@example.net, =?utf-8?Q?)?= <anna@example.com>",
      "anna\xC2\xAD@example.com",                // soft hyphen
      "<anna@exam\xE2\x80\x8Bple.com>",          // zero width space
      "<\xE2\x80\xAEmoc.elpmaxe@anna.example>",  // right-to-left override
      "\xEF\xBB\xBF"
      "anna@example.com",              // byte order mark
      "anna\xE2\x81\xA0@example.com",  // word joiner
      "ceo\xEF\xBC\xA0"
      "example.net@example.com",  // fullwidth @
      "ceo\xEF\xB9\xAB"
      "example.net@example.com",  // small @
      "anna@example\xE3\x80\x82"
      "com",                          // ideographic full stop
      "anna@\xEF\xBD\x85xample.com",  // fullwidth e
      "anna\xC2\xA0@example.com",     // no-break space
      "Anna\x01 <anna@example.com>",
      "\"An\x7Fna\" <anna@example.com>",
      "\x1B$B;3\x1B(B <yama@example.com>",  // raw ISO-2022-JP
  };
  for (const auto value : values)
    EXPECT_EQ(said(value), "!unreadable") << value;
  EXPECT_EQ(said(std::string_view("anna@example.com\0.example.net", 29)), "!unreadable");
}

}  // namespace
}  // namespace gatepost
