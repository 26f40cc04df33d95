#include "policy/explain.hpp"

#include <fmt/format.h>

namespace gatepost {
namespace {

class Telling {
public:
  Telling(Language language, const Case& record, const Calendar& calendar, Time now)
      : language_(language), case_(record), calendar_(calendar), now_(now) {}

  Story story() const {
    const Finding& decisive = case_.decisive;
    Story out;
    out.title = say(language_, Text::case_title, {{"reference", case_.reference.text()}});
    out.what = tells_of_lock() ? say(language_, Text::verdict_client_locked)
                               : verdict_text(language_, case_.verdict);
    out.particulars = particulars();
    out.rule = named(language_, name(decisive.rule), rule_text(language_, decisive.rule));
    out.why = sentence(language_, decisive);
    out.figures = figures();
    const bool has_limit = decisive.figures.limit && decisive.figures.origin;
    if (has_limit) out.origin = origin_text(language_, *decisive.figures.origin);
    out.clears = clears();
    out.advice = advice_for(language_, decisive, calendar_, now_);
    out.exceptions = exceptions_for(language_, case_, calendar_, now_);
    for (const Finding& finding : case_.trace) {
      if (finding.reason == Reason::does_not_apply) continue;
      out.trace.push_back(finding_line(language_, finding));
    }
    return out;
  }

private:
  using Particulars = std::vector<std::pair<std::string, std::string>>;

  // The record of a lock itself, and not of a message that met it: there is no envelope.
  bool tells_of_lock() const {
    const Reason reason = case_.decisive.reason;
    return reason == Reason::client_locked || reason == Reason::client_locked_by_hand;
  }

  void add(Particulars& out, Text label, const std::string& value) const {
    if (!value.empty()) out.emplace_back(say(language_, label), shown(value));
  }

  Particulars particulars() const {
    Particulars out;
    add(out, Text::label_reply, case_.reply);
    add(out, Text::label_time, calendar_.text(case_.last));
    if (case_.count > 1) {
      add(out, Text::label_times,
          say(language_, Text::case_times,
              {{"count", std::to_string(case_.count)},
               {"first", calendar_.text(case_.first)},
               {"last", calendar_.text(case_.last)}}));
    }
    if (!tells_of_lock()) {
      add(out, Text::label_channel,
          named(language_, name(case_.channel), channel_text(language_, case_.channel)));
    }
    add(out, Text::label_login, case_.login);
    add(out, Text::label_server, case_.server);
    add(out, Text::label_client, client());
    if (!tells_of_lock()) add(out, Text::label_sender, '<' + case_.sender + '>');
    add(out, Text::label_recipient, case_.recipient);
    add(out, Text::label_listener, case_.daemon_name);
    add(out, Text::label_queue_id, case_.queue_id);
    add(out, Text::label_host, case_.host);
    return out;
  }

  std::string client() const {
    if (case_.client.empty() || case_.client_name.empty()) return case_.client;
    return fmt::format("{} ({})", case_.client, case_.client_name);
  }

  std::string figures() const {
    const Figures& f = case_.decisive.figures;
    if (!f.limit || !f.amount) return {};
    const std::string limit = limit_text(language_, case_.decisive.rule, *f.limit);
    std::string out;
    if (f.used) {
      out = say(language_, Text::figures_counted,
                {{"used", std::to_string(*f.used)},
                 {"after", std::to_string(*f.used + *f.amount)},
                 {"limit", limit}});
    } else {
      out = say(language_, Text::figures_of_message,
                {{"amount", std::to_string(*f.amount)}, {"limit", limit}});
    }
    if (f.local) {
      out = say(language_, Text::clause,
                {{"before", out}, {"next", say(language_, Text::figures_local)}});
    }
    return out;
  }

  std::string clears() const {
    const Figures& f = case_.decisive.figures;
    const bool clears_or_not = f.used || f.clears_at;
    if (!clears_or_not || case_.decisive.outcome != Outcome::hit) return {};
    if (!f.clears_at) return say(language_, Text::clears_never);
    const Text text = *f.clears_at <= now_ ? Text::clears_passed : Text::clears_at;
    return say(language_, text, {{"time", calendar_.text(*f.clears_at)}});
  }

  Language language_;
  const Case& case_;
  const Calendar& calendar_;
  Time now_;
};

std::string frozen_advice(Language language, const Finding& finding) {
  if (finding.figures.origin) {
    return say(language, Text::advice_unfreeze_file,
               {{"place", finding.figures.origin->place.text()}});
  }
  return say(language, Text::advice_unfreeze_command, {{"account", finding.about}});
}

std::string counted_advice(Language language, const Figures& figures, const Calendar& calendar,
                           Time now) {
  if (!figures.clears_at) return say(language, Text::advice_allowance);
  const Text text = *figures.clears_at <= now ? Text::advice_passed : Text::advice_wait;
  return say(language, text, {{"time", calendar.text(*figures.clears_at)}});
}

std::string lock_advice(Language language, const Finding& finding, const Calendar& calendar,
                        Time now) {
  const auto& until = finding.figures.clears_at;
  const bool ended = until && *until <= now;
  const Text holds = finding.reason == Reason::client_locked_by_hand
                         ? Text::advice_client_locked_by_hand
                         : Text::advice_client_locked;
  return say(language, ended ? Text::advice_client_lock_ended : holds,
             {{"about", shown(finding.about)}, {"time", until ? calendar.text(*until) : "?"}});
}

std::string fault_advice(Language language, Text what) {
  return say(language, Text::advice_from_fault, {{"what", say(language, what)}});
}

// What to do about a sender that is not who he says he is; empty for other reasons.
std::string sender_advice(Language language, const Finding& finding) {
  const auto with_detail = [&](Text text) {
    return say(language, text, {{"detail", shown(finding.detail)}});
  };
  switch (finding.reason) {
    case Reason::sender_not_login:
    case Reason::from_not_sender: return say(language, Text::advice_own_address);
    case Reason::from_not_server:
    case Reason::server_sender_not_listed: return say(language, Text::advice_server_sender);
    case Reason::from_is_redirect: return say(language, Text::advice_redirect);
    case Reason::sender_field_missing: return with_detail(Text::advice_sender_field_missing);
    case Reason::sender_field_not_login: return with_detail(Text::advice_sender_field_wrong);
    case Reason::server_not_listed: return say(language, Text::advice_server_not_listed);
    case Reason::server_on_wrong_listener: return say(language, Text::advice_server_listener);
    case Reason::person_on_server_listener: return say(language, Text::advice_person_listener);
    case Reason::own_domain_unproven:
    case Reason::own_sender_field_unproven: return say(language, Text::advice_outside);
    case Reason::own_domain_on_list:
    case Reason::own_domain_broken_on_list: return say(language, Text::advice_list);
    case Reason::own_domain_forged: return say(language, Text::advice_forged);
    case Reason::dmarc_asks_quarantine:
    case Reason::dmarc_asks_reject: return say(language, Text::advice_dmarc);
    case Reason::dmarc_broken_on_list: return say(language, Text::advice_dmarc_list);
    case Reason::dmarc_too_many_authors: return fault_advice(language, Text::advice_from_several);
    case Reason::dmarc_not_known: return say(language, Text::advice_dmarc_unknown);
    case Reason::name_shows_ours:
    case Reason::name_shows_other: return with_detail(Text::advice_display_name);
    case Reason::headers_not_seen: return say(language, Text::advice_headers);
    case Reason::from_missing: return fault_advice(language, Text::advice_from_missing);
    case Reason::from_hidden: return fault_advice(language, Text::advice_from_hidden);
    case Reason::from_repeated: return fault_advice(language, Text::advice_from_repeated);
    case Reason::from_several: return fault_advice(language, Text::advice_from_several);
    case Reason::from_group: return fault_advice(language, Text::advice_from_group);
    case Reason::from_empty: return fault_advice(language, Text::advice_from_empty);
    case Reason::from_unreadable: return fault_advice(language, Text::advice_from_unreadable);
    default: return {};
  }
}

}  // namespace

std::string advice_for(Language language, const Finding& finding, const Calendar& calendar,
                       Time now) {
  const std::string count =
      finding.figures.limit ? std::to_string(finding.figures.limit->count.value_or(0)) : "";
  switch (finding.reason) {
    case Reason::too_many_messages:
    case Reason::too_many_recipients_today:
      return counted_advice(language, finding.figures, calendar, now);
    case Reason::too_many_recipients:
      return say(language, Text::advice_fewer_recipients, {{"limit", count}});
    case Reason::too_large: return say(language, Text::advice_smaller, {{"limit", count}});
    case Reason::sender_frozen:
    case Reason::recipient_frozen: return frozen_advice(language, finding);
    case Reason::store_away: return say(language, Text::advice_store);
    case Reason::client_locked:
    case Reason::client_locked_by_hand:
    case Reason::locked_client_elsewhere: return lock_advice(language, finding, calendar, now);
    default: return sender_advice(language, finding);
  }
}

Story explain(Language language, const Case& record, const Calendar& calendar, Time now) {
  return Telling(language, record, calendar, now).story();
}

std::string Story::text(Language language) const {
  std::string out = title + '\n';
  const auto add = [&](Text label, const std::string& value) {
    if (!value.empty()) out += labelled(language, label, value) + '\n';
  };
  add(Text::label_what, what);
  for (const auto& [label, value] : particulars) {
    out += "  " + say(language, Text::labelled, {{"label", label}, {"value", value}}) + '\n';
  }
  add(Text::label_rule, rule);
  add(Text::label_why, why);
  add(Text::label_figures, figures);
  add(Text::label_origin, origin);
  add(Text::label_clears, clears);
  add(Text::label_advice, advice);
  for (const Exception& exception : exceptions) {
    add(Text::label_exception, exception.lead);
    out += '\n' + exception.yaml + '\n';
  }
  if (!trace.empty()) out += heading(language, Text::label_trace) + '\n';
  for (const std::string& line : trace)
    out += "  " + line + '\n';
  return out;
}

}  // namespace gatepost
