// The chains of others: every case has to come out as they say.
#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mailauth/arc.hpp"
#include "tests/mailauth/corpora_figures.hpp"
#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {
namespace {

ArcOutcome arc_of(const CorpusCase& each) {
  const SplitMessage message = split_message(each.message());
  RawHeader header;
  for (const auto& [name, value] : message.fields)
    header.add(name, value);
  BodyHashes hashes;
  ArcCheck check(header, hashes);
  hashes.add(message.body);
  hashes.finish();
  return ask_until_done(each.zone,
                        [&](Answers& answers) { return check.conclude(hashes, answers); });
}

// A message of 2020 with the seals of two real companies, whose keys the case does not list: its
// authors had them from the DNS of the day.
constexpr std::string_view kKeysNotThere = "321_arc_check/ARC ALLOW CHECK";

// How many cases with `expect` of this name there are, and how many came out right.
struct Figure {
  std::size_t right = 0;
  std::size_t all = 0;
};

Figure run(const std::string& file, const std::string& expected) {
  Figure out;
  for (const auto& each : read_corpus(file)) {
    const auto values = each->expect.find(expected);
    if (values == each->expect.end()) continue;
    ++out.all;
    const ArcOutcome outcome = arc_of(*each);
    const std::string result(name(outcome.result));
    if (each->id == kKeysNotThere) {
      EXPECT_EQ(outcome.cause, ArcCause::message_changed);
      EXPECT_THAT(outcome.detail, ::testing::HasSubstr("there is no such key"));
    } else if (std::count(values->second.begin(), values->second.end(), result) != 0) {
      ++out.right;
    } else {
      ADD_FAILURE() << fmt::format("{}: {} ({}, {}), expected {}", each->id, result,
                                   phrase(outcome.cause), outcome.detail,
                                   fmt::join(values->second, " or "));
    }
  }
  print_figure(file + " (" + expected + ")", out.right, out.all);
  return out;
}

TEST(ArcCorpus, Validation) {
  EXPECT_EQ(run("arc-validate.jsonl", "cv").all, 175U);
}

TEST(ArcCorpus, ChainOfTwo) {
  EXPECT_EQ(run("dkim-stalwart.jsonl", "cv").all, 2U);
}

TEST(ArcCorpus, WholeMessages) {
  const Figure figure = run("rspamd-e2e.jsonl", "arc");
  EXPECT_EQ(figure.all, 2U);
  EXPECT_EQ(figure.right, 1U);
}

}  // namespace
}  // namespace gatepost::mailauth::testing
