#include "admin/auth_check_json.hpp"

#include <boost/json/array.hpp>

#include "policy/explain.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

json::value text_of(const std::optional<Domain>& domain) {
  if (!domain) return nullptr;
  return json::string(domain->ascii());
}

json::value text_of(std::string_view text) {
  if (text.empty()) return nullptr;
  return json::string(shown(text));
}

json::object json_of(const SpfOutcome& outcome, bool asked, Language language) {
  const bool helo = outcome.identity == SpfIdentity::helo;
  return {{"result", name(outcome.result)},
          {"domain", text_of(outcome.domain)},
          {"identity", helo ? "helo" : "mailfrom"},
          {"why", asked ? why_text(language, outcome) : not_asked_text(language)}};
}

json::object json_of(const DkimOutcome& outcome, Language language) {
  return {{"domain", text_of(outcome.domain)}, {"selector", text_of(outcome.selector)},
          {"result", name(outcome.result)},    {"algorithm", text_of(outcome.algorithm)},
          {"bits", outcome.key_bits},          {"why", why_text(language, outcome)}};
}

json::object json_of(const DmarcOutcome& outcome, Language language) {
  return {{"result", name(outcome.result)},
          {"policy", name(outcome.policy)},
          {"disposition", name(disposition_of(outcome))},
          {"domain", text_of(outcome.author)},
          {"record_at", text_of(outcome.record_at)},
          {"organizational_domain", text_of(outcome.organizational)},
          {"spf_aligned", outcome.spf_aligned},
          {"dkim_aligned", outcome.dkim_aligned},
          {"why", why_text(language, outcome)}};
}

json::object json_of(const ArcOutcome& outcome, Language language) {
  json::array sealers;
  for (const ArcSet& set : outcome.sets)
    sealers.push_back(text_of(set.sealer));
  return {{"cv", name(outcome.result)},
          {"sealers", std::move(sealers)},
          {"why", why_text(language, outcome)}};
}

}  // namespace

json::object json_of(const AuthCheckView& view, Language language) {
  json::array signatures;
  for (const DkimOutcome& outcome : view.found.dkim)
    signatures.push_back(json_of(outcome, language));
  return {{"spf", json_of(view.found.spf, view.client.has_value(), language)},
          {"dkim", std::move(signatures)},
          {"dmarc", json_of(view.found.dmarc, language)},
          {"arc", json_of(view.found.arc, language)}};
}

}  // namespace gatepost::admin
