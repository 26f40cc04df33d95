#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "logins/login_guard.hpp"
#include "logins/request_counters.hpp"

namespace gatepost::logins {

struct AuthPolicyServerSettings {
  std::string host = "127.0.0.1";  ///< an IP address, without brackets
  std::uint16_t port = 8898;       ///< 0: any free one
  std::string secret;              ///< that Dovecot must show; empty: none
  std::size_t most_connections = 512;
  std::size_t largest_header = 8 * 1024;  ///< octets
  std::size_t largest_body = 16 * 1024;
  std::size_t most_waiting = 1024;                ///< reports that wait for the store
  std::chrono::milliseconds request_time{5'000};  ///< from a request's first octet to its last
  std::chrono::milliseconds idle_time{60'000};    ///< between two requests
};

/// Answers Dovecot's auth-policy requests (HTTP/1.1, keep-alive) on a TCP listener of its own.
/// `allow` is answered from memory, `report` when the guard has taken note of it; the requests of
/// one client are handled in the order in which they came, whichever connections they take, and a
/// slow store holds up nobody else. Who asks wrongly is refused, counted and logged, without effect
/// on others. Dovecot takes every refusal for `allow` (and logs an error), so that an `allow` that
/// can be read is never refused for load.
class AuthPolicyServer {
public:
  using Log = std::function<void(const std::string&)>;

  /// Listens from here on. `guard` and what `log` needs outlive the server; `log` is called by its
  /// threads. Throws std::runtime_error with a sentence that says what is in the way.
  AuthPolicyServer(const AuthPolicyServerSettings& settings, LoginGuard& guard, Log log);
  /// Closes all connections; reports that wait are still taken note of.
  ~AuthPolicyServer();

  AuthPolicyServer(const AuthPolicyServer&) = delete;
  AuthPolicyServer& operator=(const AuthPolicyServer&) = delete;
  AuthPolicyServer(AuthPolicyServer&&) = delete;
  AuthPolicyServer& operator=(AuthPolicyServer&&) = delete;

  std::uint16_t port() const;
  /// Requests by command and outcome, since the start. Thread-safe.
  std::vector<RequestCount> requests() const;
  /// Thread-safe.
  std::size_t connections() const;
  /// Requests that wait for the store. Thread-safe.
  std::size_t waiting() const;

private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace gatepost::logins
