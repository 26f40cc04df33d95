#include "admin/cli/commands.hpp"

#include <chrono>
#include <ostream>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "admin/json_values.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

std::string with_language(std::string target, Language language) {
  target += target.find('?') == std::string::npos ? '?' : '&';
  return target + "lang=" + std::string(name(language));
}

ExitStatus status_of(int http) {
  if (http >= 200 && http < 300) return ExitStatus::ok;
  return http == 400 ? ExitStatus::usage : ExitStatus::negative;
}

std::string line_ended(std::string text) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  return text;
}

ClientAnswer ask_account(const Client& client, const AccountCommand& command, Language language) {
  const std::string target = "/v1/account/" + percent_encoded(command.user);
  const std::string body = json::serialize(json::object{{"reason", command.reason}});
  switch (command.verb) {
    case AccountCommand::Verb::show: return client.get(with_language(target, language));
    case AccountCommand::Verb::freeze:
      return client.post(with_language(target + "/freeze", language), body);
    case AccountCommand::Verb::unfreeze:
      return client.post(with_language(target + "/unfreeze", language), body);
  }
  return Unreachable{};
}

ClientAnswer ask_lockouts(const Client& client, const LockoutCommand& command, Language language) {
  const std::string target = "/v1/lockouts/" + percent_encoded(command.who);
  json::object body{{"reason", command.reason}};
  switch (command.verb) {
    case LockoutCommand::Verb::list:
      return client.get(with_language(fmt::format("/v1/lockouts?most={}", command.most), language));
    case LockoutCommand::Verb::show: return client.get(with_language(target, language));
    case LockoutCommand::Verb::unlock:
      return client.post(with_language(target + "/unlock", language), json::serialize(body));
    case LockoutCommand::Verb::lock:
      body["for"] = command.span;
      return client.post(with_language(target + "/lock", language), json::serialize(body));
  }
  return Unreachable{};
}

// Runs whatever command was given.
class Runner {
public:
  explicit Runner(const Output& output) : output_(output) {}

  ExitStatus operator()(const CheckCommand& command) const { return run_check(command, output_); }

  ExitStatus operator()(const SimulateCommand& command) const {
    return run_simulate(command, output_);
  }

  ExitStatus operator()(const AuthCheckCommand& command) const {
    return run_auth_check(command, output_);
  }

  ExitStatus operator()(const WhitelistCheckCommand& command) const {
    return run_whitelist_check(command, output_);
  }

  ExitStatus operator()(const WhitelistListCommand& command) const {
    return run_whitelist_list(command, output_);
  }

  ExitStatus operator()(const WhitelistWhoCommand& command) const {
    return run_whitelist_who(command, output_);
  }

  ExitStatus operator()(const StatusCommand& /*command*/) const {
    return output_.show(client().get(localised("/v1/status")));
  }

  ExitStatus operator()(const ReloadCommand& command) const {
    const std::string body = json::serialize(json::object{{"yes", command.yes}});
    return output_.show(client().post(localised("/v1/reload"), body));
  }

  ExitStatus operator()(const ReportCommand& command) const {
    return output_.show(
        client().get(localised("/v1/report/would-refuse?since=" + percent_encoded(command.since))));
  }

  ExitStatus operator()(const AccountCommand& command) const {
    return output_.show(ask_account(client(), command, output_.options.language));
  }

  ExitStatus operator()(const LockoutCommand& command) const {
    return output_.show(ask_lockouts(client(), command, output_.options.language));
  }

  ExitStatus operator()(const ExplainCommand& command) const {
    return output_.show(client().get(localised("/v1/cases/" + percent_encoded(command.reference))));
  }

  ExitStatus operator()(const AuditCommand& command) const {
    return output_.show(client().get(localised(fmt::format("/v1/audit?most={}", command.most))));
  }

private:
  Client client() const { return Client(sockets_of(output_.options)); }

  std::string localised(const std::string& target) const {
    return with_language(target, output_.options.language);
  }

  const Output& output_;
};

}  // namespace

void Output::problem(const std::string& error, const std::string& hint) const {
  if (options.json) {
    out << json::serialize(json::object{{"error", error}, {"hint", hint}}) << '\n';
    return;
  }
  err << "gatepost: " << line_ended(error);
  if (!hint.empty()) err << line_ended(hint);
}

ExitStatus Output::show(const ClientAnswer& answer) const {
  if (const auto* nobody = std::get_if<Unreachable>(&answer)) {
    problem(nobody->why, nobody->hint);
    return ExitStatus::unreachable;
  }
  const auto& reply = std::get<Reply>(answer);
  const auto object = parse_object(reply.body);
  if (!object) {
    problem("the answer is not Gatepost's", "is the socket that of gatepostd?");
    return ExitStatus::unreachable;
  }
  const ExitStatus status = status_of(reply.status);
  if (options.json) {
    out << line_ended(reply.body);
  } else if (status == ExitStatus::ok) {
    out << line_ended(string_member(*object, "text").value_or(reply.body));
  } else {
    problem(string_member(*object, "error").value_or(reply.body),
            string_member(*object, "hint").value_or(""));
  }
  return status;
}

Time current_time() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

ExitStatus run(const Invocation& invocation, std::ostream& out, std::ostream& err) {
  const Output output{invocation.common, out, err};
  return std::visit(Runner(output), invocation.command);
}

}  // namespace gatepost::admin
