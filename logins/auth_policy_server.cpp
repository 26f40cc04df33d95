#include "logins/auth_policy_server.hpp"

#include <random>
#include <stdexcept>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "logins/auth_policy_connection.hpp"

namespace gatepost::logins {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

Tcp::acceptor listen_on(asio::io_context& context, const AuthPolicyServerSettings& settings) {
  try {
    return {context, Tcp::endpoint(asio::ip::make_address(settings.host), settings.port)};
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error(fmt::format("cannot listen for auth-policy on {} port {}: {}",
                                         settings.host, settings.port, error.code().message()));
  }
}

// Of one daemon's lifetime and no other's; of one thread.
std::function<Token()> random_tokens() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device()};
  return [generator = std::mt19937_64(seed)]() mutable { return Token{generator()}; };
}

}  // namespace

class AuthPolicyServer::Loop {
public:
  Loop(const AuthPolicyServerSettings& settings, LoginGuard& guard, const Log& log)
      : settings_(settings),
        secret_(settings.secret),
        log_(log),
        complaints_(log),
        services_{settings_, secret_,     guard, workers_,
                  counters_, complaints_, open_, random_tokens()},
        acceptor_(listen_on(context_, settings)),
        retry_(context_),
        port_(acceptor_.local_endpoint().port()),
        workers_({.tasks = settings.most_waiting, .tasks_of_a_client = settings.most_waiting / 4},
                 [this](const std::exception& bug) { say_bug(bug); }) {
    accept();
    thread_ = std::thread([this] { run(); });
  }

  ~Loop() {
    context_.stop();
    thread_.join();
  }

  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  Loop(Loop&&) = delete;
  Loop& operator=(Loop&&) = delete;

  std::uint16_t port() const { return port_; }

  const RequestCounters& counters() const { return counters_; }

  std::size_t connections() const { return open_.size(); }

  std::size_t waiting() const { return workers_.size(); }

private:
  void accept() {
    acceptor_.async_accept([this](error_code error, Tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return accept_later();
      welcome(std::move(socket));
      accept();
    });
  }

  // Out of descriptors or memory: accepting at once again would only burn the processor.
  void accept_later() {
    constexpr std::chrono::milliseconds kPause{100};
    retry_.expires_after(kPause);
    retry_.async_wait([this](error_code error) {
      if (!error) accept();
    });
  }

  void welcome(Tcp::socket socket) {
    if (open_.size() >= settings_.most_connections) {
      counters_.add({}, RequestOutcome::crowded_out);
      complaints_.say(
          RequestOutcome::crowded_out,
          fmt::format("there are {} connections, which is the most; the one missed least is closed",
                      settings_.most_connections));
      if (!open_.close_one()) return;
    }
    std::make_shared<AuthPolicyConnection>(std::move(socket), services_)->start();
  }

  // A handler that throws is a bug; the daemon goes on without that one connection.
  void run() {
    while (!context_.stopped()) {
      try {
        context_.run();
      } catch (const std::exception& bug) {
        say_bug(bug);
      }
    }
  }

  void say_bug(const std::exception& bug) {
    log_(fmt::format("auth-policy: a request failed: {}", bug.what()));
  }

  const AuthPolicyServerSettings settings_;
  const SharedSecret secret_;
  const Log log_;
  RequestCounters counters_;
  Complaints complaints_;
  OpenConnections open_;
  const ConnectionServices services_;
  // Destroyed before all above, with the connections that are still open.
  asio::io_context context_{1};
  Tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  const std::uint16_t port_;
  // Destroyed before the context, to which the last tasks hand their connections.
  OrderedWorkers workers_;
  std::thread thread_;
};

AuthPolicyServer::AuthPolicyServer(const AuthPolicyServerSettings& settings, LoginGuard& guard,
                                   Log log)
    : loop_(std::make_unique<Loop>(settings, guard, log)) {}

AuthPolicyServer::~AuthPolicyServer() = default;

std::uint16_t AuthPolicyServer::port() const {
  return loop_->port();
}

std::vector<RequestCount> AuthPolicyServer::requests() const {
  return loop_->counters().all();
}

std::size_t AuthPolicyServer::connections() const {
  return loop_->connections();
}

std::size_t AuthPolicyServer::waiting() const {
  return loop_->waiting();
}

}  // namespace gatepost::logins
