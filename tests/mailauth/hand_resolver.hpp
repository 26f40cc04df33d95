#pragma once

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mailauth/resolver.hpp"
#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {

/// An answer that was found, of texts.
inline SharedAnswer texts(std::vector<std::string> all,
                          std::chrono::seconds time_to_live = std::chrono::seconds(300)) {
  DnsAnswer out;
  out.status = DnsStatus::found;
  out.texts = std::move(all);
  out.time_to_live = time_to_live;
  return std::make_shared<const DnsAnswer>(std::move(out));
}

/// An answer without records.
inline SharedAnswer nothing(DnsStatus status, std::chrono::seconds time_to_live) {
  DnsAnswer out;
  out.status = status;
  out.time_to_live = time_to_live;
  return std::make_shared<const DnsAnswer>(std::move(out));
}

/// A resolver that answers when the test does. Thread-safe.
class HandResolver final : public Resolver {
public:
  SharedAnswer ask(const DnsQuestion& question, Done done) override {
    const std::lock_guard lock(mutex_);
    asked_.push_back(question);
    open_.emplace_back(question, std::move(done));
    changed_.notify_all();
    return nullptr;
  }

  /// Every question so far, in order.
  std::vector<DnsQuestion> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  bool was_asked(std::string_view name, DnsType type) const {
    const auto all = asked();
    return std::find(all.begin(), all.end(), ask_for(name, type)) != all.end();
  }

  std::size_t open() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
  }

  /// Blocks until `name` is asked about.
  void wait_for_question(std::string_view name, DnsType type) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return std::find(asked_.begin(), asked_.end(), ask_for(name, type)) != asked_.end();
    });
  }

  /// Answers the oldest open question about `name`, in the caller's thread.
  void answer(std::string_view name, DnsType type, const SharedAnswer& answer) {
    const DnsQuestion question = ask_for(name, type);
    Done done;
    {
      const std::lock_guard lock(mutex_);
      const auto found = std::find_if(open_.begin(), open_.end(),
                                      [&](const auto& each) { return each.first == question; });
      if (found == open_.end()) throw std::logic_error("not asked: " + question.name);
      done = std::move(found->second);
      open_.erase(found);
    }
    done(question, answer);
  }

  /// Answers all open questions from `zone`, and those that this leads to, until none is open.
  void answer_all(const Zone& zone) {
    for (;;) {
      std::vector<std::pair<DnsQuestion, Done>> now;
      {
        const std::lock_guard lock(mutex_);
        now.swap(open_);
      }
      if (now.empty()) return;
      for (const auto& [question, done] : now)
        done(question, zone.answer(question));
    }
  }

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<DnsQuestion> asked_;
  std::vector<std::pair<DnsQuestion, Done>> open_;
};

}  // namespace gatepost::mailauth::testing
