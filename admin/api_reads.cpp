// The endpoints that read: status, metrics, cases, reports, audit, usage; and reload.

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "admin/api_handlers.hpp"
#include "admin/audited_change.hpp"
#include "admin/case_view.hpp"
#include "admin/json_values.hpp"
#include "admin/metrics.hpp"
#include "admin/span.hpp"
#include "admin/status_view.hpp"
#include "admin/usage_message.hpp"
#include "policy/explain.hpp"
#include "policy/lockout.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

constexpr std::size_t kAuditShown = 100;
constexpr std::size_t kAuditMost = 1000;

Response unreadable(const Unavailable& away) {
  return problem(503, fmt::format("the records cannot be read: {}", away.why),
                 "see gatepost status; try again when the store is back");
}

std::string audit_line(const AuditRecord& record, const Calendar& calendar) {
  return fmt::format("{}  {}  {} {}  {}  ({})\n", calendar.text(record.when), shown(record.actor),
                     record.action, shown(record.target), shown(record.result),
                     shown(record.reason));
}

// A lock tells its own story where its record was not written: the daemon that made it died, or
// took it over from one that did.
std::optional<Case> case_of_lock(const Call& call, const Reference& reference) {
  for (const ClientLock& lock : call.daemon.stores().locks().locks(call.now)) {
    if (lock.reference == reference) return case_of(lock, call.settings->site, "");
  }
  return {};
}

json::object audit_json(const AuditRecord& record) {
  return {{"when", utc_text(record.when)}, {"actor", record.actor},   {"action", record.action},
          {"target", record.target},       {"reason", record.reason}, {"result", record.result}};
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines)
    out += line + '\n';
  return out;
}

// Of a lock that should still hold: whether it does. It may have been prolonged, or lifted.
void add_present_state(const Call& call, const Case& record, json::object& story) {
  const Finding& finding = record.decisive;
  const bool of_lock = finding.rule == RuleId::login_lockout && finding.outcome == Outcome::hit;
  if (!of_lock || !finding.figures.clears_at) return;
  const auto locks = call.daemon.stores().locks().locks(call.now);
  const auto lock = std::find_if(locks.begin(), locks.end(), [&](const ClientLock& one) {
    return one.reference == record.reference;
  });
  const bool holds = lock != locks.end();
  story["lock_holds"] = holds;
  if (!holds && *finding.figures.clears_at <= call.now) return;
  std::string text(story["text"].as_string());
  text += holds ? say(call.language, Text::lockout_case_holds,
                      {{"time", call.settings->site.calendar->text(lock->until)}})
                : say(call.language, Text::lockout_case_gone, {{"client", finding.about}});
  story["text"] = text + '\n';
}

}  // namespace

Response show_status(const Call& call) {
  return json_response(json_of(call.daemon.status(), *call.settings->site.calendar, call.language));
}

Response show_metrics(const Call& call) {
  return {.status = 200,
          .content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = metrics_text(call.daemon.status())};
}

Response show_case(const Call& call) {
  const auto reference = Reference::parse(call.argument);
  if (!reference) {
    return problem(400, fmt::format("'{}' is not a reference", call.argument),
                   "a reference looks like 7K3F-9QXM and stands in the reply as [ref 7K3F-9QXM]");
  }
  const auto found = call.daemon.stores().cases().find(*reference);
  if (const auto* away = std::get_if<Unavailable>(&found)) return unreadable(*away);
  auto record = *value_of(found);
  if (!record) record = case_of_lock(call, *reference);
  if (!record) {
    return problem(404, fmt::format("there is no record of {}", reference->text()),
                   "records are kept 30 days, those of mail from outside 3 days, and are written "
                   "shortly after the reply; check the spelling");
  }
  json::object story = json_of(*record, *call.settings->site.calendar, call.now, call.language);
  add_present_state(call, *record, story);
  return json_response(story);
}

Response show_report(const Call& call) {
  const std::string_view wanted = call.target.parameter("since");
  const auto span = parse_span(wanted.empty() ? "7d" : wanted);
  if (!span) {
    return problem(400, fmt::format("'{}' is not a span of time", wanted),
                   "since is a number and a unit: 7d, 24h, 90m");
  }
  const Time since = call.now - *span;
  const auto found = call.daemon.stores().cases().would_refuse(since);
  if (const auto* away = std::get_if<Unavailable>(&found)) return unreadable(*away);
  const auto& rows = *value_of(found);
  const std::string since_text = call.settings->site.calendar->text(since);
  std::string text = say(call.language, rows.empty() ? Text::report_none : Text::report_title,
                         {{"time", since_text}}) +
                     '\n';
  json::array list;
  for (const WouldRefuse& row : rows) {
    const std::string subject = row.subject.substr(row.subject.find(':') + 1);
    list.push_back(
        json::object{{"rule", name(row.rule)}, {"subject", row.subject}, {"count", row.count}});
    text += "  " +
            say(call.language, Text::report_line,
                {{"rule", std::string(name(row.rule))},
                 {"count", std::to_string(row.count)},
                 {"subject", subject}}) +
            '\n';
  }
  return json_response(
      {{"since", utc_text(since)}, {"would_refuse", std::move(list)}, {"text", text}});
}

Response show_audit(const Call& call) {
  const std::string_view wanted = call.target.parameter("most");
  std::size_t most = kAuditShown;
  if (!wanted.empty()) {
    const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), most);
    const bool whole = error == std::errc{} && end == wanted.data() + wanted.size();
    if (!whole || most == 0 || most > kAuditMost) {
      return problem(400, fmt::format("'{}' is not a number of records", wanted),
                     fmt::format("most is 1 to {}", kAuditMost));
    }
  }
  const auto found = call.daemon.stores().audit().newest(most);
  if (const auto* away = std::get_if<Unavailable>(&found)) return unreadable(*away);
  json::array list;
  std::string text;
  for (const AuditRecord& record : *value_of(found)) {
    list.push_back(audit_json(record));
    text += audit_line(record, *call.settings->site.calendar);
  }
  return json_response({{"records", std::move(list)}, {"text", text}});
}

Response read_usage(const Call& call) {
  const auto question = parse_usage_question(call.request.body);
  if (!question) {
    return problem(400, "the body is no usage question",
                   "send {\"subject\": ..., \"charges\": [...], \"accounts\": [...]}; see "
                   "docs/api.md");
  }
  const LedgerRequest request{.subject = Subject::from_text(question->subject),
                              .charges = question->charges,
                              .days = call.settings->site.calendar->days(call.now)};
  const auto answered = call.daemon.stores().ledger().look(request);
  if (const auto* away = std::get_if<Unavailable>(&answered)) return unreadable(*away);
  UsageAnswer answer{.settlement = *value_of(answered), .frozen = {}};
  for (const std::string& account : question->accounts) {
    const auto frozen = call.daemon.stores().freezes().frozen(account);
    if (frozen) answer.frozen.push_back(*frozen);
  }
  return {.status = 200, .content_type = "application/json", .body = usage_answer_text(answer)};
}

Response reload(const Call& call) {
  const auto body = parse_object(call.request.body);
  if (!body) return problem(400, "the body is no JSON object", "send {\"yes\": true} or {}");
  const auto* yes = body->if_contains("yes");
  const bool confirmed = yes != nullptr && yes->is_bool() && yes->as_bool();
  AuditedChange change(call, "reload", "configuration", confirmed ? "--yes" : "");
  if (auto refused = change.begin()) return *std::move(refused);
  const ReloadOutcome outcome = call.daemon.reload(confirmed);
  change.end(outcome.accepted ? "done" : "refused: the configuration was not accepted");
  json::object out{{"accepted", outcome.accepted}, {"messages", json_of(outcome.messages)}};
  if (!outcome.accepted) {
    out["error"] = "the configuration was not accepted; what was in force stays in force";
    out["hint"] = joined(outcome.messages);
    return json_response(out, 422);
  }
  out["text"] = say(call.language, Text::done_reloaded) + '\n' + joined(outcome.messages);
  return json_response(out);
}

}  // namespace gatepost::admin
