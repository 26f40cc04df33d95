#include "admin/metrics.hpp"

#include <fmt/format.h>

namespace gatepost::admin {
namespace {

// A label value: backslash, quote and line feed are escaped.
std::string label_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

class Page {
public:
  void head(const char* name, const char* type, const char* help) {
    out_ += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
  }

  void gauge(const char* name, std::uint64_t value, const char* help) {
    head(name, "gauge", help);
    line(name, value);
  }

  void counter(const char* name, std::uint64_t value, const char* help) {
    head(name, "counter", help);
    line(name, value);
  }

  void line(const std::string& series, std::uint64_t value) {
    out_ += fmt::format("{} {}\n", series, value);
  }

  std::string text() && { return std::move(out_); }

private:
  std::string out_;
};

std::uint64_t unix_seconds(Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  return seconds < 0 ? 0 : static_cast<std::uint64_t>(seconds);
}

void add_store(Page& page, const StoreStatus& store) {
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
}

void add_logins(Page& page, const LoginsStatus& logins) {
  page.gauge("gatepost_client_locks", logins.locks, "Client networks that may not log in.");
  page.gauge("gatepost_login_lockout_idle", logins.idle ? 1 : 0,
             "1 where no source tells of logins, so nothing counts.");
  page.head("gatepost_login_source_problem", "gauge", "1 while the source cannot tell of logins.");
  for (const LoginSourceStatus& one : logins.sources) {
    page.line(fmt::format("gatepost_login_source_problem{{source=\"{}\"}}", label_value(one.name)),
              one.problem.empty() ? 0 : 1);
  }
  page.head("gatepost_login_attempts_total", "counter",
            "Attempts to log in, by source and result.");
  for (const LoginCountLine& one : logins.counts) {
    page.line(fmt::format("gatepost_login_attempts_total{{source=\"{}\",result=\"{}\"}}",
                          label_value(one.source), label_value(one.result)),
              one.count);
  }
}

void add_dns(Page& page, const DnsStatus& dns) {
  page.head("gatepost_dns_questions_total", "counter",
            "Questions of mail authentication: asked of a name server, answered from the cache, "
            "joined to one under way; and failed, of any of them.");
  for (const auto& [outcome, count] : {std::pair{"asked", dns.asked},
                                       {"cache", dns.from_cache},
                                       {"shared", dns.shared},
                                       {"failed", dns.failed}}) {
    page.line(fmt::format("gatepost_dns_questions_total{{outcome=\"{}\"}}", outcome), count);
  }
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
  page.head("gatepost_build_info", "gauge", "Always 1; the version is a label.");
  page.line(fmt::format("gatepost_build_info{{version=\"{}\"}}", label_value(status.version)), 1);
  page.gauge("gatepost_start_timestamp_seconds", unix_seconds(status.started),
             "When the daemon started.");
  page.gauge("gatepost_draining", status.draining ? 1 : 0, "1 while no new messages are taken.");
  page.gauge("gatepost_sessions_open", status.sessions_open, "SMTP sessions open.");
  page.counter("gatepost_sessions_total", status.sessions_total, "SMTP sessions since the start.");
  page.gauge("gatepost_messages_open", status.messages_open, "Messages under way.");
  page.counter("gatepost_cases_lost_total", status.cases_lost,
               "Records of refusals that could not be kept.");
  page.gauge("gatepost_warnings", status.warnings.size(),
             "Warnings about listeners and macros; gatepost status lists them.");
  add_config(page, status.config);
  add_store(page, status.store);
  add_logins(page, status.logins);
  add_dns(page, status.dns);
  page.head("gatepost_decisions_total", "counter", "Decisions by rule, channel and verdict.");
  for (const DecisionCount& one : status.decisions) {
    page.line(
        fmt::format("gatepost_decisions_total{{rule=\"{}\",channel=\"{}\",verdict=\"{}\"}}",
                    label_value(one.rule), label_value(one.channel), label_value(one.verdict)),
        one.count);
  }
  return std::move(page).text();
}

}  // namespace gatepost::admin
