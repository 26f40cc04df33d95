#include "admin/metrics.hpp"

#include <initializer_list>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "policy/mail/utf8.hpp"

namespace gatepost::admin {
namespace {

// A label value: UTF-8, because one wrong octet costs the whole page; backslash, quote and line
// feed are escaped.
std::string label_value(std::string_view text) {
  std::string out;
  for (const char c : utf8::repaired(text)) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

double in_seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

using Labels = std::initializer_list<std::pair<const char*, std::string_view>>;

// The text, one family of series after the other: begin() and then all samples of it. The help
// texts have no backslash and no line feed, which would have to be escaped.
class Page {
public:
  void begin(const char* name, const char* type, const char* help) {
    name_ = name;
    out_ += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
  }

  template <typename Value>
  void sample(Labels labels, Value value) {
    line("", labels_text(labels), value);
  }

  // Of one set of labels; the buckets of a snapshot are apart, those of the page add up.
  void sample(Labels labels, const LatencySnapshot& calls) {
    const std::string text = labels_text(labels);
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < kLatencyBounds.size(); ++i) {
      so_far += calls.buckets[i];
      line("_bucket", fmt::format("{},le=\"{}\"", text, in_seconds(kLatencyBounds[i])), so_far);
    }
    line("_bucket", text + ",le=\"+Inf\"", calls.count());
    line("_sum", text, in_seconds(calls.sum));
    line("_count", text, calls.count());
  }

  void gauge(const char* name, std::uint64_t value, const char* help) {
    begin(name, "gauge", help);
    sample({}, value);
  }

  void counter(const char* name, std::uint64_t value, const char* help) {
    begin(name, "counter", help);
    sample({}, value);
  }

  std::string text() && { return std::move(out_); }

private:
  static std::string labels_text(Labels labels) {
    std::string out;
    for (const auto& [name, value] : labels) {
      if (!out.empty()) out += ',';
      out += fmt::format("{}=\"{}\"", name, label_value(value));
    }
    return out;
  }

  template <typename Value>
  void line(const char* suffix, const std::string& labels, Value value) {
    out_ += name_;
    out_ += suffix;
    if (!labels.empty()) out_ += '{' + labels + '}';
    out_ += fmt::format(" {}\n", value);
  }

  const char* name_ = "";
  std::string out_;
};

std::uint64_t unix_seconds(Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  return seconds < 0 ? 0 : static_cast<std::uint64_t>(seconds);
}

void add_sessions(Page& page, const Status& status) {
  page.gauge("gatepost_draining", status.draining ? 1 : 0, "1 while no new messages are taken.");
  page.gauge("gatepost_sessions_open", status.sessions_open, "SMTP sessions open.");
  page.counter("gatepost_sessions_total", status.sessions_total, "SMTP sessions since the start.");
  page.gauge("gatepost_messages_open", status.messages_open, "Messages under way.");
  page.counter("gatepost_cases_lost_total", status.cases_lost,
               "Records of refusals that could not be kept.");
  page.gauge("gatepost_warnings", status.warnings.size(),
             "Warnings about listeners and macros; gatepost status lists them.");
  page.begin("gatepost_decisions_total", "counter", "Decisions by rule, channel and verdict.");
  for (const DecisionCount& one : status.decisions) {
    page.sample({{"rule", one.rule}, {"channel", one.channel}, {"verdict", one.verdict}},
                one.count);
  }
}

void add_store_latencies(Page& page, const std::vector<StoreLatency>& latencies) {
  page.begin("gatepost_store_call_duration_seconds", "histogram",
             "How long the store took, by operation and outcome; a store in this process is not "
             "timed.");
  for (const StoreLatency& one : latencies) {
    page.sample({{"operation", one.operation}, {"outcome", one.outcome}}, one.calls);
  }
}

void add_store(Page& page, const StoreStatus& store) {
  page.begin("gatepost_store_info", "gauge", "Always 1; the kind of the store is a label.");
  page.sample({{"kind", store.kind}}, 1);
  page.gauge("gatepost_store_away", store.away ? 1 : 0, "1 while the store is not reachable.");
  page.counter("gatepost_store_calls_total", store.calls, "Calls of the store.");
  page.counter("gatepost_store_failed_total", store.failed,
               "Calls that the store did not answer in time.");
  page.counter("gatepost_store_answered_locally_total", store.answered_locally,
               "Calls answered by this daemon's own counting.");
  page.counter("gatepost_store_unanswered_total", store.unanswered,
               "Calls that nobody answered: on_unknown decided.");
  page.counter("gatepost_store_paid_back_total", store.paid_back,
               "Local charges paid into the store afterwards.");
  page.gauge("gatepost_store_waiting", store.waiting, "Local charges still to be paid in.");
  page.counter("gatepost_store_lost_total", store.lost, "Local charges given up.");
  page.counter("gatepost_store_maybe_twice_total", store.maybe_twice,
               "Local charges paid in though the store may have held them already.");
  page.gauge("gatepost_store_memory_lost_timestamp_seconds",
             store.memory_lost ? unix_seconds(*store.memory_lost) : 0,
             "When the store last came back without what it held; 0: never.");
  page.gauge("gatepost_store_warning", store.warning.empty() ? 0 : 1,
             "1 while a setting of the store's server endangers the counters.");
  add_store_latencies(page, store.latencies);
}

void add_config(Page& page, const ConfigState& config) {
  page.gauge("gatepost_config_loaded_timestamp_seconds", unix_seconds(config.loaded_at),
             "When the configuration in force was read.");
  page.gauge("gatepost_config_problems", config.problems.size(),
             "Mistakes in the newest edit, which is not in force.");
  page.gauge("gatepost_config_warnings", config.warnings.size(),
             "Warnings about the configuration in force.");
  page.gauge("gatepost_whitelist_from_last_good", config.from_last_good ? 1 : 0,
             "1 while the last good whitelist stands in for a broken file.");
  page.gauge("gatepost_observe_mode", config.mode == name(Mode::observe) ? 1 : 0,
             "1 where the site only observes.");
  page.begin("gatepost_reloads_total", "counter", "Reloads by how they ended.");
  for (const auto& [result, count] : {std::pair{"applied", config.reloads.applied},
                                      {"refused", config.reloads.refused},
                                      {"unconfirmed", config.reloads.unconfirmed}}) {
    page.sample({{"result", result}}, count);
  }
}

void add_logins(Page& page, const LoginsStatus& logins) {
  page.gauge("gatepost_client_locks", logins.locks, "Client networks that may not log in.");
  page.gauge("gatepost_login_lockout_idle", logins.idle ? 1 : 0,
             "1 where no source tells of logins, so nothing counts.");
  page.gauge("gatepost_login_lockout_observed", logins.observed ? 1 : 0,
             "1 where locks keep nobody out: the rule only observes.");
  page.begin("gatepost_login_source_problem", "gauge", "1 while the source cannot tell of logins.");
  for (const LoginSourceStatus& one : logins.sources) {
    page.sample({{"source", one.name}}, one.problem.empty() ? 0 : 1);
  }
  page.begin("gatepost_login_attempts_total", "counter",
             "Attempts to log in, by source and result.");
  for (const LoginCountLine& one : logins.counts) {
    page.sample({{"source", one.source}, {"result", one.result}}, one.count);
  }
}

void add_dns(Page& page, const DnsStatus& dns) {
  page.begin("gatepost_dns_questions_total", "counter",
             "Questions of mail authentication: asked of a name server, answered from the cache, "
             "joined to one under way; and failed, of any of them.");
  for (const auto& [outcome, count] : {std::pair{"asked", dns.asked},
                                       {"cache", dns.from_cache},
                                       {"shared", dns.shared},
                                       {"failed", dns.failed}}) {
    page.sample({{"outcome", outcome}}, count);
  }
  page.gauge("gatepost_dns_failed_in_a_row", dns.failed_in_a_row,
             "The last questions that got no usable answer, without one that did between.");
  page.gauge("gatepost_dns_under_way", dns.under_way, "Questions that wait for a name server.");
  page.gauge("gatepost_verifications_waiting", dns.waiting,
             "Messages whose end waits for the DNS.");
  page.counter("gatepost_verifications_turned_away_total", dns.turned_away,
               "Messages judged without answers because too many others waited.");
  page.counter("gatepost_verifications_out_of_time_total", dns.out_of_time,
               "Messages judged without answers that did not come within the budget.");
}

}  // namespace

std::string metrics_text(const Status& status) {
  Page page;
  page.begin("gatepost_build_info", "gauge", "Always 1; the version is a label.");
  page.sample({{"version", status.version}}, 1);
  page.gauge("gatepost_start_timestamp_seconds", unix_seconds(status.started),
             "When the daemon started.");
  add_sessions(page, status);
  add_config(page, status.config);
  add_store(page, status.store);
  add_logins(page, status.logins);
  add_dns(page, status.dns);
  return std::move(page).text();
}

}  // namespace gatepost::admin
