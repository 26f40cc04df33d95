#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "logins/auth_policy_server.hpp"
#include "logins/complaints.hpp"
#include "logins/ordered_workers.hpp"
#include "logins/shared_secret.hpp"

/// Includes Boost.Beast: for the .cpp files of the auth-policy server only.
namespace gatepost::logins {

class AuthPolicyConnection;

/// The connections that are open; of the loop's thread, but for `size`.
class OpenConnections {
public:
  void add(AuthPolicyConnection& connection);
  void remove(AuthPolicyConnection& connection);
  /// Closes the connection that is missed least: one between two requests, those that never asked
  /// anything first, then the oldest; else one whose request has been arriving for a second. False:
  /// there is none, all wait for us.
  bool close_one();

  std::size_t size() const { return size_; }

private:
  std::vector<AuthPolicyConnection*> all_;
  std::atomic<std::size_t> size_ = 0;
};

/// What all connections share; outlives them.
struct ConnectionServices {
  const AuthPolicyServerSettings& settings;
  const SharedSecret& secret;
  LoginGuard& guard;
  OrderedWorkers& workers;
  RequestCounters& counters;
  Complaints& complaints;
  OpenConnections& open;
  std::function<Token()> token;
};

/// One connection of Dovecot: reads a request, answers it, reads the next. Keeps itself alive
/// through its handlers. Of the loop's thread.
class AuthPolicyConnection : public std::enable_shared_from_this<AuthPolicyConnection> {
public:
  using Tcp = boost::asio::ip::tcp;
  using Clock = std::chrono::steady_clock;

  enum class State : std::uint8_t {
    idle,       ///< between two requests
    receiving,  ///< a request has begun
    answering,
  };

  AuthPolicyConnection(Tcp::socket socket, const ConnectionServices& services);
  ~AuthPolicyConnection();

  AuthPolicyConnection(const AuthPolicyConnection&) = delete;
  AuthPolicyConnection& operator=(const AuthPolicyConnection&) = delete;
  AuthPolicyConnection(AuthPolicyConnection&&) = delete;
  AuthPolicyConnection& operator=(AuthPolicyConnection&&) = delete;

  void start();
  void close();

  State state() const { return state_; }

  Clock::time_point since() const { return since_; }

  /// Whether it ever asked what was answered.
  bool is_known() const { return is_known_; }

private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Error = boost::system::error_code;

  struct Reply {
    RequestOutcome outcome;
    int status;
    std::string body;
    bool hang_up = false;
  };

  void enter(State state);
  void wait_for_request();
  void receive();
  void on_read(Error error);
  void handle();
  void ask(const Network& client, LoginEvent event);
  void answer(const LoginEvent& event);
  void tell(const Network& client, LoginEvent event);
  OrderedWorkers::Task task(std::function<std::string(LoginGuard&)> work);
  void refuse(RequestOutcome outcome, int status, const std::string& error, bool hang_up);
  void send(Reply reply);
  void hang_up();
  void drain();

  boost::beast::basic_stream<Tcp> stream_;
  const ConnectionServices& services_;
  std::string peer_;
  boost::asio::steady_timer again_;  // of an answer that waits
  Clock::time_point asked_at_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  boost::beast::http::response<boost::beast::http::string_body> reply_;
  std::optional<PolicyCommand> command_;  // of the request that is being handled
  State state_ = State::idle;
  Clock::time_point since_ = Clock::now();
  bool is_known_ = false;
  bool is_closed_ = false;
  std::size_t drained_ = 0;
};

}  // namespace gatepost::logins
