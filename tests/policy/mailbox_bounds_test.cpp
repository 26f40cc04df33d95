#include <string>

#include <gtest/gtest.h>

#include "policy/mail/mailbox.hpp"
#include "policy/mail/utf8.hpp"
#include "tests/policy/field_case.hpp"

namespace gatepost {
namespace {

TEST(MailboxField, IsTheSameHoweverItIsFolded) {
  const std::string_view values[] = {
      "Anna Berg <anna@example.com>",
      "\"Berg, Anna\" <\"anna berg\"@example.com> (at home)",
      "a@example.com, b@example.com",
      "\xC4\xE3 \xBA\xC3 <anna@example.com>",
  };
  for (const std::string_view value : values) {
    std::string folded;
    for (const char c : value)
      folded += c == ' ' ? "\r\n " : std::string(1, c);
    EXPECT_EQ(said(folded), said(value));
  }
}

TEST(MailboxField, ReadsRawDisplayNamesBesideOneAngleAddress) {
  const FieldCase cases[] = {
      // GBK, then Big5 (with a backslash as half of a character), then Shift_JIS.
      {"\xC4\xE3\xBA\xC3 <anna@example.com>", "anna@example.com|\xE4\xBD\xA0\xE5\xA5\xBD"},
      {"\"\xC4\xE3\xBA\xC3\" <anna@example.com>", "anna@example.com|\xE4\xBD\xA0\xE5\xA5\xBD"},
      {"\"\xA5\x5C\xA4\xD2\" <anna@example.com>", "anna@example.com|\xE5\x8A\x9F\xE5\xA4\xAB"},
      {"(\xC4\xE3\xBA\xC3) <anna@example.com>", "anna@example.com|(\xE4\xBD\xA0\xE5\xA5\xBD)"},
      {"\xC4\xE3\xBA\xC3 < anna . berg @ example.com > ",
       "anna.berg@example.com|\xE4\xBD\xA0\xE5\xA5\xBD"},
      {"\xFF\xFF <\xE5\xBC\xA0@example.com>", "\xE5\xBC\xA0@example.com|\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\x81\x40 <anna@example.com>", "anna@example.com|\xE4\xB8\x82"},  // '@' as half of one
      {"\xC4\xE3 <>", "!empty"},
      {"\"\xA5\x5C\" <anna@example.com>", "anna@example.com|\xE5\x8A\x9F"},
      {"\xA5\x5C<anna@example.com>", "anna@example.com|\xE5\x8A\x9F"},
      {"\"b@c.d \xA5\x5C\" <anna@example.com>", "!unreadable"},  // is the quote escaped?
      {"\"\xA5\x41\x5C\" <anna@example.com>", "!unreadable"},    // no half of a character
      {"(\xA5\x5C) <anna@example.com>", "!unreadable"},
      {"\"\xC4\xE3\\\"\xBA\xC3\" <anna@example.com>", "!unreadable"},
      {"ceo@example.net \xC4\xE3 <anna@example.com>", "!unreadable"},
      {"\"ceo@example.net \xC4\xE3\" <anna@example.com>",
       "anna@example.com|ceo@example.net \xE4\xBD\xA0"},
      {"\xC4\xE3, \xBA\xC3 <anna@example.com>", "!unreadable"},
      {"\xC4\xE3: <anna@example.com>", "!unreadable"},
      {"\"\xC4\xE3 <ceo@example.net>\" <anna@example.com>", "!unreadable"},
      {"\xC4\xE3 <anna@example.com> \xBA\xC3", "!unreadable"},
      {"\xC4\xE3 <anna@example.com> (home)", "!unreadable"},
      {"\xC4\xE3\xBA\xC3@example.com", "!unreadable"},
      {"<\xC4\xE3\xBA\xC3@example.com>", "!unreadable"},
      {"\xC4\xE3 anna@example.com", "!unreadable"},
      {"\xC4\xE3 <a@example.com,b@example.com>", "!unreadable"},
      {"\xC4\xE3 <@b.example:a@example.com>", "!unreadable"},
      {"\xC4\xE3 <a@example.com", "!unreadable"},
      {"\xC4\xE3) <a@example.com>", "!unreadable"},
  };
  for (const auto& [value, expected] : cases)
    EXPECT_EQ(said(value), expected) << testing::PrintToString(value);
}

NoMailbox fault_of(std::string_view value) {
  return std::get<NoMailbox>(parse_mailbox_field(value));
}

TEST(MailboxField, ShowsWhatStandsThere) {
  EXPECT_EQ(fault_of("  a@example.com,\r\n\tb@example.com\x07! ").shown,
            "a@example.com, b@example.com !");
  EXPECT_EQ(fault_of("x\xE2\x80\xAEy").shown, "xy");
  EXPECT_EQ(fault_of("\xC4\xE3\xBA\xC3").shown, "\xE4\xBD\xA0\xE5\xA5\xBD");
  EXPECT_EQ(fault_of("\xFF!").shown, "\xEF\xBF\xBD!");
  EXPECT_EQ(fault_of("").shown, "");
  EXPECT_EQ(fault_of(std::string(97, 'a') + "bcdef").shown, std::string(97, 'a') + "...");
  std::string wide;
  for (int i = 0; i < 1000; ++i)
    wide += "\xE5\xBC\xA0";
  EXPECT_LE(fault_of(wide).shown.size(), 100U);
  EXPECT_TRUE(utf8::is_valid(fault_of(wide).shown));
}

TEST(MailboxField, BoundsTheName) {
  for (const std::string& name : {std::string(5000, 'n'), '"' + std::string(5000, 'n') + '"',
                                  '(' + std::string(5000, 'n') + ')'}) {
    const auto field = parse_mailbox_field(name + " <anna@example.com>");
    EXPECT_EQ(std::get<Mailbox>(field).name.size(), 1000U);
  }
}

// Each step over such an input that would look at all of it again makes 10^12 steps: the test
// would not end within its time limit. One pass takes a moment.
TEST(MailboxField, NeedsOnePassWhateverStandsThere) {
  constexpr std::size_t kOctets = 1'000'000;
  for (const std::string_view piece : {"(",
                                       ")",
                                       "()",
                                       "((\"",
                                       "\"",
                                       "\"\"",
                                       "\\",
                                       "\\\"",
                                       "<",
                                       ">",
                                       "<>",
                                       "<a@b.c>",
                                       "=?",
                                       "?=",
                                       "=?utf-8?Q?a?=",
                                       "=?utf-8?Q?a?= ",
                                       "=?utf-8?",
                                       "=?a?q?=?",
                                       ",",
                                       "a,",
                                       ";",
                                       ":;",
                                       "x:a;",
                                       "@",
                                       "a@",
                                       "a@b.c ",
                                       ".",
                                       "a.",
                                       " ",
                                       "\r\n",
                                       "\r\n ",
                                       "[",
                                       "\xC4\xE3",
                                       "\xC4\xE3<",
                                       "\x5C\xC4",
                                       "\xE5\xBC\xA0",
                                       "\xEF\xBC\xA0",
                                       "\xE2\x80\x8B",
                                       "a"}) {
    std::string value;
    while (value.size() < kOctets)
      value += piece;
    parse_mailbox_field(value);
    parse_mailbox_field(value + "<anna@example.com>");
    parse_mailbox_field('"' + value + "\" <anna@example.com>");
    parse_mailbox_field("\xC4\xE3" + value + "<anna@example.com>");
    parse_mailbox_field('<' + value + "@example.com>");
    EXPECT_LE(addresses_shown(value).size(), 8U);
  }
}

}  // namespace
}  // namespace gatepost
