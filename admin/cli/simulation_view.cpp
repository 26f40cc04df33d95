#include "admin/cli/simulation_view.hpp"

#include "admin/json_values.hpp"
#include "policy/explain.hpp"
#include "policy/reply_text.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

// Prints a simulation in one language, or as JSON.
class Presentation {
public:
  Presentation(const Simulation& simulation, const Settings& settings, Language language)
      : simulation_(simulation), settings_(settings), language_(language) {}

  std::string text() const {
    std::string out = labelled(language_, Text::label_channel,
                               named(language_, name(simulation_.channel),
                                     channel_text(language_, simulation_.channel))) +
                      '\n';
    for (const SimulatedStage& stage : simulation_.stages)
      out += stage_text(stage);
    for (const session::HeaderEdit& edit : simulation_.edits)
      out += edit_text(edit) + '\n';
    if (!simulation_.header_given) out += say(language_, Text::simulate_no_file) + '\n';
    return out +
           say(language_, Text::simulate_verdict,
               {{"verdict", verdict_text(language_, verdict())}}) +
           '\n';
  }

  json::object json_object() const {
    json::array stages;
    for (const SimulatedStage& stage : simulation_.stages)
      stages.push_back(stage_json(stage));
    return {{"channel", name(simulation_.channel)},
            {"subject", simulation_.subject.text()},
            {"passes", simulation_.passes()},
            {"verdict", verdict()},
            {"accepted_recipients", simulation_.accepted},
            {"header_given", simulation_.header_given},
            {"header_edits", edits_json()},
            {"stages", std::move(stages)}};
  }

private:
  // Nobody is told of a message that is held.
  std::string reply(const Verdict& verdict) const {
    const Refusal* refusal = refusal_of(verdict);
    if (refusal == nullptr || std::holds_alternative<Hold>(verdict)) return "";
    return reply_text(*refusal, no_reference(), settings_.site).line();
  }

  std::string stage_text(const SimulatedStage& stage) const {
    std::string title(name(stage.stage));
    if (!stage.recipient.empty()) title += ' ' + stage.recipient;
    std::string out = say(language_, Text::simulate_stage, {{"stage", title}}) + '\n';
    for (const Finding& finding : stage.decision.trace) {
      if (finding.reason == Reason::does_not_apply) continue;
      out += "  " + finding_line(language_, finding) + '\n';
    }
    for (const Refusal& refusal : stage.decision.would_refuse) {
      out += "  " +
             say(language_, Text::simulate_would_refuse,
                 {{"rule", std::string(name(refusal.finding.rule))}}) +
             '\n';
    }
    if (const auto& mark = stage.decision.mark) {
      out += "  " +
             say(language_, Text::simulate_marked,
                 {{"level", std::string(name(mark->level))},
                  {"rule", std::string(name(mark->finding.rule))}}) +
             '\n';
    }
    if (const auto* hold = std::get_if<Hold>(&stage.decision.verdict)) {
      const std::string rule(name(hold->refusal.finding.rule));
      out += "  " + say(language_, Text::simulate_held, {{"rule", rule}}) + '\n';
    }
    const std::string line = reply(stage.decision.verdict);
    if (!line.empty()) out += "  " + labelled(language_, Text::label_reply, line) + '\n';
    return out;
  }

  // The end of it, as a stored case would have it.
  std::string_view verdict() const {
    if (simulation_.refused) return name(*simulation_.refused);
    if (simulation_.accepted == 0) return "refuse_recipient";
    if (simulation_.hold) return "hold";
    return simulation_.mark ? name(simulation_.mark->level) : "continue";
  }

  std::string edit_text(const session::HeaderEdit& edit) const {
    if (!edit.value) return say(language_, Text::simulate_edit_removed, {{"field", edit.name}});
    return say(language_, Text::simulate_edit_added, {{"field", edit.name + ": " + *edit.value}});
  }

  json::array edits_json() const {
    json::array out;
    for (const session::HeaderEdit& edit : simulation_.edits) {
      json::object one{{"action", edit.value ? "add" : "remove"}, {"name", edit.name}};
      if (edit.value) {
        one["value"] = *edit.value;
      } else {
        one["index"] = edit.index;
      }
      out.push_back(std::move(one));
    }
    return out;
  }

  static json::value mark_json(const std::optional<Mark>& mark) {
    if (!mark) return nullptr;
    return json::object{{"level", name(mark->level)}, {"rule", name(mark->finding.rule)}};
  }

  json::object stage_json(const SimulatedStage& stage) const {
    json::array trace;
    for (const Finding& finding : stage.decision.trace) {
      trace.push_back(json_of(finding, language_));
    }
    json::array would_refuse;
    for (const Refusal& refusal : stage.decision.would_refuse) {
      would_refuse.emplace_back(json::string(name(refusal.finding.rule)));
    }
    return {{"stage", name(stage.stage)},
            {"recipient", stage.recipient},
            {"verdict", name(stage.decision.verdict)},
            {"reply", reply(stage.decision.verdict)},
            {"mark", mark_json(stage.decision.mark)},
            {"would_refuse", std::move(would_refuse)},
            {"trace", std::move(trace)}};
  }

  const Simulation& simulation_;
  const Settings& settings_;
  Language language_;
};

}  // namespace

std::string text_of(const Simulation& simulation, const Settings& settings, Language language) {
  return Presentation(simulation, settings, language).text();
}

json::object json_of(const Simulation& simulation, const Settings& settings, Language language) {
  return Presentation(simulation, settings, language).json_object();
}

}  // namespace gatepost::admin
