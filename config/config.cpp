#include "config/config.hpp"

#include <fmt/format.h>

namespace gatepost::config {

std::string ListenAddress::text() const {
  switch (kind) {
    case Kind::inet: return fmt::format("inet:{}@{}", port, host);
    case Kind::inet6: return fmt::format("inet6:{}@[{}]", port, host);
    case Kind::unix_socket: return "unix:" + path.string();
    case Kind::systemd: return "systemd";
  }
  return {};
}

}  // namespace gatepost::config
