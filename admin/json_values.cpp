#include "admin/json_values.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>

#include "policy/explain.hpp"

namespace gatepost::admin {

namespace json = boost::json;

std::string utc_text(Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(static_cast<std::time_t>(seconds.time_since_epoch().count())));
}

json::value json_of(const std::optional<Time>& time) {
  if (!time) return nullptr;
  return json::value(utc_text(*time));
}

json::value json_of(const std::optional<std::int64_t>& value) {
  if (!value) return nullptr;
  return *value;
}

json::object json_of(const Origin& origin) {
  const auto kind = [&]() -> std::string_view {
    switch (origin.kind) {
      case Origin::Kind::built_in: return "built_in";
      case Origin::Kind::site: return "site";
      case Origin::Kind::domain: return "domain";
      case Origin::Kind::group: return "group";
      case Origin::Kind::account: return "account";
      case Origin::Kind::server: return "server";
    }
    return "";
  };
  json::object out{{"kind", kind()}, {"name", origin.name}, {"place", nullptr}};
  if (!origin.place.file.empty()) out["place"] = origin.place.text();
  return out;
}

namespace {

// The stable name, whatever the catalogue says.
std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass: return "pass";
    case Outcome::hit: return "hit";
    case Outcome::unknown: return "unknown";
  }
  return "";
}

}  // namespace

json::object json_of(const Finding& finding, Language language) {
  const Figures& figures = finding.figures;
  json::object out{{"rule", name(finding.rule)},
                   {"reason", name(finding.reason)},
                   {"used", json_of(figures.used)},
                   {"amount", json_of(figures.amount)},
                   {"limit", nullptr},
                   {"origin", nullptr},
                   {"clears_at", json_of(figures.clears_at)},
                   {"local", figures.local},
                   {"about", shown(finding.about)},
                   {"detail", shown(finding.detail)}};
  out["outcome"] = outcome_name(finding.outcome);
  out["sentence"] = sentence(language, finding);
  if (figures.limit) out["limit"] = limit_in_yaml(finding.rule, *figures.limit);
  if (figures.origin) out["origin"] = json_of(*figures.origin);
  return out;
}

json::array json_of(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts)
    out.emplace_back(text);
  return out;
}

Response json_response(const json::object& object, int status) {
  return {
      .status = status, .content_type = "application/json", .body = json::serialize(object) + '\n'};
}

Response problem(int status, std::string_view error, std::string_view hint) {
  return json_response({{"error", error}, {"hint", hint}}, status);
}

std::optional<json::object> parse_object(std::string_view text) {
  if (text.empty()) return json::object{};
  json::parse_options options;
  options.max_depth = 8;
  json::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error || !value.is_object()) return {};
  return std::move(value.as_object());
}

std::optional<std::string> string_member(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains({name.data(), name.size()});
  if (found == nullptr || !found->is_string()) return {};
  return std::string(found->as_string().data(), found->as_string().size());
}

std::optional<std::int64_t> integer_member(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains({name.data(), name.size()});
  if (found == nullptr || !found->is_int64()) return {};
  return found->as_int64();
}

}  // namespace gatepost::admin
