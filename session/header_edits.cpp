#include "session/header_edits.hpp"

#include <algorithm>

namespace gatepost::session {
namespace {

constexpr const char* kVerdictField = "X-Gatepost-Verdict";

void take_out_forgeries(const MessageHeader& header, std::vector<HeaderEdit>& edits) {
  for (const auto& [name, count] : header.own()) {
    for (std::size_t index = std::min(count, kMostRemoved); index > 0; --index) {
      edits.push_back({name, {}, index});
    }
  }
}

// The address that a Sender field has to name; nothing where none is asked for.
std::optional<std::string> missing_sender(const Facts& facts) {
  const HeaderFacts& headers = *facts.headers;
  const Right& right = headers.from.right;
  if (right.sender_field != SenderField::add || headers.sender) return {};
  const Envelope& envelope = facts.envelope;
  if (envelope.login && envelope.login->address()) return envelope.login->address()->text();
  if (envelope.sender.address) return envelope.sender.address->text();
  return {};
}

}  // namespace

bool is_from_others(Channel channel) {
  return channel != Channel::relay && channel != Channel::local;
}

std::vector<HeaderEdit> header_edits(Mode site_mode, const Facts& facts,
                                     const MessageHeader& header, const std::optional<Mark>& mark,
                                     const std::optional<Reference>& reference) {
  std::vector<HeaderEdit> edits;
  const Channel channel = facts.envelope.channel;
  if (site_mode == Mode::observe) return edits;
  if (!facts.headers || !is_from_others(channel)) return edits;
  take_out_forgeries(header, edits);
  if (auto sender = missing_sender(facts)) {
    edits.push_back({"Sender", '<' + *std::move(sender) + '>', 0});
  }
  if (mark || channel == Channel::inbound) {
    edits.push_back({kVerdictField, verdict_field(mark, reference), 0});
  }
  return edits;
}

std::string verdict_field(const std::optional<Mark>& mark,
                          const std::optional<Reference>& reference) {
  if (!mark) return "clean";
  std::string out(name(mark->level));
  out.append("; rule=").append(name(mark->finding.rule));
  if (reference) out.append("; ref=").append(reference->text());
  return out;
}

}  // namespace gatepost::session
