// DMARC against the cases of others: given results, and whole messages.
#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "mailauth/dmarc.hpp"
#include "mailauth/message_check.hpp"
#include "policy/mail/mailbox.hpp"
#include "tests/mailauth/corpora_figures.hpp"
#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {
namespace {

// The text of `key` in a JSON object of texts.
std::string text_in(const std::string& object, const std::string& key) {
  const std::string start = '"' + key + "\":\"";
  const auto at = object.find(start);
  if (at == std::string::npos) return {};
  const auto from = at + start.size();
  return object.substr(from, object.find('"', from) - from);
}

SpfOutcome spf_of(const CorpusCase& each) {
  SpfOutcome out;
  for (const std::string& object : each.in.at("spf")) {
    out.result = spf_result_from_name(text_in(object, "result")).value_or(SpfResult::none);
    out.domain = Domain::parse(text_in(object, "domain"));
  }
  return out;
}

std::vector<DkimOutcome> dkim_of(const CorpusCase& each) {
  std::vector<DkimOutcome> out;
  for (const std::string& object : each.in.at("dkim")) {
    DkimOutcome one;
    one.result = dkim_result_from_name(text_in(object, "result")).value_or(DkimResult::none);
    one.domain = Domain::parse(text_in(object, "domain"));
    out.push_back(std::move(one));
  }
  return out;
}

// The outcome by the names that `expect` has.
std::map<std::string, std::string> fields_of(const DmarcOutcome& outcome) {
  return {{"result", std::string(name(outcome.result))},
          {"policy", std::string(name(outcome.policy))},
          {"org_domain", outcome.organizational ? outcome.organizational->ascii() : ""},
          {"dkim_aligned", outcome.dkim_aligned ? "true" : "false"},
          {"spf_aligned", outcome.spf_aligned ? "true" : "false"}};
}

// Fields of contested cases that the standard has otherwise.
const std::map<std::string, std::set<std::string>> kOtherwise{
    // The organizational domain is the name with the fewest labels that has a record (RFC 9989
    // 4.10.2), here the author domain itself; the case takes it from the Public Suffix List.
    {"15", {"org_domain"}},
    {"22", {"org_domain"}},
    {"32", {"org_domain"}},
    // Several records at one name are all discarded, and the walk goes on (RFC 9989 4.10, steps 2
    // and 6): the policy of the parent counts. The case stops there.
    {"39", {"result"}},
};

TEST(DmarcCorpus, GivenResults) {
  std::size_t right = 0;
  std::size_t all = 0;
  for (const auto& each : read_corpus("dmarc.jsonl")) {
    ++all;
    const auto author = Domain::parse(each->input("from_domain"));
    ASSERT_TRUE(author) << each->id;
    const auto spf = spf_of(*each);
    const auto dkim = dkim_of(*each);
    const DmarcOutcome outcome = ask_until_done(
        each->zone, [&](Answers& answers) { return check_dmarc(*author, spf, dkim, answers); });
    const auto found = fields_of(outcome);
    bool good = true;
    for (const auto& [key, values] : each->expect) {
      const auto field = found.find(key);
      ASSERT_NE(field, found.end()) << each->id << ": " << key;
      const auto otherwise = kOtherwise.find(each->id);
      const bool differs = otherwise != kOtherwise.end() && each->suite == "mailauth-recorded" &&
                           otherwise->second.count(key) != 0;
      EXPECT_EQ(field->second != values.front(), differs) << fmt::format(
          "{} {}: {} is {} ({})", each->suite, each->id, key, field->second, phrase(outcome.cause));
      good &= field->second == values.front();
    }
    if (good) ++right;
  }
  print_figure("dmarc.jsonl", right, all);
  EXPECT_EQ(all, 71U);
  EXPECT_EQ(right + kOtherwise.size(), all);
}

std::vector<Domain> authors_of(const SplitMessage& message) {
  std::vector<Domain> out;
  for (const auto& [name, value] : message.fields) {
    if (!same_field_name(name, "From")) continue;
    const MailboxField from = parse_mailbox_field(value);
    if (const auto* mailbox = std::get_if<Mailbox>(&from)) out.push_back(mailbox->address.domain());
  }
  return out;
}

Authentication check_message(const CorpusCase& each) {
  const SplitMessage message = split_message(each.message());
  const auto client = IpAddress::parse(each.input("ip"));
  if (!client) throw std::runtime_error("no client");
  MessageCheck check({*client, each.input("helo"), each.input("mailfrom"), "mx.example"},
                     std::chrono::sys_seconds(std::chrono::seconds(1'600'000'000)));
  for (const auto& [name, value] : message.fields)
    check.header(name, value);
  check.end_of_header({authors_of(message)});
  check.body(message.body);
  check.end_of_body();
  return ask_until_done(each.zone, [&](Answers& answers) { return check.advance(answers); });
}

// What rspamd calls the action is what the owner asks for of mail that fails.
std::string action_of(const DmarcOutcome& outcome) {
  return outcome.result == DmarcResult::fail ? std::string(name(outcome.policy)) : "";
}

// Where the cases have another result than the standard: ours, and why.
const std::map<std::string, std::string> kOtherAnswers{
    // pct= is no tag any more (RFC 9989 A.6): the policy is the one published.
    {"115_dmarc/DMARC PCT ZERO REJECT", "fail reject"},
    {"115_dmarc/DMARC PCT ZERO SP QUARANTINE", "fail quarantine"},
    // The only record is that of the author domain my.mom.za.org, so this is its organizational
    // domain (RFC 9989 4.10.2), and mom.za.org is another one. By a public suffix list both were
    // below za.org.
    {"115_dmarc/DMARC SUBDOMAIN PASS DKIM RELAXED ALIGNMENT", "fail reject"},
    {"115_dmarc/DMARC SUBDOMAIN PASS SPF RELAXED ALIGNMENT", "fail reject"},
};

TEST(DmarcCorpus, WholeMessages) {
  std::size_t right = 0;
  std::size_t all = 0;
  for (const auto& each : read_corpus("rspamd-e2e.jsonl")) {
    const auto result = each->expect.find("dmarc");
    const auto action = each->expect.find("dmarc_action");
    if (result == each->expect.end() && action == each->expect.end()) continue;
    ++all;
    const Authentication found = check_message(*each);
    const std::string words =
        fmt::format("{} {}", name(found.dmarc.result), name(found.dmarc.policy));
    const auto other = kOtherAnswers.find(each->id);
    const bool good =
        (result == each->expect.end() || result->second.front() == name(found.dmarc.result)) &&
        (action == each->expect.end() || action->second.front() == action_of(found.dmarc));
    if (good) ++right;
    EXPECT_EQ(good, other == kOtherAnswers.end()) << fmt::format(
        "{}: {} ({}), {}", each->id, words, phrase(found.dmarc.cause), found.dmarc.detail);
    if (other != kOtherAnswers.end()) {
      EXPECT_EQ(words, other->second) << each->id;
    }
  }
  print_figure("rspamd-e2e.jsonl (dmarc)", right, all);
  EXPECT_EQ(all, 18U);
  EXPECT_EQ(right + kOtherAnswers.size(), all);
}

}  // namespace
}  // namespace gatepost::mailauth::testing
