#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "mailauth/resolver.hpp"

namespace gatepost::mailauth::testing {

/// Collects answers. Thread-safe; outlives the questions.
class Inbox {
public:
  Resolver::Done done() {
    return [this](const DnsQuestion& question, SharedAnswer answer) {
      const std::lock_guard lock(mutex_);
      answers_.emplace_back(question, std::move(answer));
      changed_.notify_all();
    };
  }

  /// Waits for `count` answers in all.
  std::vector<std::pair<DnsQuestion, SharedAnswer>> wait(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(60), [&] { return answers_.size() >= count; });
    return answers_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<DnsQuestion, SharedAnswer>> answers_;
};

/// The answer to one question, waited for.
inline DnsAnswer ask(Resolver& resolver, std::string_view name, DnsType type) {
  Inbox inbox;
  const auto known = resolver.ask(ask_for(name, type), inbox.done());
  if (known) return *known;
  const auto answers = inbox.wait(1);
  if (answers.size() != 1) throw std::runtime_error("no answer");
  return *answers[0].second;
}

}  // namespace gatepost::mailauth::testing
