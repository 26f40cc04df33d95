#include "admin/case_view.hpp"

#include "admin/json_values.hpp"
#include "policy/explain.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

json::object limit_json(const LimitView& view) {
  json::object out{{"rule", name(view.rule)},
                   {"limit", limit_in_yaml(view.rule, view.limit.limit)},
                   {"count", json_of(view.limit.limit.count)},
                   {"window_seconds", nullptr},
                   {"origin", json_of(view.limit.origin)},
                   {"used", json_of(view.used)},
                   {"left", json_of(view.left())},
                   {"resets_at", json_of(view.resets_at)}};
  if (view.counted) {
    const Window& window = view.limit.limit.window;
    out["window_seconds"] =
        window.is_calendar_day() ? json::value("day") : json::value(window.length.count());
  }
  return out;
}

json::value refusal_json(const std::optional<Refusal>& refusal, Language language) {
  if (!refusal) return nullptr;
  return json_of(refusal->finding, language);
}

json::value failed_logins_json(const std::optional<FailedLogins>& failed) {
  if (!failed) return nullptr;
  return json::object{
      {"times", failed->times}, {"addresses", failed->addresses}, {"locked", failed->locked}};
}

json::object counters_json(const Answer<Source>& counters) {
  const auto* source = value_of(counters);
  if (source == nullptr) {
    return {{"source", "unavailable"}, {"why", std::get<Unavailable>(counters).why}};
  }
  return {{"source", *source == Source::store ? "store" : "local"}};
}

// True or false where it is known whether the next message would pass.
json::value passes(const AccountView& view) {
  if (view.refusal) return false;
  if (value_of(view.counters) == nullptr) return nullptr;
  return true;
}

}  // namespace

json::value json_of(const std::optional<FrozenView>& view) {
  if (!view) return nullptr;
  json::object out{{"reason", view->reason},
                   {"place", nullptr},
                   {"actor", view->actor},
                   {"since", json_of(view->since)}};
  if (view->place) out["place"] = view->place->text();
  return out;
}

json::array json_of(const std::vector<Exception>& exceptions) {
  json::array out;
  for (const Exception& one : exceptions)
    out.push_back(json::object{{"lead", one.lead}, {"yaml", one.yaml}});
  return out;
}

json::object json_summary(const Case& record) {
  return {{"reference", record.reference.text()},
          {"first", utc_text(record.first)},
          {"last", utc_text(record.last)},
          {"count", record.count},
          {"rule", name(record.decisive.rule)},
          {"reason", name(record.decisive.reason)},
          {"verdict", record.verdict},
          {"reply", record.reply}};
}

json::object json_of(const Case& record, const Calendar& calendar, Time now, Language language) {
  json::object out = json_summary(record);
  out["subject"] = record.subject.text();
  out["channel"] = name(record.channel);
  out["client"] = record.client;
  out["client_name"] = shown(record.client_name);
  out["daemon_name"] = shown(record.daemon_name);
  out["login"] = shown(record.login);
  out["server"] = shown(record.server);
  out["sender"] = shown(record.sender);
  out["recipient"] = shown(record.recipient);
  out["queue_id"] = shown(record.queue_id);
  out["host"] = record.host;
  out["decisive"] = json_of(record.decisive, language);
  json::array trace;
  for (const Finding& finding : record.trace)
    trace.push_back(json_of(finding, language));
  out["trace"] = std::move(trace);
  const Story story = explain(language, record, calendar, now);
  out["advice"] = story.advice;
  out["exception"] = story.exceptions.empty() ? "" : story.exceptions.front().yaml;
  out["exceptions"] = json_of(story.exceptions);
  out["text"] = story.text(language);
  return out;
}

json::object json_of(const AccountView& view, const Calendar& calendar, Language language) {
  json::object out{
      {"account", view.login.text()},   {"known", view.seen},
      {"ours", view.is_ours},           {"groups", json_of(view.groups)},
      {"frozen", json_of(view.frozen)}, {"counters", counters_json(view.counters)},
      {"passes", passes(view)},         {"failed_logins", failed_logins_json(view.failed_logins)}};
  out["refusal"] = refusal_json(view.refusal, language);
  out["would_refuse"] = refusal_json(view.would_refuse, language);
  json::array limits;
  for (const LimitView& limit : view.limits)
    limits.push_back(limit_json(limit));
  out["limits"] = std::move(limits);
  out["cases"] = nullptr;
  if (const auto* cases = value_of(view.cases)) {
    json::array list;
    for (const Case& record : *cases)
      list.push_back(json_summary(record));
    out["cases"] = std::move(list);
  }
  out["text"] = text_of(view, calendar, language);
  return out;
}

}  // namespace gatepost::admin
