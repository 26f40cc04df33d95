#include "admin/status_view.hpp"

#include "admin/json_values.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

class Lines {
public:
  Lines(const Calendar& calendar, Language language) : calendar_(calendar), language_(language) {}

  void add(Text text, std::initializer_list<TextArgument> arguments = {}) {
    out_ += say(language_, text, arguments) + '\n';
  }

  void add_count(Text text, std::uint64_t count) {
    if (count > 0) add(text, {{"count", std::to_string(count)}});
  }

  std::string time(const std::optional<Time>& time) const {
    return time ? calendar_.text(*time) : "?";
  }

  std::string text() && { return std::move(out_); }

private:
  const Calendar& calendar_;
  Language language_;
  std::string out_;
};

void add_config(Lines& lines, const ConfigState& config) {
  lines.add(config.mode == name(Mode::observe) ? Text::status_observe : Text::status_enforce);
  lines.add(Text::status_config,
            {{"file", config.gatepost_file}, {"time", lines.time(config.loaded_at)}});
  if (config.whitelist_file.empty()) {
    lines.add(Text::status_no_whitelist);
  } else {
    lines.add(Text::status_whitelist, {{"file", config.whitelist_file}});
  }
  if (config.from_last_good) lines.add(Text::status_last_good);
  for (const std::string& problem : config.problems) {
    lines.add(Text::status_problem, {{"problem", problem}});
  }
  for (const std::string& warning : config.warnings) {
    lines.add(Text::status_warning, {{"warning", warning}});
  }
}

// The texts go on behind it.
std::string without_full_stop(std::string text) {
  if (text.ends_with('.')) text.pop_back();
  return text;
}

void add_store(Lines& lines, const StoreStatus& store) {
  if (store.away) {
    lines.add(Text::status_store_away, {{"kind", store.kind},
                                        {"where", store.where},
                                        {"time", lines.time(store.since)},
                                        {"why", without_full_stop(store.last_error)},
                                        {"local", std::to_string(store.answered_locally)},
                                        {"unanswered", std::to_string(store.unanswered)}});
  } else {
    const Text text = store.since ? Text::status_store_answers : Text::status_store;
    lines.add(text, {{"kind", store.kind},
                     {"where", store.where},
                     {"time", lines.time(store.since)},
                     {"calls", std::to_string(store.calls)},
                     {"failed", std::to_string(store.failed)}});
  }
  lines.add_count(Text::status_store_waiting, store.waiting);
  lines.add_count(Text::status_store_paid_back, store.paid_back);
  lines.add_count(Text::status_store_lost, store.lost);
  lines.add_count(Text::status_store_maybe_twice, store.maybe_twice);
  if (store.memory_lost) {
    lines.add(Text::status_store_memory_lost, {{"time", lines.time(store.memory_lost)}});
  }
  if (!store.warning.empty()) lines.add(Text::status_warning, {{"warning", store.warning}});
}

void add_logins(Lines& lines, const LoginsStatus& logins) {
  if (logins.idle) lines.add(Text::status_login_idle);
  for (const LoginSourceStatus& source : logins.sources) {
    if (source.problem.empty()) {
      lines.add(Text::status_login_source, {{"source", source.name}});
    } else {
      lines.add(Text::status_login_problem, {{"source", source.name}, {"problem", source.problem}});
    }
  }
  lines.add_count(Text::status_locks, logins.locks);
  const bool says_more = !logins.idle || logins.locks > 0;
  if (logins.observed && says_more) lines.add(Text::lockout_observed);
}

void add_dns(Lines& lines, const DnsStatus& dns) {
  if (dns.asked + dns.from_cache > 0) {
    lines.add(Text::status_dns, {{"asked", std::to_string(dns.asked)},
                                 {"known", std::to_string(dns.from_cache + dns.shared)},
                                 {"failed", std::to_string(dns.failed)}});
  }
  constexpr std::uint64_t kSilence = 10;  // a stranger's own dead servers are fewer in a row
  if (dns.failed_in_a_row >= kSilence)
    lines.add_count(Text::status_dns_silent, dns.failed_in_a_row);
  lines.add_count(Text::status_dns_waiting, dns.waiting);
  lines.add_count(Text::status_dns_out_of_time, dns.out_of_time);
  lines.add_count(Text::status_dns_turned_away, dns.turned_away);
}

json::object dns_json(const DnsStatus& dns) {
  return {{"asked", dns.asked},
          {"from_cache", dns.from_cache},
          {"shared", dns.shared},
          {"failed", dns.failed},
          {"failed_in_a_row", dns.failed_in_a_row},
          {"under_way", dns.under_way},
          {"waiting", dns.waiting},
          {"turned_away", dns.turned_away},
          {"out_of_time", dns.out_of_time}};
}

json::object logins_json(const LoginsStatus& logins) {
  json::array sources;
  for (const LoginSourceStatus& one : logins.sources) {
    sources.push_back(json::object{{"name", one.name}, {"problem", one.problem}});
  }
  json::array counts;
  for (const LoginCountLine& one : logins.counts) {
    counts.push_back(
        json::object{{"source", one.source}, {"result", one.result}, {"count", one.count}});
  }
  return {{"sources", std::move(sources)},
          {"idle", logins.idle},
          {"locks", logins.locks},
          {"observed", logins.observed},
          {"counts", std::move(counts)}};
}

json::object store_json(const StoreStatus& store) {
  return {{"kind", store.kind},
          {"where", store.where},
          {"away", store.away},
          {"since", json_of(store.since)},
          {"last_error", store.last_error},
          {"warning", store.warning},
          {"calls", store.calls},
          {"failed", store.failed},
          {"answered_locally", store.answered_locally},
          {"unanswered", store.unanswered},
          {"paid_back", store.paid_back},
          {"waiting", store.waiting},
          {"lost", store.lost},
          {"maybe_twice", store.maybe_twice},
          {"memory_lost", json_of(store.memory_lost)}};
}

json::object config_json(const ConfigState& config) {
  return {{"file", config.gatepost_file},
          {"whitelist", config.whitelist_file},
          {"loaded_at", utc_text(config.loaded_at)},
          {"mode", config.mode},
          {"from_last_good", config.from_last_good},
          {"problems", json_of(config.problems)},
          {"warnings", json_of(config.warnings)}};
}

}  // namespace

std::string text_of(const Status& status, const Calendar& calendar, Language language) {
  Lines lines(calendar, language);
  lines.add(Text::status_running,
            {{"version", status.version}, {"time", lines.time(status.started)}});
  if (status.draining) lines.add(Text::status_draining);
  lines.add(Text::status_listen, {{"address", status.listen}});
  lines.add(Text::status_sessions, {{"open", std::to_string(status.sessions_open)},
                                    {"total", std::to_string(status.sessions_total)},
                                    {"messages", std::to_string(status.messages_open)}});
  add_config(lines, status.config);
  add_store(lines, status.store);
  add_logins(lines, status.logins);
  add_dns(lines, status.dns);
  lines.add_count(Text::status_cases_lost, status.cases_lost);
  for (const std::string& warning : status.warnings) {
    lines.add(Text::status_warning, {{"warning", warning}});
  }
  return std::move(lines).text();
}

json::object json_of(const Status& status, const Calendar& calendar, Language language) {
  json::object out{{"version", status.version},
                   {"started", utc_text(status.started)},
                   {"now", utc_text(status.now)},
                   {"listen", status.listen},
                   {"draining", status.draining},
                   {"sessions_open", status.sessions_open},
                   {"sessions_total", status.sessions_total},
                   {"messages_open", status.messages_open},
                   {"cases_lost", status.cases_lost},
                   {"config", config_json(status.config)},
                   {"store", store_json(status.store)},
                   {"warnings", json_of(status.warnings)}};
  json::array decisions;
  for (const DecisionCount& one : status.decisions) {
    decisions.push_back(json::object{{"rule", one.rule},
                                     {"channel", one.channel},
                                     {"verdict", one.verdict},
                                     {"count", one.count}});
  }
  out["decisions"] = std::move(decisions);
  out["logins"] = logins_json(status.logins);
  out["dns"] = dns_json(status.dns);
  out["text"] = text_of(status, calendar, language);
  return out;
}

}  // namespace gatepost::admin
