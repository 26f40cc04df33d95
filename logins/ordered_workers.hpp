#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "policy/mail/network.hpp"

namespace gatepost::logins {

/// Threads that do tasks: those of one client in the order in which they came and never two at
/// once, those of different clients side by side and in turn. Thread-safe.
class OrderedWorkers {
public:
  using Task = std::function<void()>;

  struct Bounds {
    std::size_t threads = 4;
    std::size_t tasks = 1024;  ///< of all clients, those that are being done included
    std::size_t tasks_of_a_client = 256;
  };

  /// `failed` is told of tasks that threw, which is a bug of theirs.
  OrderedWorkers(const Bounds& bounds, std::function<void(const std::exception&)> failed);
  /// Does all that waits before it returns.
  ~OrderedWorkers();

  OrderedWorkers(const OrderedWorkers&) = delete;
  OrderedWorkers& operator=(const OrderedWorkers&) = delete;
  OrderedWorkers(OrderedWorkers&&) = delete;
  OrderedWorkers& operator=(OrderedWorkers&&) = delete;

  /// False: too many wait, of this client or at all, and the task was not taken.
  bool submit(const Network& client, Task task);
  /// Whether a task of this client waits or is being done.
  bool is_busy(const Network& client) const;
  /// How many tasks wait or are being done.
  std::size_t size() const;

private:
  void work();

  const Bounds bounds_;
  const std::function<void(const std::exception&)> failed_;
  mutable std::mutex mutex_;  // for all below but the threads
  std::condition_variable changed_;
  std::map<Network, std::deque<Task>> tasks_;  // the first one of each stays until it is done
  std::deque<Network> ready_;                  // clients with tasks, of which none is being done
  std::size_t size_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace gatepost::logins
