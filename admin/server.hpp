#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "admin/daemon.hpp"
#include "store/stores.hpp"

namespace gatepost::admin {

/// Where the metrics listener binds. IP addresses only.
struct MetricsAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free one
};

struct ServerSettings {
  std::filesystem::path admin_socket;
  std::filesystem::path support_socket;  ///< empty: none
  std::optional<MetricsAddress> metrics;
  std::string admin_group = "gatepost-admin";  ///< given the socket where the group exists
  std::string support_group = "gatepost-support";
  std::chrono::milliseconds request_time{5000};       ///< a slower client is cut
  std::size_t largest_body = std::size_t{64} * 1024;  ///< octets
  std::size_t most_connections = 64;                  ///< more are closed at once
};

/// The HTTP API on its sockets, served by one thread of its own from construction to destruction.
/// One request a connection.
class Server {
public:
  /// `daemon` must outlive the server; `log` is for what goes wrong. Throws std::runtime_error with
  /// a sentence for the admin where a socket cannot be had.
  Server(const ServerSettings& settings, Daemon& daemon, store::Log log);
  /// Stops the thread, cuts open connections and removes the socket files.
  ~Server();

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  Server(Server&&) = delete;
  Server& operator=(Server&&) = delete;

  /// The port of the metrics listener; 0 where there is none.
  std::uint16_t metrics_port() const;

private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace gatepost::admin
