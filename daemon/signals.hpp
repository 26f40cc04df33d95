#pragma once

#include <functional>
#include <thread>

namespace gatepost::daemon {

/// The signals that Gatepost takes itself; libmilter takes TERM, INT and HUP. Create it before any
/// other thread, so that all threads have them blocked and only this one waits for them.
class Signals {
public:
  Signals();
  ~Signals();

  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Starts to act: `reload` on SIGUSR1, `drain` on SIGUSR2, on a thread of their own.
  void start(std::function<void()> reload, std::function<void()> drain);

private:
  void wait();

  std::function<void()> reload_;
  std::function<void()> drain_;
  std::thread thread_;
};

}  // namespace gatepost::daemon
