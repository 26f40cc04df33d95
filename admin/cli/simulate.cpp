#include "admin/cli/simulate.hpp"

#include "policy/channel_of.hpp"
#include "policy/effective_limits.hpp"
#include "policy/engine.hpp"
#include "session/frozen.hpp"

namespace gatepost::admin {
namespace {

Envelope envelope_without_login(const Settings& settings, const SimulatedMessage& message,
                                const SimulatedWorld& world, const ChannelChoice& choice) {
  Envelope envelope;
  envelope.limits = default_limits(settings);
  const auto& client = message.connection.client;
  envelope.subject = client ? Subject::client(*client) : Subject::local();
  if (choice.server != nullptr) {
    envelope.server = choice.server->name;
    envelope.subject = Subject::server(choice.server->name);
    envelope.limits = limits_of_server(settings, *choice.server);
  }
  const auto sender = parse_envelope_path(message.sender, settings.site.logins.bare_domain);
  if (sender.address) {
    envelope.frozen_sender =
        session::find_frozen(settings, world.locks, *sender.address, world.now);
  }
  return envelope;
}

Envelope envelope_of_login(const Settings& settings, const SimulatedWorld& world,
                           const Login& login) {
  Envelope envelope;
  envelope.login = login;
  envelope.subject = Subject::user(login);
  envelope.limits = limits_of_login(settings, login, world.now);
  envelope.frozen_sender = session::find_frozen(settings, world.locks, login.text(), world.now);
  return envelope;
}

// One message's walk through the stages.
class Walk {
public:
  Walk(const Settings& settings, const SimulatedWorld& world, Facts facts)
      : settings_(settings), world_(world), facts_(std::move(facts)) {
    result_.channel = facts_.envelope.channel;
    result_.subject = facts_.envelope.subject;
  }

  // False: the message as a whole is refused.
  bool mail() {
    look();
    return take(Stage::mail, "");
  }

  bool recipient(const std::string& text) {
    Recipient asked{parse_envelope_path(text, settings_.site.logins.bare_domain), {}};
    if (asked.path.address) {
      asked.frozen = session::find_frozen(settings_, world_.locks, *asked.path.address, world_.now);
    }
    const std::string key = recipient_key(asked.path);
    facts_.recipient = std::move(asked);
    const bool goes_on = take(Stage::recipient, text);
    facts_.recipient.reset();
    const auto& verdict = result_.stages.back().decision.verdict;
    if (refusal_of(verdict) == nullptr) facts_.envelope.recipients.insert(key);
    result_.accepted = facts_.envelope.recipients.size();
    return goes_on;
  }

  void end() {
    if (facts_.envelope.recipients.empty()) return;
    look();
    take(Stage::end, "");
  }

  Simulation result() && { return std::move(result_); }

private:
  void look() {
    request_ = request_for(settings_, facts_);
    if (request_) usage_ = world_.look(*request_);
  }

  bool take(Stage stage, const std::string& recipient) {
    const Usage usage = request_ ? Usage(*request_, usage_) : Usage();
    result_.stages.push_back({stage, recipient, decide(settings_, stage, facts_, usage)});
    const Verdict& verdict = result_.stages.back().decision.verdict;
    const bool of_message = refusal_of(verdict) != nullptr &&
                            !std::holds_alternative<RefuseRecipient>(verdict) &&
                            !std::holds_alternative<Hold>(verdict);
    if (of_message) result_.refused = verdict;
    return !of_message;
  }

  const Settings& settings_;
  const SimulatedWorld& world_;
  Facts facts_;
  std::optional<LedgerRequest> request_;
  Answer<Settlement> usage_ = Unavailable{};
  Simulation result_;
};

}  // namespace

std::optional<Simulation> simulate(const Settings& settings, const SimulatedMessage& message,
                                   const SimulatedWorld& world) {
  const auto login = Login::parse(message.login, settings.site.logins);
  const bool logged_in = !message.login.empty();
  if (logged_in && !login) return {};
  const ChannelChoice choice = channel_of(settings, message.connection, logged_in, world.now);
  Facts facts;
  facts.connection = message.connection;
  facts.now = world.now;
  facts.envelope = choice.channel == Channel::submission
                       ? envelope_of_login(settings, world, *login)
                       : envelope_without_login(settings, message, world, choice);
  facts.envelope.channel = choice.channel;
  facts.envelope.sender = parse_envelope_path(message.sender, settings.site.logins.bare_domain);
  facts.envelope.declared_size = message.size;

  Walk walk(settings, world, std::move(facts));
  bool goes_on = walk.mail();
  for (const std::string& recipient : message.recipients) {
    goes_on = goes_on && walk.recipient(recipient);
  }
  if (goes_on) walk.end();
  return std::move(walk).result();
}

std::string_view name(Stage stage) {
  switch (stage) {
    case Stage::mail: return "MAIL";
    case Stage::recipient: return "RCPT";
    case Stage::end: return "end of message";
  }
  return "";
}

}  // namespace gatepost::admin
