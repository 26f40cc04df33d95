#include "milter/worker_call.hpp"

#include <unistd.h>

namespace gatepost::milter {

WorkerCall::WorkerCall(int listen_fd) {
  if (::getsockname(listen_fd, reinterpret_cast<sockaddr*>(&address_), &size_) != 0) size_ = 0;
}

void WorkerCall::operator()() const noexcept {
  if (size_ == 0) return;
  const int fd = ::socket(address_.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  // 0.0.0.0 and :: are this machine. Whether it succeeds does not matter: it is a hint.
  (void)::connect(fd, reinterpret_cast<const sockaddr*>(&address_), size_);
  ::close(fd);
}

}  // namespace gatepost::milter
