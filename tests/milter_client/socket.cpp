#include "tests/milter_client/socket.hpp"

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace gatepost::test {
namespace {

[[noreturn]] void fail(const std::string& what, int error) {
  throw MilterError(what + ": " + std::system_category().message(error));
}

Socket open_socket(const FilterAddress& filter, const sockaddr* address, socklen_t size) {
  Socket opened(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (opened.fd() < 0) fail("socket", errno);
  if (::connect(opened.fd(), address, size) != 0) fail("connect to filter " + filter.text, errno);
  return opened;
}

Socket connect_unix(const FilterAddress& filter, std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    throw MilterError("the socket's path is too long: " + filter.text);
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return open_socket(filter, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

Socket connect_inet(const FilterAddress& filter, std::string_view port, const std::string& host) {
  std::uint16_t number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(number);
  if (number == 0 || ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    throw MilterError("not inet:PORT@ADDRESS: " + filter.text);
  }
  Socket opened = open_socket(filter, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  const int on = 1;
  ::setsockopt(opened.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return opened;
}

}  // namespace

Socket connect_to_filter(const FilterAddress& filter) {
  std::string_view text = filter.text;
  for (const std::string_view prefix : {"unix:", "local:"}) {
    if (text.substr(0, prefix.size()) == prefix) {
      return connect_unix(filter, text.substr(prefix.size()));
    }
  }
  if (!text.empty() && text.front() == '/') return connect_unix(filter, text);
  if (text.substr(0, 5) == "inet:") text.remove_prefix(5);
  const std::size_t at = text.find('@');
  const std::string host(at == std::string_view::npos ? "" : text.substr(at + 1));
  return connect_inet(filter, text.substr(0, at), host);
}

}  // namespace gatepost::test
