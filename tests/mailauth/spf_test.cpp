// check_host() over a DNS of the test's own: results with their reasons, and what strangers can
// make us do at most.

#include "mailauth/spf.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mailauth/spf_run.hpp"

namespace gatepost::mailauth::testing {
namespace {

using ::testing::SizeIs;

struct Row {
  const char* record;
  const char* client;
  const char* expected;
};

void fill_world(Zone& out) {
  out.address("example.com", "192.0.2.10").address("example.com", "2001:db8::10");
  out.mx("example.com", 20, "mx2.example.com").mx("example.com", 10, "mx1.example.com");
  out.address("mx1.example.com", "192.0.2.11").address("mx2.example.com", "192.0.2.12");
  out.address("mx2.example.com", "2001:db8::12");
  out.address("v6.example.com", "2001:db8::6");
  out.mx("null.example", 0, ".");
  out.mx("broken.example", 0, "down.example").mx("broken.example", 1, "mx1.example.com");
  out.fault("down.example");
  out.txt("down-txt.example", "x").fault("down-txt.example", DnsType::txt);
  out.txt("_spf.example.com", "v=spf1 ip4:198.51.100.0/24 ~all");
  out.txt("typo.example", "v=spf1 ip5:1.2.3.4");
  out.txt("plain.example", "hello");
  out.txt("twice.example", "v=spf1 -all").txt("twice.example", "v=spf1");
  out.ptr("1.113.0.203.in-addr.arpa", "a.example.com");
  out.ptr("1.113.0.203.in-addr.arpa", "liar.example.com");
  out.ptr("1.113.0.203.in-addr.arpa", "down.example");
  out.address("a.example.com", "203.0.113.1").address("liar.example.com", "203.0.113.2");
  out.fault("2.113.0.203.in-addr.arpa", DnsType::ptr);
  out.address("1.113.0.203.list.example", "127.0.0.2");
  out.address("a.example.com.names.example", "127.0.0.2");
  out.address("unknown.names.example", "127.0.0.2");
  out.address("user.postmaster.example", "127.0.0.2");
}

TEST(Spf, TermsDecide) {
  const Row table[] = {
      {"v=spf1", "192.0.2.1", "neutral: the record of sender.example"},
      {"v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.1", "pass: ip4:192.0.2.0/24 of sender.example"},
      {"v=spf1 ip4:192.0.2.0/24 -all", "192.0.3.1", "fail: -all of sender.example"},
      {"v=spf1 ip4:192.0.2.0/24 ~all", "::ffff:192.0.2.1",
       "pass: ip4:192.0.2.0/24 of sender.example"},
      {"v=spf1 ip4:0.0.0.0/0 ~all", "2001:db8::1", "softfail: ~all of sender.example"},
      {"v=spf1 ip6:::/0 ~all", "192.0.2.1", "softfail: ~all of sender.example"},
      {"v=spf1 ip6:2001:db8:8000::/33 ~all", "2001:db8:8001::1",
       "pass: ip6:2001:db8:8000::/33 of sender.example"},
      {"v=spf1 ip6:2001:db8:8000::/33 ~all", "2001:db8:7fff::1",
       "softfail: ~all of sender.example"},
      {"v=spf1 ?a:example.com", "192.0.2.10", "neutral: ?a:example.com of sender.example"},
      {"v=spf1 a:example.com/28 -all", "192.0.2.1", "pass: a:example.com/28 of sender.example"},
      {"v=spf1 a:example.com//64 -all", "192.0.2.1", "fail: -all of sender.example"},
      {"v=spf1 a:example.com//64 -all", "2001:db8::1", "pass: a:example.com//64 of sender.example"},
      {"v=spf1 mx:example.com -all", "192.0.2.12", "pass: mx:example.com of sender.example"},
      {"v=spf1 mx:example.com -all", "2001:db8::12", "pass: mx:example.com of sender.example"},
      {"v=spf1 mx:null.example -all", "192.0.2.1", "fail: -all of sender.example"},
      {"v=spf1 mx:broken.example -all", "192.0.2.11", "pass: mx:broken.example of sender.example"},
      {"v=spf1 mx:broken.example -all", "192.0.2.1", "temperror: A of down.example: no answer"},
      {"v=spf1 mx:down.example -all", "192.0.2.1", "temperror: MX of down.example: no answer"},
      {"v=spf1 a:down.example -all", "2001:db8::1", "temperror: AAAA of down.example: no answer"},
      {"v=spf1 exists:down.example -all", "192.0.2.1", "temperror: A of down.example: no answer"},
      {"v=spf1 ptr:example.com -all", "203.0.113.1", "pass: ptr:example.com of sender.example"},
      {"v=spf1 ptr:Liar.Example.com -all", "203.0.113.1", "fail: -all of sender.example"},
      {"v=spf1 ptr:down.example -all", "203.0.113.1", "fail: -all of sender.example"},
      {"v=spf1 ptr:ample.com -all", "203.0.113.1", "fail: -all of sender.example"},
      {"v=spf1 ptr:example.com ~all", "203.0.113.2", "softfail: ~all of sender.example"},
      {"v=spf1 -exists:%{ir}.list.example +all", "203.0.113.1",
       "fail: -exists:%{ir}.list.example of sender.example"},
      {"v=spf1 exists:%{p}.names.example -all", "203.0.113.1",
       "pass: exists:%{p}.names.example of sender.example"},
      {"v=spf1 exists:%{p}.names.example -all", "203.0.113.2",
       "pass: exists:%{p}.names.example of sender.example"},
      {"v=spf1 exists:mx1.example.com -all", "2001:db8::1",
       "pass: exists:mx1.example.com of sender.example"},
      {"v=spf1 exists:v6.example.com -all", "2001:db8::1", "fail: -all of sender.example"},
      {"v=spf1 exists:%{l}.postmaster.example -all", "192.0.2.1",
       "pass: exists:%{l}.postmaster.example of sender.example"},
      {"v=spf1 include:_spf.example.com -all", "198.51.100.1",
       "pass: ip4:198.51.100.0/24 of _spf.example.com"},
      {"v=spf1 -include:_spf.example.com +all", "198.51.100.1",
       "fail: -include:_spf.example.com of sender.example (ip4:198.51.100.0/24 of "
       "_spf.example.com)"},
      {"v=spf1 include:_spf.example.com -all", "192.0.2.1", "fail: -all of sender.example"},
      {"v=spf1 include:plain.example +all", "192.0.2.1",
       "permerror: include:plain.example of sender.example"},
      {"v=spf1 include:nowhere.example +all", "192.0.2.1",
       "permerror: include:nowhere.example of sender.example"},
      {"v=spf1 include:%{d1} +all", "192.0.2.1", "permerror: include:%{d1} of sender.example"},
      {"v=spf1 include:a...example +all", "192.0.2.1",
       "permerror: include:a...example of sender.example"},
      {"v=spf1 include:typo.example +all", "192.0.2.1",
       "permerror: an unknown mechanism at octet 8 of the record of typo.example"},
      {"v=spf1 include:twice.example +all", "192.0.2.1", "permerror: twice.example"},
      {"v=spf1 include:down-txt.example +all", "192.0.2.1",
       "temperror: TXT of down-txt.example: no answer"},
      {"v=spf1 redirect=_spf.example.com", "192.0.2.1", "softfail: ~all of _spf.example.com"},
      {"v=spf1 redirect=_spf.example.com ?all", "192.0.2.1", "neutral: ?all of sender.example"},
      {"v=spf1 redirect=plain.example", "192.0.2.1",
       "permerror: redirect=plain.example of sender.example"},
      {"v=spf1 redirect=%{d1}", "192.0.2.1", "permerror: redirect=%{d1} of sender.example"},
      {"v=spf1 redirect=twice.example", "192.0.2.1", "permerror: twice.example"},
      {"v=spf1 -all exp=down.example", "192.0.2.1", "fail: -all of sender.example"},
      {"v=spf1 +all moo", "192.0.2.1",
       "permerror: an unknown mechanism at octet 13 of the record of sender.example"},
  };
  for (const Row& each : table) {
    Zone zone;
    fill_world(zone);
    zone.txt("sender.example", each.record);
    EXPECT_EQ(shown(check(zone, mail("user@sender.example", each.client))), each.expected)
        << each.record << " for " << each.client;
  }
}

struct Identity {
  const char* mail_from;
  const char* helo;
  SpfResult result;
  SpfCause cause;
  SpfIdentity identity;
  const char* domain;
  const char* sender;
};

TEST(Spf, Identities) {
  Zone zone;
  zone.txt("example.com", "v=spf1 -all").txt("bare.example", "hello");
  zone.txt("xn--bcher-kva.example", "v=spf1 +all");
  zone.fault("silent.example");
  const auto from = SpfIdentity::mail_from;
  const auto helo = SpfIdentity::helo;
  const Identity table[] = {
      {"a@Example.COM", "h", SpfResult::fail, SpfCause::matched, from, "example.com",
       "a@example.com"},
      {"a@example.com.", "h", SpfResult::fail, SpfCause::matched, from, "example.com",
       "a@example.com"},
      {"@example.com", "h", SpfResult::fail, SpfCause::matched, from, "example.com",
       "postmaster@example.com"},
      {"\"a@b\"@example.com", "h", SpfResult::fail, SpfCause::matched, from, "example.com",
       "\"a@b\"@example.com"},
      {"a@b\xC3\xBC"
       "cher.example",
       "h", SpfResult::pass, SpfCause::matched, from, "xn--bcher-kva.example",
       "a@xn--bcher-kva.example"},
      {"a@bare.example", "h", SpfResult::none, SpfCause::no_record, from, "bare.example",
       "a@bare.example"},
      {"a@nowhere.example", "h", SpfResult::none, SpfCause::no_such_domain, from, "nowhere.example",
       "a@nowhere.example"},
      {"a@silent.example", "h", SpfResult::temperror, SpfCause::dns_failed, from, "silent.example",
       "a@silent.example"},
      {"", "example.com", SpfResult::fail, SpfCause::matched, helo, "example.com",
       "postmaster@example.com"},
      {"", "", SpfResult::none, SpfCause::not_a_domain, helo, "", ""},
      {"", "[192.0.2.1]", SpfResult::none, SpfCause::not_a_domain, helo, "", "[192.0.2.1]"},
      {"", "192.0.2.1", SpfResult::none, SpfCause::not_a_domain, helo, "", "192.0.2.1"},
      {"", "localhost", SpfResult::none, SpfCause::not_a_domain, helo, "localhost", "localhost"},
      {"a@com", "example.com", SpfResult::none, SpfCause::not_a_domain, from, "com", "a@com"},
      {"root", "example.com", SpfResult::none, SpfCause::not_a_domain, from, "", "root"},
      {"a@", "example.com", SpfResult::none, SpfCause::not_a_domain, from, "", "a@"},
      {"a@b..example", "h", SpfResult::none, SpfCause::not_a_domain, from, "", "a@b..example"},
      {"a@\x80\xFF", "h", SpfResult::none, SpfCause::not_a_domain, from, "", "a@\x80\xFF"},
  };
  for (const Identity& each : table) {
    SCOPED_TRACE(fmt::format("<{}> {}", each.mail_from, each.helo));
    SpfInput input = mail(each.mail_from);
    input.helo = each.helo;
    const SpfOutcome outcome = check(zone, input);
    EXPECT_EQ(outcome.result, each.result);
    EXPECT_EQ(outcome.cause, each.cause) << phrase(outcome.cause);
    EXPECT_EQ(outcome.identity, each.identity);
    EXPECT_EQ(outcome.domain ? outcome.domain->ascii() : "", each.domain);
    EXPECT_EQ(outcome.sender, each.sender);
  }
}

// RFC 8616 4: where %{l} is not ASCII, the term matches nothing, not even by an error.
TEST(Spf, LocalPartsThatNoNameCanHold) {
  Zone zone;
  zone.txt("example.com", "v=spf1 include:%{l}.example exists:%{S} ?all");
  EXPECT_EQ(shown(check(zone, mail("\xC3\xBC@example.com"))), "neutral: ?all of example.com");
  EXPECT_THAT(zone.asked(), SizeIs(1));
}

TEST(Spf, DetailIsPrintableAndShort) {
  Zone zone;
  zone.txt("example.com", "v=spf1 -include:%{h}.example.net");
  zone.txt("a b.example.net", "v=spf1 ip4:192.0.2.1 x" + std::string(500, 'y') + "=z");
  SpfInput input = mail("u@example.com");
  input.helo = "a b";
  EXPECT_EQ(shown(check(zone, input)),
            "fail: -include:%{h}.example.net of example.com (ip4:192.0.2.1 of a b.example.net)");
  Zone other;
  other.txt("example.com", "v=spf1 a:" + std::string(5'000, 'y') + ".example -all");
  other.txt("example.com", "v=DMARC1");
  EXPECT_EQ(shown(check(other, mail("u@example.com"))), "fail: -all of example.com");
}

// The eleventh name of a client is not looked at, and only names below the domain are asked for.
TEST(Spf, TenNamesOfTheClient) {
  for (const int place : {9, 10}) {
    Zone zone;
    zone.txt("example.com", "v=spf1 ptr -all");
    for (int i = 0; i < 12; ++i) {
      const std::string host = i == place ? "mine.example.com" : fmt::format("n{}.example.net", i);
      zone.ptr("1.2.0.192.in-addr.arpa", host).address(host, "192.0.2.1");
    }
    const SpfOutcome outcome = check(zone, mail("user@example.com"));
    EXPECT_EQ(outcome.result, place < 10 ? SpfResult::pass : SpfResult::fail) << place;
    EXPECT_THAT(zone.asked(), SizeIs(place < 10 ? 3 : 2));
  }
}

// %{p} is rather the domain itself, then one below it, then any that leads back to the client.
TEST(Spf, ValidatedNameIsTheClosest) {
  struct Names {
    std::vector<const char*> names;
    const char* asked;
  };

  const Names table[] = {
      {{"a.example.net", "b.example.com", "example.com"}, "example.com.p.example"},
      {{"a.example.net", "b.example.com"}, "b.example.com.p.example"},
      {{"a.example.net", "xexample.com"}, "a.example.net.p.example"},
      {{}, "unknown.p.example"},
  };
  for (const Names& each : table) {
    Zone zone;
    zone.txt("example.com", "v=spf1 exists:%{p}.p.example -all");
    for (const char* host : each.names)
      zone.ptr("1.2.0.192.in-addr.arpa", host).address(host, "192.0.2.1");
    check(zone, mail("user@example.com"));
    EXPECT_EQ(zone.asked().back(), ask_for(each.asked, DnsType::a));
  }
}

// The hosts of one term are asked for together: three waits, however many they are.
TEST(Spf, AsksTogetherWhatItCan) {
  Zone zone;
  zone.txt("example.com", "v=spf1 mx -all");
  for (int i = 0; i < 10; ++i)
    zone.mx("example.com", i, fmt::format("h{}.example.com", i));
  Answers answers;
  std::vector<std::size_t> waves;
  const SpfInput input = mail("user@example.com");
  while (!check_spf(input, answers)) {
    const auto missing = answers.take_missing();
    ASSERT_FALSE(missing.empty());
    waves.push_back(missing.size());
    for (const DnsQuestion& question : missing)
      answers.put(question, zone.answer(question));
  }
  EXPECT_EQ(waves, (std::vector<std::size_t>{1, 1, 10}));
}

TEST(Spf, GivingUpIsATemporaryError) {
  Answers answers;
  const SpfInput input = mail("user@example.com");
  EXPECT_FALSE(check_spf(input, answers));
  answers.give_up("no answer within 5 s");
  const auto outcome = check_spf(input, answers);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(shown(*outcome), "temperror: TXT of example.com: no answer within 5 s");
}

}  // namespace
}  // namespace gatepost::mailauth::testing
