#include "store/state_lock.hpp"

#include <cerrno>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace gatepost::store {
namespace {

/// The process that wrote its id into the lock, for the message alone.
std::string owner(const File& file) {
  std::string pid;
  for (const char c : file.read_at(0, 20)) {
    if (c < '0' || c > '9') break;
    pid += c;
  }
  return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

StateLock::StateLock(const std::filesystem::path& state_dir)
    : file_(File::open(state_dir / "lock", O_RDWR | O_CREAT)) {
  if (!file_.is_open()) {
    throw std::runtime_error("state_dir " + state_dir.string() +
                             " cannot be used: " + last_error_text() +
                             ". It must exist and belong to the user gatepostd runs as.");
  }
  if (::flock(file_.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    const bool is_taken = errno == EWOULDBLOCK;
    const std::string why = last_error_text();
    throw std::runtime_error(
        is_taken ? "state_dir " + state_dir.string() + " is in use by " + owner(file_) +
                       ". Two daemons cannot share one: stop that one, or give this one a "
                       "state_dir of its own."
                 : "state_dir " + state_dir.string() + " cannot be locked: " + why);
  }
  const std::string pid = std::to_string(::getpid()) + '\n';
  if (::ftruncate(file_.descriptor(), 0) != 0 || !file_.write_at(0, pid)) {
    throw std::runtime_error("state_dir " + state_dir.string() +
                             " cannot be written to: " + last_error_text());
  }
}

}  // namespace gatepost::store
