#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "session/session.hpp"

namespace gatepost::milter {

/// What the front tells about its connections: +1 when the MTA opens one, -1 when it is closed.
using SessionsOpen = std::function<void(int)>;

/// One line for the daemon's log about something that must not happen: an escaped exception.
using LogBug = std::function<void(const std::string& what)>;

/// What the callbacks work with. Everything outlives run().
struct Front {
  const session::Services& services;
  SessionsOpen sessions_open;
  LogBug log_bug;
};

/// Serves the milter protocol on the listening or bound socket `listen_fd` until stop() or a
/// signal that libmilter takes for itself (TERM, INT, HUP); then returns true within five seconds.
/// False: libmilter could not start. libmilter knows one filter per process, so this may run once.
bool run(int listen_fd, const Front& front);

/// Makes run() return. Callable from any thread, before or during run(); final.
void stop();

}  // namespace gatepost::milter
