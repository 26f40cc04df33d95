// The YAML that an explanation offers for a limit is what a real whitelist takes.

#include <gtest/gtest.h>

#include "config/load.hpp"
#include "fakes.hpp"
#include "policy/effective_limits.hpp"
#include "policy/explain.hpp"

namespace gatepost {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::example_case;
using test::test_now;

struct Refused {
  RuleId rule = RuleId::message_rate;
  Reason reason = Reason::too_many_messages;
  Limit limit;
  std::optional<std::int64_t> used;
  std::int64_t amount = 0;
};

Case case_of(const Refused& refused) {
  Case record = example_case();
  record.decisive.rule = refused.rule;
  record.decisive.reason = refused.reason;
  record.decisive.figures.limit = refused.limit;
  record.decisive.figures.used = refused.used;
  record.decisive.figures.amount = refused.amount;
  return record;
}

// alice's limits at `now` under a whitelist of just this text, which has to load.
EffectiveLimits limits_under(const std::string& whitelist, Time now) {
  const auto loaded =
      config::load_text("site: { domains: [example.com] }\n", whitelist, test_now());
  const auto& settings = *std::get<config::Loaded>(loaded).settings;
  return limits_of_login(settings, *Login::parse("alice@example.com", settings.site.logins), now);
}

const EffectiveLimit& limit_of(const EffectiveLimits& limits, RuleId rule) {
  switch (rule) {
    case RuleId::message_rate: return limits.message_rate;
    case RuleId::recipients_per_message: return limits.recipients_per_message;
    case RuleId::recipients_per_day: return limits.recipients_per_day;
    default: break;
  }
  return limits.message_size;
}

class ExceptionYaml : public testing::TestWithParam<Refused> {};

// The YAML is what a real whitelist takes, and it allows what was refused.
TEST_P(ExceptionYaml, LoadsAndAllowsTheMessage) {
  const test::UtcCalendar calendar;
  const Refused& refused = GetParam();
  const Story story = explain(Language::english, case_of(refused), calendar, test_now());
  const EffectiveLimits limits = limits_under(story.exceptions.at(0).yaml, test_now());
  const EffectiveLimit& given = limit_of(limits, refused.rule);
  EXPECT_EQ(given.origin.kind, Origin::Kind::account);
  EXPECT_GE(given.limit.count, refused.used.value_or(0) + refused.amount);
  EXPECT_EQ(given.limit.window, refused.limit.window);
}

TEST_P(ExceptionYaml, IsAlsoReadInChineseAndEndsAfterAMonth) {
  const test::UtcCalendar calendar;
  const Story story = explain(Language::chinese, case_of(GetParam()), calendar, test_now());
  const auto kind_after = [&](int days) {
    const EffectiveLimits limits =
        limits_under(story.exceptions.at(0).yaml, test_now() + hours(24 * days));
    return limit_of(limits, GetParam().rule).origin.kind;
  };
  EXPECT_EQ(kind_after(29), Origin::Kind::account);
  EXPECT_NE(kind_after(32), Origin::Kind::account);
}

INSTANTIATE_TEST_SUITE_P(
    Explain, ExceptionYaml,
    testing::Values(
        Refused{RuleId::message_rate, Reason::too_many_messages, {50, {minutes(15)}}, 50, 1},
        Refused{RuleId::recipients_per_message, Reason::too_many_recipients, {100, {}}, {}, 101},
        Refused{RuleId::recipients_per_day, Reason::too_many_recipients_today, {300, {}}, 298, 900},
        Refused{RuleId::message_size, Reason::too_large, {1000, {}}, {}, 5000}));

}  // namespace
}  // namespace gatepost
