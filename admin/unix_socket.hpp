#pragma once

#include <filesystem>
#include <string>

namespace gatepost::admin {

/// Binds and listens on a unix socket at `path`, mode 0660, and gives it to `group` where there is
/// such a group and this process may. A socket file that nobody listens on is replaced; one that
/// somebody does, and anything that is no socket, is left alone. Returns the descriptor
/// (close-on-exec), which the caller closes. Throws std::runtime_error with a sentence that says
/// what is in the way and what to do.
int listen_on_unix(const std::filesystem::path& path, const std::string& group);

/// Closes `descriptor` and removes its socket file, unless another process listens there by now.
void close_unix_socket(const std::filesystem::path& path, int descriptor);

/// The system user at the other end of a connected unix socket: its name, or `uid 1000` where it
/// has none.
std::string peer_user(int descriptor);

}  // namespace gatepost::admin
