#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "store/stores.hpp"
#include "tests/store/ledger_contract.hpp"

namespace gatepost::test {

/// Threads that settle without a pause until stopped, each message of the next user.
class Load {
public:
  static constexpr std::size_t kUsers = 20;

  Load(Ledger& ledger, std::uint64_t first_token) : ledger_(ledger), token_(first_token) {
    for (std::size_t t = 0; t < kThreads; ++t) {
      threads_.emplace_back([this, t] { run(took_[t]); });
    }
  }

  ~Load() { stop(); }

  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void stop() {
    stop_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  int calls() const { return calls_; }

  int unanswered() const { return unanswered_; }

  std::int64_t passed(std::size_t user_number) const { return passed_[user_number]; }

  /// Of all calls; after stop().
  milliseconds p99() const {
    std::vector<milliseconds> all;
    for (const auto& each : took_)
      all.insert(all.end(), each.begin(), each.end());
    std::sort(all.begin(), all.end());
    return all.empty() ? milliseconds(0) : all[all.size() * 99 / 100];
  }

  static std::string name(std::size_t user_number) {
    return "user" + std::to_string(user_number) + "@example.com";
  }

private:
  static constexpr std::size_t kThreads = 16;

  void run(std::vector<milliseconds>& took) {
    while (!stop_) {
      const std::uint64_t token = token_++;
      const std::size_t number = token % kUsers;
      const LedgerRequest request{user(name(number)),
                                  {charge(kMessages, 1, {}), charge(kDaily, 3, {})},
                                  days_at(store::system_clock()())};
      const auto start = std::chrono::steady_clock::now();
      const auto answer = ledger_.settle(request, Token{token});
      took.push_back(
          std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start));
      const auto* settled = value_of(answer);
      if (settled == nullptr) {
        ++unanswered_;
      } else if (!settled->refused) {
        ++passed_[number];
      }
      ++calls_;
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }

  Ledger& ledger_;
  std::atomic<std::uint64_t> token_;
  std::atomic<bool> stop_{false};
  std::atomic<int> calls_{0};
  std::atomic<int> unanswered_{0};
  std::array<std::atomic<std::int64_t>, kUsers> passed_{};
  std::array<std::vector<milliseconds>, kThreads> took_;
  std::vector<std::thread> threads_;
};

}  // namespace gatepost::test
