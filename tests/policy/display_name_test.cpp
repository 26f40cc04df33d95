#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/mail/charset.hpp"
#include "policy/mail/encoded_word.hpp"
#include "policy/mail/mailbox.hpp"
#include "policy/mail/readable_text.hpp"
#include "policy/mail/utf8.hpp"

namespace gatepost {
namespace {

struct TextCase {
  std::string_view input;
  std::string_view output;
};

constexpr std::string_view kNihao = "\xE4\xBD\xA0\xE5\xA5\xBD";  // hello, in Chinese

TEST(EncodedWord, IsDecodedAsClientsDo) {
  const TextCase cases[] = {
      {"plain", "plain"},
      {"=?utf-8?Q?J=C3=B6rg?=", "J\xC3\xB6rg"},
      {"=?UTF-8?q?J=c3=b6rg_Ott?=", "J\xC3\xB6rg Ott"},
      {"=?utf-8?B?SsO2cmc=?=", "J\xC3\xB6rg"},
      {"=?utf-8?b?SsO2cmc?=", "J\xC3\xB6rg"},
      {"=?utf-8*de?Q?J=C3=B6rg?=", "J\xC3\xB6rg"},
      {"=?iso-8859-1?Q?J=F6rg?= Ott", "J\xC3\xB6rg Ott"},
      {"Dr. =?iso-8859-15?Q?=A4?=", "Dr. \xE2\x82\xAC"},
      {"=?gb2312?B?xOO6ww==?=", kNihao},
      {"=?GBK?Q?=C4=E3=BA=C3?=", kNihao},
      {"=?gb18030?B?xOO6ww==?=", kNihao},
      {"=?big5?B?p0Gmbg==?=", kNihao},
      {"=?shift_jis?B?jlKTYw==?=", "\xE5\xB1\xB1\xE7\x94\xB0"},
      {"=?iso-2022-jp?B?GyRCOzNFRBsoQg==?=", "\xE5\xB1\xB1\xE7\x94\xB0"},
      {"=?windows-1251?Q?=CC=E8=F0?=", "\xD0\x9C\xD0\xB8\xD1\x80"},
      {"=?euc-kr?B?sei9ww==?=", "\xEA\xB9\x80\xEC\x8B\x9C"},
      // White space between two goes, beside other text it stays.
      {"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
      {"=?utf-8?Q?a?=\r\n =?utf-8?B?Yg==?= c", "ab c"},
      {"=?utf-8?Q?a?= =?iso-8859-1?Q?=E4?= =?utf-8?Q?b?=",
       "a\xC3\xA4"
       "b"},
      {"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"},
      {"x=?utf-8?Q?a?=y", "xay"},
      // One character over two words, in both encodings.
      {"=?utf-8?Q?=E4=BD?= =?utf-8?Q?=A0?=", "\xE4\xBD\xA0"},
      {"=?gbk?B?xA==?= =?GBK?Q?=E3?=", "\xE4\xBD\xA0"},
      // Faults.
      {"=?utf-8?Q?a b?=", "a b"},
      {"=?utf-8?Q?=4?= =G1", "=4 =G1"},
      {"=?utf-8?Q?=FFx?=", "\xEF\xBF\xBDx"},
      {"=?gbk?Q?=C4?=", "\xEF\xBF\xBD"},
      {"=?gbk?Q?=FF@x?=", "\xEF\xBF\xBD@x"},
      {"=?utf-8?B?S!s@O2cm*c=?=", "J\xC3\xB6rg"},
      {"=?x-unknown?Q?J=C3=B6rg?=", "J\xC3\xB6rg"},
      {"=?x-unknown?Q?J=F6rg?=", "=?x-unknown?Q?J=F6rg?="},
      {"=?iso-2022-cn-ext?Q?=1B?= =?gb18030//TRANSLIT?Q?=FF?=", "\x1B=?gb18030//TRANSLIT?Q?=FF?="},
      {"=?utf-8?X?a?=", "=?utf-8?X?a?="},
      {"=??Q?a?=", "=??Q?a?="},
      {"=?utf-8?Q?a", "=?utf-8?Q?a"},
      {"=?utf-8?Q?a? b?=", "=?utf-8?Q?a? b?="},
      {"=?utf-8?Q", "=?utf-8?Q"},
      {"=?=?utf-8?Q?a?=", "=?a"},
      {"=?utf-8?Q?=3D=3Futf-8=3FQ=3Fa=3F=3D?=", "=?utf-8?Q?a?="},
  };
  for (const auto& [input, output] : cases)
    EXPECT_EQ(decode_encoded_words(input), output) << input;
}

TEST(EncodedWord, IsDecodedWhereverANameStands) {
  const TextCase cases[] = {
      {"=?utf-8?B?SsO2cmc=?= <anna@example.com>", "J\xC3\xB6rg"},
      {"\"=?utf-8?B?SsO2cmc=?=\" <anna@example.com>", "J\xC3\xB6rg"},
      {"\"=?utf-8?B?SsO2cmc=?= Ott\" <anna@example.com>", "J\xC3\xB6rg Ott"},
      {"anna@example.com (=?utf-8?B?SsO2cmc=?=)", "J\xC3\xB6rg"},
      {"=?utf-8?Q?J=C3=B6rg_(home)?= <anna@example.com>", "J\xC3\xB6rg (home)"},
      {"=?utf-8?Q?Ott=2C_J=C3=B6rg?= <anna@example.com>", "Ott, J\xC3\xB6rg"},
      {"=?utf-8?B?PGNlb0BleGFtcGxlLm5ldD4=?= <anna@example.com>", "<ceo@example.net>"},
      {"=?utf-8?Q?a=00b=0D=0Ac=C2=85d?= <anna@example.com>", "a b c d"},
      {"\xFF =?utf-8?Q?J=C3=B6rg?= <anna@example.com>", "\xEF\xBF\xBD J\xC3\xB6rg"},
  };
  for (const auto& [input, output] : cases)
    EXPECT_EQ(std::get<Mailbox>(parse_mailbox_field(input)).name, output) << input;
}

TEST(Charset, HasAConverterForEachOfItsNames) {
  for (const std::string_view name :
       {"utf-8",         "utf8",         "us-ascii",       "ascii",        "latin1",
        "iso-8859-1",    "iso-8859-2",   "iso-8859-3",     "iso-8859-4",   "iso-8859-5",
        "iso-8859-6",    "iso-8859-7",   "iso-8859-8",     "iso-8859-8-i", "iso-8859-9",
        "iso-8859-10",   "iso-8859-11",  "iso-8859-13",    "iso-8859-14",  "iso-8859-15",
        "iso-8859-16",   "windows-874",  "tis-620",        "windows-1250", "windows-1251",
        "windows-1252",  "windows-1253", "windows-1254",   "windows-1255", "windows-1256",
        "windows-1257",  "windows-1258", "koi8-r",         "koi8-u",       "macintosh",
        "GB2312",        "gbk",          "x-gbk",          "cp936",        "gb18030",
        "Big5",          "cp950",        "big5-hkscs",     "Shift_JIS",    "shift-jis",
        "x-sjis",        "windows-31j",  "cp932",          "euc-jp",       "iso-2022-jp",
        "iso-2022-jp-2", "euc-kr",       "ks_c_5601-1987", "iso-2022-kr",  "utf-7"}) {
    EXPECT_EQ(utf8_from(name, "Anna 1"), "Anna 1") << name;
    ASSERT_TRUE(utf8_from(name, "\xC4")) << name;
    EXPECT_TRUE(utf8::is_valid(*utf8_from(name, "\xC4\xE3\xFF\x80"))) << name;
  }
  EXPECT_FALSE(utf8_from("iso-2022-cn-ext", "\xC4"));
}

TEST(Charset, IsToldFromTheOctets) {
  const TextCase cases[] = {
      {"Anna", "Anna"},
      {kNihao, kNihao},
      {"\xC4\xE3\xBA\xC3", kNihao},
      {"\xA7\x41\xA6\x6E\xC9\xFF\x7C\x80",
       "\xEF\xBF\xBD"
       "A\xEF\xBF\xBD"
       "n\xEF\xBF\xBD\xEF\xBF\xBD|\xEF\xBF\xBD"},
      {"\xFF", "\xEF\xBF\xBD"},
  };
  for (const auto& [input, output] : cases)
    EXPECT_EQ(utf8_from_unnamed(input), output) << testing::PrintToString(input);
}

TEST(Utf8, IsWhatTheStandardSays) {
  for (const std::string_view good : {"", "a", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF",
                                      "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(utf8::is_valid(good)) << testing::PrintToString(good);
    EXPECT_EQ(utf8::repaired(good), good);
  }
  for (const std::string_view bad :
       {"\x80", "\xC1\xBF", "\xC2", "\xE0\x9F\x80", "\xED\xA0\x80", "\xE2\x82", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "a\xFF",
        "\xC2"
        "a"}) {
    EXPECT_FALSE(utf8::is_valid(bad)) << testing::PrintToString(bad);
    EXPECT_TRUE(utf8::is_valid(utf8::repaired(bad)));
  }
  EXPECT_EQ(utf8::cut(kNihao, 5), kNihao.substr(0, 3));
  EXPECT_EQ(utf8::cut(kNihao, 6), kNihao);
  EXPECT_EQ(utf8::cut(kNihao, 2), "");
}

TEST(ReadableText, IsOneBoundedLine) {
  EXPECT_EQ(readable_text(" a\t\r\n b\x01"
                          "c\xC2\x85"
                          "d\xE2\x80\xA8"
                          "e\xE3\x80\x80",
                          100),
            "a b c d e");
  EXPECT_EQ(readable_text("a\xE2\x80\x8B\xE2\x80\xAE"
                          "b\xEF\xBB\xBF\xFF",
                          100),
            "ab\xEF\xBF\xBD");
  EXPECT_EQ(readable_text("abcdef", 6), "abcdef");
  EXPECT_EQ(readable_text("abcdefg", 6), "abc...");
  EXPECT_EQ(readable_text(kNihao, 5), "...");
  EXPECT_EQ(readable_text("abc", 2), "..");
}

std::vector<std::string> shown(std::string_view name) {
  std::vector<std::string> out;
  for (const auto& address : addresses_shown(name))
    out.push_back(address.text());
  return out;
}

using Addresses = std::vector<std::string>;

TEST(AddressesShown, AreWhatPeopleReadInAName) {
  struct {
    std::string_view name;
    Addresses shown;
  } const cases[] = {
      {"Anna Berg", {}},
      {"anna@home", {}},
      {"@example.com", {}},
      {"anna@", {}},
      {"anna @ example.com", {}},
      {"ceo@example.com", {"ceo@example.com"}},
      {"CEO@Example.Com", {"ceo@example.com"}},
      {"<ceo@example.com>", {"ceo@example.com"}},
      {"'ceo@example.com'", {"ceo@example.com"}},
      {"\"ceo@example.com\" [list]", {"ceo@example.com"}},
      {"Boss (ceo@example.com), now", {"ceo@example.com"}},
      {"write to ceo@mail.example.com.", {"ceo@mail.example.com"}},
      {"mailto:ceo+x@example.com?subject=a", {"ceo+x@example.com"}},
      {"a@example.com b@example.net a@example.com", {"a@example.com", "b@example.net"}},
      {"a@b.example@c.example", {"a@b.example", "b.example@c.example"}},
      {"ceo\xEF\xBC\xA0"
       "example\xEF\xBC\x8E"
       "com",
       {"ceo@example.com"}},
      {"ceo\xEF\xB9\xAB"
       "example\xE3\x80\x82"
       "com",
       {"ceo@example.com"}},
      {"\xEF\xBD\x83\xEF\xBD\x85\xEF\xBD\x8F\xEF\xBC\xA0"
       "example.com",
       {"ceo@example.com"}},
      {"c\xE2\x80\x8B"
       "eo@exa\xC2\xAD"
       "mple.com",
       {"ceo@example.com"}},
      {"Boss\xE3\x80\x80"
       "ceo@example.com\xC2\xA0!",
       {"ceo@example.com"}},
      {"\xE5\xBC\xA0\xE4\xB8\x89"
       "ceo@example.com\xE4\xB8\x89",
       {"ceo@example.com"}},
      {"\xE5\xBC\xA0@\xE4\xBE\x8B\xE5\xAD\x90.example", {"\xE5\xBC\xA0@xn--fsqu00a.example"}},
      {"j\xC3\xB6rg@m\xC3\xBCnchen.example", {"j\xC3\xB6rg@xn--mnchen-3ya.example"}},
      {"ceo@example.com\xFF\xFE", {"ceo@example.com"}},
  };

  for (const auto& each : cases)
    EXPECT_EQ(shown(each.name), each.shown) << each.name;
}

TEST(AddressesShown, AreAHandfulHoweverManyStandThere) {
  std::string name;
  for (int i = 0; i < 100; ++i)
    name += "a" + std::to_string(i) + "@example.com ";
  EXPECT_EQ(shown(name).size(), 8U);
  EXPECT_EQ(shown(name).back(), "a7@example.com");
  EXPECT_EQ(shown(std::string(1000, '@')), Addresses{});
  const std::string behind_much = std::string(1000, 'x') + "@example.com";
  EXPECT_EQ(shown(behind_much), Addresses{std::string(64, 'x') + "@example.com"});
}

}  // namespace
}  // namespace gatepost
