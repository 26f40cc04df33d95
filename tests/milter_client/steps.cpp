#include <array>
#include <utility>

#include "tests/milter_client/milter_client.hpp"

namespace gatepost::test {
namespace {

/// Of a step that every filter answers.
constexpr std::uint32_t kAlwaysAnswered = ~0U;

Reply not_sent() {
  return {.code = ReplyCode::continue_, .data = {}, .awaited = false};
}

/// True for what a filter may send before its final reply to end of message.
bool is_modification(ReplyCode code) {
  switch (code) {
    case ReplyCode::add_recipient:
    case ReplyCode::add_recipient_with_arguments:
    case ReplyCode::delete_recipient:
    case ReplyCode::replace_body:
    case ReplyCode::change_sender:
    case ReplyCode::add_header:
    case ReplyCode::insert_header:
    case ReplyCode::change_header:
    case ReplyCode::quarantine: return true;
    default: return false;
  }
}

std::string domain_of(const std::string& address) {
  const std::size_t at = address.rfind('@');
  return at == std::string::npos ? std::string() : address.substr(at + 1);
}

}  // namespace

Reply MilterClient::answer(std::uint32_t unanswered) {
  if (negotiated_.has(unanswered)) return not_sent();
  for (;;) {
    Reply reply = read_reply();
    if (reply.code != ReplyCode::progress) return reply;
  }
}

void MilterClient::macros(Command command, Stage stage) {
  MacroValues values = values_;
  for (const auto& [name, value] : overrides_) {
    if (value) {
      values[name] = *value;
    } else {
      values.erase(name);
    }
  }
  // Postfix' cleanup process sends these, and it knows itself alone.
  if (stage == Stage::end_of_message || stage == Stage::end_of_headers) {
    values["{daemon_name}"] = values["j"];
  }
  append_macros(out_, command, lists_.select(stage, values));
}

void MilterClient::set_macro(const std::string& name, std::optional<std::string> value) {
  overrides_[name] = std::move(value);
}

Reply MilterClient::connect(const ClientInfo& info) {
  values_["j"] = info.mta;
  values_["v"] = "Postfix 3.7.11";
  values_["_"] = info.host + " [" + info.address + "]";
  values_["{daemon_name}"] = info.daemon_name;
  values_["{daemon_addr}"] = "127.0.0.1";
  values_["{daemon_port}"] = info.daemon_port;
  values_["{client_addr}"] = info.address;
  values_["{client_name}"] = info.host;
  values_["{client_ptr}"] = info.host;
  values_["{client_port}"] = std::to_string(info.port);
  values_["{client_resolve}"] = "OK";
  values_["{client_connections}"] = "0";
  macros(Command::connect, Stage::connect);
  if (negotiated_.has(step::kNoConnect)) return not_sent();
  append_connect(out_, info.host, info.family, info.port, info.address);
  return answer(step::kNoReplyConnect);
}

Reply MilterClient::helo(std::string_view name) {
  macros(Command::helo, Stage::helo);
  if (negotiated_.has(step::kNoHelo)) return not_sent();
  append_string(out_, Command::helo, name);
  return answer(step::kNoReplyHelo);
}

void MilterClient::note_login(std::string_view login) {
  if (login.empty()) {
    values_.erase("{auth_type}");
    values_.erase("{auth_authen}");
    return;
  }
  values_["{auth_type}"] = "PLAIN";
  values_["{auth_authen}"] = std::string(login);
}

Reply MilterClient::mail(std::string_view sender, const std::vector<std::string>& arguments,
                         std::string_view login) {
  note_login(login);
  queue_id_.clear();
  values_.erase("i");
  const std::string address = macro_address(sender);
  values_["{mail_addr}"] = address;
  values_["{mail_host}"] = domain_of(address);
  values_["{mail_mailer}"] = "smtp";
  macros(Command::mail, Stage::mail);
  if (negotiated_.has(step::kNoMail)) return not_sent();
  append_arguments(out_, Command::mail, sender, arguments);
  return answer(step::kNoReplyMail);
}

Reply MilterClient::rcpt(std::string_view recipient, const std::vector<std::string>& arguments) {
  const std::string address = macro_address(recipient);
  values_["{rcpt_addr}"] = address;
  values_["{rcpt_host}"] = domain_of(address);
  values_["{rcpt_mailer}"] = "smtp";
  macros(Command::rcpt, Stage::rcpt);
  Reply reply = not_sent();
  if (!negotiated_.has(step::kNoRcpt)) {
    append_arguments(out_, Command::rcpt, recipient, arguments);
    reply = answer(step::kNoReplyRcpt);
  }
  // The queue file, and with it `i`, exists from the first accepted recipient on.
  if (queue_id_.empty() && reply.passes()) {
    static constexpr std::array<char, 17> kDigits{"0123456789ABCDEF"};
    for (unsigned n = ++messages_, k = 0; k < 8; ++k, n >>= 4U) {
      queue_id_.insert(queue_id_.begin(), kDigits.at(n & 15U));
    }
    values_["i"] = "A9C" + queue_id_;
  }
  return reply;
}

Reply MilterClient::rejected_rcpt(std::string_view recipient, std::string_view code,
                                  std::string_view text) {
  if (!negotiated_.has(step::kRejectedRcpt)) return not_sent();
  values_["{rcpt_addr}"] = std::string(text);
  values_["{rcpt_host}"] = std::string(code);
  values_["{rcpt_mailer}"] = "error";
  macros(Command::rcpt, Stage::rcpt);
  if (negotiated_.has(step::kNoRcpt)) return not_sent();
  append_arguments(out_, Command::rcpt, recipient, {});
  return answer(step::kNoReplyRcpt);
}

Reply MilterClient::data() {
  macros(Command::data, Stage::data);
  if (negotiated_.has(step::kNoData)) return not_sent();
  append_packet(out_, Command::data, {});
  return answer(step::kNoReplyData);
}

Reply MilterClient::header(std::string_view name, std::string_view value) {
  if (negotiated_.has(step::kNoHeaders)) return not_sent();
  macros(Command::header, Stage::end_of_message);
  if (negotiated_.has(step::kHeaderLeadingSpace)) {
    append_header(out_, name, " " + std::string(value));
  } else {
    append_header(out_, name, value);
  }
  return answer(step::kNoReplyHeader);
}

Reply MilterClient::end_of_headers() {
  if (negotiated_.has(step::kNoEndOfHeaders)) return not_sent();
  macros(Command::end_of_headers, Stage::end_of_headers);
  append_packet(out_, Command::end_of_headers, {});
  return answer(step::kNoReplyEndOfHeaders);
}

Reply MilterClient::body(std::string_view chunk) {
  if (negotiated_.has(step::kNoBody)) return not_sent();
  macros(Command::body, Stage::end_of_message);
  append_packet(out_, Command::body, chunk);
  return answer(step::kNoReplyBody);
}

Reply MilterClient::end_of_message(std::vector<Reply>* modifications) {
  macros(Command::end_of_body, Stage::end_of_message);
  append_packet(out_, Command::end_of_body, {});
  for (;;) {
    Reply reply = answer(kAlwaysAnswered);
    if (!is_modification(reply.code)) return reply;
    if (modifications != nullptr) modifications->push_back(std::move(reply));
  }
}

Reply MilterClient::unknown(std::string_view command) {
  if (negotiated_.has(step::kNoUnknown)) return not_sent();
  append_string(out_, Command::unknown, command);
  return answer(step::kNoReplyUnknown);
}

void MilterClient::abort() {
  append_packet(out_, Command::abort, {});
  flush();
}

void MilterClient::quit() {
  append_packet(out_, Command::quit, {});
  flush();
}

void MilterClient::quit_new_connection() {
  append_packet(out_, Command::quit_new_connection, {});
  flush();
}

MilterClient open_session(const FilterAddress& filter, const ClientInfo& info,
                          std::chrono::milliseconds deadline) {
  MilterClient client(filter, deadline);
  client.negotiate();
  client.connect(info);
  client.helo(info.host);
  return client;
}

}  // namespace gatepost::test
