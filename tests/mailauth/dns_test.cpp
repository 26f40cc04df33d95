// Questions, and records as they stand on the wire.

#include "mailauth/dns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mailauth/dns_rdata.hpp"

namespace gatepost::mailauth {
namespace {

using std::string_literals::operator""s;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(DnsQuestion, IsOneHoweverItIsSpelt) {
  EXPECT_EQ(ask_for("Example.COM.", DnsType::mx), ask_for("example.com", DnsType::mx));
  EXPECT_NE(ask_for("example.com", DnsType::a), ask_for("example.com", DnsType::aaaa));
  EXPECT_EQ(ask_for(".", DnsType::a).name, "");
  EXPECT_EQ(ask_for("", DnsType::a).name, "");
  // Only ASCII has case.
  EXPECT_EQ(ask_for("\xC3\x84.Test", DnsType::a).name, "\xC3\x84.test");
}

TEST(ReverseName, IsTheAddressBackwards) {
  EXPECT_EQ(reverse_name(*IpAddress::parse("192.0.2.1")), "1.2.0.192.in-addr.arpa");
  EXPECT_EQ(reverse_name(*IpAddress::parse("::ffff:10.20.30.255")), "255.30.20.10.in-addr.arpa");
  EXPECT_EQ(reverse_name(*IpAddress::parse("2001:db8::cb01")),
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

std::string host(std::initializer_list<std::string> labels) {
  std::string out;
  for (const std::string& label : labels)
    out += static_cast<char>(label.size()) + label;
  return out + '\0';
}

DnsAnswer read(DnsType type, const std::vector<std::string>& records) {
  return read_records(type, {records.begin(), records.end()});
}

TEST(DnsRecords, OfTextsAreJoinedWithoutASpace) {
  const auto answer = read(DnsType::txt, {"\3one\4 two"s, "\0"s, "\1\xFF\0\2ab"s});
  EXPECT_EQ(answer.status, DnsStatus::found);
  EXPECT_THAT(answer.texts, ElementsAre("one two", "",
                                        "\xFF"
                                        "ab"));
}

TEST(DnsRecords, OfExchangesAreOrderedByPreference) {
  const auto answer =
      read(DnsType::mx, {"\1\0"s + host({"far"}), "\0\12"s + host({"B", "Test"}),
                         "\0\12"s + host({"a", "test"}), "\0\0"s + host({"first"})});
  EXPECT_THAT(answer.texts, ElementsAre("first", "a.test", "b.test", "far"));
}

TEST(DnsRecords, OfANullExchangeAreOneEmptyHost) {
  const auto answer = read(DnsType::mx, {"\0\0\0"s});
  EXPECT_EQ(answer.status, DnsStatus::found);
  EXPECT_THAT(answer.texts, ElementsAre(""));
}

TEST(DnsRecords, OfAddressesAreOfTheirFamily) {
  EXPECT_THAT(read(DnsType::a, {"\xC0\0\2\1"s, "\x7F\0\0\1"s}).addresses,
              ElementsAre(*IpAddress::parse("192.0.2.1"), *IpAddress::parse("127.0.0.1")));
  EXPECT_THAT(read(DnsType::aaaa, {"\x20\1\x0D\xB8"s + std::string(11, '\0') + "\1"}).addresses,
              ElementsAre(*IpAddress::parse("2001:db8::1")));
}

TEST(DnsRecords, LeaveOutNamesThatNoHostHas) {
  EXPECT_THAT(read(DnsType::ptr, {host({"Mail_1", "example", "test"}), host({"a.b", "test"}),
                                  host({"a\\", "test"}), host({"a b", "test"}), host({"\xC3\xA4"}),
                                  host({"a\nb"}), host({"\0"s})})
                  .texts,
              ElementsAre("mail_1.example.test"));
  const auto none = read(DnsType::mx, {"\0\1"s + host({"a.b"})});
  EXPECT_EQ(none.status, DnsStatus::found);
  EXPECT_THAT(none.texts, IsEmpty());
}

TEST(DnsRecords, ThatAreBrokenFail) {
  const std::string long_label = "\x40" + std::string(64, 'x') + '\0';
  std::string long_name;
  for (int i = 0; i < 64; ++i)
    long_name += "\3abc";
  long_name += '\0';
  const std::vector<std::pair<DnsType, std::string>> cases{
      {DnsType::txt, ""},
      {DnsType::txt, "\5abc"},
      {DnsType::txt, "\1a\1"},
      {DnsType::a, "abc"},
      {DnsType::a, "abcde"},
      {DnsType::a, ""},
      {DnsType::aaaa, "abcd"},
      {DnsType::aaaa, std::string(17, 'x')},
      {DnsType::mx, ""},
      {DnsType::mx, "\0\1"s},
      {DnsType::mx, "\0\1\3ab"s},
      {DnsType::mx, "\0\1\2ab"s},
      {DnsType::mx, "\0\1\2ab\0x"s},
      {DnsType::ptr, ""},
      {DnsType::ptr, "\2ab"},
      {DnsType::ptr, "\xC0\x0C"},
      {DnsType::ptr, "\3ab"s},
      {DnsType::ptr, "\0\0"s},
      {DnsType::ptr, long_label},
      {DnsType::ptr, long_name},
  };
  for (const auto& [type, record] : cases) {
    for (const bool beside_a_right_one : {false, true}) {
      std::vector<std::string> records{record};
      if (beside_a_right_one) {
        const std::string right = type == DnsType::txt    ? "\1a"
                                  : type == DnsType::a    ? "abcd"
                                  : type == DnsType::aaaa ? std::string(16, 'x')
                                  : type == DnsType::mx   ? "\0\1"s + host({"a"})
                                                          : host({"a"});
        records.insert(records.begin(), right);
      }
      const auto answer = read(type, records);
      EXPECT_EQ(answer.status, DnsStatus::failed)
          << name(type) << ' ' << testing::PrintToString(record);
      EXPECT_THAT(answer.texts, IsEmpty());
      EXPECT_THAT(answer.addresses, IsEmpty());
      EXPECT_EQ(answer.why, "a " + std::string(name(type)) + " record that cannot be read");
    }
  }
}

TEST(DnsRecords, OfTheLongestNameAreRead) {
  std::string longest;
  for (int i = 0; i < 63; ++i)
    longest += "\3abc";
  longest += "\1x"s + '\0';
  ASSERT_EQ(longest.size(), 255U);
  ASSERT_EQ(read(DnsType::ptr, {longest}).texts.size(), 1U);
  EXPECT_EQ(read(DnsType::ptr, {longest}).texts[0].size(), 253U);
}

}  // namespace
}  // namespace gatepost::mailauth
