// `gatepost check`, `gatepost whitelist check`

#include <cstdlib>
#include <ostream>

#include <boost/json/serialize.hpp>

#include "admin/cli/commands.hpp"
#include "admin/cli/mta_check.hpp"
#include "admin/json_values.hpp"
#include "config/config.hpp"
#include "policy/whitelist_view.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

json::array json_of(const config::Diagnostics& diagnostics) {
  json::array out;
  for (const config::Diagnostic& one : diagnostics) {
    out.push_back(json::object{{"file", one.place.file},
                               {"line", one.place.line},
                               {"column", one.place.column},
                               {"message", one.message},
                               {"text", one.text()}});
  }
  return out;
}

json::array json_of(const std::vector<MtaRemark>& remarks) {
  json::array out;
  for (const MtaRemark& remark : remarks) {
    out.push_back(json::object{{"problem", remark.is_problem}, {"text", remark.text}});
  }
  return out;
}

std::string postconf_program() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): this program has one thread
  const char* other = std::getenv("GATEPOST_POSTCONF");
  return other != nullptr ? other : "postconf";
}

struct MtaResult {
  std::vector<MtaRemark> remarks;
  bool ok = true;
};

MtaResult check_mta_of(const config::Loaded& loaded, const CheckCommand& command) {
  auto read = read_mta(postconf_program(), command.postfix);
  if (const auto* why = std::get_if<std::string>(&read)) return {{{true, *why}}, false};
  MtaResult result{check_mta(std::get<MtaSettings>(read), loaded), true};
  for (const MtaRemark& remark : result.remarks)
    result.ok = result.ok && !remark.is_problem;
  return result;
}

void print_warnings(const config::Diagnostics& warnings, const Output& output) {
  for (const config::Diagnostic& warning : warnings)
    output.out << "warning: " << warning.text() << '\n';
}

void print_text(const config::Loaded& loaded, const MtaResult& mta, bool with_mta,
                const Output& output) {
  print_warnings(loaded.warnings, output);
  output.out << output.options.config_file().string() << ": no mistakes\n";
  for (const MtaRemark& remark : mta.remarks) {
    output.out << (remark.is_problem ? "problem: " : "note: ") << remark.text << '\n';
  }
  if (with_mta && mta.ok) output.out << "Postfix: nothing stands against Gatepost\n";
}

}  // namespace

ExitStatus show_mistakes(const config::Diagnostics& mistakes, const Output& output) {
  if (output.options.json) {
    output.out << json::serialize(json::object{
                      {"ok", false}, {"mistakes", json_of(mistakes)}, {"warnings", json::array()}})
               << '\n';
    return ExitStatus::negative;
  }
  for (const config::Diagnostic& mistake : mistakes)
    output.out << mistake.text() << '\n';
  output.out << mistakes.size() << (mistakes.size() == 1 ? " mistake" : " mistakes")
             << "; a configuration with mistakes is not put in force\n";
  return ExitStatus::negative;
}

ExitStatus run_check(const CheckCommand& command, const Output& output) {
  const auto result = config::load(output.options.config_file(), current_time());
  if (const auto* mistakes = std::get_if<config::Diagnostics>(&result)) {
    return show_mistakes(*mistakes, output);
  }
  const auto& loaded = std::get<config::Loaded>(result);
  const bool with_mta = command.mta || !command.postfix.empty();
  const MtaResult mta = with_mta ? check_mta_of(loaded, command) : MtaResult{};
  if (output.options.json) {
    json::object object{
        {"ok", mta.ok}, {"mistakes", json::array()}, {"warnings", json_of(loaded.warnings)}};
    if (with_mta) object["mta"] = json_of(mta.remarks);
    output.out << json::serialize(object) << '\n';
  } else {
    print_text(loaded, mta, with_mta, output);
  }
  return mta.ok ? ExitStatus::ok : ExitStatus::negative;
}

ExitStatus run_whitelist_check(const WhitelistCheckCommand& command, const Output& output) {
  const auto config_file = output.options.config_file();
  const Time now = current_time();
  const auto result = command.file ? config::load_with_whitelist(config_file, *command.file, now)
                                   : config::load(config_file, now);
  if (const auto* mistakes = std::get_if<config::Diagnostics>(&result)) {
    return show_mistakes(*mistakes, output);
  }
  const auto& loaded = std::get<config::Loaded>(result);
  const std::size_t entries = whitelist_entries(*loaded.settings, now).size();
  const std::string file = loaded.whitelist.path.string();
  if (output.options.json) {
    output.out << json::serialize(json::object{{"ok", true},
                                               {"file", file},
                                               {"entries", entries},
                                               {"mistakes", json::array()},
                                               {"warnings", json_of(loaded.warnings)}})
               << '\n';
    return ExitStatus::ok;
  }
  print_warnings(loaded.warnings, output);
  const Language language = output.options.language;
  output.out << (file.empty() ? say(language, Text::whitelist_none)
                              : say(language, Text::whitelist_right,
                                    {{"file", file}, {"count", std::to_string(entries)}}))
             << '\n';
  return ExitStatus::ok;
}

}  // namespace gatepost::admin
