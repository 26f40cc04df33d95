// SPF against the cases of others: the suite of the standard, and what a filter expects of whole
// messages.

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mailauth/spf.hpp"
#include "tests/mailauth/corpora_figures.hpp"
#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {
namespace {

SpfOutcome outcome_of(const CorpusCase& each) {
  const auto client = IpAddress::parse(each.input("ip"));
  if (!client) throw std::runtime_error("no address: " + each.input("ip"));
  const SpfInput input{*client, each.input("helo"), each.input("mailfrom"), "receiver.example"};
  return ask_until_done(each.zone, [&](Answers& answers) { return check_spf(input, answers); });
}

// A list of results means any of them, the first rather.
TEST(SpfCorpus, SuiteOfTheStandard) {
  std::size_t right = 0;
  std::size_t preferred = 0;
  const auto cases = read_corpus("spf-rfc7208.jsonl");
  for (const auto& each : cases) {
    SCOPED_TRACE(each->id);
    const SpfOutcome outcome = outcome_of(*each);
    const auto& allowed = each->expect.at("result");
    const std::string result(name(outcome.result));
    EXPECT_THAT(allowed, ::testing::Contains(result))
        << phrase(outcome.cause) << ": " << outcome.detail;
    if (std::find(allowed.begin(), allowed.end(), result) != allowed.end()) ++right;
    if (allowed.front() == result) ++preferred;
    EXPECT_FALSE(outcome.detail.empty());
  }
  print_figure("spf-rfc7208", right, cases.size());
  print_figure("spf-rfc7208, the preferred result", preferred, cases.size());
  EXPECT_EQ(cases.size(), 203U);
  EXPECT_EQ(preferred, 203U);
}

struct Difference {
  std::string ours;
  std::string why;
};

TEST(SpfCorpus, Rspamd) {
  const std::map<std::string, Difference> differences = {
      {"117_spf/SPF FAIL UNRESOLVEABLE INCLUDE",
       {"permerror", "an include of a domain without a record is one (RFC 7208 5.2)"}},
      {"117_spf/SPF EXTERNAL RELAY",
       {"none",
        "they take client and HELO from a Received field; in the session there is neither "
        "a sender nor a HELO name"}},
      {"117_spf/SPF ALLOW DNS REQUESTS AT LIMIT",
       {"permerror", "their limit is a setting above 10 terms; ours that of RFC 7208 4.6.4"}},
  };
  std::size_t right = 0;
  std::size_t all = 0;
  std::size_t listed = 0;
  for (const auto& each : read_corpus("rspamd-e2e.jsonl")) {
    if (each->expect.count("spf") == 0) continue;
    SCOPED_TRACE(each->id);
    ++all;
    const SpfOutcome outcome = outcome_of(*each);
    const std::string result(name(outcome.result));
    const std::string& theirs = each->expect.at("spf").front();
    const auto difference = differences.find(each->id);
    if (difference == differences.end()) {
      EXPECT_EQ(result, theirs) << phrase(outcome.cause) << ": " << outcome.detail;
      if (result == theirs) ++right;
    } else {
      ++listed;
      EXPECT_NE(result, theirs) << "no difference any more";
      EXPECT_EQ(result, difference->second.ours) << difference->second.why;
    }
  }
  print_figure("rspamd-e2e, spf", right, all);
  EXPECT_EQ(all, 35U);
  EXPECT_EQ(listed, differences.size());
}

}  // namespace
}  // namespace gatepost::mailauth::testing
