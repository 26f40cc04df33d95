#include "admin/cli/simulate.hpp"

#include "policy/engine.hpp"
#include "policy/read_header.hpp"
#include "session/envelope.hpp"

namespace gatepost::admin {
namespace {

// One message's walk through the stages.
class Walk {
public:
  // `header`: null where there is no message to look at, only its envelope.
  Walk(const Settings& settings, const SimulatedWorld& world, Facts facts,
       const MessageHeader* header)
      : settings_(settings), world_(world), facts_(std::move(facts)), header_(header) {
    result_.channel = facts_.envelope.channel;
    result_.subject = facts_.envelope.subject;
    result_.header_given = header != nullptr;
  }

  // False: the message as a whole is refused.
  bool mail() {
    look();
    return take(Stage::mail, "");
  }

  bool recipient(const std::string& text) {
    Recipient asked = session::recipient_of(settings_, world_.freezes, text, world_.now);
    const std::string key = recipient_key(asked.path);
    facts_.recipient = std::move(asked);
    const bool goes_on = take(Stage::recipient, text);
    facts_.recipient.reset();
    const Verdict& verdict = result_.stages.back().decision.verdict;
    const bool accepted = goes_on && !std::holds_alternative<RefuseRecipient>(verdict);
    if (accepted) facts_.envelope.recipients.insert(key);
    result_.accepted = facts_.envelope.recipients.size();
    return goes_on;
  }

  void end() {
    if (facts_.envelope.recipients.empty()) return;
    if (header_ != nullptr) {
      facts_.headers =
          read_header(settings_, facts_.connection, facts_.envelope, *header_, world_.now);
    }
    if (header_ != nullptr && !take(Stage::content, "")) return;
    look();
    if (!take(Stage::end, "") || header_ == nullptr) return;
    result_.edits =
        session::header_edits(settings_.site.mode, facts_, *header_, result_.mark, no_reference());
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
    const Decision& decision = result_.stages.back().decision;
    const Verdict& verdict = decision.verdict;
    const bool heavier =
        decision.mark && (!result_.mark || result_.mark->level < decision.mark->level);
    if (heavier) result_.mark = decision.mark;
    const auto* hold = std::get_if<Hold>(&verdict);
    if (hold != nullptr && !result_.hold) result_.hold = hold->refusal;
    const bool of_message = refusal_of(verdict) != nullptr && hold == nullptr &&
                            !std::holds_alternative<RefuseRecipient>(verdict);
    if (of_message) result_.refused = verdict;
    return !of_message;
  }

  const Settings& settings_;
  const SimulatedWorld& world_;
  Facts facts_;
  const MessageHeader* header_;
  std::optional<LedgerRequest> request_;
  Answer<Settlement> usage_ = Unavailable{};
  Simulation result_;
};

}  // namespace

std::optional<Simulation> simulate(const Settings& settings, const SimulatedMessage& message,
                                   const SimulatedWorld& world) {
  const auto login = Login::parse(message.login, settings.site.logins);
  if (!message.login.empty() && !login) return {};
  session::MailCommand command{message.sender, {}, message.login, {}};
  if (message.size) command.parameters.push_back("SIZE=" + std::to_string(*message.size));
  Facts facts;
  facts.connection = message.connection;
  facts.now = world.now;
  facts.envelope =
      session::envelope_of(settings, world.freezes, message.connection, command, world.now);

  Walk walk(settings, world, std::move(facts), message.header ? &*message.header : nullptr);
  bool goes_on = walk.mail();
  for (const std::string& recipient : message.recipients) {
    goes_on = goes_on && walk.recipient(recipient);
  }
  if (goes_on) walk.end();
  return std::move(walk).result();
}

Reference no_reference() {
  return Reference::from_bits(0);
}

std::string_view name(Stage stage) {
  switch (stage) {
    case Stage::hello: return "HELO";
    case Stage::mail: return "MAIL";
    case Stage::recipient: return "RCPT";
    case Stage::content: return "content";
    case Stage::end: return "end of message";
  }
  return "";
}

}  // namespace gatepost::admin
