#include "policy/effective_limits.hpp"

#include <gtest/gtest.h>

#include "tests/policy/site.hpp"

namespace gatepost {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::a_day;
using test::kNoon;
using test::per;

Login login(const Settings& settings, const char* text) {
  return *Login::parse(text, settings.site.logins);
}

LimitSet rate(const Limit& limit) {
  LimitSet out;
  out.message_rate = limit;
  return out;
}

TEST(AllowsMore, ComparesPerSecondThenWindow) {
  EXPECT_TRUE(allows_more(per(100, minutes(15)), per(50, minutes(15))));
  EXPECT_FALSE(allows_more(per(50, minutes(15)), per(50, minutes(15))));
  EXPECT_TRUE(allows_more(per(50, minutes(15)), per(100, hours(1))));
  EXPECT_TRUE(allows_more(per(200, hours(1)), per(50, minutes(15))));  // a tie: the longer window
  EXPECT_TRUE(allows_more({{}, {minutes(15)}}, per(1'000'000, minutes(15))));
  EXPECT_FALSE(allows_more(per(1, minutes(15)), {{}, {minutes(15)}}));
  EXPECT_TRUE(allows_more(a_day(2400), per(99, hours(1))));
}

TEST(EffectiveLimits, AreTheDefaultsWhereNothingElseIsSaid) {
  const Settings settings = test::example_site();
  const EffectiveLimits limits = limits_of_login(settings, login(settings, "bob"), kNoon);
  EXPECT_EQ(limits.message_rate.limit, per(50, minutes(15)));
  EXPECT_EQ(limits.recipients_per_message.limit.count, 100);
  EXPECT_EQ(limits.recipients_per_day.limit, a_day(300));
  EXPECT_FALSE(limits.message_size.limit.count);
  EXPECT_EQ(limits.message_rate.origin.kind, Origin::Kind::built_in);
}

TEST(EffectiveLimits, NearestEntryWinsPerLimit) {
  Settings settings = test::example_site();
  LimitSet of_domain = rate(per(60, minutes(15)));
  of_domain.recipients_per_day = a_day(600);
  of_domain.recipients_per_message = Limit{160, {}};
  settings.domains[test::domain("example.com")] = {of_domain, {"gatepost.yaml", 5, 3}};
  LimitSet of_group = rate(per(70, minutes(15)));
  of_group.recipients_per_day = a_day(700);
  test::add_group(settings, "sales", {"*@example.com"}, of_group);
  test::add_group_sender(settings, "bob@example.com", rate(per(80, minutes(15))));

  const EffectiveLimits limits = limits_of_login(settings, login(settings, "bob"), kNoon);
  EXPECT_EQ(limits.message_rate.limit.count, 80);
  EXPECT_EQ(limits.message_rate.origin.kind, Origin::Kind::account);
  EXPECT_EQ(limits.message_rate.origin.place.text(), "whitelist.yaml:2:5");
  EXPECT_EQ(limits.recipients_per_day.limit.count, 700);
  EXPECT_EQ(limits.recipients_per_day.origin.name, "sales");
  EXPECT_EQ(limits.recipients_per_message.limit.count, 160);
  EXPECT_EQ(limits.recipients_per_message.origin.kind, Origin::Kind::domain);
}

TEST(EffectiveLimits, AnAccountMayHaveLessThanItsGroup) {
  Settings settings = test::example_site();
  test::add_group(settings, "sales", {"bob@example.com"}, rate(per(500, minutes(15))));
  test::add_group_sender(settings, "bob@example.com", rate(per(5, minutes(15))));
  EXPECT_EQ(limits_of_login(settings, login(settings, "bob"), kNoon).message_rate.limit.count, 5);
}

TEST(EffectiveLimits, OfSeveralGroupsTheOneThatAllowsMost) {
  Settings settings = test::example_site();
  test::add_group(settings, "few", {"bob@example.com"}, rate(per(10, minutes(15))));
  test::add_group(settings, "many", {"*@example.com"}, rate(per(500, minutes(15))));
  test::add_group(settings, "some", {"bob@example.com"}, rate(per(100, minutes(15))));
  const EffectiveLimits limits = limits_of_login(settings, login(settings, "bob"), kNoon);
  EXPECT_EQ(limits.message_rate.limit.count, 500);
  EXPECT_EQ(limits.message_rate.origin.name, "many");
  EXPECT_EQ(groups_of(settings, login(settings, "bob")),
            (std::vector<std::string>{"few", "many", "some"}));
}

TEST(EffectiveLimits, AnExpiredEntryNoLongerApplies) {
  Settings settings = test::example_site();
  test::add_group_sender(settings, "bob@example.com", rate(per(80, minutes(15))), kNoon);
  const auto before = kNoon - std::chrono::milliseconds(1);
  EXPECT_EQ(limits_of_login(settings, login(settings, "bob"), before).message_rate.limit.count, 80);
  EXPECT_EQ(limits_of_login(settings, login(settings, "bob"), kNoon).message_rate.limit.count, 50);
}

TEST(EffectiveLimits, AServerHasItsOwn) {
  Settings settings = test::example_site();
  test::add_server(settings, "erp", "10.1.2.0/28", rate(per(500, minutes(15))));
  const EffectiveLimits limits = limits_of_server(settings, settings.whitelist.servers[0]);
  EXPECT_EQ(limits.message_rate.limit.count, 500);
  EXPECT_EQ(limits.message_rate.origin.kind, Origin::Kind::server);
  EXPECT_EQ(limits.recipients_per_day.limit.count, 300);
}

TEST(ConfiguredCounters, AreEveryUnitAndWindowOnce) {
  Settings settings = test::example_site();
  EXPECT_EQ(settings.counters.size(), 2U);
  test::add_group(settings, "a", {"x@example.com"}, rate(per(9, hours(1))));
  test::add_group(settings, "b", {"y@example.com"}, rate(per(10, hours(1))));
  test::add_group_sender(settings, "z@example.com", rate(per(1, hours(24))));
  EXPECT_EQ(settings.counters.size(), 4U);
}

}  // namespace
}  // namespace gatepost
