#include "mailauth/spf_record.hpp"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gatepost::mailauth::testing {
namespace {

std::string shown(const MacroString& text) {
  std::string out;
  for (const auto& piece : text.pieces) {
    if (const auto* macro = std::get_if<SpfMacro>(&piece)) {
      out += fmt::format("<{}{}>", macro->letter, macro->reversed ? "r" : "");
    } else {
      out += std::get<std::string>(piece);
    }
  }
  return out;
}

std::string shown(const std::optional<MacroString>& text) {
  return text ? shown(*text) : "-";
}

struct Shown {
  std::string operator()(const SpfAll&) const { return "all"; }

  std::string operator()(const SpfInclude& term) const { return "include " + shown(term.domain); }

  std::string operator()(const SpfA& term) const {
    return fmt::format("a {} {} {}", shown(term.domain), term.prefix4, term.prefix6);
  }

  std::string operator()(const SpfMx& term) const {
    return fmt::format("mx {} {} {}", shown(term.domain), term.prefix4, term.prefix6);
  }

  std::string operator()(const SpfPtr& term) const { return "ptr " + shown(term.domain); }

  std::string operator()(const SpfIp4& term) const {
    return fmt::format("ip4 {} {}", term.address.text(), term.prefix);
  }

  std::string operator()(const SpfIp6& term) const {
    return fmt::format("ip6 {} {}", term.address.text(), term.prefix);
  }

  std::string operator()(const SpfExists& term) const { return "exists " + shown(term.domain); }
};

// The record's terms, one after the other; or its fault.
std::string read(std::string_view text) {
  const auto parsed = parse_spf_record(text);
  if (const auto* fault = std::get_if<SpfFault>(&parsed))
    return fmt::format("{}: {}", fault->at, fault->what);
  const auto& record = std::get<SpfRecord>(parsed);
  std::string out;
  for (const SpfDirective& directive : record.directives) {
    out += fmt::format("{}{}; ", "+-~?"[static_cast<std::size_t>(directive.qualifier)],
                       std::visit(Shown(), directive.mechanism));
  }
  if (record.redirect) out += "redirect " + shown(record.redirect->domain) + "; ";
  if (record.explanation) out += "exp " + shown(record.explanation->domain) + "; ";
  for (const SpfUnknownModifier& modifier : record.unknown)
    out += modifier.name + "=; ";
  return out;
}

struct Row {
  const char* text;
  const char* expected;
};

TEST(SpfRecord, Reads) {
  const Row table[] = {
      {"v=spf1", ""},
      {"v=spf1  ", ""},
      {"v=spf1 -all", "-all; "},
      {"V=SPF1  +A   ~MX ?pTr ", "+a - 32 128; ~mx - 32 128; ?ptr -; "},
      {"v=spf1 a:b.example/24", "+a b.example 24 128; "},
      {"v=spf1 a/0", "+a - 0 128; "},
      {"v=spf1 a//64", "+a - 32 64; "},
      {"v=spf1 mx:%{d2}/24//64", "+mx <d> 24 64; "},
      {"v=spf1 a:foo:bar/baz.example.com", "+a foo:bar/baz.example.com 32 128; "},
      {"v=spf1 a:x/24.example/8", "+a x/24.example 8 128; "},
      {"v=spf1 ptr:example.com", "+ptr example.com; "},
      {"v=spf1 include:%{ir}.example.com", "+include <ir>.example.com; "},
      {"v=spf1 -exists:a.%{l}", "-exists a.<l>; "},
      {"v=spf1 ip4:192.0.2.1/0", "+ip4 192.0.2.1 0; "},
      {"v=spf1 ip4:192.0.2.1", "+ip4 192.0.2.1 32; "},
      {"v=spf1 IP6:2001:DB8::1/32", "+ip6 2001:db8::1 32; "},
      {"v=spf1 ip6:::/0", "+ip6 :: 0; "},
      {"v=spf1 ip6:::ffff:1.2.3.4", "+ip6 1.2.3.4 128; "},
      {"v=spf1 redirect=_spf.example.com", "redirect _spf.example.com; "},
      {"v=spf1 EXP=e.example a Redirect=r.example",
       "+a - 32 128; redirect r.example; exp e.example; "},
      {"v=spf1 moo.cow-far_out=man:dog/cat", "moo.cow-far_out=; "},
      {"v=spf1 a=%{d} x= x=", "a=; x=; x=; "},
  };
  for (const Row& each : table)
    EXPECT_EQ(read(each.text), each.expected) << each.text;
}

TEST(SpfRecord, SaysWhatIsWrongAndWhere) {
  const Row table[] = {
      {"v=spf1 moo", "7: an unknown mechanism"},
      {"v=spf1 -all moo", "12: an unknown mechanism"},
      {"v=spf1 -", "8: an unknown mechanism"},
      {"v=spf1 --all", "8: an unknown mechanism"},
      {"v=spf1 v=spf1 ip9:1.2.3.4", "14: an unknown mechanism"},
      {"v=spf1 a\tmx", "7: an unknown mechanism"},
      {"v=spf1 \x80"
       "a -all",
       "7: an unknown mechanism"},
      {"v=spf1 redirect:r.example", "7: an unknown mechanism"},
      {"v=spf1 =all", "7: an unknown mechanism"},
      {"v=spf1 1up=x", "7: an unknown mechanism"},
      {"v=spf1 -x=y", "8: an unknown mechanism"},
      {"v=spf1 all.", "7: an unknown mechanism"},
      {"v=spf1 all:x", "10: all has nothing behind it"},
      {"v=spf1 all/8", "10: all has nothing behind it"},
      {"v=spf1 include", "14: no domain"},
      {"v=spf1 include:", "15: no domain"},
      {"v=spf1 include:x.example/24",
       "17: neither a macro nor a top-level domain at the end of the domain"},
      {"v=spf1 exists", "13: no domain"},
      {"v=spf1 exists/24", "13: no domain"},
      {"v=spf1 a:", "9: no domain"},
      {"v=spf1 a:/24", "9: no domain"},
      {"v=spf1 a:localhost", "9: neither a macro nor a top-level domain at the end of the domain"},
      {"v=spf1 a/33", "9: no IPv4 prefix length"},
      {"v=spf1 a/024", "9: no IPv4 prefix length"},
      {"v=spf1 a//129", "10: no IPv6 prefix length"},
      {"v=spf1 a/24/64", "12: no IPv4 prefix length"},
      {"v=spf1 a/24/32", "8: no prefix length"},
      {"v=spf1 a//64/24", "8: no prefix length"},
      {"v=spf1 a/", "8: no prefix length"},
      {"v=spf1 a/99999999999999999999", "9: no IPv4 prefix length"},
      {"v=spf1 ptr/24", "10: ptr has no prefix length"},
      {"v=spf1 ptr:", "11: no domain"},
      {"v=spf1 ip4", "10: no address"},
      {"v=spf1 ip4:", "11: no IPv4 address"},
      {"v=spf1 ip4:1.2.3", "11: no IPv4 address"},
      {"v=spf1 ip4:1.2.3.4:8080", "11: no IPv4 address"},
      {"v=spf1 ip4:01.2.3.4", "11: no IPv4 address"},
      {"v=spf1 ip4:::1", "11: no IPv4 address"},
      {"v=spf1 ip4:1.2.3.4/33", "19: no prefix length"},
      {"v=spf1 ip4:1.2.3.4/", "19: no prefix length"},
      {"v=spf1 ip4:1.2.3.4//32", "19: no prefix length"},
      {"v=spf1 ip4:1.2.3.4/032", "19: no prefix length"},
      {"v=spf1 ip6:1.2.3.4", "11: no IPv6 address"},
      {"v=spf1 ip6::1::2", "11: no IPv6 address"},
      {"v=spf1 ip6:fe80::1%eth0", "11: no IPv6 address"},
      {"v=spf1 ip6:::1/129", "15: no prefix length"},
      {"v=spf1 redirect=", "16: no domain"},
      {"v=spf1 exp=", "11: no domain"},
      {"v=spf1 exp=%{r}.example", "13: a macro that only explanations may have"},
      {"v=spf1 redirect=a.example redirect=b.example", "26: a second redirect="},
      {"v=spf1 exp=a.example exp=a.example", "21: a second exp="},
      {"v=spf1 -all foo=%abc", "16: a lone %"},
      {"v=spf1 -all foo=%{x}", "18: an unknown macro letter"},
      {"v=spf1 -all foo=\x80", "16: a character that no term has"},
  };
  for (const Row& each : table)
    EXPECT_EQ(read(each.text), each.expected) << each.text;
}

TEST(SpfRecord, NulIsNoEnd) {
  EXPECT_EQ(read(std::string("v=spf1 a:foo.example\0", 21)), "20: a character that no term has");
  EXPECT_EQ(read(std::string("v=spf1 ip4:1.2.3.4\0", 19)), "11: no IPv4 address");
}

TEST(SpfRecord, KnowsItsVersion) {
  for (const char* yes : {"v=spf1", "V=SpF1", "v=spf1 ", "v=spf1  -all", "v=spf1 nonsense"})
    EXPECT_TRUE(is_spf_record(yes)) << yes;
  for (const char* no : {"", "v=spf", "v=spf10", "v=spf1-all", "v=spf1\t-all", " v=spf1", "v=spf2",
                         "v=spf1mx", "v = spf1", "v=DMARC1"})
    EXPECT_FALSE(is_spf_record(no)) << no;
}

}  // namespace
}  // namespace gatepost::mailauth::testing
