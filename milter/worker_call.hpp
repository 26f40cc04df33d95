#pragma once

#include <sys/socket.h>

namespace gatepost::milter {

/// Calls one more of libmilter's workers, for a callback that is going to wait.
///
/// libmilter gives a session that is ready to an idle worker, and counts that worker idle until it
/// has woken up: of several sessions that are ready at once more may be given away than workers
/// wake, and the rest waits until a worker has nothing else to do. Where the workers wait for the
/// DNS, it would wait as long. A new connection makes libmilter start a worker where none is idle,
/// and a worker goes on with whatever is ready.
class WorkerCall {
public:
  /// `listen_fd` is the socket that libmilter serves, bound; it is not kept.
  explicit WorkerCall(int listen_fd);

  /// Connects to it and hangs up. Does not block; nothing happens where it cannot connect. Any
  /// thread.
  void operator()() const noexcept;

private:
  sockaddr_storage address_{};
  socklen_t size_ = sizeof address_;
};

}  // namespace gatepost::milter
