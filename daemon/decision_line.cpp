#include "daemon/decision_line.hpp"

#include <fmt/format.h>

namespace gatepost::daemon {
namespace {

constexpr std::size_t kUsualFields = 24;

void add(Fields& fields, std::string_view name, std::string value) {
  if (!value.empty()) fields.emplace_back(name, std::move(value));
}

std::string figures_text(const Figures& figures) {
  const std::string limit =
      figures.limit && figures.limit->count ? std::to_string(*figures.limit->count) : "unlimited";
  if (!figures.used) return fmt::format("{}/{}", figures.amount.value_or(0), limit);
  return fmt::format("{}+{}/{}", *figures.used, figures.amount.value_or(0), limit);
}

void add_figures(Fields& fields, const std::vector<Finding>& trace) {
  for (const Finding& finding : trace) {
    if (finding.figures.amount) add(fields, name(finding.rule), figures_text(finding.figures));
    if (finding.reason == Reason::store_away || finding.reason == Reason::headers_not_seen ||
        finding.reason == Reason::dmarc_not_known) {
      const std::string_view why =
          finding.detail.empty() ? name(finding.reason) : std::string_view(finding.detail);
      add(fields, "unknown", fmt::format("{}: {}", name(finding.rule), why));
    }
  }
}

// The author that readers see; what does not name one mailbox stands in question marks.
std::string from_text(const NamedMailbox& from) {
  if (const Mailbox* mailbox = from.one()) return mailbox->address.text();
  return '?' + from.fault()->shown + '?';
}

// Of several signatures the one that says most for the message.
DkimResult best_of(const std::vector<DkimOutcome>& signatures) {
  using enum DkimResult;
  for (const DkimResult wanted : {pass, temperror, fail, policy, neutral, permerror}) {
    for (const DkimOutcome& signature : signatures) {
      if (signature.result == wanted) return wanted;
    }
  }
  return none;
}

void add_results(Fields& fields, const Authentication& found) {
  add(fields, "spf", std::string(name(found.spf.result)));
  add(fields, "dkim", std::string(name(best_of(found.dkim))));
  add(fields, "dmarc", std::string(name(found.dmarc.result)));
  add(fields, "arc", std::string(name(found.arc.result)));
}

std::string names_of(const std::vector<RuleId>& rules) {
  std::string out;
  for (const RuleId rule : rules) {
    if (!out.empty()) out += ',';
    out += name(rule);
  }
  return out;
}

bool counted_locally(const std::vector<Finding>& trace) {
  for (const Finding& finding : trace) {
    if (finding.figures.local) return true;
  }
  return false;
}

}  // namespace

Fields decision_fields(const session::DecisionRecord& record) {
  const Envelope& envelope = record.facts.envelope;
  const Connection& connection = record.facts.connection;
  Fields fields;
  fields.reserve(kUsualFields);
  fields.emplace_back("event", "decision");
  fields.emplace_back("verdict", record.verdict);
  fields.emplace_back("stage", record.stage);
  fields.emplace_back("channel", name(envelope.channel));
  if (record.decisive != nullptr) {
    add(fields, "rule", std::string(name(record.decisive->rule)));
    add(fields, "reason", std::string(name(record.decisive->reason)));
  }
  if (record.reference) add(fields, "ref", record.reference->text());
  if (envelope.login) add(fields, "login", envelope.login->text());
  add(fields, "server", envelope.server);
  if (connection.client) add(fields, "client", connection.client->text());
  add(fields, "listener", connection.daemon_name);
  fields.emplace_back("sender", envelope.sender.text);
  if (record.facts.headers) add(fields, "from", from_text(record.facts.headers->from));
  if (record.facts.authentication) add_results(fields, record.facts.authentication->found);
  if (record.facts.recipient) add(fields, "recipient", record.facts.recipient->path.text);
  add(fields, "recipients", std::to_string(record.recipients));
  add(fields, "queue_id", std::string(record.queue_id));
  add_figures(fields, record.trace);
  if (counted_locally(record.trace)) add(fields, "counted", "local");
  add(fields, "would_refuse", names_of(record.would_refuse));
  add(fields, "reply", record.reply);
  return fields;
}

}  // namespace gatepost::daemon
