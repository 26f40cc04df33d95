#include <algorithm>

#include "tests/milter_client/milter_client.hpp"

namespace gatepost::test {
namespace {

constexpr std::size_t kChunkSize = 65535;

/// True where the MTA has nothing more to ask about this message.
bool settles(const Reply& reply) {
  return !reply.passes() || reply.code == ReplyCode::accept;
}

}  // namespace

std::optional<Reply> Outcome::refusal() const {
  if (!mail.passes()) return mail;
  if (data && !data->passes()) return data;
  if (end && !end->passes()) return end;
  const auto refused = std::find_if(recipients.begin(), recipients.end(),
                                    [](const Reply& reply) { return !reply.passes(); });
  if (refused != recipients.end()) return *refused;
  return std::nullopt;
}

void MilterClient::send_content(const Message& message, Outcome& outcome) {
  const auto settled = [&outcome](Reply reply) {
    if (!settles(reply)) return false;
    outcome.end = std::move(reply);
    return true;
  };
  for (const auto& [name, value] : message.headers) {
    if (settled(header(name, value))) return;
  }
  if (settled(end_of_headers())) return;
  for (std::string_view rest = message.body; !rest.empty();) {
    Reply reply = body(rest.substr(0, kChunkSize));
    rest.remove_prefix(std::min(kChunkSize, rest.size()));
    if (reply.code == ReplyCode::skip) break;
    if (settled(std::move(reply))) return;
  }
  outcome.end = end_of_message(&outcome.modifications);
}

bool MilterClient::send_recipients(const Message& message, Outcome& outcome) {
  bool accepted = false;
  for (const std::string& recipient : message.recipients) {
    outcome.recipients.push_back(rcpt(recipient));
    const Reply& reply = outcome.recipients.back();
    accepted = accepted || reply.passes();
    if (reply.code == ReplyCode::accept) outcome.end = reply;
    if (reply.code == ReplyCode::accept || reply.code == ReplyCode::discard) return false;
  }
  return accepted;
}

Outcome MilterClient::send(const Message& message) {
  Outcome outcome;
  outcome.mail = mail(message.sender, message.mail_arguments, message.login);
  if (outcome.mail.code == ReplyCode::accept) outcome.end = outcome.mail;
  if (!settles(outcome.mail) && send_recipients(message, outcome)) {
    outcome.data = data();
    if (outcome.data->code == ReplyCode::accept) outcome.end = outcome.data;
    if (!settles(*outcome.data)) send_content(message, outcome);
  }
  abort();
  return outcome;
}

}  // namespace gatepost::test
