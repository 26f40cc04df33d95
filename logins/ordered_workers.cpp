#include "logins/ordered_workers.hpp"

#include <exception>
#include <utility>

namespace gatepost::logins {

OrderedWorkers::OrderedWorkers(const Bounds& bounds,
                               std::function<void(const std::exception&)> failed)
    : bounds_(bounds), failed_(std::move(failed)) {
  threads_.reserve(bounds_.threads);
  for (std::size_t i = 0; i < bounds_.threads; ++i)
    threads_.emplace_back([this] { work(); });
}

OrderedWorkers::~OrderedWorkers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_)
    thread.join();
}

bool OrderedWorkers::submit(const Network& client, Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (size_ >= bounds_.tasks) return false;
    std::deque<Task>& queue = tasks_[client];
    if (queue.size() >= bounds_.tasks_of_a_client) return false;
    queue.push_back(std::move(task));
    ++size_;
    if (queue.size() > 1) return true;
    ready_.push_back(client);
  }
  changed_.notify_one();
  return true;
}

bool OrderedWorkers::is_busy(const Network& client) const {
  const std::lock_guard lock(mutex_);
  return tasks_.contains(client);
}

std::size_t OrderedWorkers::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

// A client's turn is one task; then it goes to the end of the line.
void OrderedWorkers::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !ready_.empty() || (stopping_ && size_ == 0); });
    if (ready_.empty()) return;
    const Network client = ready_.front();
    ready_.pop_front();
    const auto queue = tasks_.find(client);
    Task task = std::move(queue->second.front());
    lock.unlock();
    try {
      task();
    } catch (const std::exception& bug) {
      failed_(bug);
    }
    task = nullptr;
    lock.lock();
    queue->second.pop_front();
    --size_;
    if (queue->second.empty()) {
      tasks_.erase(queue);
    } else {
      ready_.push_back(client);
    }
    if (stopping_) changed_.notify_all();
  }
}

}  // namespace gatepost::logins
