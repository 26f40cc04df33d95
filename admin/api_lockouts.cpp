// The endpoints under /v1/lockouts.

#include <array>
#include <charconv>
#include <set>

#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "admin/api_handlers.hpp"
#include "admin/audited_change.hpp"
#include "admin/json_values.hpp"
#include "admin/lockout_json.hpp"
#include "admin/lockout_view.hpp"
#include "policy/engine.hpp"
#include "policy/lockout.hpp"
#include "session/random.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

constexpr std::size_t kLocksShown = 1000;

Response mistake(const TargetMistake& mistake) {
  return problem(400, mistake.error, mistake.hint);
}

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

// What an unlock did, for people and programs.
class UnlockReport {
public:
  explicit UnlockReport(const Call& call) : call_(call) {}

  void add(const Network& network, const UnlockOutcome& outcome) {
    only_here_ = only_here_ || outcome.only_here;
    failures_ += outcome.failures;
    const std::string client = client_text(network);
    if (outcome.lock) {
      locks_.push_back(admin::json_of(*outcome.lock));
      clients_ += (clients_.empty() ? "" : ", ") + client;
      line(Text::done_unlocked, {{"client", client},
                                 {"reference", outcome.lock->reference.text()},
                                 {"time", calendar().text(outcome.lock->until)}});
    }
    if (outcome.failures > 0) {
      line(Text::done_failures_forgotten,
           {{"client", client}, {"count", std::to_string(outcome.failures)}});
    }
  }

  bool changed() const { return !locks_.empty() || failures_ > 0; }

  bool only_here() const { return only_here_; }

  // For the audit: `done: unlocked 192.0.2.7; failures forgotten: 10`.
  std::string result() const {
    const std::string unlocked = clients_.empty() ? "" : fmt::format("unlocked {}; ", clients_);
    return fmt::format("done: {}failures forgotten: {}", unlocked, failures_);
  }

  Response response() && {
    line(only_here_ ? Text::done_only_here : Text::done_everywhere);
    return json_response({{"result", "done"},
                          {"lifted", std::move(locks_)},
                          {"failures_forgotten", failures_},
                          {"only_here", only_here_},
                          {"text", text_}});
  }

private:
  const Calendar& calendar() const { return *call_.settings->site.calendar; }

  void line(Text text, std::initializer_list<TextArgument> arguments = {}) {
    text_ += say(call_.language, text, arguments) + '\n';
  }

  const Call& call_;
  json::array locks_;
  std::string clients_;
  std::int64_t failures_ = 0;
  bool only_here_ = false;
  std::string text_;
};

// Lifts what keeps the network out; nothing, and the report says what was done, or why not.
std::optional<Unavailable> lift(LockBook& book, const Network& network, UnlockReport& report) {
  const auto answer = book.unlock(network);
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  report.add(network, *value_of(answer));
  return {};
}

// The client's network, and every other whose lock holds for it: what counts as one client may
// have been another when it was locked.
std::optional<Unavailable> lift_all(const Call& call, const ClientTarget& target,
                                    UnlockReport& report) {
  LockBook& book = call.daemon.stores().locks();
  std::set<Network> done;
  std::optional<Network> next = target.network;
  while (next && done.insert(*next).second) {
    if (auto away = lift(book, *next, report)) return away;
    const auto left = book.lock_of(target.client, call.now);
    next = left ? std::optional(left->network) : std::nullopt;
  }
  return {};
}

Response unlock_client(const Call& call, const ClientTarget& target, const std::string& reason) {
  const std::string client = client_text(target.network);
  AuditedChange change(call, "lockout unlock", client, reason);
  if (auto refused = change.begin()) return *std::move(refused);
  UnlockReport report(call);
  if (const auto away = lift_all(call, target, report)) {
    change.end("failed: " + away->why);
    return store_problem(*away);
  }
  if (!report.changed()) {
    change.end("refused: nothing to undo");
    return problem(
        409,
        fmt::format("{} is not locked, and no failed logins of it count{}", client,
                    report.only_here() ? ", as far as this daemon knows: the store is away" : ""),
        "see gatepost lockout list; is it the address that the person logs in from?");
  }
  change.end(report.result());
  return std::move(report).response();
}

Response nothing_names(const Login& login) {
  return problem(409, fmt::format("no locked address names {}", login.text()),
                 fmt::format("see gatepost lockout show {}; where another's failures locked the "
                             "address, unlock the address itself",
                             login.text()));
}

Response unlock_user(const Call& call, const Login& login, const std::string& reason) {
  const auto name = kept_name(*call.settings, login);
  if (!name) {
    return problem(409,
                   fmt::format("{} is not of our domains: its failures are kept masked, so nobody "
                               "can tell which addresses they locked",
                               login.text()),
                   "unlock the address: gatepost lockout unlock IP --reason TEXT");
  }
  AuditedChange change(call, "lockout unlock", login.text(), reason);
  if (auto refused = change.begin()) return *std::move(refused);
  LockBook& book = call.daemon.stores().locks();
  const auto addresses = failed_from(*call.settings, book, *name, call.now);
  if (const auto* away = std::get_if<Unavailable>(&addresses)) {
    change.end("failed: " + away->why);
    return store_problem(*away);
  }
  UnlockReport report(call);
  for (const FailedFrom& from : *value_of(addresses)) {
    if (!from.lock) continue;
    const auto away = lift(book, from.network, report);
    if (!away) continue;
    change.end(fmt::format("failed: {}; before that, {}", away->why, report.result()));
    return store_problem(*away);
  }
  if (!report.changed()) {
    change.end("refused: no locked address names it");
    return nothing_names(login);
  }
  change.end(report.result());
  return std::move(report).response();
}

ClientLock lock_by_hand(const Call& call, const ClientTarget& target, std::chrono::minutes span,
                        const std::string& reason) {
  return {.network = target.network,
          .reference = Reference::from_bits(session::system_random()()),
          .since = call.now,
          .until = call.now + span,
          .actor = call.request.actor,
          .reason = reason,
          .failures = 0,
          .within = std::chrono::seconds(0),
          .logins = {},
          .offence = 1};
}

Response locked(const Call& call, const ClientLock& lock, bool again,
                const Answer<bool>& recorded) {
  std::string text = say(call.language, again ? Text::done_locked_again : Text::done_locked,
                         {{"client", client_text(lock.network)},
                          {"time", call.settings->site.calendar->text(lock.until)},
                          {"reference", lock.reference.text()}}) +
                     '\n';
  if (observes(*call.settings, rule_of<LoginLockout>(call.settings->rules).settings)) {
    text += say(call.language, Text::lockout_observed) + '\n';
  }
  if (const auto* away = std::get_if<Unavailable>(&recorded)) {
    text += say(call.language, Text::done_lock_unrecorded, {{"why", away->why}}) + '\n';
  }
  return json_response(
      {{"result", "done"}, {"replaced", again}, {"lock", admin::json_of(lock)}, {"text", text}});
}

Response lock_client(const Call& call, const ClientTarget& target, std::chrono::minutes span,
                     const std::string& reason) {
  const std::string client = client_text(target.network);
  AuditedChange change(call, "lockout lock", client, reason);
  if (auto refused = change.begin()) return *std::move(refused);
  if (const auto place = never_locked(*call.settings, target.client)) {
    change.end("refused: never locked, by " + place->text());
    return problem(409,
                   fmt::format("{} is never locked, by the entry at {}", client, place->text()),
                   "take the address out there and reload, then lock it");
  }
  store::Stores& stores = call.daemon.stores();
  const bool again = stores.locks().lock_of(target.client, call.now).has_value();
  const ClientLock lock = lock_by_hand(call, target, span, reason);
  const auto answer = stores.locks().lock(lock);
  if (const auto* away = std::get_if<Unavailable>(&answer)) {
    change.end("failed: " + away->why);
    return store_problem(*away);
  }
  change.end("done");
  const auto recorded = stores.cases().record(case_of(lock, call.settings->site, host_name()));
  return locked(call, lock, again, recorded);
}

}  // namespace

Response list_lockouts(const Call& call) {
  const std::string_view wanted = call.target.parameter("most");
  std::size_t most = kLocksShown;
  if (!wanted.empty()) {
    const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), most);
    const bool whole = error == std::errc{} && end == wanted.data() + wanted.size();
    if (!whole || most == 0 || most > LockBook::kMostLocks) {
      return problem(400, fmt::format("'{}' is not a number of locks", wanted),
                     fmt::format("most is 1 to {}", LockBook::kMostLocks));
    }
  }
  const auto view =
      look_at_locks(*call.settings, call.daemon.stores().locks(), call.daemon.status(), most);
  return json_response(json_of(view, *call.settings->site.calendar, call.language));
}

Response show_lockout(const Call& call) {
  const auto target = parse_lockout_target(call.argument, *call.settings);
  if (const auto* wrong = std::get_if<TargetMistake>(&target)) return mistake(*wrong);
  store::Stores& stores = call.daemon.stores();
  const Status status = call.daemon.status();
  const Calendar& calendar = *call.settings->site.calendar;
  if (const auto* client = std::get_if<ClientTarget>(&target)) {
    const auto view = look_at_client(*call.settings, stores.locks(), status, *client);
    return json_response(json_of(view, calendar, call.language));
  }
  const auto view = look_at_user(*call.settings, stores, status, std::get<Login>(target));
  return json_response(json_of(view, calendar, call.language));
}

Response unlock(const Call& call) {
  const auto target = parse_lockout_target(call.argument, *call.settings);
  if (const auto* wrong = std::get_if<TargetMistake>(&target)) return mistake(*wrong);
  auto reason = reason_of(call);
  if (auto* refused = std::get_if<Response>(&reason)) return *refused;
  if (const auto* client = std::get_if<ClientTarget>(&target)) {
    return unlock_client(call, *client, std::get<std::string>(reason));
  }
  return unlock_user(call, std::get<Login>(target), std::get<std::string>(reason));
}

Response lock(const Call& call) {
  const auto target = parse_lockout_target(call.argument, *call.settings);
  if (const auto* wrong = std::get_if<TargetMistake>(&target)) return mistake(*wrong);
  const auto* client = std::get_if<ClientTarget>(&target);
  if (client == nullptr) {
    return problem(400, fmt::format("'{}' is not an address", call.argument),
                   "lockout lock is for addresses; an account is stopped by gatepost account "
                   "freeze, or by a new password");
  }
  auto reason = reason_of(call);
  if (auto* refused = std::get_if<Response>(&reason)) return *refused;
  const auto body = parse_object(call.request.body);
  const auto span = parse_lock_span(string_member(*body, "for").value_or(""));
  if (const auto* wrong = std::get_if<TargetMistake>(&span)) return mistake(*wrong);
  return lock_client(call, *client, std::get<std::chrono::minutes>(span),
                     std::get<std::string>(reason));
}

}  // namespace gatepost::admin
