#include "session/given_results.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/policy/site.hpp"

namespace gatepost::session {
namespace {

using test::domain;

AuthenticationSettings trusting() {
  AuthenticationSettings out;
  out.trusted = {{"filter.example", {*Network::parse("192.0.2.0/28")}, {}},
                 {"local.example", {}, {}}};
  return out;
}

struct Given {
  std::string sender = "a@shop.example";
  std::string client = "192.0.2.1";
  bool is_signed = true;
};

// What is taken of these fields: `spf pass shop.example, dkim pass shop.example`, or "nothing".
std::string taken(const std::vector<std::string>& fields, const Given& given = {}) {
  MessageHeader header;
  header.add("Received", "from somewhere");
  for (const std::string& value : fields)
    header.add("Authentication-Results", value);
  const EnvelopePath sender = parse_envelope_path('<' + given.sender + '>', {});
  const std::vector<Domain> authors = {domain("author.example")};
  const GivenAbout about{.client = test::ip(given.client),
                         .sender = sender,
                         .authors = authors,
                         .is_signed = given.is_signed};
  const auto found = given_results(trusting(), header, about);
  if (!found) return "nothing";
  std::string out = "spf " + std::string(name(found->spf.result));
  if (found->spf.domain) out += ' ' + found->spf.domain->ascii();
  for (const DkimOutcome& each : found->dkim) {
    out += ", dkim " + std::string(name(each.result));
    if (each.domain) out += ' ' + each.domain->ascii();
  }
  return out;
}

TEST(GivenResults, OfATrustedFilterAreTaken) {
  EXPECT_EQ(taken({"filter.example; spf=pass smtp.mailfrom=a@shop.example;"
                   " dkim=pass header.d=shop.example header.s=x; dkim=fail header.d=old.example"}),
            "spf pass shop.example, dkim pass shop.example, dkim fail old.example");
  EXPECT_EQ(taken({"FILTER.example 1; spf=softfail smtp.mailfrom=Shop.Example; dkim=none"}),
            "spf softfail shop.example");
}

TEST(GivenResults, OnlyOfTheTopmostField) {
  const std::string good = "filter.example; spf=pass smtp.mailfrom=shop.example; dkim=none";
  EXPECT_EQ(taken({"other.example; spf=fail smtp.mailfrom=shop.example", good}), "nothing");
  EXPECT_EQ(taken({good, "filter.example; spf=fail smtp.mailfrom=shop.example"}),
            "spf pass shop.example");
  EXPECT_EQ(taken({"filter.example; spf=", good}), "nothing") << "unreadable";
  EXPECT_EQ(taken({"filter.example; none", good}),
            "spf temperror shop.example, dkim temperror author.example");
  EXPECT_EQ(taken({}), "nothing");
}

TEST(GivenResults, OnlyOfItsClients) {
  const std::string of_filter = "filter.example; spf=pass smtp.mailfrom=shop.example; dkim=none";
  EXPECT_EQ(taken({of_filter}, {.client = "192.0.2.16"}), "nothing");
  EXPECT_EQ(taken({"local.example; spf=pass smtp.mailfrom=shop.example; dkim=none"},
                  {.client = "198.51.100.1"}),
            "spf pass shop.example");
  EXPECT_TRUE(brings_mail_of_filter(trusting(), test::ip("192.0.2.15")));
  EXPECT_FALSE(brings_mail_of_filter(trusting(), test::ip("192.0.2.16")));
}

TEST(GivenResults, SpfCountsForThisEnvelopeSenderAlone) {
  struct Row {
    const char* sender;
    const char* spf;
    const char* taken;
  };

  const Row rows[] = {
      {"a@shop.example", "spf=pass smtp.mailfrom=b@shop.example", "spf pass shop.example"},
      {"a@shop.example", "spf=pass smtp.mailfrom=@shop.example", "spf pass shop.example"},
      {"a@shop.example", "spf=pass smtp.mailfrom=a@evil.example", "spf none shop.example"},
      {"a@shop.example", "spf=pass smtp.mailfrom=a@x.shop.example", "spf none shop.example"},
      {"a@shop.example", "spf=pass smtp.helo=shop.example", "spf none shop.example"},
      {"a@shop.example", "spf=pass", "spf none shop.example"},
      {"a@shop.example", "spf=fine smtp.mailfrom=a@shop.example", "spf none shop.example"},
      {"a@shop.example",
       "spf=pass smtp.mailfrom=a@evil.example; spf=fail smtp.mailfrom=a@shop.example",
       "spf fail shop.example"},
      {"a@shop.example", "spf=pass smtp.mailfrom=\"a@shop.example(.evil.example\"",
       "spf none shop.example"},
      {"", "spf=pass smtp.helo=mail.shop.example", "spf pass mail.shop.example"},
      {"", "spf=pass smtp.mailfrom=shop.example", "spf none"},
      {"unreadable", "spf=pass smtp.mailfrom=shop.example", "spf none"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(taken({std::string("filter.example; dkim=none; ") + row.spf}, {.sender = row.sender}),
              row.taken)
        << row.sender << ": " << row.spf;
  }
}

TEST(GivenResults, SignaturesCountForTheDomainTheyName) {
  struct Row {
    const char* dkim;
    const char* taken;
  };

  const Row rows[] = {
      {"dkim=pass header.d=Shop.Example", ", dkim pass shop.example"},
      {"dkim=pass header.i=@shop.example", ", dkim pass shop.example"},
      {"dkim=pass header.i=a@x.shop.example header.d=shop.example", ", dkim pass shop.example"},
      {"dkim=pass header.i=@shop.example header.d=evil.example", ", dkim permerror evil.example"},
      {"dkim=pass", ", dkim pass"},
      {"dkim=pass header.d=\"shop.example(.evil.example\"", ", dkim pass"},
      {"dkim=temperror header.d=shop.example", ", dkim temperror shop.example"},
      {"dkim=fine header.d=shop.example", ""},
      {"dkim=none", ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(
        taken({std::string("filter.example; spf=none smtp.mailfrom=shop.example; ") + row.dkim}),
        std::string("spf none shop.example") + row.taken)
        << row.dkim;
  }
}

TEST(GivenResults, WhatTheFilterDoesNotSpeakOfIsNotKnown) {
  EXPECT_EQ(taken({"filter.example; dkim=pass header.d=shop.example"}),
            "spf temperror shop.example, dkim pass shop.example");
  EXPECT_EQ(taken({"filter.example; dkim=none"}, {.sender = ""}), "spf none");
  EXPECT_EQ(taken({"filter.example; spf=fail smtp.mailfrom=shop.example"}),
            "spf fail shop.example, dkim temperror author.example");
  EXPECT_EQ(taken({"filter.example; spf=fail smtp.mailfrom=shop.example"}, {.is_signed = false}),
            "spf fail shop.example");
}

}  // namespace
}  // namespace gatepost::session
