#include "session/origin_edits.hpp"

#include <algorithm>

#include "policy/engine.hpp"
#include "policy/mail/ascii.hpp"
#include "policy/mail/auth_results.hpp"
#include "session/auth_results_field.hpp"

namespace gatepost::session {
namespace {

constexpr std::string_view kResultsField = "Authentication-Results";

std::string without_final_dot(std::string text) {
  while (text.size() > 1 && text.back() == '.')
    text.pop_back();
  return text;
}

bool bears(std::string_view value, const std::string& authserv_id) {
  if (const auto id = authserv_id_of(value)) return without_final_dot(*id) == authserv_id;
  return ascii::lower(value).find(authserv_id) != std::string::npos;
}

// What DMARC did to a message that passes, in the words of RFC 7489's reports.
std::string_view disposition(const Settings& settings, const std::vector<Finding>& trace) {
  const auto rule = std::find_if(settings.rules.begin(), settings.rules.end(),
                                 [](const Rule& r) { return id_of(r) == RuleId::dmarc; });
  const auto finding = std::find_if(trace.begin(), trace.end(),
                                    [](const Finding& each) { return each.rule == RuleId::dmarc; });
  if (rule == settings.rules.end() || finding == trace.end()) return "none";
  if (observes(settings, settings_of(*rule))) return "none";
  const Action action = action_of(*rule, *finding);
  return action == Action::junk || action == Action::hold ? "quarantine" : "none";
}

HeaderEdit on_top(std::string_view name, std::string value) {
  return {.name = std::string(name), .value = std::move(value), .index = 0, .on_top = true};
}

}  // namespace

std::string own_authserv_id(const Settings& settings, const Connection& connection,
                            const std::string& host) {
  const std::string& configured = settings.authentication.authserv_id;
  const std::string& name = !configured.empty()            ? configured
                            : !connection.mta_name.empty() ? connection.mta_name
                                                           : host;
  return without_final_dot(ascii::lower(name));
}

void ForgedResults::header(std::string_view name, std::string_view value) {
  name = ascii::trim(name);
  if (name.size() != kResultsField.size() || ascii::lower(name) != ascii::lower(kResultsField)) {
    return;
  }
  ++count_;
  if (positions_.size() < kMostRemoved && bears(value, authserv_id_)) positions_.push_back(count_);
}

std::vector<HeaderEdit> origin_edits(const Settings& settings, const Facts& facts,
                                     const ForgedResults& forged, std::string_view helo,
                                     const std::vector<Finding>& trace) {
  std::vector<HeaderEdit> edits;
  if (settings.site.mode == Mode::observe || !is_from_others(facts.envelope.channel)) return edits;
  const auto& positions = forged.positions();
  for (auto position = positions.rbegin(); position != positions.rend(); ++position)
    edits.push_back({std::string(kResultsField), {}, *position});
  if (!facts.authentication) return edits;
  const Authentication& found = facts.authentication->found;
  const auto& client = facts.connection.client;
  if (settings.authentication.received_spf && client && found.taken_from.empty()) {
    edits.push_back(
        on_top("Received-SPF", received_spf_field(forged.authserv_id(), found.spf, *client, helo)));
  }
  edits.push_back(on_top(kResultsField, auth_results_field(forged.authserv_id(), found, client,
                                                           disposition(settings, trace))));
  return edits;
}

}  // namespace gatepost::session
