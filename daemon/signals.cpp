#include "daemon/signals.hpp"

#include <utility>

#include <pthread.h>
#include <signal.h>

namespace gatepost::daemon {
namespace {

// SIGWINCH means nothing to a daemon: it ends the waiting thread.
constexpr int kStop = SIGWINCH;

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  sigaddset(&set, kStop);
  return set;
}

}  // namespace

Signals::Signals() {
  sigset_t set = our_signals();
  // libmilter's own: it waits for them, which no other thread may spoil by taking one.
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Signals::~Signals() {
  if (!thread_.joinable()) return;
  pthread_kill(thread_.native_handle(), kStop);
  thread_.join();
}

void Signals::start(std::function<void()> reload, std::function<void()> drain) {
  reload_ = std::move(reload);
  drain_ = std::move(drain);
  thread_ = std::thread([this] { wait(); });
}

void Signals::wait() {
  const sigset_t set = our_signals();
  while (true) {
    int number = 0;
    if (sigwait(&set, &number) != 0) continue;
    if (number == kStop) return;
    if (number == SIGUSR1) reload_();
    if (number == SIGUSR2) drain_();
  }
}

}  // namespace gatepost::daemon
