#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gatepost::test {

/// `POST /?command=allow` as Dovecot writes it.
inline std::string post(std::string_view target, std::string_view body,
                        std::string_view headers = "") {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: dovecot/auth-policy-client\r\n"
      "Content-Length: {}\r\nConnection: Keep-Alive\r\n{}Content-Type: application/json\r\n\r\n{}",
      target, body.size(), headers, body);
}

/// A connection to a server on loopback that says exactly what it is told.
class HttpClient {
public:
  struct Reply {
    int status = 0;
    std::string header;
    std::string body;
  };

  explicit HttpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    is_open_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  ~HttpClient() { ::close(socket_); }

  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  HttpClient(HttpClient&&) = delete;
  HttpClient& operator=(HttpClient&&) = delete;

  bool is_open() const { return is_open_; }

  /// False: the other side is gone.
  bool write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// What follows is the end.
  void half_close() { ::shutdown(socket_, SHUT_WR); }

  /// The next answer; nothing where the connection ends or ten seconds pass first.
  std::optional<Reply> read() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return {};
    }
    Reply reply{.status = std::stoi(buffer_.substr(9, 3)),
                .header = buffer_.substr(0, end + 2),
                .body = {}};
    constexpr std::string_view kLength = "Content-Length: ";
    const std::size_t length =
        std::stoul(reply.header.substr(reply.header.find(kLength) + kLength.size()));
    while (buffer_.size() < end + 4 + length) {
      if (!more()) return {};
    }
    reply.body = buffer_.substr(end + 4, length);
    buffer_.erase(0, end + 4 + length);
    return reply;
  }

  std::optional<Reply> ask(std::string_view request) {
    write(request);
    return read();
  }

  /// Whether the other side closes before `limit` passes.
  bool is_closed_within(std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (true) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          deadline - std::chrono::steady_clock::now());
      if (left.count() < 0) return false;
      if (wait(left) && !receive()) return true;
    }
  }

private:
  bool more() {
    constexpr std::chrono::seconds kPatience{10};
    return wait(kPatience) && receive();
  }

  bool wait(std::chrono::milliseconds limit) const {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, static_cast<int>(limit.count())) > 0;
  }

  bool receive() {
    std::string piece(65536, '\0');
    const ssize_t got = ::recv(socket_, piece.data(), piece.size(), 0);
    if (got <= 0) return false;
    buffer_.append(piece, 0, static_cast<std::size_t>(got));
    return true;
  }

  int socket_;
  bool is_open_ = false;
  std::string buffer_;
};

}  // namespace gatepost::test
