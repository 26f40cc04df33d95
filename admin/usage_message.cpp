#include "admin/usage_message.hpp"

#include <boost/json/serialize.hpp>

#include "admin/json_values.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

json::value milliseconds(const std::optional<Time>& time) {
  if (!time) return nullptr;
  return time->time_since_epoch().count();
}

std::optional<Time> time_member(const json::object& object, std::string_view name) {
  const auto count = integer_member(object, name);
  if (!count) return {};
  return Time(std::chrono::milliseconds(*count));
}

bool bool_member(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains({name.data(), name.size()});
  return found != nullptr && found->is_bool() && found->as_bool();
}

const json::array* array_member(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains({name.data(), name.size()});
  return found != nullptr ? found->if_array() : nullptr;
}

json::object charge_json(const Charge& charge) {
  return {{"unit", charge.counter.unit == Unit::messages ? "messages" : "recipients"},
          {"window_seconds", charge.counter.window.length.count()},
          {"amount", charge.amount},
          {"limit", json_of(charge.limit)},
          {"enforced", charge.enforced}};
}

std::optional<Charge> parse_charge(const json::value& value) {
  if (!value.is_object()) return {};
  const json::object& object = value.as_object();
  const auto unit = string_member(object, "unit");
  const auto window = integer_member(object, "window_seconds");
  const auto amount = integer_member(object, "amount");
  const bool known_unit = unit == "messages" || unit == "recipients";
  constexpr std::int64_t kLongestWindow = 366LL * 86400;
  if (!known_unit || !window || *window < 0 || *window > kLongestWindow) return {};
  if (!amount || *amount < 0) return {};
  return Charge{.counter = {*unit == "messages" ? Unit::messages : Unit::recipients,
                            {std::chrono::seconds(*window)}},
                .amount = *amount,
                .limit = integer_member(object, "limit"),
                .enforced = bool_member(object, "enforced")};
}

json::object reading_json(const Reading& reading) {
  return {{"used", reading.used},
          {"over", reading.over},
          {"clears_at_ms", milliseconds(reading.clears_at)},
          {"resets_at_ms", milliseconds(reading.resets_at)}};
}

std::optional<Reading> parse_reading(const json::value& value) {
  if (!value.is_object()) return {};
  const json::object& object = value.as_object();
  const auto used = integer_member(object, "used");
  if (!used) return {};
  return Reading{.used = *used,
                 .over = bool_member(object, "over"),
                 .clears_at = time_member(object, "clears_at_ms"),
                 .resets_at = time_member(object, "resets_at_ms")};
}

json::object frozen_json(const FrozenAccount& entry) {
  return {{"account", entry.account},
          {"reason", entry.reason},
          {"actor", entry.actor},
          {"since_ms", milliseconds(entry.since)}};
}

FrozenAccount parse_frozen(const json::value& value) {
  const json::object object = value.is_object() ? value.as_object() : json::object{};
  return {.account = string_member(object, "account").value_or(""),
          .reason = string_member(object, "reason").value_or(""),
          .actor = string_member(object, "actor").value_or(""),
          .since = time_member(object, "since_ms").value_or(Time{})};
}

}  // namespace

std::string usage_question_text(const UsageQuestion& question) {
  json::array charges;
  for (const Charge& charge : question.charges)
    charges.push_back(charge_json(charge));
  return json::serialize(json::object{{"subject", question.subject},
                                      {"charges", std::move(charges)},
                                      {"accounts", json_of(question.accounts)}});
}

std::optional<UsageQuestion> parse_usage_question(std::string_view text) {
  const auto object = parse_object(text);
  if (!object) return {};
  const auto subject = string_member(*object, "subject");
  const json::array* charges = array_member(*object, "charges");
  const json::array* accounts = array_member(*object, "accounts");
  if (!subject || subject->empty() || charges == nullptr || charges->size() > kUsageMost) return {};
  UsageQuestion out{.subject = *subject, .charges = {}, .accounts = {}};
  for (const json::value& value : *charges) {
    const auto charge = parse_charge(value);
    if (!charge) return {};
    out.charges.push_back(*charge);
  }
  if (accounts == nullptr) return out;
  if (accounts->size() > kUsageMost) return {};
  for (const json::value& value : *accounts) {
    if (!value.is_string()) return {};
    out.accounts.emplace_back(value.as_string());
  }
  return out;
}

std::string usage_answer_text(const UsageAnswer& answer) {
  json::array readings;
  for (const Reading& reading : answer.settlement.readings) {
    readings.push_back(reading_json(reading));
  }
  json::array frozen;
  for (const FrozenAccount& entry : answer.frozen)
    frozen.push_back(frozen_json(entry));
  return json::serialize(
             json::object{{"now_ms", answer.settlement.now.time_since_epoch().count()},
                          {"refused", answer.settlement.refused},
                          {"source", answer.settlement.source == Source::store ? "store" : "local"},
                          {"readings", std::move(readings)},
                          {"frozen", std::move(frozen)}}) +
         '\n';
}

std::optional<UsageAnswer> parse_usage_answer(std::string_view text) {
  const auto object = parse_object(text);
  if (!object) return {};
  const auto now = time_member(*object, "now_ms");
  const json::array* readings = array_member(*object, "readings");
  if (!now || readings == nullptr) return {};
  UsageAnswer out;
  out.settlement.now = *now;
  out.settlement.refused = bool_member(*object, "refused");
  out.settlement.source =
      string_member(*object, "source") == "local" ? Source::local : Source::store;
  for (const json::value& value : *readings) {
    const auto reading = parse_reading(value);
    if (!reading) return {};
    out.settlement.readings.push_back(*reading);
  }
  if (const json::array* frozen = array_member(*object, "frozen")) {
    for (const json::value& value : *frozen)
      out.frozen.push_back(parse_frozen(value));
  }
  return out;
}

}  // namespace gatepost::admin
