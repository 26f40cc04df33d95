// R5: who counts as one client, by which figures, and what is kept of login names.

#include "policy/lockout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/fake_lock_book.hpp"
#include "tests/policy/site.hpp"

namespace gatepost {
namespace {

using std::chrono::minutes;
using test::ip;
using test::kNoon;
using ::testing::HasSubstr;
using ::testing::StartsWith;

LoginName kept(const std::string& typed, std::uint64_t secret = 7) {
  const Settings settings = test::example_site();
  return login_name(typed, settings.site.logins, settings.site.domains, secret);
}

TEST(LoginName, NamesOfTheSiteAreKeptInOneSpelling) {
  for (const char* typed : {"alice@example.com", "ALICE@Example.COM", "alice"}) {
    EXPECT_EQ(kept(typed), (LoginName{"alice@example.com", false})) << typed;
  }
  EXPECT_EQ(kept("alice+list@example.com").text, "alice+list@example.com");
}

TEST(LoginName, OthersAreMaskedBecausePeopleTypePasswordsThere) {
  const LoginName name = kept("Hunter2@elsewhere.example");
  EXPECT_TRUE(name.masked);
  EXPECT_THAT(name.text, StartsWith("h...#"));
  EXPECT_EQ(name.text.size(), std::string("h...#4f1a").size());
  EXPECT_EQ(name, kept("hunter2@ELSEWHERE.example"));
  EXPECT_NE(name, kept("hunter3@elsewhere.example"));
  EXPECT_NE(name, kept("Hunter2@elsewhere.example", 8)) << "the digest is keyed";
}

TEST(LoginName, WhatDovecotTakesFromNobodyHasNoName) {
  for (const char* typed : {"", "a,b", "P@ss word!", "a\"b@example.com", "x> rip=127.0.0.9, y",
                            "\xE4\xBD\xA0@example.com", "p%40ss"}) {
    EXPECT_EQ(kept(typed), LoginName{}) << typed;
  }
}

TEST(LoginName, ABareNameOfASiteWithBareLoginsIsAnAccount) {
  Settings settings = test::example_site();
  settings.site.logins.bare_domain.reset();
  const auto& site = settings.site;
  EXPECT_EQ(login_name("alice", site.logins, site.domains, 1), (LoginName{"alice", false}));
  EXPECT_TRUE(login_name("alice@elsewhere.example", site.logins, site.domains, 1).masked);
}

TEST(LockoutTerms, AClientIsAnAddressOfIpv4AndASlash64OfIpv6) {
  const Settings settings = test::example_site();
  EXPECT_EQ(client_network(settings, ip("192.0.2.7")).text(), "192.0.2.7/32");
  EXPECT_EQ(client_network(settings, ip("::ffff:192.0.2.7")).text(), "192.0.2.7/32");
  EXPECT_EQ(client_network(settings, ip("2001:db8:1:2:3::4")).text(), "2001:db8:1:2::/64");
  EXPECT_EQ(client_text(client_network(settings, ip("192.0.2.7"))), "192.0.2.7");
  EXPECT_EQ(client_text(client_network(settings, ip("2001:db8::1"))), "2001:db8::/64");
}

TEST(LockoutTerms, AreTheRulesFigures) {
  const Settings settings = test::example_site();
  const LockoutTerms terms = lockout_terms(settings, ip("192.0.2.7"), kNoon);
  EXPECT_EQ(terms.failures, 10);
  EXPECT_EQ(terms.within, minutes(30));
  EXPECT_EQ(terms.lock, minutes(30));
  EXPECT_EQ(terms.count, CountedFailures::failures);
  EXPECT_FALSE(terms.office);
}

Settings with_office(std::optional<Time> expires = {}) {
  Settings settings = test::example_site();
  Office office{.clients = {*Network::parse("198.51.100.0/24")}, .login_failures = 100, .info = {}};
  office.info.expires = expires;
  office.info.place = {"whitelist.yaml", 9, 5};
  settings.whitelist.offices = {office};
  settings.whitelist.office_clients.insert(office.clients.front(), {0});
  return settings;
}

TEST(LockoutTerms, AnOfficeHasItsOwnFigureAndCountsPasswords) {
  const LockoutTerms terms = lockout_terms(with_office(), ip("198.51.100.3"), kNoon);
  EXPECT_EQ(terms.failures, 100);
  EXPECT_EQ(terms.count, CountedFailures::distinct_passwords);
  EXPECT_GE(terms.shared.failures, 100) << "being shared never makes it stricter";
  EXPECT_EQ(terms.office, (Place{"whitelist.yaml", 9, 5}));
  EXPECT_EQ(terms.network.text(), "198.51.100.3/32") << "each of its addresses for itself";
}

TEST(LockoutTerms, AnOfficeThatHasExpiredHasNone) {
  EXPECT_EQ(lockout_terms(with_office(kNoon), ip("198.51.100.3"), kNoon).failures, 10);
}

TEST(LockInForce, AllowListingLiftsALock) {
  Settings settings = test::example_site();
  test::FakeLockBook book;
  book.held.emplace(*Network::parse("192.0.2.7/32"), test::locked("192.0.2.7/32"));
  EXPECT_TRUE(lock_in_force(settings, book, ip("192.0.2.7"), kNoon));
  EXPECT_FALSE(lock_in_force(settings, book, ip("192.0.2.7"), kNoon + minutes(30)));
  EXPECT_FALSE(lock_in_force(settings, book, ip("192.0.2.8"), kNoon));
  rule_of<LoginLockout>(settings.rules)
      .trusted.insert(*Network::parse("192.0.2.0/24"), Place{"gatepost.yaml", 4, 7});
  EXPECT_FALSE(lock_in_force(settings, book, ip("192.0.2.7"), kNoon));
  EXPECT_EQ(lockout_terms(settings, ip("192.0.2.7"), kNoon).failures, std::nullopt);
  EXPECT_EQ(never_locked(settings, ip("192.0.2.7")), (Place{"gatepost.yaml", 4, 7}));
}

TEST(LockText, HasTimeReferenceAndHelp) {
  Settings settings = test::example_site();
  settings.site.help_url = "https://mail.example.com/why/{ref}";
  const ClientLock lock = test::locked("2001:db8::/64");
  EXPECT_EQ(lock_text(lock, settings.site),
            "Too many failed logins from 2001:db8::/64 (10 in 30 minutes): locked until "
            "2026-11-22 12:30:00 +0000; wait, or ask your mail support [ref " +
                lock.reference.text() + "] https://mail.example.com/why/" + lock.reference.text());
}

TEST(LockCase, TellsWhoWasLockedForWhom) {
  const Settings settings = test::example_site();
  const ClientLock lock = test::locked("192.0.2.7/32");
  const Case record = case_of(lock, settings.site, "mx1");
  EXPECT_EQ(record.reference, lock.reference);
  EXPECT_EQ(record.subject.text(), "c:192.0.2.7");
  EXPECT_THAT(record.reply, StartsWith("421 4.7.0 Too many failed logins from 192.0.2.7"));
  EXPECT_EQ(record.decisive.reason, Reason::client_locked);
  EXPECT_THAT(record.decisive.detail, HasSubstr("alice@example.com"));
  EXPECT_EQ(decode_case(encode(record)), record);
}

}  // namespace
}  // namespace gatepost
