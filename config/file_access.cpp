#include "config/file_access.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

// A file descriptor that closes itself.
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

  explicit operator bool() const { return fd_ >= 0; }

  int fd() const { return fd_; }

private:
  int fd_;
};

std::string failure(std::string_view what, const fs::path& path) {
  return fmt::format("cannot {} {}: {}", what, path.string(),
                     std::error_code(errno, std::generic_category()).message());
}

ssize_t read_some(int fd, char* out, std::size_t room) {
  while (true) {
    const ssize_t got = ::read(fd, out, room);
    if (got >= 0 || errno != EINTR) return got;
  }
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

// A rename is durable when its folder is.
bool sync_folder(const fs::path& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd && ::fsync(fd.fd()) == 0;
}

bool write_durably(const fs::path& path, std::string_view text) {
  constexpr mode_t kMode = 0640;
  const Descriptor fd(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kMode));
  // fchmod: the umask must not decide who can read it.
  return fd && ::fchmod(fd.fd(), kMode) == 0 && write_all(fd.fd(), text) && ::fsync(fd.fd()) == 0;
}

}  // namespace

Parsed<std::string> read_file(const fs::path& path, std::size_t most) {
  // O_NONBLOCK: the open of a pipe without a writer would wait for ever.
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return Mistake{failure("read", path)};

  struct stat status {};

  if (::fstat(fd.fd(), &status) != 0) return Mistake{failure("read", path)};
  if (!S_ISREG(status.st_mode)) {
    return Mistake{fmt::format("cannot read {}: it is not a regular file", path.string())};
  }
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t got = read_some(fd.fd(), buffer.data(), buffer.size());
    if (got < 0) return Mistake{failure("read", path)};
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > most) {
      return Mistake{fmt::format("cannot read {}: it has more than {} bytes", path.string(), most)};
    }
  }
}

Parsed<std::string> read_secret(const fs::path& path, std::string_view what) {
  constexpr std::size_t kLongest = 4096;
  auto read = read_file(path, kLongest);
  const auto* text = std::get_if<std::string>(&read);
  if (text == nullptr) return read;
  const std::string_view secret = ascii::trim(*text);
  if (secret.empty()) return Mistake{fmt::format("{} is empty", path.string())};
  if (secret.find_first_of(std::string_view("\n\0", 2)) != std::string_view::npos) {
    return Mistake{
        fmt::format("{} must hold the {} on one line and nothing else", path.string(), what)};
  }
  return std::string(secret);
}

std::optional<std::string> note_of_readable_secret(const fs::path& path) {
  struct stat status {};

  const bool readable = ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
  if (!readable) return {};
  return fmt::format("every user of this machine can read {}: chmod o-r", path.string());
}

std::optional<std::string> replace_file(const fs::path& path, std::string_view text) {
  const fs::path temporary = path.string() + ".new";
  ::unlink(temporary.c_str());  // of an earlier attempt that was cut short
  if (!write_durably(temporary, text)) return failure("write", temporary);
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failure("replace", path);
  if (!sync_folder(path.parent_path())) return failure("make durable", path);
  return {};
}

}  // namespace gatepost::config
