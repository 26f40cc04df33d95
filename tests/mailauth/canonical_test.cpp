#include "mailauth/canonical.hpp"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace gatepost::mailauth::testing {
namespace {

constexpr auto kSimple = Canonicalization::simple;
constexpr auto kRelaxed = Canonicalization::relaxed;

std::string field(const char* name, const char* value, Canonicalization form) {
  std::string out;
  append_canonical(out, {name, value}, form);
  return out;
}

TEST(Canonical, HeaderFields) {
  struct Case {
    const char* name;
    const char* value;
    const char* relaxed;
  };

  constexpr Case kCases[] = {
      {"A", " X", "a:X\r\n"},  // RFC 6376 3.4.5
      {"B ", " Y\t\r\n\tZ  ", "b:Y Z\r\n"},
      {"SubJect", "", "subject:\r\n"},
      {"Subject", "   ", "subject:\r\n"},
      {"Subject", "\r\n \r\n ", "subject:\r\n"},
      {"Subject", "a\r\n b", "subject:a b\r\n"},
      {"Subject", " a \r\n b", "subject:a b\r\n"},
      {"Subject", " a\t\t b\t", "subject:a b\r\n"},
      {"Subject", "\ta", "subject:a\r\n"},
      {"Subject", " a\r\n", "subject:a\r\n"},
      {"Subject\t \t", "a", "subject:a\r\n"},
      {"Subject", " a\rb", "subject:a\rb\r\n"},
      {"Subject", " a \r b", "subject:a \r b\r\n"},
      {"Subject", "\xC3\xBC  x", "subject:\xC3\xBC x\r\n"},
  };
  for (const Case& each : kCases) {
    EXPECT_EQ(field(each.name, each.value, kRelaxed), each.relaxed) << each.value;
    EXPECT_EQ(field(each.name, each.value, kSimple),
              std::string(each.name) + ":" + each.value + "\r\n");
  }
}

std::string body(std::string_view text, Canonicalization form, std::size_t chunk = 1'000'000) {
  std::string out;
  const auto sink = [&](std::string_view octets) { out += octets; };
  BodyCanonicalizer canonicalizer(form);
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size())))
    canonicalizer.add(text.substr(0, chunk), sink);
  canonicalizer.finish(sink);
  return out;
}

TEST(Canonical, Bodies) {
  struct Case {
    const char* text;
    const char* simple;
    const char* relaxed;
  };

  constexpr Case kCases[] = {
      {"", "\r\n", ""},
      {"\r\n", "\r\n", ""},
      {"\r\n\r\n", "\r\n", ""},
      {" \r\n\t\r\n", " \r\n\t\r\n", ""},
      {" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},  // RFC 6376 3.4.5
      {"a", "a\r\n", "a\r\n"},
      {"a\r\n", "a\r\n", "a\r\n"},
      {"\r\n\r\na\r\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n"},
      {"a\r\n \r\nb\r\n", "a\r\n \r\nb\r\n", "a\r\n\r\nb\r\n"},
      {"a \r\n", "a \r\n", "a\r\n"},
      {"a ", "a \r\n", "a \r\n"},  // no line end, so no end of a line
      {"a\r", "a\r\r\n", "a\r\r\n"},
      {"a\r\r\n", "a\r\r\n", "a\r\r\n"},
      {"a\n\n", "a\n\n\r\n", "a\n\n\r\n"},  // a LF alone is data
      {"a \n b", "a \n b\r\n", "a \n b\r\n"},
      {"a \r b", "a \r b\r\n", "a \r b\r\n"},
      {"\r\n\r", "\r\n\r\r\n", "\r\n\r\r\n"},
      {"a\t b", "a\t b\r\n", "a b\r\n"},
  };
  for (const Case& each : kCases) {
    for (const std::size_t chunk : {1U, 2U, 3U, 1'000U}) {
      EXPECT_EQ(body(each.text, kSimple, chunk), each.simple) << each.text << " by " << chunk;
      EXPECT_EQ(body(each.text, kRelaxed, chunk), each.relaxed) << each.text << " by " << chunk;
    }
  }
}

// The definition of RFC 6376 3.4.3 and 3.4.4, step by step over the whole body.
std::string by_the_book(std::string text, Canonicalization form) {
  if (form == kRelaxed) {
    std::string out;
    for (const char c : text) {
      if (c == '\n' && !out.empty() && out.back() == '\r') {
        out.pop_back();
        while (!out.empty() && out.back() == ' ')
          out.pop_back();
        out += "\r\n";
      } else if (c == ' ' || c == '\t') {
        if (out.empty() || out.back() != ' ') out.push_back(' ');
      } else {
        out.push_back(c);
      }
    }
    text = out;
  }
  if (!text.empty() && !text.ends_with("\r\n")) text += "\r\n";
  while (text.ends_with("\r\n\r\n"))
    text.resize(text.size() - 2);
  if (text == "\r\n" && form == kRelaxed) return "";
  if (text.empty() && form == kSimple) return "\r\n";
  return text;
}

TEST(Canonical, ChunksMayEndAnywhere) {
  std::mt19937 random(6376);
  constexpr std::string_view kAlphabet = "ab  \t\r\n\r\n";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const auto size = random() % 24;
    while (text.size() < size)
      text.push_back(kAlphabet[random() % kAlphabet.size()]);
    const std::size_t chunk = 1 + random() % 8;
    for (const auto form : {kSimple, kRelaxed})
      ASSERT_EQ(body(text, form, chunk), by_the_book(text, form)) << ::testing::PrintToString(text);
  }
}

TEST(Canonical, EmptyLinesAreACountNotMemory) {
  constexpr std::size_t kLines = 1'000'000;
  std::string chunk;
  for (int i = 0; i < 1'000; ++i)
    chunk += "\r\n";
  std::size_t octets = 0;
  std::size_t longest = 0;
  const auto sink = [&](std::string_view piece) {
    octets += piece.size();
    longest = std::max(longest, piece.size());
  };
  for (const auto form : {kSimple, kRelaxed}) {
    BodyCanonicalizer canonicalizer(form);
    octets = 0;
    for (std::size_t i = 0; i < kLines / 1'000; ++i)
      canonicalizer.add(chunk, sink);
    EXPECT_EQ(octets, 0U);
    canonicalizer.add("x", sink);
    EXPECT_EQ(octets, 2 * kLines + 1);
    EXPECT_LE(longest, 64U);
  }
}

}  // namespace
}  // namespace gatepost::mailauth::testing
