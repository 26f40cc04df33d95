// The endpoints under /v1/account.

#include <variant>

#include <fmt/format.h>

#include "admin/account_view.hpp"
#include "admin/api_handlers.hpp"
#include "admin/audited_change.hpp"
#include "admin/case_view.hpp"
#include "admin/json_values.hpp"
#include "policy/engine.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

// The account of the request's path, canonical; or the answer that says what is wrong with it.
std::variant<Login, Response> account_of(const Call& call) {
  const auto login = Login::parse(call.argument, call.settings->site.logins);
  const bool broken_address =
      login && !login->address() && call.argument.find('@') != std::string::npos;
  if (login && !broken_address) return *login;
  return problem(400, fmt::format("'{}' is not an account name", call.argument),
                 "an account is a login such as alice@example.com, or alice where the site has "
                 "bare logins");
}

Response done(const Call& call, const Login& login, Text text) {
  const std::string sentence = say(call.language, text, {{"account", login.text()}});
  return json_response({{"account", login.text()}, {"result", "done"}, {"text", sentence + '\n'}});
}

bool only_observed(const Call& call) {
  const auto settings = call.daemon.settings();
  return observes(*settings, rule_of<FrozenAccounts>(settings->rules).settings);
}

Response freeze(const Call& call, const Login& login, const std::string& reason) {
  AuditedChange change(call, "account freeze", login.text(), reason);
  if (auto refused = change.begin()) return *std::move(refused);
  const Answer<bool> frozen = call.daemon.stores().freezes().freeze(
      {.account = login.text(), .reason = reason, .actor = call.request.actor, .since = call.now});
  if (const auto* away = std::get_if<Unavailable>(&frozen)) {
    change.end("failed: " + away->why);
    return store_problem(*away);
  }
  change.end("done");
  if (only_observed(call)) return done(call, login, Text::done_frozen_observed);
  return done(call, login, *value_of(frozen) ? Text::done_frozen : Text::done_frozen_again);
}

Response unfreeze(const Call& call, const Login& login, const std::string& reason) {
  AuditedChange change(call, "account unfreeze", login.text(), reason);
  if (auto refused = change.begin()) return *std::move(refused);
  FreezeBook& freezes = call.daemon.stores().freezes();
  const auto frozen = find_frozen_view(*call.settings, freezes, login, call.now);
  if (frozen && frozen->place) {
    const std::string place = frozen->place->text();
    change.end("refused: frozen at " + place);
    return problem(409,
                   fmt::format("{} is frozen by the entry at {}, which a command cannot lift",
                               login.text(), place),
                   "remove that entry and save the file; it takes effect within seconds");
  }
  const Answer<bool> lifted = freezes.unfreeze(login.text());
  if (const auto* away = std::get_if<Unavailable>(&lifted)) {
    change.end("failed: " + away->why);
    return store_problem(*away);
  }
  if (!*value_of(lifted)) {
    change.end("refused: not frozen");
    return problem(409, fmt::format("{} is not frozen", login.text()),
                   "see gatepost account show; is it the name the account logs in with?");
  }
  change.end("done");
  return done(call, login, Text::done_unfrozen);
}

// Reads account and reason, then makes the change.
template <typename Change>
Response change_account(const Call& call, Change change) {
  auto account = account_of(call);
  if (auto* refused = std::get_if<Response>(&account)) return *refused;
  auto reason = reason_of(call);
  if (auto* refused = std::get_if<Response>(&reason)) return *refused;
  return change(call, std::get<Login>(account), std::get<std::string>(reason));
}

}  // namespace

Response show_account(const Call& call) {
  auto account = account_of(call);
  if (auto* refused = std::get_if<Response>(&account)) return *refused;
  const AccountView view =
      look_at(*call.settings, call.daemon.stores(), std::get<Login>(account), call.now);
  return json_response(json_of(view, *call.settings->site.calendar, call.language));
}

Response freeze_account(const Call& call) {
  return change_account(call, freeze);
}

Response unfreeze_account(const Call& call) {
  return change_account(call, unfreeze);
}

}  // namespace gatepost::admin
