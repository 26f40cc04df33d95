#include "admin/unix_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace gatepost::admin {
namespace {

constexpr int kBacklog = 64;
constexpr mode_t kMode = 0660;
constexpr std::size_t kDatabaseBuffer = 16384;

std::string error_text(int error) {
  return std::generic_category().message(error);
}

[[noreturn]] void give_up(const std::filesystem::path& path, const std::string& why) {
  throw std::runtime_error(fmt::format("cannot listen on {}: {}", path.string(), why));
}

class Descriptor {
public:
  explicit Descriptor(int fd) : fd_(fd) {}

  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;

  int get() const { return fd_; }

  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

private:
  int fd_;
};

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& text = path.native();
  if (text.size() >= sizeof(address.sun_path)) {
    give_up(path, fmt::format("the path is longer than {} characters; choose a shorter one",
                              sizeof(address.sun_path) - 1));
  }
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  return address;
}

int new_socket(const std::filesystem::path& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) give_up(path, error_text(errno));
  return fd;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// Removes a socket file that a process which is gone left behind. A connection attempt tells: only
// a refused one proves that nobody listens.
void clear_stale_socket(const std::filesystem::path& path, const sockaddr_un& address) {
  struct stat info {};

  if (::lstat(path.c_str(), &info) != 0) return;
  if (!S_ISSOCK(info.st_mode)) {
    give_up(path, "there is a file of that name that is no socket; move it away");
  }
  const Descriptor probe(new_socket(path));
  if (::connect(probe.get(), generic(address), sizeof(address)) == 0 || errno == EAGAIN) {
    give_up(path, "another process listens there; is a gatepostd running already?");
  }
  if (errno != ECONNREFUSED) give_up(path, error_text(errno));
  ::unlink(path.c_str());
}

std::optional<gid_t> group_id(const std::string& group) {
  struct group entry {};
  struct group* found = nullptr;
  std::vector<char> buffer(kDatabaseBuffer);
  const int error = ::getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (error != 0 || found == nullptr) return {};
  return entry.gr_gid;
}

// A group that this process may not give files to leaves the socket to its own group: the daemon
// runs all the same, for its own user and root.
void set_owner_and_mode(const std::filesystem::path& path, const std::string& group) {
  const auto gid = group_id(group);
  if (gid) static_cast<void>(::lchown(path.c_str(), static_cast<uid_t>(-1), *gid) == 0);
  if (::chmod(path.c_str(), kMode) != 0) give_up(path, error_text(errno));
}

}  // namespace

int listen_on_unix(const std::filesystem::path& path, const std::string& group) {
  const sockaddr_un address = address_of(path);
  clear_stale_socket(path, address);
  Descriptor listener(new_socket(path));
  // Linux gives the socket file the descriptor's mode, so it is never open to all, not even
  // before its group is set.
  ::fchmod(listener.get(), S_IRUSR | S_IWUSR);
  if (::bind(listener.get(), generic(address), sizeof(address)) != 0) {
    give_up(path, fmt::format("{}; does {} exist, and may this user write there?",
                              error_text(errno), path.parent_path().string()));
  }
  set_owner_and_mode(path, group);
  if (::listen(listener.get(), kBacklog) != 0) give_up(path, error_text(errno));
  return listener.release();
}

void close_unix_socket(const std::filesystem::path& path, int descriptor) {
  // The path's owner is found by connecting to it: after the descriptor is closed, a socket file
  // that still answers belongs to somebody else.
  ::close(descriptor);

  struct stat info {};

  if (::lstat(path.c_str(), &info) != 0 || !S_ISSOCK(info.st_mode)) return;
  const sockaddr_un address = address_of(path);
  const Descriptor probe(new_socket(path));
  if (::connect(probe.get(), generic(address), sizeof(address)) != 0 && errno == ECONNREFUSED) {
    ::unlink(path.c_str());
  }
}

std::string peer_user(int descriptor) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return "unknown";

  struct passwd entry {};
  struct passwd* found = nullptr;
  std::vector<char> buffer(kDatabaseBuffer);
  const int error = ::getpwuid_r(peer.uid, &entry, buffer.data(), buffer.size(), &found);
  if (error != 0 || found == nullptr) return fmt::format("uid {}", peer.uid);
  return entry.pw_name;
}

}  // namespace gatepost::admin
