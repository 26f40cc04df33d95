#include "daemon/watcher.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace gatepost::daemon {
namespace {

constexpr std::chrono::seconds kQuiet{1};
// Written, put in place, or gone: a file that is gone is a mistake that has to be seen.
constexpr std::uint32_t kChanges = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;

std::runtime_error failure(const std::filesystem::path& folder) {
  return std::runtime_error(fmt::format("cannot watch {} for changes: {}", folder.string(),
                                        std::generic_category().message(errno)));
}

}  // namespace

Watcher::Watcher(const std::filesystem::path& file, std::function<void()> changed)
    : file_(file),
      changed_(std::move(changed)),
      inotify_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
      stop_(eventfd(0, EFD_CLOEXEC)) {
  const auto folder = file.parent_path();
  const bool watching =
      inotify_ >= 0 && stop_ >= 0 && inotify_add_watch(inotify_, folder.c_str(), kChanges) >= 0;
  if (!watching) {
    const auto error = failure(folder);
    close(inotify_);
    close(stop_);
    throw error;
  }
  thread_ = std::thread([this] { watch(); });
}

Watcher::~Watcher() {
  const std::uint64_t one = 1;
  (void)!write(stop_, &one, sizeof one);
  thread_.join();
  close(inotify_);
  close(stop_);
}

void Watcher::watch() {
  using Steady = std::chrono::steady_clock;
  std::array<pollfd, 2> fds = {{{inotify_, POLLIN, 0}, {stop_, POLLIN, 0}}};
  bool touched = false;  // our file was, and it is not reported yet
  Steady::time_point quiet_at{};
  while (true) {
    int wait = -1;
    if (touched) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(quiet_at - Steady::now());
      wait = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    }
    const int ready = poll(fds.data(), fds.size(), wait);
    if (ready < 0 && errno != EINTR) return;
    if ((fds[1].revents & POLLIN) != 0) return;
    if ((fds[0].revents & POLLIN) != 0 && ours_changed()) {
      touched = true;
      quiet_at = Steady::now() + kQuiet;
    }
    if (touched && Steady::now() >= quiet_at) {
      touched = false;
      changed_();
    }
  }
}

bool Watcher::ours_changed() const {
  alignas(inotify_event) std::array<char, 8192> buffer{};
  bool ours = false;
  while (true) {
    const ssize_t length = read(inotify_, buffer.data(), buffer.size());
    if (length <= 0) return ours;
    for (ssize_t at = 0; at < length;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      const bool overflow = (event.mask & IN_Q_OVERFLOW) != 0;
      if (overflow || (event.len > 0 && file_.filename() == name)) ours = true;
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
}

}  // namespace gatepost::daemon
