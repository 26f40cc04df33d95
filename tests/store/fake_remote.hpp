#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/fallback_remote.hpp"
#include "store/window_counters.hpp"
#include "tests/store/hand_clock.hpp"

namespace gatepost::test {

using store::LocalCharge;
using store::Payment;

/// A remote store in memory, with switches for what a network does.
class FakeRemote final : public store::RemoteLedger {
public:
  explicit FakeRemote(HandClock& clock) : clock_(clock) {}

  /// Away: no call reaches it.
  void set_down(bool down) {
    set([&] {
      down_ = down;
      since_ = clock_.now();
    });
  }

  /// Settles are carried out, and their answers stay on their way until they are let go.
  void hold_answers(bool hold) {
    set([&] { hold_ = hold; });
    let_go_.notify_all();
  }

  /// How many answers are on their way.
  int held() const {
    const std::lock_guard lock(mutex_);
    return held_;
  }

  /// Calls are carried out, and their answers are lost.
  void set_deaf(bool deaf) {
    set([&] { deaf_ = deaf; });
  }

  Answer<Settlement> look(const LedgerRequest& request) override {
    const std::lock_guard lock(mutex_);
    if (down_) return Unavailable{"down"};
    ++looks_;
    Settlement seen = read(request);
    if (deaf_) return Unavailable{"no answer"};
    return seen;
  }

  /// How many looks reached it.
  int looks() const {
    const std::lock_guard lock(mutex_);
    return looks_;
  }

  Answer<Settlement> settle(const LedgerRequest& request, Token token) override {
    std::unique_lock lock(mutex_);
    if (down_) return Unavailable{"down", since_};
    Settlement seen = read(request);
    if (tokens_.insert(token.bits).second) {
      for (const auto& portion :
           store::to_charge(request.charges, seen.readings, request.days, now())) {
        counters_[request.subject.text()].add(portion);
      }
    }
    if (deaf_) return Unavailable{"no answer"};
    ++held_;
    let_go_.wait(lock, [this] { return !hold_; });
    --held_;
    return seen;
  }

  Answer<std::vector<Payment>> pay(const Subject& subject, const std::vector<LocalCharge>& charges,
                                   Time paid_at) override {
    const std::lock_guard lock(mutex_);
    if (down_) return Unavailable{"down"};
    std::vector<Payment> out;
    for (const LocalCharge& charge : charges) {
      out.push_back(Payment::charged);
      if (!tokens_.insert(charge.token.bits).second) continue;
      const Time when = now() - (paid_at - charge.when);
      for (std::size_t i = 0; i < charge.amounts.size(); ++i) {
        counters_[subject.text()].add({charge.shape->charges[i].counter, when,
                                       store::day_start(charge.shape->days, when),
                                       charge.amounts[i]});
      }
    }
    if (deaf_) return Unavailable{"no answer"};
    return out;
  }

  std::optional<Unavailable> away() const override {
    const std::lock_guard lock(mutex_);
    if (down_) return Unavailable{"down", since_};
    return {};
  }

private:
  Time now() const {
    return clock_.now() + std::chrono::minutes(5);
  }  // its clock is ahead of the daemon's

  Settlement read(const LedgerRequest& request) {
    auto readings = counters_[request.subject.text()].read(request.charges, request.days, now());
    const bool refused = store::refuses(request.charges, readings);
    return {.now = now(),
            .refused = refused,
            .repeated = false,
            .source = Source::store,
            .readings = std::move(readings)};
  }

  template <typename Change>
  void set(const Change& change) {
    const std::lock_guard lock(mutex_);
    change();
  }

  HandClock& clock_;
  mutable std::mutex mutex_;
  bool down_ = false;
  bool deaf_ = false;
  bool hold_ = false;
  int held_ = 0;
  Time since_;
  std::condition_variable let_go_;
  int looks_ = 0;
  std::map<std::string, store::WindowCounters> counters_;
  std::set<std::uint64_t> tokens_;
};

}  // namespace gatepost::test
