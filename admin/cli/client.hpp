#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "admin/cli/invocation.hpp"

namespace gatepost::admin {

/// What the daemon answered.
struct Reply {
  int status = 0;
  std::string body;
};

/// No daemon answered: why, and what to do about it.
struct Unreachable {
  std::string why;
  std::string hint;
};

using ClientAnswer = std::variant<Reply, Unreachable>;

/// Asks the daemon over its unix sockets, one request a connection.
class Client {
public:
  /// The sockets in the order in which they are tried: the next one where the one before may not
  /// be used by this user, or is not there.
  explicit Client(std::vector<std::filesystem::path> sockets) : sockets_(std::move(sockets)) {}

  ClientAnswer get(const std::string& target) const { return ask("GET", target, ""); }

  ClientAnswer post(const std::string& target, const std::string& body) const {
    return ask("POST", target, body);
  }

private:
  ClientAnswer ask(std::string_view method, const std::string& target,
                   const std::string& body) const;

  std::vector<std::filesystem::path> sockets_;
};

/// The sockets that these options lead to: --socket, or those that the configuration names, admin
/// before support. A configuration with mistakes, or one that this user may not read, still gives
/// what it can, or the defaults; a file that --config names and is not there gives none.
std::vector<std::filesystem::path> sockets_of(const CommonOptions& options);

}  // namespace gatepost::admin
