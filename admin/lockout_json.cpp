#include "admin/lockout_json.hpp"

#include "admin/case_view.hpp"
#include "admin/json_values.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

json::value place_json(const std::optional<Place>& place) {
  if (!place) return nullptr;
  return json::value(place->text());
}

json::value lock_json(const std::optional<ClientLock>& lock) {
  if (!lock) return nullptr;
  return json_of(*lock);
}

// A name as it is kept: empty where none was readable.
json::array names_json(const std::vector<LoginName>& names) {
  json::array out;
  for (const LoginName& name : names)
    out.emplace_back(shown(name.text));
  return out;
}

json::object line_json(const FailureLine& line) {
  return {{"login", shown(line.login.text)}, {"masked", line.login.masked},
          {"service", name(line.service)},   {"protocol", shown(line.protocol)},
          {"source", name(line.source)},     {"times", line.times},
          {"counted", line.counted},         {"first", utc_text(line.first)},
          {"last", utc_text(line.last)}};
}

json::object terms_json(const ClientView& view) {
  const LockoutTerms& terms = view.terms;
  const bool distinct = terms.count == CountedFailures::distinct_passwords;
  return {
      {"failures", json_of(view.locks_at)}, {"within_seconds", terms.within.count()},
      {"lock_seconds", terms.lock.count()}, {"count", distinct ? "distinct_passwords" : "failures"},
      {"office", place_json(terms.office)}, {"shared_address", view.shared}};
}

json::object address_json(const FailedFrom& from) {
  json::object out{{"network", from.network.text()},
                   {"client", client_text(from.network)},
                   {"times", nullptr},
                   {"last", nullptr},
                   {"protocol", nullptr},
                   {"locked", from.is_locked()},
                   {"lock", lock_json(from.lock)},
                   {"never_locked", place_json(from.never_locked)}};
  if (!from.failures) return out;
  out["times"] = from.failures->times;
  out["last"] = utc_text(from.failures->last);
  out["protocol"] = shown(from.failures->protocol);
  return out;
}

// Members that tell why something may not be known.
void add_sources(json::object& out, bool observed, const LoginsStatus& logins) {
  out["observed"] = observed;
  out["idle"] = logins.idle;
}

}  // namespace

json::object json_of(const ClientLock& lock) {
  json::object out{{"network", lock.network.text()},
                   {"client", client_text(lock.network)},
                   {"reference", lock.reference.text()},
                   {"since", utc_text(lock.since)},
                   {"until", utc_text(lock.until)},
                   {"by_hand", lock.by_hand()},
                   {"actor", nullptr},
                   {"reason", nullptr},
                   {"failures", lock.failures},
                   {"within_seconds", lock.within.count()},
                   {"logins", names_json(lock.logins)},
                   {"offence", lock.offence}};
  if (!lock.by_hand()) return out;
  out["actor"] = lock.actor;
  out["reason"] = shown(lock.reason);
  return out;
}

json::object json_of(const LockListView& view, const Calendar& calendar, Language language) {
  json::array locks;
  for (const LockView& one : view.locks) {
    json::object lock = json_of(one.lock);
    lock["never_locked"] = place_json(one.never_locked);
    locks.push_back(std::move(lock));
  }
  json::object out{{"count", view.count}, {"locks", std::move(locks)}};
  add_sources(out, view.observed, view.logins);
  out["text"] = text_of(view, calendar, language);
  return out;
}

json::object json_of(const ClientView& view, const Calendar& calendar, Language language) {
  json::object out{{"client", view.target.client.text()},
                   {"network", view.target.network.text()},
                   {"locked", view.is_locked()},
                   {"lock", lock_json(view.lock)},
                   {"never_locked", place_json(view.never_locked)},
                   {"terms", terms_json(view)},
                   {"counted", nullptr},
                   {"failures", nullptr},
                   {"good_logins", nullptr},
                   {"pattern", name(view.pattern)}};
  if (const auto* standing = value_of(view.standing)) {
    json::array failures;
    for (const FailureLine& line : standing->failures)
      failures.push_back(line_json(line));
    out["counted"] = standing->counted;
    out["failures"] = std::move(failures);
    out["good_logins"] = names_json(standing->good_logins);
  }
  out["exceptions"] = json_of(exceptions_for(view, calendar, language));
  add_sources(out, view.observed, view.logins);
  out["text"] = text_of(view, calendar, language);
  return out;
}

json::object json_of(const UserView& view, const Calendar& calendar, Language language) {
  json::object out{{"account", view.login.text()},
                   {"kept_by_name", view.kept_by_name},
                   {"within_seconds", view.within.count()},
                   {"locked", view.locked()},
                   {"attacked", view.attacked},
                   {"frozen", json_of(view.frozen)},
                   {"addresses", nullptr}};
  if (const auto* known = value_of(view.addresses)) {
    json::array addresses;
    for (const FailedFrom& one : *known)
      addresses.push_back(address_json(one));
    out["addresses"] = std::move(addresses);
  }
  add_sources(out, view.observed, view.logins);
  out["text"] = text_of(view, calendar, language);
  return out;
}

}  // namespace gatepost::admin
