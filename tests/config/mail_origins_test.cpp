// unauthenticated_domains, trusted_sealers and mailing_lists of whitelist.yaml.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

using testing::ElementsAre;

TEST(MailOrigins, AreRead) {
  const Loaded config = loaded(site(), R"(
unauthenticated_domains:
  - domain: Partner.Example
    clients: [203.0.113.0/28, "2001:db8::1"]
    reason: broken SPF
    owner: hr
    expires: 2026-11-30
trusted_sealers:
  - { sealer: Alumni.Example, reason: forwards }
mailing_lists:
  - { list: "Dev <DEV.lists.example>", domain: lists.example, proof: dkim, reason: dev }
  - { list: staff.example.org, clients: [192.0.2.80], reason: staff }
  - { list: dev.lists.example, domain: lists.example, proof: spf, reason: later }
send_on_behalf:
  - { envelope: shop.example, proof: spf, may_send_as: [news@example.com], reason: shop }
)");
  const Whitelist& whitelist = config.settings->whitelist;
  ASSERT_EQ(whitelist.unauthenticated_domains.size(), 1U);
  const UnauthenticatedDomain& domain = whitelist.unauthenticated_domains.front();
  EXPECT_EQ(domain.domain.ascii(), "partner.example");
  EXPECT_THAT(domain.clients,
              ElementsAre(*Network::parse("203.0.113.0/28"), *Network::parse("2001:db8::1")));
  EXPECT_EQ(domain.info.reason, "broken SPF");
  EXPECT_EQ(domain.info.owner, "hr");
  EXPECT_EQ(domain.info.place.text(), "whitelist.yaml:3:5");
  EXPECT_TRUE(domain.info.applies(kNow));
  EXPECT_FALSE(domain.info.applies(kNow + std::chrono::hours(24 * 10)));
  ASSERT_EQ(whitelist.trusted_sealers.count("alumni.example"), 1U);
  EXPECT_EQ(whitelist.trusted_sealers.begin()->second.sealer.ascii(), "alumni.example");
  const auto [first, last] = whitelist.mailing_lists.equal_range("dev.lists.example");
  ASSERT_EQ(std::distance(first, last), 2);
  EXPECT_EQ(first->second.proof, Proof::dkim) << "in file order";
  EXPECT_EQ(first->second.domain->ascii(), "lists.example");
  EXPECT_EQ(std::next(first)->second.proof, Proof::spf);
  const auto staff = whitelist.mailing_lists.find("staff.example.org");
  ASSERT_NE(staff, whitelist.mailing_lists.end());
  EXPECT_THAT(staff->second.clients, ElementsAre(*Network::parse("192.0.2.80")));
  EXPECT_FALSE(staff->second.proof || staff->second.domain);
  const auto shop = whitelist.on_behalf_of_envelope.of("shop.example");
  ASSERT_EQ(shop.size(), 1U);
  EXPECT_EQ(shop[0]->proof, Proof::spf);
  EXPECT_TRUE(shop[0]->clients.empty());
}

TEST(MailOrigins, ThatAreThereTwiceOrDoNothingAreSaid) {
  const Loaded config = loaded(site(), R"(
unauthenticated_domains:
  - { domain: partner.example, clients: [192.0.2.1, 192.0.2.1], reason: twice in one }
  - { domain: Partner.Example, clients: [192.0.2.1, 192.0.2.2], reason: once more }
  - { domain: sub.partner.example, clients: [192.0.2.1], reason: another domain }
  - { domain: mail.example.com, clients: [192.0.2.1], reason: ours }
trusted_sealers:
  - { sealer: alumni.example, reason: once, expires: 2026-12-31 }
  - { sealer: ALUMNI.example, reason: counts afterwards }
  - { sealer: lists.example, reason: once }
  - { sealer: lists.example, reason: never }
mailing_lists:
  - { list: dev.lists.example, clients: [192.0.2.80], domain: lists.example, proof: dkim, reason: a }
  - { list: "<DEV.lists.example>", domain: lists.example, proof: dkim, reason: once more }
  - { list: dev.lists.example, domain: lists.example, proof: spf, reason: another proof }
  - { list: dev.lists.example, clients: [192.0.2.80], reason: once more }
)");
  EXPECT_THAT(
      warnings_of(config),
      ElementsAre(
          "whitelist.yaml:3:53: unauthenticated_domains.clients: '192.0.2.1/32' is listed twice",
          "whitelist.yaml:4:5: unauthenticated_domains: partner.example from 192.0.2.1/32 is "
          "listed "
          "already in line 3",
          "whitelist.yaml:6:15: unauthenticated_domains: mail.example.com is yours: "
          "own_domains_from_outside still judges it; write an entry of send_on_behalf or "
          "forwarders instead",
          "whitelist.yaml:11:5: trusted_sealers: lists.example is listed already in line 10",
          "whitelist.yaml:14:5: mailing_lists: dev.lists.example with DKIM of lists.example is "
          "listed already in line 13",
          "whitelist.yaml:16:5: mailing_lists: dev.lists.example from 192.0.2.80/32 is listed "
          "already in line 13"));
}

}  // namespace
}  // namespace gatepost::config
