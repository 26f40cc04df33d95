// Why somebody cannot log in, in the words of people.

#include "admin/lockout_view.hpp"
#include "policy/explain.hpp"

namespace gatepost::admin {
namespace {

constexpr std::size_t kAddressesShown = 50;

class Page {
public:
  Page(const UserView& view, const Calendar& calendar, Language language)
      : view_(view), calendar_(calendar), language_(language), account_(view.login.text()) {}

  std::string text() && {
    add(Text::lockout_user_title, {{"account", account_}});
    frozen();
    if (!view_.kept_by_name) {
      add(Text::lockout_user_foreign, {{"account", account_}});
    } else if (const auto* addresses = value_of(view_.addresses)) {
      tell(*addresses);
    } else {
      add(Text::lockout_failures_unknown, {{"why", std::get<Unavailable>(view_.addresses).why}});
    }
    return std::move(out_);
  }

private:
  void line(const std::string& text) { out_ += text + '\n'; }

  void add(Text text, std::initializer_list<TextArgument> arguments = {}) {
    line(say(language_, text, arguments));
  }

  void frozen() {
    if (!view_.frozen) return;
    const FrozenView& frozen = *view_.frozen;
    if (frozen.place) {
      add(Text::account_frozen_file, {{"place", frozen.place->text()}, {"reason", frozen.reason}});
    } else {
      add(Text::account_frozen_command,
          {{"actor", frozen.actor},
           {"time", frozen.since ? calendar_.text(*frozen.since) : "?"},
           {"reason", frozen.reason}});
    }
    add(Text::lockout_user_frozen);
  }

  void tell(const std::vector<FailedFrom>& addresses) {
    const std::string span = span_text(language_, view_.within);
    if (addresses.empty()) {
      add(Text::lockout_user_none, {{"account", account_}, {"span", span}});
      silent_sources();
      return advise(Text::lockout_user_elsewhere);
    }
    attack(addresses.size());
    add(Text::lockout_user_failed, {{"span", span}});
    std::size_t told = 0;
    for (const FailedFrom& one : addresses) {
      if (++told > kAddressesShown) break;
      line("  " + address_line(one));
    }
    if (addresses.size() > kAddressesShown) {
      add(Text::lockout_more, {{"count", std::to_string(addresses.size() - kAddressesShown)}});
    }
    if (view_.observed) add(Text::lockout_observed);
    silent_sources();
    if (view_.locked() == 0) {
      advise(Text::lockout_user_open);
    } else {
      advise(view_.attacked ? Text::lockout_user_unlock_attacked : Text::lockout_user_unlock);
    }
  }

  void attack(std::size_t addresses) {
    if (!view_.attacked) return;
    add(Text::lockout_user_attacked, {{"count", std::to_string(addresses)}});
    if (view_.slowed.count() == 0) return;
    add(Text::lockout_user_slowed, {{"span", span_text(language_, view_.slowed)}});
  }

  std::string address_line(const FailedFrom& from) const {
    const TextArgument client{"client", client_text(from.network)};
    const TextArgument state{"state", state_text(from)};
    if (!from.failures) return say(language_, Text::lockout_user_lock_line, {client, state});
    const LoginFailures& failures = *from.failures;
    return say(language_, Text::lockout_user_line,
               {client,
                {"times", std::to_string(failures.times)},
                {"time", calendar_.text(failures.last)},
                {"protocol", failures.protocol.empty() ? "?" : shown(failures.protocol)},
                state});
  }

  std::string state_text(const FailedFrom& from) const {
    if (from.never_locked) {
      return say(language_, Text::lockout_state_never, {{"place", from.never_locked->text()}});
    }
    if (!from.lock) return say(language_, Text::lockout_state_open);
    return say(language_, Text::lockout_state_locked,
               {{"since", calendar_.text(from.lock->since)},
                {"until", calendar_.text(from.lock->until)},
                {"left", left_text(language_, from.lock->until - view_.now)},
                {"reference", from.lock->reference.text()}});
  }

  void silent_sources() {
    if (view_.logins.idle) add(Text::lockout_user_told_nothing);
    for (const LoginSourceStatus& source : view_.logins.sources) {
      if (source.problem.empty()) continue;
      add(Text::status_login_problem, {{"source", source.name}, {"problem", source.problem}});
    }
  }

  void advise(Text text) {
    line(labelled(language_, Text::label_advice, say(language_, text, {{"account", account_}})));
  }

  const UserView& view_;
  const Calendar& calendar_;
  Language language_;
  const std::string account_;
  std::string out_;
};

}  // namespace

std::string text_of(const UserView& view, const Calendar& calendar, Language language) {
  return Page(view, calendar, language).text();
}

}  // namespace gatepost::admin
