#include "logins/auth_policy_connection.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

namespace gatepost::logins {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t kFirstRead = 2048;
constexpr std::size_t kMostDrained = 1024 * 1024;
constexpr std::chrono::seconds kDrainTime{2};

std::string peer_of(const asio::ip::tcp::socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? "?" : endpoint.address().to_string();
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

void OpenConnections::add(AuthPolicyConnection& connection) {
  all_.push_back(&connection);
  size_ = all_.size();
}

void OpenConnections::remove(AuthPolicyConnection& connection) {
  std::erase(all_, &connection);
  size_ = all_.size();
}

bool OpenConnections::close_one() {
  using State = AuthPolicyConnection::State;
  constexpr std::chrono::seconds kStraggles{1};
  const auto now = AuthPolicyConnection::Clock::now();
  const auto missed = [](const AuthPolicyConnection& one) {
    return std::tuple(one.state(), one.is_known(), one.since());
  };
  AuthPolicyConnection* least = nullptr;
  for (AuthPolicyConnection* one : all_) {
    if (one->state() == State::answering) continue;
    if (one->state() == State::receiving && now - one->since() < kStraggles) continue;
    if (least == nullptr || missed(*one) < missed(*least)) least = one;
  }
  if (least != nullptr) least->close();
  return least != nullptr;
}

AuthPolicyConnection::AuthPolicyConnection(Tcp::socket socket, const ConnectionServices& services)
    : stream_(std::move(socket)),
      services_(services),
      peer_(peer_of(stream_.socket())),
      again_(stream_.get_executor()) {
  services_.open.add(*this);
}

AuthPolicyConnection::~AuthPolicyConnection() {
  services_.open.remove(*this);
}

void AuthPolicyConnection::start() {
  Error ignored;
  stream_.socket().set_option(Tcp::no_delay(true), ignored);
  wait_for_request();
}

void AuthPolicyConnection::close() {
  services_.open.remove(*this);
  is_closed_ = true;
  again_.cancel();
  stream_.close();
}

void AuthPolicyConnection::enter(State state) {
  state_ = state;
  since_ = Clock::now();
}

// A request may already be here: the client need not wait for answers.
void AuthPolicyConnection::wait_for_request() {
  enter(State::idle);
  command_.reset();
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(services_.settings.largest_header));
  parser_->body_limit(services_.settings.largest_body);
  if (buffer_.size() > 0) return receive();
  stream_.expires_after(services_.settings.idle_time);
  stream_.async_read_some(buffer_.prepare(kFirstRead),
                          [self = shared_from_this()](Error error, std::size_t read) {
                            if (error || self->is_closed_) return;
                            self->buffer_.commit(read);
                            self->receive();
                          });
}

void AuthPolicyConnection::receive() {
  enter(State::receiving);
  stream_.expires_after(services_.settings.request_time);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](Error error, std::size_t /*read*/) {
                     if (!self->is_closed_) self->on_read(error);
                   });
}

void AuthPolicyConnection::on_read(Error error) {
  enter(State::answering);
  const auto& settings = services_.settings;
  if (!error) return handle();
  if (error == http::error::body_limit) {
    return refuse(
        RequestOutcome::too_large, 413,
        fmt::format("the body is too large: it may have {} octets", settings.largest_body), true);
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return refuse(
        RequestOutcome::too_large, 431,
        fmt::format("the header is too large: it may have {} octets", settings.largest_header),
        true);
  }
  if (error == beast::error::timeout) {
    services_.counters.add({}, RequestOutcome::too_slow);
    services_.complaints.say(
        RequestOutcome::too_slow,
        fmt::format("a request from {} was not complete after {:.1f} s; the connection was closed",
                    peer_, std::chrono::duration<double>(settings.request_time).count()));
    return;
  }
  const bool is_gone = error == http::error::end_of_stream ||
                       error == http::error::partial_message ||
                       error.category() == asio::error::get_system_category();
  if (is_gone) return;
  refuse(RequestOutcome::bad_request, 400, "this is no HTTP request: " + error.message(), true);
}

void AuthPolicyConnection::handle() {
  const auto& request = parser_->get();
  if (!services_.secret.is_shown(view(request[http::field::authorization]),
                                 view(request["X-API-Key"]))) {
    return refuse(RequestOutcome::unauthorized, 401,
                  "the secret is wrong or missing: auth_policy_server_api_header of Dovecot must "
                  "show it",
                  true);
  }
  command_ = policy_command(view(request.target()));
  if (!command_) {
    return refuse(RequestOutcome::not_found, 404,
                  "there is nothing but /?command=allow and /?command=report", false);
  }
  if (request.method() != http::verb::post) {
    return refuse(RequestOutcome::wrong_method, 405, "the method must be POST", true);
  }
  auto read = read_policy_request(*command_, request.body(), services_.token());
  if (const auto* bad = std::get_if<BadPolicyRequest>(&read)) {
    return refuse(RequestOutcome::bad_request, 400, bad->why, false);
  }
  is_known_ = true;
  auto* event = std::get_if<LoginEvent>(&read);
  if (event == nullptr) return send({RequestOutcome::answered, 200, policy_reply({})});
  const Network client = services_.guard.client_of(*event);
  if (*command_ == PolicyCommand::allow) return ask(client, std::move(*event));
  tell(client, std::move(*event));
}

// After the client's reports that came before; where too many wait, at once, which is better than
// no answer.
void AuthPolicyConnection::ask(const Network& client, LoginEvent event) {
  // A lock that stands is said at once: Dovecot waits two seconds, then it looks at the password.
  if (const auto denial = services_.guard.deny(event)) {
    return send({RequestOutcome::answered, 200, policy_reply(*denial)});
  }
  asked_at_ = Clock::now();
  if (services_.workers.is_busy(client)) {
    const auto wait = [self = shared_from_this(), event] {
      asio::post(self->stream_.get_executor(), [self, event] { self->answer(event); });
    };
    if (services_.workers.submit(client, wait)) return;
  }
  answer(event);
}

// Guesses that are asked for side by side wait for each other's reports, so that no more of them
// are looked at than lock; at most so long that Dovecot, which gives up after two seconds and goes
// on, still hears of a lock.
void AuthPolicyConnection::answer(const LoginEvent& event) {
  constexpr std::chrono::milliseconds kLongest{1500};
  constexpr std::chrono::milliseconds kPause{10};
  if (is_closed_) return;
  if (Clock::now() - asked_at_ >= kLongest || !services_.guard.must_wait(event)) {
    return send({RequestOutcome::answered, 200, policy_reply(services_.guard.ask(event))});
  }
  again_.expires_after(kPause);
  again_.async_wait([self = shared_from_this(), event](Error error) {
    if (error || self->is_closed_) return;
    if (const auto denial = self->services_.guard.deny(event)) {
      return self->send({RequestOutcome::answered, 200, policy_reply(*denial)});
    }
    self->answer(event);
  });
}

void AuthPolicyConnection::tell(const Network& client, LoginEvent event) {
  auto work = task([event = std::move(event)](LoginGuard& guard) {
    guard.tell(event);
    return policy_reply({});
  });
  if (services_.workers.submit(client, std::move(work))) return;
  refuse(RequestOutcome::overloaded, 503,
         "too many reports wait for the store; this one was not counted", false);
}

// The worker's hold on the connection goes back to the loop's thread, which alone may end it.
OrderedWorkers::Task AuthPolicyConnection::task(std::function<std::string(LoginGuard&)> work) {
  return [self = shared_from_this(), work = std::move(work)]() mutable {
    Reply reply{RequestOutcome::failed, 500, R"({"error":"a fault of Gatepost"})"};
    std::exception_ptr bug;
    try {
      reply = {RequestOutcome::answered, 200, work(self->services_.guard)};
    } catch (...) {
      bug = std::current_exception();
    }
    const auto executor = self->stream_.get_executor();
    asio::post(executor, [self = std::move(self), reply = std::move(reply)]() mutable {
      self->send(std::move(reply));
    });
    if (bug) std::rethrow_exception(bug);
  };
}

// `error` says nothing of what the request held.
void AuthPolicyConnection::refuse(RequestOutcome outcome, int status, const std::string& error,
                                  bool hang_up) {
  services_.complaints.say(
      outcome, fmt::format("a request from {} was refused with {}: {}", peer_, status, error));
  std::string text;
  for (const char c : error) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  send({outcome, status, fmt::format(R"({{"error":"{}"}})", text), hang_up});
}

void AuthPolicyConnection::send(Reply reply) {
  services_.counters.add(command_, reply.outcome);
  const bool stays = !reply.hang_up && parser_->keep_alive();
  reply_ = {};
  reply_.version(parser_->is_header_done() ? parser_->get().version() : 11);
  reply_.result(static_cast<unsigned>(reply.status));
  reply_.set(http::field::content_type, "application/json");
  if (reply.outcome == RequestOutcome::wrong_method) reply_.set(http::field::allow, "POST");
  reply_.keep_alive(stays);
  reply_.body() = std::move(reply.body);
  reply_.prepare_payload();
  stream_.expires_after(services_.settings.request_time);
  http::async_write(stream_, reply_,
                    [self = shared_from_this(), stays](Error error, std::size_t /*written*/) {
                      if (error || self->is_closed_) return;
                      if (stays) return self->wait_for_request();
                      self->hang_up();
                    });
}

// A socket that is closed with octets unread takes the answer from the client.
void AuthPolicyConnection::hang_up() {
  enter(State::idle);
  is_known_ = false;
  Error ignored;
  stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
  buffer_.clear();
  stream_.expires_after(kDrainTime);
  drain();
}

void AuthPolicyConnection::drain() {
  constexpr std::size_t kPiece = 16 * 1024;
  stream_.async_read_some(buffer_.prepare(kPiece),
                          [self = shared_from_this()](Error error, std::size_t read) {
                            self->drained_ += read;
                            if (!error && self->drained_ < kMostDrained) self->drain();
                          });
}

}  // namespace gatepost::logins
