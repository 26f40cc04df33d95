#include "admin/metrics.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ask.hpp"
#include "exposition.hpp"
#include "fakes.hpp"

namespace gatepost::admin {
namespace {

using test::differences;
using test::Exposition;
using test::FakeDaemon;
using test::MetricFamily;
using test::read_documentation;
using test::read_exposition;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// One call in each bucket, and two that took longer than any bound.
LatencySnapshot some_calls() {
  LatencySnapshot out;
  out.buckets.fill(1);
  out.buckets.back() = 2;
  out.sum = std::chrono::milliseconds(7250);
  return out;
}

// Something of everything that a daemon can have.
Status filled_status() {
  Status status;
  status.version = "0.1.0";
  status.sessions_total = 7;
  status.config.reloads = {.applied = 4, .refused = 5, .unconfirmed = 6};
  status.store.kind = "redis";
  status.store.away = true;
  status.store.warning = "maxmemory-policy is allkeys-lru";
  status.store.maybe_twice = 8;
  status.store.memory_lost = Time(std::chrono::milliseconds(1'773'136'800'999));
  status.store.latencies = {{"look", "answered", some_calls()}, {"settle", "unanswered", {}}};
  status.decisions = {{"message_rate", "submission", "defer", 3}, {"", "x\"y\\\n", "\xFFz", 1}};
  status.logins = {.sources = {{"auth_policy", ""}, {"/var/log/mail.log", "no permission"}},
                   .idle = false,
                   .locks = 3,
                   .observed = true,
                   .counts = {{"auth_policy", "failure", 7}}};
  status.dns = {.asked = 11,
                .from_cache = 12,
                .shared = 13,
                .failed = 14,
                .failed_in_a_row = 10,
                .under_way = 15,
                .waiting = 16,
                .turned_away = 17,
                .out_of_time = 18};
  return status;
}

std::string documentation() {
  std::ifstream file(GATEPOST_METRICS_PAGE);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// What is wrong with the documentation once `from` is `to` in it, at every place.
std::vector<std::string> wrong_with(const std::string& from, const std::string& to) {
  std::string text = documentation();
  std::size_t places = 0;
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
    ++places;
  }
  EXPECT_GT(places, 0U) << from;
  return differences(read_exposition(metrics_text(filled_status())), read_documentation(text));
}

TEST(Metrics, AreAsTheDocumentationHasThem) {
  const Exposition page = read_exposition(metrics_text(filled_status()));
  EXPECT_THAT(differences(page, read_documentation(documentation())), IsEmpty());
  EXPECT_GT(page.families.size(), 35U);
}

TEST(Metrics, DocumentationThatDiffersIsNoticed) {
  const std::string start = "| `gatepost_draining` | gauge |";
  EXPECT_THAT(wrong_with(start, "| draining | gauge |"),
              ElementsAre("gatepost_draining: not documented"));
  EXPECT_THAT(wrong_with(start, "| `gatepost_dry` | gauge | | x | |\n" + start),
              ElementsAre("gatepost_dry: does not exist"));
  EXPECT_THAT(wrong_with(start, "| `gatepost_draining` | counter |"),
              ElementsAre("gatepost_draining: type gauge"));
  EXPECT_THAT(wrong_with(start, "| `gatepost_draining` | gauge | | x | |\n" + start),
              ElementsAre("gatepost_draining: documented twice"));
  EXPECT_THAT(wrong_with("counter | `result` |", "counter | |"),
              ElementsAre("gatepost_reloads_total: labels result"));
  EXPECT_THAT(wrong_with("counter | `result` |", "counter | `outcome` |"),
              ElementsAre("gatepost_reloads_total: labels result"));
  EXPECT_THAT(wrong_with("`rule`, `channel`, `verdict` |", "`rule`, `channel` |"),
              ElementsAre("gatepost_decisions_total: labels channel rule verdict"));
  EXPECT_THAT(wrong_with("`outcome`, `le` |", "`outcome` |"),
              ElementsAre("gatepost_store_call_duration_seconds: labels le operation outcome"));
  EXPECT_THAT(wrong_with(start, start + " one bar more |"), Not(IsEmpty()));
}

TEST(Metrics, AreInTheExpositionFormat) {
  for (const Status& status : {Status{}, filled_status()}) {
    const Exposition page = read_exposition(metrics_text(status));
    EXPECT_THAT(page.mistakes, IsEmpty());
    for (const MetricFamily& family : page.families)
      EXPECT_EQ(family.name.rfind("gatepost_", 0), 0U) << family.name;
  }
}

TEST(Metrics, APageInAnotherFormIsNoticed) {
  const std::string counter = "# HELP a_total A.\n# TYPE a_total counter\n";
  const std::string histogram = "# HELP h H.\n# TYPE h histogram\n";
  const std::string bucket = "h_bucket{le=\"1\"} 1\n";
  EXPECT_THAT(read_exposition(counter + "a_total{b=\"\\\\\\\"\\n\"} 1\n").mistakes, IsEmpty());
  EXPECT_THAT(
      read_exposition(histogram + bucket + "h_bucket{le=\"+Inf\"} 2\nh_sum 0.5\nh_count 2\n")
          .mistakes,
      IsEmpty());
  const std::vector<std::string> wrong = {
      "a_total 1\n",
      "# TYPE a_total counter\n# HELP a_total A.\na_total 1\n",
      "# HELP a_total A.\na_total 1\n",
      counter + counter,
      counter + "a_total 1",
      counter + "a_total\n",
      counter + "a_total x\n",
      counter + "a_total -1\n",
      counter + "b_total 1\n",
      counter + "a_total 1\na_total 2\n",
      counter + "a_total{b=\"\\x\"} 1\n",
      counter + "a_total{b=\"1\",b=\"2\"} 1\n",
      counter + "a_total{b=\"1\"\n",
      counter + "a_total{b=\"\xFF\"} 1\n",
      counter + "\na_total 1\n",
      "# HELP a A.\n# TYPE a counter\na 1\n",
      "# HELP a A\\.\n# TYPE a gauge\na 1\n",
      histogram + "h_bucket{le=\"+Inf\"} 2\nh_sum 0.5\nh_count 1\n",
      histogram + bucket + "h_sum 0.5\nh_count 1\n",
      histogram + bucket + "h_bucket{le=\"+Inf\"} 0\nh_sum 0.5\nh_count 0\n",
      histogram + "h_bucket{le=\"+Inf\"} 2\nh_count 2\n",
      histogram + "h_bucket{le=\"+Inf\"} 2\nh_sum 0.5\n",
      histogram + "h 1\n",
  };
  for (const std::string& page : wrong) {
    EXPECT_THAT(read_exposition(page).mistakes, Not(IsEmpty())) << page;
  }
}

TEST(Metrics, GiveTheFiguresAndEscapeLabels) {
  FakeDaemon daemon;
  daemon.current = filled_status();
  const Response response = get(daemon, "/metrics", Door::metrics);
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  const char* const decision =
      "gatepost_decisions_total{rule=\"message_rate\",channel=\"submission\",verdict=\"defer\"} "
      "3\n";
  for (const char* line :
       {"gatepost_sessions_total 7\n", "gatepost_store_away 1\n", "gatepost_config_problems 0\n",
        "gatepost_whitelist_from_last_good 0\n", "gatepost_build_info{version=\"0.1.0\"} 1\n",
        "gatepost_reloads_total{result=\"applied\"} 4\n",
        "gatepost_reloads_total{result=\"refused\"} 5\n",
        "gatepost_reloads_total{result=\"unconfirmed\"} 6\n", decision,
        "channel=\"x\\\"y\\\\\\n\",verdict=\"\xEF\xBF\xBDz\"} 1\n",
        "# TYPE gatepost_decisions_total counter\n"}) {
    EXPECT_THAT(response.body, HasSubstr(line));
  }
}

TEST(Metrics, TellOfTheStore) {
  const std::string page = metrics_text(filled_status());
  for (const char* line : {"gatepost_store_info{kind=\"redis\"} 1\n", "gatepost_store_warning 1\n",
                           "gatepost_store_maybe_twice_total 8\n",
                           "gatepost_store_memory_lost_timestamp_seconds 1773136800\n"}) {
    EXPECT_THAT(page, HasSubstr(line));
  }
  const std::string calm = metrics_text(Status{});
  EXPECT_THAT(calm, HasSubstr("gatepost_store_warning 0\n"));
  EXPECT_THAT(calm, HasSubstr("gatepost_store_memory_lost_timestamp_seconds 0\n"));
}

TEST(Metrics, AddUpTheBucketsOfStoreCalls) {
  const std::string labels = "{operation=\"look\",outcome=\"answered\"";
  const std::string name = "gatepost_store_call_duration_seconds";
  const std::string page = metrics_text(filled_status());
  std::string expected;
  int so_far = 0;
  for (const char* le : {"0.00025", "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05",
                         "0.1", "0.25", "0.5", "1"}) {
    expected +=
        name + "_bucket" + labels + ",le=\"" + le + "\"} " + std::to_string(++so_far) + "\n";
  }
  expected += name + "_bucket" + labels + ",le=\"+Inf\"} 14\n";
  expected += name + "_sum" + labels + "} 7.25\n" + name + "_count" + labels + "} 14\n";
  EXPECT_THAT(page, HasSubstr(expected));
  EXPECT_THAT(page, HasSubstr("_count{operation=\"settle\",outcome=\"unanswered\"} 0\n"));
}

TEST(Metrics, TellOfLogins) {
  Status status = filled_status();
  const std::string page = metrics_text(status);
  for (const char* line :
       {"gatepost_client_locks 3\n", "gatepost_login_lockout_idle 0\n",
        "gatepost_login_lockout_observed 1\n",
        "gatepost_login_source_problem{source=\"auth_policy\"} 0\n",
        "gatepost_login_source_problem{source=\"/var/log/mail.log\"} 1\n",
        "gatepost_login_attempts_total{source=\"auth_policy\",result=\"failure\"} 7\n"}) {
    EXPECT_THAT(page, HasSubstr(line));
  }
  status.logins.idle = true;
  EXPECT_THAT(metrics_text(status), HasSubstr("gatepost_login_lockout_idle 1\n"));
}

TEST(Metrics, TellOfTheDns) {
  const std::string page = metrics_text(filled_status());
  for (const char* line :
       {"gatepost_dns_questions_total{outcome=\"asked\"} 11\n",
        "gatepost_dns_questions_total{outcome=\"cache\"} 12\n",
        "gatepost_dns_questions_total{outcome=\"shared\"} 13\n",
        "gatepost_dns_questions_total{outcome=\"failed\"} 14\n",
        "gatepost_dns_failed_in_a_row 10\n", "gatepost_dns_under_way 15\n",
        "gatepost_verifications_waiting 16\n", "gatepost_verifications_turned_away_total 17\n",
        "gatepost_verifications_out_of_time_total 18\n"}) {
    EXPECT_THAT(page, HasSubstr(line));
  }
}

}  // namespace
}  // namespace gatepost::admin
