// What was found of a message, held against the whitelist, and what the header adds to it.

#include "policy/authentication_facts.hpp"

#include <gtest/gtest.h>

#include "policy/mail/authentication_words.hpp"
#include "policy/mail/list_id.hpp"
#include "policy/read_header.hpp"
#include "policy/sender_rights.hpp"
#include "tests/policy/origin.hpp"

namespace gatepost {
namespace {

using std::chrono::hours;
using test::kNoon;

EntryInfo info(int line, std::optional<Time> expires = {}) {
  return {"ticket 4711", "", expires, {"whitelist.yaml", line, 5}};
}

Connection from(const std::string& client) {
  Connection out;
  out.client = IpAddress::parse(client);
  return out;
}

MessageHeader header_of(const std::vector<std::pair<std::string, std::string>>& fields) {
  MessageHeader out;
  for (const auto& [name, value] : fields)
    out.add(name, value);
  return out;
}

int line_of(const std::optional<Place>& place) {
  return place ? place->line : 0;
}

TEST(ExceptedDomain, HoldsForItsClientsAlone) {
  Settings settings = test::example_site();
  const auto add = [&](const char* domain, const char* block, EntryInfo entry) {
    settings.whitelist.unauthenticated_domains.push_back(
        {test::domain(domain), {*Network::parse(block)}, std::move(entry)});
  };
  add("old.partner.test", "192.0.2.0/28", info(2, kNoon - hours(1)));
  add("partner.test", "192.0.2.0/28", info(4));
  add("old.partner.test", "198.51.100.7", info(6, kNoon + hours(1)));

  struct Row {
    const char* author;
    const char* client;
    int line;
  };

  const Row rows[] = {
      {"partner.test", "192.0.2.7", 4},        {"a.b.partner.test", "192.0.2.7", 4},
      {"old.partner.test", "192.0.2.7", 4},    {"old.partner.test", "198.51.100.7", 6},
      {"partner.test", "198.51.100.7", 0},     {"partner.test", "192.0.2.16", 0},
      {"notpartner.test", "192.0.2.7", 0},     {"test", "192.0.2.7", 0},
      {"partner.test", "::ffff:192.0.2.7", 4}, {"partner.test", "", 0},
  };
  for (const Row& row : rows) {
    const auto facts = authentication_facts(settings, from(row.client), MessageHeader(),
                                            test::failed(row.author, DmarcPolicy::reject), kNoon);
    EXPECT_EQ(line_of(facts.excepted_domain), row.line) << row.author << ' ' << row.client;
    EXPECT_EQ(facts.found, test::failed(row.author, DmarcPolicy::reject));
  }
}

struct ChainRow {
  const char* what;
  ArcOutcome arc;
  int line;
};

TEST(TrustedSealer, IsBelievedAsFarDownAsAllAboveAreTrusted) {
  Settings settings = test::example_site();
  auto& sealers = settings.whitelist.trusted_sealers;
  const auto add = [&](const char* domain, const EntryInfo& entry) {
    sealers.emplace(domain, TrustedSealer{test::domain(domain), entry});
  };
  add("alumni.test", info(3));
  add("lists.test", info(5));
  add("gone.test", info(7, kNoon - hours(1)));
  using test::sealed;
  const AuthMethod pass = test::dmarc_pass("author.test");
  const AuthMethod fail{"dmarc", "fail", {{"header.from", "author.test"}}};
  const auto spf = [](const char* result, const char* mailfrom) {
    return AuthMethod{"spf", result, {{"smtp.mailfrom", mailfrom}}};
  };
  const auto dkim = [](const char* result, const char* d) {
    return AuthMethod{"dkim", result, {{"header.d", d}}};
  };
  ArcOutcome broken = test::chain({sealed(1, "alumni.test", pass)});
  broken.result = ArcResult::fail;
  ArcSet two = sealed(1, "alumni.test", fail);
  two.found.methods.push_back(spf("pass", "author.test"));
  const ChainRow rows[] = {
      {"one", test::chain({sealed(1, "alumni.test", pass)}), 3},
      {"a broken chain", broken, 0},
      {"no chain", {}, 0},
      {"a stranger", test::chain({sealed(1, "stranger.test", pass)}), 0},
      {"expired", test::chain({sealed(1, "gone.test", pass)}), 0},
      {"below a trusted name", test::chain({sealed(1, "mail.alumni.test", pass)}), 0},
      {"another author", test::chain({sealed(1, "alumni.test", test::dmarc_pass("bank.test"))}), 0},
      {"an author above", test::chain({sealed(1, "alumni.test", test::dmarc_pass("test"))}), 0},
      {"both trusted, the first saw it",
       test::chain({sealed(1, "alumni.test", pass), sealed(2, "lists.test", fail)}), 3},
      {"both trusted, the first saw it fail",
       test::chain({sealed(1, "alumni.test", fail), sealed(2, "lists.test", pass)}), 0},
      {"the newest is a stranger",
       test::chain({sealed(1, "alumni.test", pass), sealed(2, "stranger.test", pass)}), 0},
      {"only the newest is trusted, and saw it",
       test::chain({sealed(1, "stranger.test", fail), sealed(2, "lists.test", pass)}), 5},
      {"only the newest is trusted, and saw nothing",
       test::chain({sealed(1, "stranger.test", pass), sealed(2, "lists.test", fail)}), 0},
      {"SPF", test::chain({sealed(1, "alumni.test", spf("pass", "x@author.test"))}), 3},
      {"SPF by domain", test::chain({sealed(1, "alumni.test", spf("pass", "AUTHOR.test"))}), 3},
      {"SPF fails", test::chain({sealed(1, "alumni.test", spf("fail", "x@author.test"))}), 0},
      {"SPF of another", test::chain({sealed(1, "alumni.test", spf("pass", "x@b.test"))}), 0},
      {"DKIM", test::chain({sealed(1, "alumni.test", dkim("pass", "author.test"))}), 3},
      {"DKIM of another", test::chain({sealed(1, "alumni.test", dkim("pass", "b.test"))}), 0},
      {"DMARC outweighs SPF", test::chain({two}), 0},
  };
  for (const ChainRow& row : rows) {
    Authentication found = test::failed("author.test", DmarcPolicy::reject);
    found.arc = row.arc;
    const auto facts =
        authentication_facts(settings, from("192.0.2.7"), MessageHeader(), found, kNoon);
    EXPECT_EQ(line_of(facts.trusted_sealer), row.line) << row.what;
  }
  Authentication nobody;
  nobody.arc = test::chain({sealed(1, "alumni.test", pass)});
  EXPECT_FALSE(authentication_facts(settings, from("192.0.2.7"), MessageHeader(), nobody, kNoon)
                   .trusted_sealer);
}

TEST(KnownList, NeedsItsProof) {
  Settings settings = test::example_site();
  const auto add = [&](const char* list, int line, std::vector<Network> clients,
                       std::optional<Proof> proof, std::optional<Time> expires = {}) {
    MailingList entry;
    entry.list = list;
    entry.clients = std::move(clients);
    if (proof) entry.domain = test::domain("lists.test");
    entry.proof = proof;
    entry.info = info(line, expires);
    settings.whitelist.mailing_lists.emplace(list, std::move(entry));
  };
  add("machine.lists.test", 2, {*Network::parse("198.51.100.0/28")}, {});
  add("spf.lists.test", 4, {}, Proof::spf);
  add("dkim.lists.test", 6, {}, Proof::dkim);
  add("gone.lists.test", 8, {*Network::parse("198.51.100.0/28")}, {}, kNoon);
  Authentication by_spf = test::failed("author.test", DmarcPolicy::reject);
  by_spf.spf = test::spf(SpfResult::pass, "lists.test");
  Authentication by_dkim = test::failed("author.test", DmarcPolicy::reject);
  by_dkim.dkim.push_back(test::dkim(DkimResult::pass, "lists.test"));
  const Authentication none = test::failed("author.test", DmarcPolicy::reject);

  struct Row {
    const char* list_id;
    const char* client;
    const Authentication* found;
    int line;
  };

  const char* const kListed = "198.51.100.7";
  const char* const kOther = "192.0.2.7";
  const Row rows[] = {
      {"<machine.lists.test>", kListed, &none, 2},
      {"The \"<list>\" <Machine.Lists.Test>", kListed, &none, 2},
      {"<machine.lists.test>", kOther, &by_dkim, 0},
      {"<spf.lists.test>", kOther, &by_spf, 4},
      {"<spf.lists.test>", kOther, &by_dkim, 0},
      {"<dkim.lists.test>", kOther, &by_dkim, 6},
      {"<dkim.lists.test>", kListed, &by_spf, 0},
      {"<gone.lists.test>", kListed, &none, 0},
      {"<other.lists.test>", kListed, &by_dkim, 0},
      {"machine.lists.test", kListed, &none, 0},
  };
  for (const Row& row : rows) {
    const auto facts = authentication_facts(
        settings, from(row.client), header_of({{"List-Id", row.list_id}}), *row.found, kNoon);
    EXPECT_EQ(line_of(facts.known_list), row.line) << row.list_id << ' ' << row.client;
  }
  const auto twice = header_of({{"List-Id", "<dkim.lists.test>"}, {"List-ID", "<x.test>"}});
  EXPECT_FALSE(authentication_facts(settings, from(kOther), twice, by_dkim, kNoon).known_list);
}

TEST(ListId, IsWhatStandsInItsOnePairOfBrackets) {
  const std::pair<const char*, const char*> rows[] = {
      {"<dev.lists.test>", "dev.lists.test"},
      {"Dev <Dev.Lists.Test>", "dev.lists.test"},
      {"\"<fake.test>\" <dev.lists.test> (<other.test>)", "dev.lists.test"},
      {"(\\) <a.test> (b)) <dev.lists.test>", "dev.lists.test"},
      {"\r\n\t< dev.lists.test >", "dev.lists.test"},
      {"<it's_1-a.lists.test>", "it's_1-a.lists.test"},
      {"dev.lists.test", ""},
      {"<dev.lists.test", ""},
      {"<a.test> <b.test>", ""},
      {"<>", ""},
      {"<a b.test>", ""},
      {"<a@lists.test>", ""},
      {"<a,sealed by b.test>", ""},
      {"\"unclosed <dev.lists.test>", ""},
      {"<d\xC3\xA9v.test>", ""},
      {"", ""},
  };
  for (const auto& [value, list] : rows)
    EXPECT_EQ(parse_list_id(value).value_or(""), list) << value;
  EXPECT_TRUE(parse_list_id('<' + std::string(255, 'a') + '>'));
  EXPECT_FALSE(parse_list_id('<' + std::string(256, 'a') + '>'));
}

std::string text_of(const std::vector<Domain>& domains) {
  std::string out;
  for (const Domain& domain : domains)
    out += (out.empty() ? "" : " ") + domain.ascii();
  return out;
}

TEST(AuthorDomains, AreAllThatReadersMayTakeForTheAuthors) {
  using Fields = std::vector<std::pair<std::string, std::string>>;
  const std::pair<Fields, const char*> rows[] = {
      {{{"From", "A <a@Author.test>"}, {"Sender", "x@sender.test"}}, "author.test"},
      {{{"From", "a@one.test"}, {"From", "b@two.test"}}, "one.test two.test"},
      {{{"From", "a@one.test, b@one.test, c@two.test"}}, "one.test two.test"},
      {{{"From", "all: a@one.test, b@two.test;"}}, "one.test two.test"},
      {{{"From", "=?utf-8?q?a=40one.test?=, b@two.test"}}, "one.test two.test"},
      {{{"From", "a@1.test, a@2.test, a@3.test, a@4.test, a@5.test"}},
       "1.test 2.test 3.test 4.test"},
      {{{"From", ""}}, ""},
      {{{"To", "x@y.test"}}, ""},
      {{}, ""},
  };
  for (const auto& [fields, domains] : rows)
    EXPECT_EQ(text_of(author_domains(header_of(fields)).domains), domains);
}

// A victim's domain behind what is kept must not go unjudged.
TEST(AuthorDomains, SayWhereFromShowsMoreThanWasKept) {
  using Fields = std::vector<std::pair<std::string, std::string>>;
  const Fields five(5, {"From", "a@evil.test"});
  const std::string long_value = std::string(70'000, ' ') + "ceo@victim.test";
  const std::pair<Fields, bool> rows[] = {
      {{{"From", "a@one.test"}}, true},
      {{{"From", "a@one.test"}, {"From", "b@two.test"}}, true},
      {{{"From", "a@1.test, a@2.test, a@3.test, a@4.test"}}, true},
      {{{"From", "a@1.test, a@2.test, a@3.test, a@4.test, a@5.test"}}, false},
      {five, false},
      {{{"From", long_value}}, false},
      {{{"From", long_value}, {"From", "a@evil.test"}}, false},
  };
  for (const auto& [fields, complete] : rows)
    EXPECT_EQ(author_domains(header_of(fields)).complete, complete);
}

TEST(MessageHeader, KeepsTheAuthenticationResults) {
  MessageHeader header;
  EXPECT_EQ(header.topmost_results(), nullptr);
  header.add("Authentication-Results", " MX.example.com; spf=pass");
  header.add("X-Authentication-Results", "other.test; spf=pass");
  header.add("AUTHENTICATION-RESULTS", "(broken");
  header.add("Authentication-Results ", "filter.test 1; none");
  header.add("authentication-results", std::string(300, 'a') + "; none");
  EXPECT_EQ(header.results_ids(),
            (std::vector<std::string>{"mx.example.com", "", "filter.test", ""}));
  ASSERT_NE(header.topmost_results(), nullptr);
  EXPECT_EQ(*header.topmost_results(), " MX.example.com; spf=pass");
  for (int i = 0; i < 200; ++i)
    header.add("Authentication-Results", "x.test; none");
  EXPECT_EQ(header.results_ids().size(), 100U);
  EXPECT_EQ(header.results_count(), 204U);
  MessageHeader overlong;
  overlong.add("Authentication-Results", "mx.test; " + std::string(70'000, 'a'));
  EXPECT_EQ(overlong.topmost_results(), nullptr);
  EXPECT_EQ(overlong.results_ids(), std::vector<std::string>{"mx.test"});
}

TEST(RightOfEnvelope, IsProvenByAPassOfThatVeryDomain) {
  Settings settings = test::example_site();
  const auto add = [&](const char* domain, Proof proof, int line) {
    OnBehalf entry;
    entry.envelope = test::domain(domain);
    entry.proof = proof;
    entry.may_send_as = test::patterns({"news@example.com"});
    entry.info = info(line);
    settings.whitelist.on_behalf_of_envelope.emplace(domain, entry);
  };
  add("spf.test", Proof::spf, 2);
  add("dkim.test", Proof::dkim, 4);
  Authentication spf;
  spf.spf = test::spf(SpfResult::pass, "spf.test");
  Authentication below;
  below.spf = test::spf(SpfResult::pass, "mail.spf.test");
  Authentication soft;
  soft.spf = test::spf(SpfResult::softfail, "spf.test");
  Authentication dkim;
  dkim.dkim = {test::dkim(DkimResult::pass, "dkim.test"), test::dkim(DkimResult::pass, "spf.test")};
  Authentication broken;
  broken.dkim = {test::dkim(DkimResult::fail, "dkim.test", DkimCause::header_changed)};

  struct Row {
    const char* sender;
    const Authentication* found;
    int line;
  };

  const Row rows[] = {
      {"b@spf.test", &spf, 2},
      {"b@spf.test", &below, 0},
      {"b@spf.test", &soft, 0},
      {"b@spf.test", &dkim, 0},
      {"b@spf.test", nullptr, 0},
      {"b@dkim.test", &dkim, 4},
      {"b@dkim.test", &spf, 0},
      {"b@dkim.test", &broken, 0},
      {"b@other.test", &spf, 0},
      {"b@mail.spf.test", &below, 0},
      {"", &spf, 0},
  };
  const Address news = *Address::parse("news@example.com");
  const Address boss = *Address::parse("boss@example.com");
  for (const Row& row : rows) {
    EnvelopePath sender;
    sender.address = Address::parse(row.sender);
    const auto client = IpAddress::parse("192.0.2.7");
    const Right right = right_of_envelope(settings, client, sender, news, kNoon, row.found);
    EXPECT_EQ(line_of(right.place), row.line) << row.sender;
    EXPECT_FALSE(right_of_envelope(settings, client, sender, boss, kNoon, row.found));
  }
}

TEST(EvidenceInWords, NameTheMechanismsAndWhoStandsBehind) {
  const auto words = [](const Authentication& found, const std::string& list = "") {
    return evidence_in_words(found, test::ip("192.0.2.7"), list);
  };
  Authentication found = test::failed("author.test", DmarcPolicy::reject);
  found.spf = test::spf(SpfResult::pass, "bounce.test");
  found.dkim.clear();
  EXPECT_EQ(words(found),
            "SPF passes for bounce.test, which is not author.test; no DKIM signature");
  found.spf = test::spf(SpfResult::softfail, "bounce.test", SpfCause::matched, "~all");
  found.dkim = {test::dkim(DkimResult::permerror, "author.test", DkimCause::no_key)};
  EXPECT_EQ(words(found),
            "SPF softfail for bounce.test: 192.0.2.7 is probably not allowed (~all); DKIM of "
            "author.test: there is no such key in the DNS");
  found.spf = test::spf(SpfResult::none, "helo.test", SpfCause::no_record, "");
  found.spf.identity = SpfIdentity::helo;
  EXPECT_TRUE(
      words(found).starts_with("SPF none for HELO helo.test: the domain has no SPF record; "));
  found.spf.domain.reset();
  EXPECT_TRUE(words(found).starts_with("no SPF: there is no domain to ask about; "));
  found.dkim.assign(5, test::dkim(DkimResult::pass, "other.test"));
  EXPECT_TRUE(
      words(found).ends_with("; DKIM of other.test passes, which is not author.test; 2 "
                             "more signatures"));
  found = test::failed("author.test", DmarcPolicy::reject);
  found.taken_from = "filter.example.com";
  EXPECT_EQ(words(found),
            "filter.example.com says: SPF fail for bounce.test; DKIM of author.test: fail");
}

TEST(EvidenceInWords, CanBeReadBackAndNotBeForged) {
  Authentication found = test::failed("author.test", DmarcPolicy::reject);
  const auto read = [&](const std::string& list) {
    return evidence_of(evidence_in_words(found, test::ip("192.0.2.7"), list));
  };
  EXPECT_EQ(read(""), Evidence{});
  EXPECT_EQ(read("dev.lists.test"), (Evidence{"dev.lists.test", {}}));
  found.arc = test::chain({test::sealed(1, "lists.test", test::dmarc_pass("author.test"))});
  EXPECT_EQ(read("dev.lists.test"), (Evidence{"dev.lists.test", test::domain("lists.test")}));
  EXPECT_EQ(read(""), (Evidence{"", test::domain("lists.test")}));
  found.arc = test::chain({test::sealed(1, "lists.test", test::dmarc_pass("other.test"))});
  EXPECT_EQ(read(""), Evidence{}) << "that sealer did not see the author's domain pass";
  found.arc = {};
  found.spf.detail = "sealed by attacker.test: ";
  EXPECT_EQ(read(""), Evidence{});
  found.spf.detail = std::string("a\r\nb\x1b[1m\x7f") + std::string(4000, 'x');
  found.dkim.assign(100, test::dkim(DkimResult::fail, std::string(60, 'a') + ".author.test",
                                    DkimCause::bad_syntax));
  const std::string words = evidence_in_words(found, {}, "");
  EXPECT_LE(words.size(), 500U);
  EXPECT_TRUE(std::none_of(words.begin(), words.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  })) << words;
}

}  // namespace
}  // namespace gatepost
