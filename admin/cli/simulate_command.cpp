// `gatepost simulate`

#include <map>
#include <ostream>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "admin/cli/commands.hpp"
#include "admin/cli/message_file.hpp"
#include "admin/cli/simulate.hpp"
#include "admin/cli/simulation_view.hpp"
#include "admin/json_values.hpp"
#include "admin/usage_message.hpp"
#include "config/config.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

// The accounts that the daemon says are frozen by command; nobody else is known here.
class ToldFreezes final : public FreezeBook {
public:
  void tell(FrozenAccount entry) { entries_[entry.account] = std::move(entry); }

  std::optional<FrozenAccount> frozen(std::string_view account) const override {
    const auto found = entries_.find(account);
    if (found == entries_.end()) return {};
    return found->second;
  }

  std::vector<FrozenAccount> all_frozen() const override { return {}; }

  Answer<bool> freeze(const FrozenAccount& /*entry*/) override { return Unavailable{"read only"}; }

  Answer<bool> unfreeze(std::string_view /*account*/) override { return Unavailable{"read only"}; }

private:
  std::map<std::string, FrozenAccount, std::less<>> entries_;
};

// Asks the daemon for counters and frozen accounts. Once it cannot be asked, all counters read as
// unused.
class Informant {
public:
  explicit Informant(Client client) : client_(std::move(client)) {}

  // Which of these accounts are frozen by command.
  void ask_locks(const std::vector<std::string>& accounts) {
    const auto answer = ask({.subject = "u:", .charges = {}, .accounts = accounts});
    if (!answer) return;
    for (const FrozenAccount& entry : answer->frozen)
      freezes_.tell(entry);
  }

  Answer<Settlement> look(const LedgerRequest& request) {
    const auto answer =
        ask({.subject = request.subject.text(), .charges = request.charges, .accounts = {}});
    if (answer && answer->settlement.readings.size() == request.charges.size()) {
      counted_here_ = answer->settlement.source == Source::local;
      return answer->settlement;
    }
    return unused(request);
  }

  const ToldFreezes& freezes() const { return freezes_; }

  /// Why nothing is known; empty where the daemon answered.
  const std::string& trouble() const { return trouble_; }

  /// The store is away: the figures are the daemon's own.
  bool counted_here() const { return counted_here_; }

private:
  std::optional<UsageAnswer> ask(const UsageQuestion& question) {
    if (!trouble_.empty()) return {};
    const ClientAnswer answer = client_.post("/v1/usage", usage_question_text(question));
    if (const auto* nobody = std::get_if<Unreachable>(&answer)) {
      trouble_ = nobody->why;
      return {};
    }
    const auto& reply = std::get<Reply>(answer);
    auto told = parse_usage_answer(reply.body);
    if (reply.status == 200 && told) return told;
    const auto object = parse_object(reply.body);
    trouble_ = (object ? string_member(*object, "error") : std::nullopt)
                   .value_or("the answer cannot be read");
    return {};
  }

  static Settlement unused(const LedgerRequest& request) {
    Settlement out;
    out.now = current_time();
    for (const Charge& charge : request.charges) {
      Reading reading;
      reading.over = charge.limit && charge.amount > *charge.limit;
      out.refused = out.refused || (reading.over && charge.enforced);
      out.readings.push_back(reading);
    }
    return out;
  }

  Client client_;
  ToldFreezes freezes_;
  std::string trouble_;
  bool counted_here_ = false;
};

// The accounts that a message meets, canonical.
std::vector<std::string> accounts_of(const Settings& settings, const SimulatedMessage& message) {
  std::vector<std::string> out;
  const auto login = Login::parse(message.login, settings.site.logins);
  if (login) out.push_back(login->text());
  std::vector<std::string> paths = message.recipients;
  paths.push_back(message.sender);
  for (const std::string& text : paths) {
    if (out.size() + 2 > kUsageMost) break;
    const auto path = parse_envelope_path(text, settings.site.logins.bare_domain);
    if (!path.address) continue;
    out.push_back(path.address->text());
    out.push_back(path.address->base().text());
  }
  return out;
}

std::vector<std::filesystem::path> sockets_for(const CommonOptions& options,
                                               const SimulateCommand& command) {
  if (options.socket || !command.candidate) return sockets_of(options);
  CommonOptions of_candidate = options;
  of_candidate.config = command.candidate;
  auto sockets = sockets_of(of_candidate);
  const auto others = sockets_of(options);
  sockets.insert(sockets.end(), others.begin(), others.end());
  return sockets;
}

void print(const Simulation& simulation, const Settings& settings, const Informant& informant,
           const Output& output) {
  const Language language = output.options.language;
  const std::string& trouble = informant.trouble();
  if (output.options.json) {
    json::object object = json_of(simulation, settings, language);
    object["counters_known"] = trouble.empty();
    object["counters_trouble"] = trouble;
    object["counted_here"] = informant.counted_here();
    output.out << json::serialize(object) << '\n';
    return;
  }
  if (!trouble.empty()) {
    output.out << say(language, Text::simulate_assumed_unused, {{"why", trouble}}) << '\n';
  }
  if (informant.counted_here()) output.out << say(language, Text::account_local) << '\n';
  output.out << text_of(simulation, settings, language);
}

}  // namespace

ExitStatus run_simulate(const SimulateCommand& command, const Output& output) {
  const auto file = command.candidate.value_or(output.options.config_file());
  const auto loaded = config::load(file, current_time());
  if (const auto* mistakes = std::get_if<config::Diagnostics>(&loaded)) {
    std::string all;
    for (const config::Diagnostic& mistake : *mistakes)
      all += mistake.text() + '\n';
    output.problem(all, "the configuration has to be right before it can be tried");
    return ExitStatus::negative;
  }
  const auto client = IpAddress::parse(command.client);
  if (!client) {
    output.problem(fmt::format("--client {} is not an IP address", command.client),
                   "write it as 192.0.2.1 or 2001:db8::1");
    return ExitStatus::usage;
  }
  std::optional<MessageHeader> header;
  if (command.message) {
    auto read = read_message_header(*command.message);
    if (const auto* why = std::get_if<std::string>(&read)) {
      output.problem(*why,
                     "give one message file after the options, or - for standard input; each "
                     "recipient has a --rcpt of its own");
      return ExitStatus::usage;
    }
    header = std::get<MessageHeader>(std::move(read));
  }
  const SimulatedMessage message{.connection = {.client = client,
                                                .pickup = false,
                                                .client_name = {},
                                                .daemon_name = command.daemon_name},
                                 .login = command.login,
                                 .sender = command.sender,
                                 .recipients = command.recipients,
                                 .size = command.size,
                                 .header = std::move(header)};
  const Settings& settings = *std::get<config::Loaded>(loaded).settings;
  Informant informant{Client(sockets_for(output.options, command))};
  informant.ask_locks(accounts_of(settings, message));
  const auto simulation =
      simulate(settings, message,
               {.look = [&](const LedgerRequest& request) { return informant.look(request); },
                .freezes = informant.freezes(),
                .now = current_time()});
  if (!simulation) {
    output.problem(fmt::format("--login {} is not a login", command.login),
                   "give it as the account logs in: alice@example.com");
    return ExitStatus::usage;
  }
  print(*simulation, settings, informant, output);
  return simulation->passes() ? ExitStatus::ok : ExitStatus::negative;
}

}  // namespace gatepost::admin
