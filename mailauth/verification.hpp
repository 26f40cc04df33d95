#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "mailauth/answers.hpp"
#include "mailauth/message_check.hpp"
#include "mailauth/resolver.hpp"

namespace gatepost::mailauth {

/// How many sessions may wait for the DNS at once, and how it went. Thread-safe.
class WaitingRoom {
public:
  static constexpr std::size_t kSeats = 64;

  /// `sits_down` is called by each who is going to wait, in its thread, and must not throw or wait.
  explicit WaitingRoom(std::size_t seats = kSeats, std::function<void()> sits_down = {})
      : seats_(seats), sits_down_(std::move(sits_down)) {}

  /// True: a seat is taken, to be given back with leave(). False: all are.
  bool enter();

  void leave() { waiting_.fetch_sub(1); }

  std::size_t waiting() const { return waiting_.load(); }

  /// Messages that were judged without waiting because all seats were taken.
  std::uint64_t turned_away() const { return turned_away_.load(); }

  /// Messages whose answers did not come within the budget.
  std::uint64_t out_of_time() const { return out_of_time_.load(); }

  void count_out_of_time() { out_of_time_.fetch_add(1); }

private:
  const std::size_t seats_;
  const std::function<void()> sits_down_;
  std::atomic<std::size_t> waiting_{0};
  std::atomic<std::uint64_t> turned_away_{0};
  std::atomic<std::uint64_t> out_of_time_{0};
};

/// One message being verified while it comes in: asks the DNS as early as it can, and waits only at
/// the end. Thread-safe: the session feeds it, the resolver's threads bring answers.
class Verification : public std::enable_shared_from_this<Verification> {
  struct Private {};

public:
  /// Starts with SPF. `resolver` must outlive all its questions.
  static std::shared_ptr<Verification> start(Resolver& resolver, SpfInput envelope,
                                             std::chrono::sys_seconds now);

  /// Of a message whose SPF and DKIM another filter has looked at: from the end of its header on.
  static std::shared_ptr<Verification> start_with(Resolver& resolver, AuthorDomains authors,
                                                  GivenResults given, std::chrono::sys_seconds now);

  Verification(Private, Resolver& resolver, SpfInput envelope, std::chrono::sys_seconds now);
  Verification(const Verification&) = delete;
  Verification& operator=(const Verification&) = delete;

  /// As MessageCheck has them.
  void header(std::string_view name, std::string_view value);
  void end_of_header(AuthorDomains authors, std::optional<GivenResults> given);
  bool wants_body() const;
  void body(std::string_view chunk);

  /// The message is complete: its results. Waits `budget` at most for what is missing, and not at
  /// all where `room` is full; what is missing then has failed (temperror). Once.
  Authentication conclude(WaitingRoom& room, std::chrono::milliseconds budget);

private:
  void answered(const DnsQuestion& question, SharedAnswer answer);
  std::optional<Authentication> advance();
  std::optional<Authentication> wait(std::unique_lock<std::mutex>& lock, WaitingRoom& room,
                                     std::chrono::milliseconds budget);

  Resolver& resolver_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  MessageCheck check_;
  Answers answers_;
  std::size_t under_way_ = 0;
  bool concluding_ = false;
};

}  // namespace gatepost::mailauth
