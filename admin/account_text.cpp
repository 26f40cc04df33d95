// The account view in the words of people.

#include "admin/account_view.hpp"
#include "policy/explain.hpp"

namespace gatepost::admin {
namespace {

class Page {
public:
  Page(const AccountView& view, const Calendar& calendar, Language language)
      : view_(view), calendar_(calendar), language_(language) {}

  std::string text() && {
    line(say(language_, Text::account_title, {{"account", view_.login.text()}}));
    notes();
    frozen();
    failed_logins();
    line(labelled(language_, Text::label_groups,
                  view_.groups.empty() ? say(language_, Text::nothing) : joined_groups()));
    line(heading(language_, Text::label_limits));
    for (const LimitView& limit : view_.limits)
      limit_lines(limit);
    next_message();
    cases();
    return std::move(out_);
  }

private:
  void line(const std::string& text) { out_ += text + '\n'; }

  std::string joined_groups() const {
    std::string out;
    for (const std::string& group : view_.groups)
      out += (out.empty() ? "" : ", ") + group;
    return out;
  }

  void notes() {
    const auto* away = std::get_if<Unavailable>(&view_.counters);
    if (away != nullptr) {
      line(say(language_, Text::account_used_unknown, {{"why", away->why}}));
    } else if (!view_.seen) {
      line(say(language_, Text::account_unseen));
    }
    const auto* source = value_of(view_.counters);
    if (source != nullptr && *source == Source::local) line(say(language_, Text::account_local));
    if (!view_.login.address()) line(say(language_, Text::account_bare));
    if (!view_.is_ours) {
      line(say(language_, Text::account_not_ours,
               {{"domain", view_.login.address()->domain().ascii()}}));
    }
  }

  void frozen() {
    if (!view_.frozen) return line(say(language_, Text::account_not_frozen));
    const FrozenView& frozen = *view_.frozen;
    if (frozen.place) {
      const std::string place = frozen.place->text();
      line(
          say(language_, Text::account_frozen_file, {{"place", place}, {"reason", frozen.reason}}));
      return line("  " + say(language_, Text::advice_unfreeze_file, {{"place", place}}));
    }
    line(say(language_, Text::account_frozen_command,
             {{"actor", frozen.actor},
              {"time", frozen.since ? calendar_.text(*frozen.since) : "?"},
              {"reason", frozen.reason}}));
    line("  " + say(language_, Text::advice_unfreeze_command, {{"account", view_.login.text()}}));
  }

  void failed_logins() {
    if (!view_.failed_logins) return;
    line(say(language_, Text::account_logins_failed,
             {{"count", std::to_string(view_.failed_logins->times)},
              {"addresses", std::to_string(view_.failed_logins->addresses)},
              {"locked", std::to_string(view_.failed_logins->locked)},
              {"account", view_.login.text()}}));
  }

  void limit_lines(const LimitView& limit) {
    std::string text =
        "  " + say(language_, Text::labelled,
                   {{"label", std::string(name(limit.rule))},
                    {"value", limit_text(language_, limit.rule, limit.limit.limit)}});
    const auto add = [&](Text label, const std::string& value) {
      text = say(language_, Text::clause,
                 {{"before", text}, {"next", labelled(language_, label, value)}});
    };
    if (limit.counted) {
      add(Text::label_used, limit.used ? std::to_string(*limit.used) : "?");
      if (limit.left()) add(Text::label_left, std::to_string(*limit.left()));
      if (limit.resets_at) add(Text::label_resets, calendar_.text(*limit.resets_at));
    }
    line(text);
    line("    " +
         labelled(language_, Text::label_origin, origin_text(language_, limit.limit.origin)));
  }

  std::string refused_text(const Finding& finding) const {
    const std::string rule =
        named(language_, name(finding.rule), rule_text(language_, finding.rule));
    if (!finding.figures.clears_at) return say(language_, Text::account_refused, {{"rule", rule}});
    return say(language_, Text::account_refused_until,
               {{"rule", rule}, {"time", calendar_.text(*finding.figures.clears_at)}});
  }

  void next_message() {
    if (view_.refusal) {
      line(refused_text(view_.refusal->finding));
    } else if (value_of(view_.counters) == nullptr) {
      line(say(language_, Text::account_passes_unknown));
    } else if (!view_.would_refuse) {
      line(say(language_, Text::account_passes));
    }
    if (view_.would_refuse) {
      line(refused_text(view_.would_refuse->finding) + ' ' +
           say(language_, Text::account_observed));
    }
  }

  // What the client was told, or what became of a message that passed.
  std::string outcome(const Case& record) const {
    return record.reply.empty() ? verdict_text(language_, record.verdict) : record.reply;
  }

  void cases() {
    const auto* cases = value_of(view_.cases);
    if (cases == nullptr) {
      return line(say(language_, Text::account_cases_unknown,
                      {{"why", std::get<Unavailable>(view_.cases).why}}));
    }
    if (cases->empty()) return line(say(language_, Text::account_no_cases));
    line(heading(language_, Text::label_cases));
    for (const Case& record : *cases) {
      line("  " + say(language_, Text::account_case,
                      {{"time", calendar_.text(record.last)},
                       {"reference", record.reference.text()},
                       {"rule", std::string(name(record.decisive.rule))},
                       {"count", std::to_string(record.count)},
                       {"reply", outcome(record)}}));
    }
  }

  const AccountView& view_;
  const Calendar& calendar_;
  Language language_;
  std::string out_;
};

}  // namespace

std::string text_of(const AccountView& view, const Calendar& calendar, Language language) {
  return Page(view, calendar, language).text();
}

}  // namespace gatepost::admin
