#include "tests/bench/load_connection.hpp"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

namespace gatepost::bench {
namespace {

using test::Command;
using test::Reply;
using test::ReplyCode;

/// True for what may come before the final reply to end of message.
bool is_interim(ReplyCode code) {
  switch (code) {
    case ReplyCode::continue_:
    case ReplyCode::accept:
    case ReplyCode::discard:
    case ReplyCode::reject:
    case ReplyCode::tempfail:
    case ReplyCode::shutdown:
    case ReplyCode::connection_failure:
    case ReplyCode::reply_code: return false;
    default: return true;
  }
}

}  // namespace

LoadConnection::LoadConnection(const LoadOptions& options, test::FilterAddress filter,
                               Dealer& dealer, LoadReport& report)
    : options_(options), filter_(std::move(filter)), dealer_(dealer), report_(report) {}

void LoadConnection::open() {
  socket_ = test::connect_to_filter(filter_);
  ::fcntl(socket_.fd(), F_SETFL, ::fcntl(socket_.fd(), F_GETFL) | O_NONBLOCK);
  ++report_.sessions;
  in_ = {};
  out_.clear();
  sent_ = 0;
  messages_ = 0;
  wants_new_session_ = false;
  stage_ = Stage::negotiate;
  test::append_negotiate(out_, test::kAllActions, test::kAllSteps);
  flush();
}

void LoadConnection::on_readable() {
  std::array<char, 16384> chunk;  // NOLINT: filled by recv
  const ssize_t got = ::recv(socket_.fd(), chunk.data(), chunk.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return broken();
  in_.feed({chunk.data(), static_cast<std::size_t>(got)});
  while (is_open()) {
    const std::optional<Reply> reply = in_.next();
    if (!reply) return;
    if (reply->code != ReplyCode::progress) handle(*reply);
  }
}

void LoadConnection::flush() {
  while (wants_to_write() && is_open()) {
    const ssize_t n = ::send(socket_.fd(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) return broken();
    sent_ += static_cast<std::size_t>(n);
  }
  out_.clear();
  sent_ = 0;
}

void LoadConnection::broken() {
  if (stage_ == Stage::mail || stage_ == Stage::rcpt || stage_ == Stage::data ||
      stage_ == Stage::content) {
    ++report_.lost;
  }
  socket_.close();
  stage_ = Stage::closed;
  wants_new_session_ = true;
}

void LoadConnection::append_macros(Command command, test::Stage stage) {
  test::append_macros(out_, command, lists_.select(stage, values_));
}

void LoadConnection::handle(const Reply& reply) {
  switch (stage_) {
    case Stage::negotiate: return on_negotiated(reply);
    case Stage::connect: return say_helo();
    case Stage::helo: stage_ = Stage::idle; break;
    case Stage::mail:
      report_.mail.add(std::chrono::steady_clock::now() - mail_sent_);
      report_.count("mail", reply);
      if (!reply.passes() || reply.code == ReplyCode::accept) return finish(reply.passes());
      return say_rcpt();
    case Stage::rcpt: return on_rcpt(reply);
    case Stage::data:
      report_.count("data", reply);
      if (!reply.passes() || reply.code == ReplyCode::accept) return finish(reply.passes());
      return say_content();
    case Stage::content: return on_content(reply);
    case Stage::idle:
    case Stage::closed: return broken();
  }
  if (stage_ == Stage::idle && dealer_.started()) next_message();
}

void LoadConnection::on_negotiated(const Reply& reply) {
  std::optional<test::Negotiated> negotiated;
  if (reply.code == ReplyCode::negotiate) negotiated = test::parse_negotiated(reply.data);
  if (!negotiated) throw test::MilterError("the filter did not negotiate");
  negotiated_ = *std::move(negotiated);
  report_.steps = negotiated_.steps;
  lists_ = test::MacroLists(negotiated_);
  content_.emplace(options_, negotiated_);
  say_connect();
}

void LoadConnection::say_connect() {
  values_ = {{"j", "mx.example.test"},
             {"v", "Postfix 3.7.11"},
             {"_", "client.example.test [127.0.0.9]"},
             {"{daemon_name}", "SUBMISSION"},
             {"{daemon_addr}", "127.0.0.1"},
             {"{daemon_port}", "587"},
             {"{client_addr}", "127.0.0.9"},
             {"{client_name}", "client.example.test"},
             {"{client_ptr}", "client.example.test"},
             {"{client_port}", "40000"},
             {"{client_resolve}", "OK"},
             {"{client_connections}", "0"},
             {"{auth_type}", "PLAIN"}};
  stage_ = Stage::connect;
  append_macros(Command::connect, test::Stage::connect);
  if (!negotiated_.has(test::step::kNoConnect)) {
    test::append_connect(out_, "client.example.test", test::Family::inet, 40000, "127.0.0.9");
    if (!negotiated_.has(test::step::kNoReplyConnect)) return flush();
  }
  say_helo();
}

void LoadConnection::say_helo() {
  stage_ = Stage::helo;
  append_macros(Command::helo, test::Stage::helo);
  if (!negotiated_.has(test::step::kNoHelo)) {
    test::append_string(out_, Command::helo, "client.example.test");
    if (!negotiated_.has(test::step::kNoReplyHelo)) return flush();
  }
  flush();
  stage_ = Stage::idle;
  if (dealer_.started()) next_message();
}

void LoadConnection::next_message() {
  if (messages_ >= options_.messages_per_session) {
    end_session();
    wants_new_session_ = true;
    return;
  }
  const std::optional<std::string> login = dealer_.next_login(std::chrono::steady_clock::now());
  if (!login) return end_session();
  ++messages_;
  say_mail(*login);
}

void LoadConnection::end_session() {
  test::append_packet(out_, Command::quit, {});
  flush();
  socket_.close();
  stage_ = Stage::closed;
}

void LoadConnection::say_mail(const std::string& login) {
  queue_id_ = dealer_.next_queue_id();
  content_->set_queue_id(queue_id_);
  content_->set_author(login);
  values_.erase("i");
  values_["{auth_authen}"] = login;
  values_["{mail_addr}"] = login;
  values_["{mail_host}"] = "example.test";
  values_["{mail_mailer}"] = "smtp";
  recipients_ = 0;
  accepted_ = 0;
  piece_ = 0;
  stage_ = Stage::mail;
  mail_sent_ = std::chrono::steady_clock::now();
  append_macros(Command::mail, test::Stage::mail);
  if (!negotiated_.has(test::step::kNoMail)) {
    test::append_arguments(out_, Command::mail, "<" + login + ">", {"SIZE=10240", "BODY=8BITMIME"});
    if (!negotiated_.has(test::step::kNoReplyMail)) return flush();
  }
  say_rcpt();
}

void LoadConnection::say_rcpt() {
  stage_ = Stage::rcpt;
  while (recipients_ < options_.recipients) {
    const std::string address = fmt::format("recipient{}@other.test", recipients_);
    // Postfix opens the queue file, and names it, when it has accepted the first recipient.
    if (recipients_ > 0) values_["i"] = queue_id_;
    values_["{rcpt_addr}"] = address;
    values_["{rcpt_host}"] = "other.test";
    values_["{rcpt_mailer}"] = "smtp";
    append_macros(Command::rcpt, test::Stage::rcpt);
    ++recipients_;
    if (!negotiated_.has(test::step::kNoRcpt)) {
      test::append_arguments(out_, Command::rcpt, "<" + address + ">", {});
      if (!negotiated_.has(test::step::kNoReplyRcpt)) return flush();
    }
    ++accepted_;
  }
  say_data();
}

void LoadConnection::on_rcpt(const Reply& reply) {
  report_.count("rcpt", reply);
  if (reply.code == ReplyCode::accept || reply.code == ReplyCode::discard) {
    return finish(reply.passes());
  }
  if (reply.passes()) ++accepted_;
  if (recipients_ < options_.recipients) return say_rcpt();
  if (accepted_ == 0) return finish(false);
  say_data();
}

void LoadConnection::say_data() {
  stage_ = Stage::data;
  values_["i"] = queue_id_;
  append_macros(Command::data, test::Stage::data);
  if (!negotiated_.has(test::step::kNoData)) {
    test::append_packet(out_, Command::data, {});
    if (!negotiated_.has(test::step::kNoReplyData)) return flush();
  }
  say_content();
}

void LoadConnection::say_content() {
  stage_ = Stage::content;
  out_.append(content_->piece(piece_));
  ++piece_;
  flush();
}

void LoadConnection::on_content(const Reply& reply) {
  const bool at_end = piece_ == content_->pieces();
  if (!at_end && reply.passes() && reply.code != ReplyCode::accept) return say_content();
  if (at_end && is_interim(reply.code)) {
    report_.count("edit", reply);
    return;
  }
  report_.count("end", reply);
  finish(reply.passes());
}

void LoadConnection::finish(bool passed) {
  report_.message.add(std::chrono::steady_clock::now() - mail_sent_);
  ++report_.answered;
  if (passed) ++report_.passed;
  test::append_packet(out_, Command::abort, {});
  flush();
  if (!is_open()) return;
  stage_ = Stage::idle;
  next_message();
}

}  // namespace gatepost::bench
