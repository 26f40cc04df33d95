#include "session/session.hpp"

#include <charconv>
#include <utility>

#include "policy/channel_of.hpp"
#include "policy/effective_limits.hpp"
#include "policy/mail/ascii.hpp"
#include "policy/reply_text.hpp"
#include "session/frozen.hpp"

namespace gatepost::session {
namespace {

constexpr std::size_t kLongestLogin = 254;

// SIZE= of RFC 1870; an unreadable one declares nothing.
std::optional<std::int64_t> declared_size(const std::vector<std::string>& parameters) {
  for (const std::string& parameter : parameters) {
    if (ascii::lower(parameter.substr(0, 5)) != "size=") continue;
    const std::string_view digits = std::string_view(parameter).substr(5);
    std::int64_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    const bool whole = end == digits.data() + digits.size();
    if (error == std::errc{} && whole && size >= 0) return size;
  }
  return {};
}

// Whoever has logged in is counted, whatever the MTA calls him: a name that is no login is made
// one, without the site's domain, which might make it too long.
Login login_of(const std::string& text, const LoginRules& rules) {
  if (auto login = Login::parse(text, rules)) return std::move(*login);
  return *Login::parse(reply_safe(text, kLongestLogin), {});
}

Subject subject_of_client(const Connection& connection) {
  return connection.client && !connection.pickup ? Subject::client(*connection.client)
                                                 : Subject::local();
}

std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::mail: return "mail";
    case Stage::recipient: return "rcpt";
    case Stage::end: return "end";
  }
  return "?";
}

SmtpReply draining_reply() {
  return *SmtpReply::make(451, "4.3.2", "The mail policy service is restarting; try again soon");
}

}  // namespace

Session::~Session() {
  finish();
}

void Session::connect(Connection connection) {
  finish();
  connection_ = std::move(connection);
}

Envelope Session::envelope_of(const Settings& settings, const MailCommand& command,
                              Time now) const {
  Envelope envelope;
  const ChannelChoice choice = channel_of(settings, connection_, !command.login.empty(), now);
  envelope.channel = choice.channel;
  envelope.sender = parse_envelope_path(command.path, settings.site.logins.bare_domain);
  envelope.declared_size = declared_size(command.parameters);
  envelope.subject = subject_of_client(connection_);
  if (choice.channel == Channel::submission) {
    envelope.login = login_of(command.login, settings.site.logins);
    envelope.subject = Subject::user(*envelope.login);
    envelope.limits = limits_of_login(settings, *envelope.login, now);
    envelope.frozen_sender = find_frozen(settings, services_.locks, envelope.login->text(), now);
    return envelope;
  }
  envelope.limits = default_limits(settings);
  if (choice.server != nullptr) {
    envelope.server = choice.server->name;
    envelope.subject = Subject::server(choice.server->name);
    envelope.limits = limits_of_server(settings, *choice.server);
  }
  if (envelope.sender.address) {
    envelope.frozen_sender = find_frozen(settings, services_.locks, *envelope.sender.address, now);
  }
  return envelope;
}

Response Session::mail(const MailCommand& command) {
  finish();
  if (services_.draining()) return draining_reply();
  const Time now = services_.clock();
  Message fresh;
  fresh.settings = services_.settings();
  fresh.facts = {.connection = connection_,
                 .envelope = envelope_of(*fresh.settings, command, now),
                 .recipient = {},
                 .now = now};
  fresh.token = {services_.random()};
  fresh.queue_id = command.queue_id;
  fresh.request = request_for(*fresh.settings, fresh.facts);
  if (fresh.request) fresh.usage = services_.ledger.look(*fresh.request);
  begin(std::move(fresh));
  Message& message = *message_;
  return apply(message, Stage::mail,
               decide(*message.settings, Stage::mail, message.facts, usage_of(message)));
}

Response Session::recipient(const RcptCommand& command) {
  if (!message_) return Proceed{};
  Message& message = *message_;
  if (!command.queue_id.empty()) message.queue_id = command.queue_id;
  if (message.refused) return *message.refused;
  Facts& facts = message.facts;
  watch_listener(message);
  facts.now = services_.clock();
  Recipient asked{parse_envelope_path(command.path, message.settings->site.logins.bare_domain), {}};
  if (asked.path.address) {
    asked.frozen = find_frozen(*message.settings, services_.locks, *asked.path.address, facts.now);
  }
  facts.recipient = std::move(asked);
  const Decision decision = decide(*message.settings, Stage::recipient, facts, usage_of(message));
  Response response = apply(message, Stage::recipient, decision);
  if (std::holds_alternative<Proceed>(response)) {
    facts.envelope.recipients.insert(recipient_key(facts.recipient->path));
  }
  facts.recipient.reset();
  return response;
}

void Session::watch_listener(const Message& message) const {
  if (connection_.pickup) return;
  if (connection_.daemon_name.empty()) {
    services_.watch.macro_missing("{daemon_name}", "connect");
  } else if (is_submission_listener(*message.settings, connection_) &&
             !message.facts.envelope.login) {
    services_.watch.recipient_without_login(connection_.daemon_name);
  }
}

Response Session::data() {
  if (!message_) return Proceed{};
  if (message_->refused) return *message_->refused;
  message_->content_awaited = true;
  return Proceed{};
}

Response Session::end_of_message(const std::string& queue_id) {
  if (!message_) return Proceed{};
  Message& message = *message_;
  if (!queue_id.empty()) message.queue_id = queue_id;
  if (message.refused) return *message.refused;
  message.content_awaited = false;
  services_.watch.end_seen(connection_.daemon_name);
  message.facts.now = services_.clock();
  message.request = request_for(*message.settings, message.facts);
  if (message.request) message.usage = services_.ledger.settle(*message.request, message.token);
  Response response = apply(
      message, Stage::end, decide(*message.settings, Stage::end, message.facts, usage_of(message)));
  if (std::holds_alternative<Proceed>(response) && message.hold) {
    response = HoldMessage{*message.hold};
  }
  finish();
  return response;
}

void Session::abort() {
  finish();
}

Usage Session::usage_of(const Message& message) const {
  return message.request ? Usage(*message.request, message.usage) : Usage();
}

Response Session::apply(Message& message, Stage stage, const Decision& decision) {
  for (const Refusal& refusal : decision.would_refuse) {
    if (!message.would_refuse.insert(refusal.finding.rule).second) continue;
    services_.cases.would_refuse(refusal.finding.rule, message.facts.envelope.subject,
                                 message.facts.now);
    services_.tally.count(name(refusal.finding.rule), message.facts.envelope.channel,
                          "would_refuse");
  }
  const Refusal* refusal = refusal_of(decision.verdict);
  if (refusal == nullptr) {
    if (stage == Stage::end) report(message, stage, decision, {}, {});
    return Proceed{};
  }
  if (std::holds_alternative<Hold>(decision.verdict)) {
    message.hold = std::string(name(refusal->finding.rule));
    report(message, stage, decision, {}, {});
    return Proceed{};
  }
  SmtpReply reply = turn_away(message, stage, decision, *refusal);
  if (!std::holds_alternative<RefuseRecipient>(decision.verdict)) message.refused = reply;
  return reply;
}

SmtpReply Session::turn_away(Message& message, Stage stage, const Decision& decision,
                             const Refusal& refusal) {
  const Facts& facts = message.facts;
  const Envelope& envelope = facts.envelope;
  const Reference reference = services_.cases.reference_for(envelope.subject, refusal.finding.rule,
                                                            refusal.code, facts.now);
  SmtpReply reply = reply_text(refusal, reference, message.settings->site);
  services_.cases.file({
      .reference = reference,
      .subject = envelope.subject,
      .channel = envelope.channel,
      .first = facts.now,
      .last = facts.now,
      .count = 1,
      .verdict = std::string(name(decision.verdict)),
      .reply = reply.line(),
      .client = connection_.client ? connection_.client->text() : "",
      .client_name = connection_.client_name,
      .daemon_name = connection_.daemon_name,
      .login = envelope.login ? envelope.login->text() : "",
      .server = envelope.server,
      .sender = envelope.sender.text,
      .recipient = facts.recipient ? facts.recipient->path.text : "",
      .queue_id = message.queue_id,
      .host = services_.host,
      .decisive = refusal.finding,
      .trace = decision.trace,
  });
  report(message, stage, decision, reference, reply.line());
  return reply;
}

void Session::report(const Message& message, Stage stage, const Decision& decision,
                     const std::optional<Reference>& reference, const std::string& reply) {
  const Refusal* refusal = refusal_of(decision.verdict);
  const auto& envelope = message.facts.envelope;
  services_.tally.count(refusal == nullptr ? std::string_view{} : name(refusal->finding.rule),
                        envelope.channel, name(decision.verdict));
  services_.log({.verdict = name(decision.verdict),
                 .stage = name_of(stage),
                 .facts = message.facts,
                 .decisive = refusal == nullptr ? nullptr : &refusal->finding,
                 .reference = reference,
                 .reply = reply,
                 .queue_id = message.queue_id,
                 .recipients = envelope.recipients.size(),
                 .trace = decision.trace,
                 .would_refuse = {message.would_refuse.begin(), message.would_refuse.end()}});
}

void Session::begin(Message message) {
  message_.emplace(std::move(message));
  services_.messages_open(+1);
}

void Session::finish() {
  if (!message_) return;
  if (message_->content_awaited) services_.watch.end_missed(connection_.daemon_name);
  message_.reset();
  services_.messages_open(-1);
}

}  // namespace gatepost::session
