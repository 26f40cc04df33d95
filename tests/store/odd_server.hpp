#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "policy/store_settings.hpp"

namespace gatepost::test {

/// Listens, and answers every connection with the same bytes, or with none.
class OddServer {
public:
  explicit OddServer(std::string bytes) : bytes_(std::move(bytes)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, length) != 0 || ::listen(listener_, 16) != 0) return;
    ::getsockname(listener_, generic, &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }

  ~OddServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    for (const int client : clients_)
      ::close(client);
    ::close(listener_);
  }

  OddServer(const OddServer&) = delete;
  OddServer& operator=(const OddServer&) = delete;

  RedisAddress address() const {
    return {.host = "127.0.0.1",
            .port = port_,
            .unix_path = {},
            .user = {},
            .password = {},
            .database = 0};
  }

  int accepted() const { return accepted_; }

private:
  void serve() {
    for (;;) {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      clients_.push_back(client);
      if (!bytes_.empty()) ::send(client, bytes_.data(), bytes_.size(), MSG_NOSIGNAL);
      ++accepted_;
    }
  }

  std::string bytes_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::vector<int> clients_;
  std::atomic<int> accepted_{0};
  std::thread thread_;
};

}  // namespace gatepost::test
