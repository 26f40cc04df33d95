#include "session/session.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "policy/channel_of.hpp"
#include "policy/lockout.hpp"
#include "policy/read_header.hpp"
#include "policy/reply_text.hpp"

namespace gatepost::session {
namespace {

// Marks share their references as refusals do; this is the code of a message that passes.
constexpr int kPassed = 250;

std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::hello: return "helo";
    case Stage::mail: return "mail";
    case Stage::recipient: return "rcpt";
    case Stage::content:
    case Stage::end: return "end";
  }
  return "?";
}

SmtpReply draining_reply() {
  return *SmtpReply::make(451, "4.3.2", "The mail policy service is restarting; try again soon");
}

// One machine brings mail of many domains from outside: each has a story of its own.
std::string story_of(const Finding& finding) {
  if (!reads_authentication(finding.rule)) return {};
  return std::string(name(finding.reason)) + ' ' + finding.about;
}

}  // namespace

bool verifies(const Services& services, const Settings& settings) {
  return services.resolver != nullptr && services.waiting_room != nullptr &&
         needs_authentication(settings);
}

Session::~Session() {
  finish();
}

void Session::connect(Connection connection) {
  finish();
  connection_ = std::move(connection);
  helo_.clear();
  greeted_ = false;
}

Response Session::hello(std::string name) {
  finish();
  helo_ = std::move(name);
  greeted_ = true;
  if (const auto reply = turn_away_locked()) return *reply;
  return Proceed{};
}

// A lock is looked at before anybody logs in; later a session may go on.
std::optional<SmtpReply> Session::turn_away_locked() {
  if (!connection_.client || connection_.pickup) return {};
  const auto settings = services_.settings();
  const Time now = services_.clock();
  auto lock = lock_in_force(*settings, services_.locks, *connection_.client, now);
  if (!lock) return {};
  const Reference reference = lock->reference;
  Facts facts;
  facts.connection = connection_;
  facts.envelope.channel =
      is_submission_listener(*settings, connection_) ? Channel::submission : Channel::inbound;
  facts.envelope.subject = Subject::client(*connection_.client);
  facts.lock = std::move(lock);
  facts.now = now;
  const Decision decision = decide(*settings, Stage::hello, facts, Usage());
  for (const Refusal& refusal : decision.would_refuse) {
    services_.cases.would_refuse(refusal.finding.rule, facts.envelope.subject, now);
    services_.tally.count(name(refusal.finding.rule), facts.envelope.channel, "would_refuse");
  }
  const Refusal* refusal = refusal_of(decision.verdict);
  if (refusal == nullptr) return {};
  // The reference is the lock's, whose record was written when it was made.
  SmtpReply reply = reply_text(*refusal, reference, settings->site);
  services_.tally.count(name(refusal->finding.rule), facts.envelope.channel,
                        name(decision.verdict));
  services_.log({.verdict = name(decision.verdict),
                 .stage = name_of(Stage::hello),
                 .facts = facts,
                 .decisive = &refusal->finding,
                 .reference = reference,
                 .reply = reply.line(),
                 .trace = decision.trace});
  return reply;
}

Response Session::mail(const MailCommand& command) {
  finish();
  if (!greeted_) {
    if (const auto reply = turn_away_locked()) return *reply;
  }
  if (services_.draining()) return draining_reply();
  const Time now = services_.clock();
  Message fresh;
  fresh.settings = services_.settings();
  fresh.facts.connection = connection_;
  fresh.facts.envelope = envelope_of(*fresh.settings, services_.freezes, connection_, command, now);
  fresh.facts.now = now;
  fresh.token = {services_.random()};
  fresh.queue_id = command.queue_id;
  fresh.request = request_for(*fresh.settings, fresh.facts);
  if (fresh.request) fresh.usage = services_.ledger.glance(*fresh.request);
  begin(std::move(fresh));
  Message& message = *message_;
  Response response = judge(message, Stage::mail);
  if (!message.refused) verify_origin(message);
  return response;
}

// The DNS is asked from here on, so that the answers are there when the message is.
void Session::verify_origin(Message& message) const {
  const Facts& facts = message.facts;
  if (!verifies(services_, *message.settings)) return;
  message.forged.emplace(own_authserv_id(*message.settings, connection_, services_.host));
  if (facts.envelope.channel != Channel::inbound || !connection_.client || !body_given_) return;
  message.origin = std::make_unique<Origin>(
      *services_.resolver, message.settings,
      OriginInput{.client = *connection_.client,
                  .helo = helo_,
                  .sender = facts.envelope.sender,
                  .receiver = connection_.mta_name.empty() ? services_.host : connection_.mta_name,
                  .now = facts.now});
}

Response Session::recipient(const RcptCommand& command) {
  if (!message_) return Proceed{};
  Message& message = *message_;
  if (!command.queue_id.empty()) message.queue_id = command.queue_id;
  if (message.refused) return *message.refused;
  Facts& facts = message.facts;
  watch_listener(message);
  facts.now = services_.clock();
  facts.recipient = recipient_of(*message.settings, services_.freezes, command.path, facts.now);
  Response response = judge(message, Stage::recipient);
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

void Session::header(std::string_view name, std::string_view value) {
  if (!message_ || message_->refused) return;
  if (message_->origin) message_->origin->header(name, value);
  if (message_->forged) message_->forged->header(name, value);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  message_->header.add(name, value);
}

void Session::end_of_header() {
  if (!message_) return;
  message_->header_given = true;
  if (message_->origin) message_->origin->end_of_header(message_->header);
}

bool Session::body(std::string_view chunk) {
  return message_ && !message_->refused && message_->origin && message_->origin->body(chunk);
}

// What the message says, and where it comes from.
void Session::read_content(Message& message) const {
  Facts& facts = message.facts;
  const Authentication* found = nullptr;
  if (message.origin) {
    auto known = message.origin->conclude(*services_.waiting_room);
    facts.now = services_.clock();
    if (known) {
      facts.authentication = authentication_facts(*message.settings, connection_, message.header,
                                                  *std::move(known), facts.now);
      found = &facts.authentication->found;
    }
  }
  facts.headers =
      read_header(*message.settings, connection_, facts.envelope, message.header, facts.now, found);
}

EndResponse Session::end_of_message(const std::string& queue_id) {
  if (!message_) return Deliver{};
  Message& message = *message_;
  if (!queue_id.empty()) message.queue_id = queue_id;
  if (message.refused) return *message.refused;
  message.content_awaited = false;
  services_.watch.end_seen(connection_.daemon_name);
  Facts& facts = message.facts;
  facts.now = services_.clock();
  if (message.header_given) read_content(message);
  // What is refused for its content must not be charged, so the content is judged first.
  Response response = judge(message, Stage::content);
  if (const auto* reply = std::get_if<SmtpReply>(&response)) return *reply;
  message.request = request_for(*message.settings, facts);
  if (message.request) message.usage = services_.ledger.settle(*message.request, message.token);
  response = judge(message, Stage::end);
  if (const auto* reply = std::get_if<SmtpReply>(&response)) return *reply;
  Deliver deliver = let_pass(message);
  finish();
  return deliver;
}

void Session::abort() {
  finish();
}

Usage Session::usage_of(const Message& message) const {
  return message.request ? Usage(*message.request, message.usage) : Usage();
}

Response Session::judge(Message& message, Stage stage) {
  Decision decision =
      decide(*message.settings, stage, message.facts, usage_of(message), std::move(message.trace));
  message.trace = std::move(decision.trace);
  note_observed(message, decision);
  const auto& mark = decision.mark;
  if (mark && (!message.mark || message.mark->level < mark->level)) message.mark = mark;
  const Refusal* refusal = refusal_of(decision.verdict);
  if (refusal == nullptr) return Proceed{};
  if (std::holds_alternative<Hold>(decision.verdict)) {
    if (!message.hold) message.hold = *refusal;
    return Proceed{};
  }
  SmtpReply reply = turn_away(message, stage, decision.verdict, *refusal);
  if (!std::holds_alternative<RefuseRecipient>(decision.verdict)) message.refused = reply;
  return reply;
}

void Session::note_observed(Message& message, const Decision& decision) {
  for (const Refusal& refusal : decision.would_refuse) {
    if (!message.would_refuse.insert(refusal.finding.rule).second) continue;
    services_.cases.would_refuse(refusal.finding.rule, message.facts.envelope.subject,
                                 message.facts.now);
    services_.tally.count(name(refusal.finding.rule), message.facts.envelope.channel,
                          "would_refuse");
  }
}

SmtpReply Session::turn_away(const Message& message, Stage stage, const Verdict& verdict,
                             const Refusal& refusal) {
  const Facts& facts = message.facts;
  const Reference reference =
      services_.cases.reference_for(facts.envelope.subject, refusal.finding.rule, refusal.code,
                                    facts.now, story_of(refusal.finding));
  SmtpReply reply = reply_text(refusal, reference, message.settings->site);
  Case record = case_of(message, reference, refusal.finding);
  record.verdict = std::string(name(verdict));
  record.reply = reply.line();
  services_.cases.file(std::move(record));
  report(message, {.verdict = name(verdict),
                   .stage = name_of(stage),
                   .facts = facts,
                   .decisive = &refusal.finding,
                   .reference = reference,
                   .reply = reply.line(),
                   .trace = message.trace});
  return reply;
}

Deliver Session::let_pass(const Message& message) {
  const Facts& facts = message.facts;
  const Finding* decisive = message.hold   ? &message.hold->finding
                            : message.mark ? &message.mark->finding
                                           : nullptr;
  std::string_view verdict = name(Verdict(Continue{}));
  std::optional<Reference> reference;
  if (decisive != nullptr) {
    verdict = message.hold ? name(Verdict(Hold{})) : name(message.mark->level);
    reference = services_.cases.reference_for(facts.envelope.subject, decisive->rule, kPassed,
                                              facts.now, story_of(*decisive));
    Case record = case_of(message, *reference, *decisive);
    record.verdict = std::string(verdict);
    services_.cases.file(std::move(record));
  }
  report(message, {.verdict = verdict,
                   .stage = name_of(Stage::end),
                   .facts = facts,
                   .decisive = decisive,
                   .reference = reference,
                   .reply = {},
                   .trace = message.trace});
  const Settings& settings = *message.settings;
  // Whoever releases a held message must not find it called clean.
  std::optional<Mark> mark = message.mark;
  if (message.hold && !mark) mark = Mark{MarkLevel::suspicious, message.hold->finding};
  Deliver out{header_edits(settings.site.mode, facts, message.header, mark, reference), {}};
  if (message.forged) {
    auto edits = origin_edits(settings, facts, *message.forged, helo_, message.trace);
    std::move(edits.begin(), edits.end(), std::back_inserter(out.edits));
  }
  if (message.hold) {
    out.hold_reason = std::string(name(decisive->rule)) + ", ref " + reference->text();
  }
  return out;
}

Case Session::case_of(const Message& message, const Reference& reference,
                      const Finding& decisive) const {
  const Facts& facts = message.facts;
  const Envelope& envelope = facts.envelope;
  return {
      .reference = reference,
      .subject = envelope.subject,
      .channel = envelope.channel,
      .first = facts.now,
      .last = facts.now,
      .count = 1,
      .verdict = {},
      .reply = {},
      .client = connection_.client ? connection_.client->text() : "",
      .client_name = connection_.client_name,
      .daemon_name = connection_.daemon_name,
      .login = envelope.login ? envelope.login->text() : "",
      .server = envelope.server,
      .sender = envelope.sender.text,
      .recipient = facts.recipient ? facts.recipient->path.text : "",
      .queue_id = message.queue_id,
      .host = services_.host,
      .decisive = decisive,
      .trace = message.trace,
  };
}

void Session::report(const Message& message, const DecisionRecord& record) {
  const Envelope& envelope = message.facts.envelope;
  services_.tally.count(
      record.decisive == nullptr ? std::string_view{} : name(record.decisive->rule),
      envelope.channel, record.verdict);
  DecisionRecord whole = record;
  whole.queue_id = message.queue_id;
  whole.recipients = envelope.recipients.size();
  whole.would_refuse = {message.would_refuse.begin(), message.would_refuse.end()};
  services_.log(whole);
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
