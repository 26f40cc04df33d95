// Locks and failed logins in the words of people.

#include <algorithm>

#include <fmt/format.h>

#include "admin/lockout_view.hpp"
#include "policy/explain.hpp"

namespace gatepost::admin {
namespace {

constexpr std::size_t kLinesShown = 50;

// Lines that each view writes.
class Page {
public:
  Page(Time now, const Calendar& calendar, Language language)
      : now_(now), calendar_(calendar), language_(language) {}

  void line(const std::string& text) { out_ += text + '\n'; }

  void add(Text text, std::initializer_list<TextArgument> arguments = {}) {
    line(say(language_, text, arguments));
  }

  void item(const std::string& text) { line("  " + text); }

  std::string time(Time when) const { return calendar_.text(when); }

  std::string left(Time until) const { return left_text(language_, until - now_); }

  std::string span(std::chrono::seconds span) const { return span_text(language_, span); }

  std::string logins(const std::vector<LoginName>& names) const {
    std::string out;
    for (const LoginName& name : names)
      out += (out.empty() ? "" : ", ") + login_text(language_, name);
    return out.empty() ? say(language_, Text::frozen_reason_unknown) : out;
  }

  // Who says nothing cannot be counted: told wherever that might be what is wrong.
  void sources(const LoginsStatus& logins) {
    if (logins.idle) add(Text::status_login_idle);
    for (const LoginSourceStatus& source : logins.sources) {
      if (source.problem.empty()) continue;
      add(Text::status_login_problem, {{"source", source.name}, {"problem", source.problem}});
    }
  }

  std::string text() && { return std::move(out_); }

protected:
  Time now_;
  const Calendar& calendar_;
  Language language_;

private:
  std::string out_;
};

class ListPage : public Page {
public:
  using Page::Page;

  void tell(const LockListView& view) {
    if (view.count == 0) {
      add(Text::lockout_list_none);
    } else {
      add(Text::lockout_list_title, {{"count", std::to_string(view.count)}});
    }
    for (const LockView& one : view.locks)
      lock(one);
    const std::size_t more = view.count - view.locks.size();
    if (more > 0) add(Text::lockout_list_more, {{"count", std::to_string(more)}});
    if (view.observed) add(Text::lockout_observed);
    sources(view.logins);
  }

private:
  void lock(const LockView& view) {
    const ClientLock& lock = view.lock;
    const TextArgument client{"client", client_text(lock.network)};
    const TextArgument until{"time", time(lock.until)};
    const TextArgument still{"left", left(lock.until)};
    const TextArgument reference{"reference", lock.reference.text()};
    if (lock.by_hand()) {
      item(say(language_, Text::lockout_list_by_hand,
               {client,
                until,
                still,
                reference,
                {"actor", lock.actor},
                {"reason", shown(lock.reason)}}));
    } else {
      item(say(language_, Text::lockout_list_failures,
               {client,
                until,
                still,
                reference,
                {"count", std::to_string(lock.failures)},
                {"span", span(lock.within)},
                {"logins", logins(lock.logins)}}));
    }
    if (!view.never_locked) return;
    item("  " +
         say(language_, Text::lockout_without_effect, {{"place", view.never_locked->text()}}));
  }
};

class ClientPage : public Page {
public:
  ClientPage(const ClientView& view, const Calendar& calendar, Language language)
      : Page(view.now, calendar, language),
        view_(view),
        client_(client_text(view.target.network)) {}

  void tell() {
    add(Text::lockout_client_title, {{"client", view_.target.client.text()}});
    if (client_ != view_.target.client.text()) {
      add(Text::lockout_client_network, {{"network", client_}});
    }
    state();
    if (view_.observed) add(Text::lockout_observed);
    if (const auto* standing = value_of(view_.standing)) {
      figures(*standing);
      failures(*standing);
      line(labelled(language_, Text::label_good_logins,
                    standing->good_logins.empty() ? say(language_, Text::nothing)
                                                  : logins(standing->good_logins)));
      pattern(*standing);
    } else {
      add(Text::lockout_failures_unknown, {{"why", std::get<Unavailable>(view_.standing).why}});
    }
    advice();
    sources(view_.logins);
  }

private:
  void state() {
    if (view_.never_locked) add(Text::lockout_never, {{"place", view_.never_locked->text()}});
    if (!view_.lock) {
      if (!view_.never_locked) add(Text::lockout_not_locked);
      return;
    }
    const ClientLock& lock = *view_.lock;
    add(Text::lockout_locked, {{"since", time(lock.since)},
                               {"until", time(lock.until)},
                               {"left", left(lock.until)},
                               {"reference", lock.reference.text()}});
    if (view_.never_locked) {
      add(Text::lockout_without_effect, {{"place", view_.never_locked->text()}});
    }
    if (lock.by_hand()) {
      return add(Text::lockout_why_by_hand,
                 {{"actor", lock.actor}, {"reason", shown(lock.reason)}});
    }
    add(Text::lockout_why_failures, {{"count", std::to_string(lock.failures)},
                                     {"span", span(lock.within)},
                                     {"logins", logins(lock.logins)}});
    if (lock.offence > 1) add(Text::lockout_offence, {{"count", std::to_string(lock.offence)}});
  }

  void figures(const NetworkStanding& standing) {
    const LockoutTerms& terms = view_.terms;
    const std::string counted = std::to_string(standing.counted);
    if (!view_.locks_at) return add(Text::lockout_counted_never, {{"count", counted}});
    add(Text::lockout_counted, {{"count", counted},
                                {"most", std::to_string(*view_.locks_at)},
                                {"span", span(terms.within)},
                                {"lock", span(terms.lock)}});
    if (terms.office) {
      add(Text::lockout_terms_office, {{"place", terms.office->text()}});
    } else {
      add(Text::lockout_terms_rule);
    }
    if (terms.count == CountedFailures::distinct_passwords) add(Text::lockout_terms_distinct);
    if (!view_.shared) return;
    add(Text::lockout_terms_shared, {{"users", std::to_string(standing.good_logins.size())},
                                     {"span", span(terms.shared.within)}});
  }

  void failures(const NetworkStanding& standing) {
    if (standing.failures.empty()) return add(Text::lockout_no_failures);
    line(heading(language_, Text::label_failed_logins));
    std::size_t told = 0;
    for (const FailureLine& one : standing.failures) {
      if (++told > kLinesShown) break;
      item(say(language_, Text::lockout_failure_line,
               {{"login", login_text(language_, one.login)},
                {"times", std::to_string(one.times)},
                {"protocol", protocol(one)},
                {"source", std::string(name(one.source))},
                {"first", time(one.first)},
                {"last", time(one.last)},
                {"counted", std::to_string(one.counted)}}));
    }
    if (standing.failures.size() <= kLinesShown) return;
    add(Text::lockout_more, {{"count", std::to_string(standing.failures.size() - kLinesShown)}});
  }

  static std::string protocol(const FailureLine& one) {
    return one.protocol.empty() ? std::string(name(one.service)) : shown(one.protocol);
  }

  void pattern(const NetworkStanding& standing) {
    switch (view_.pattern) {
      case FailurePattern::unclear: return;
      case FailurePattern::one_login: {
        const FailureLine& newest = standing.failures.front();
        return add(Text::lockout_advice_one_login, {{"login", login_text(language_, newest.login)},
                                                    {"protocol", protocol(newest)}});
      }
      case FailurePattern::several_users: return add(Text::lockout_advice_several_users);
      case FailurePattern::guessing: return add(Text::lockout_advice_guessing);
    }
  }

  // Who logged in from there and is one of those the address is locked for.
  void guessed() {
    const auto* standing = value_of(view_.standing);
    if (!view_.lock || standing == nullptr) return;
    for (const LoginName& good : standing->good_logins) {
      const auto& failed = view_.lock->logins;
      if (std::find(failed.begin(), failed.end(), good) == failed.end()) continue;
      add(Text::lockout_advice_guessed, {{"login", login_text(language_, good)}});
    }
  }

  void advice() {
    guessed();
    const std::string todo = say(language_, what_to_do(),
                                 {{"client", client_},
                                  {"actor", view_.lock ? view_.lock->actor : ""},
                                  {"place", view_.never_locked ? view_.never_locked->text() : ""}});
    line(labelled(language_, Text::label_advice, todo));
    if (view_.terms.office) {
      add(Text::lockout_advice_office_figure, {{"place", view_.terms.office->text()}});
    }
    for (const Exception& one : exceptions_for(view_, calendar_, language_)) {
      line(labelled(language_, Text::label_exception, one.lead));
      line('\n' + one.yaml);
    }
  }

  Text what_to_do() const {
    if (view_.never_locked) return Text::lockout_advice_never;
    if (view_.lock) {
      return view_.lock->by_hand() ? Text::lockout_advice_unlock_by_hand
                                   : Text::lockout_advice_unlock;
    }
    const auto* standing = value_of(view_.standing);
    const bool counted = standing != nullptr && standing->counted > 0;
    return counted ? Text::lockout_advice_forget : Text::lockout_advice_nothing;
  }

  const ClientView& view_;
  const std::string client_;
};

}  // namespace

std::string left_text(Language language, std::chrono::milliseconds left) {
  using std::chrono::ceil;
  constexpr int kFew = 2;  // of a unit: below, the next smaller one says more
  if (left <= std::chrono::minutes(kFew)) {
    return span_text(language, ceil<std::chrono::seconds>(left));
  }
  if (left <= std::chrono::hours(kFew))
    return span_text(language, ceil<std::chrono::minutes>(left));
  if (left <= std::chrono::days(kFew)) return span_text(language, ceil<std::chrono::hours>(left));
  return span_text(language, ceil<std::chrono::days>(left));
}

std::string login_text(Language language, const LoginName& login) {
  if (login.text.empty()) return say(language, Text::lockout_login_unreadable);
  if (!login.masked) return shown(login.text);
  return say(language, Text::lockout_login_masked, {{"login", shown(login.text)}});
}

std::string text_of(const LockListView& view, const Calendar& calendar, Language language) {
  ListPage page(view.now, calendar, language);
  page.tell(view);
  return std::move(page).text();
}

std::string text_of(const ClientView& view, const Calendar& calendar, Language language) {
  ClientPage page(view, calendar, language);
  page.tell();
  return std::move(page).text();
}

}  // namespace gatepost::admin
