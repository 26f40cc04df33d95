#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/answer.hpp"
#include "policy/store_settings.hpp"
#include "store/redis.hpp"
#include "store/redis_greeting.hpp"
#include "store/redis_socket.hpp"
#include "store/stores.hpp"

namespace gatepost::store {

/// The daemon's one connection to a Redis server. Calls of all threads are pipelined: what is
/// waiting goes out in one write, and replies come back in the same order.
///
/// With a breaker: the first missed deadline, lost connection or reply that the server cannot
/// serve us opens it. A deadline is missed when it has passed and the server has sent nothing to
/// anybody for as long; four deadlines are the end in any case. All calls that wait are then
/// answered Unavailable at once, and so is every new one, without waiting. While it is open the
/// server is tried anew (retry_pause.hpp says how often) by connecting and greeting it; the first
/// try that succeeds closes it. All methods are thread-safe.
class RedisConnection final : public Redis, private RedisSocket::Listener {
public:
  /// More calls than this do not wait: the newest is answered Unavailable.
  static constexpr std::size_t kMostWaiting = 4096;

  /// Begins to connect to a server that holds counters; `deadline` is that of a call.
  RedisConnection(RedisAddress address, std::chrono::milliseconds deadline, Clock clock, Log log);
  /// The same with another greeting. An address without host and path is none yet: move_to()
  /// brings it.
  RedisConnection(RedisAddress address, RedisGreeting greeting, std::chrono::milliseconds deadline,
                  Clock clock, Log log);
  /// No call may be under way.
  ~RedisConnection() override;
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  using Redis::call;
  /// Sends the commands together, in one write.
  Answer<Replies> call(const RedisCommands& commands, std::chrono::milliseconds deadline) override;
  Answer<Replies> call_script(RedisScript script, const RedisCommands& commands) override;

  /// Nothing while the breaker is closed; else why it is open.
  std::optional<Unavailable> away() const override;
  RedisState state() const override;
  std::string where() const override;

  std::chrono::milliseconds deadline() const override { return deadline_; }

  bool wait_until_up(std::chrono::milliseconds patience) override;

  /// From now on another server is the one: waiting calls are Unavailable, and it is connected to
  /// at once. Nothing happens where it is the one already.
  void move_to(const RedisAddress& address, const std::string& why);

private:
  struct Call;
  using Calls = std::deque<Call*>;

  void connected() override;
  void received(std::string_view bytes) override;
  void lost(const std::string& why) override;
  std::string take_output() override;

  // Until when the server counts as alive: a deadline after it last sent anything.
  std::chrono::steady_clock::time_point alive_until(std::chrono::milliseconds deadline) const;
  Answer<Replies> finish(Call& call, std::chrono::milliseconds deadline);
  void welcome();
  Unavailable away_locked() const;  // mutex_ is held
  void connect_locked(std::chrono::milliseconds wait);
  void retry_locked();
  void open_breaker(const std::string& why, std::optional<std::uint64_t> era);
  void say(const std::string& line) const;

  const RedisGreeting greeting_;
  const std::chrono::milliseconds deadline_;
  const Clock clock_;
  const Log log_;

  std::atomic<std::chrono::steady_clock::rep> last_received_{0};

  // Of the socket's thread alone.
  RedisReader reader_;
  Replies greeted_;
  std::string life_;  // of the server when it was last reached

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  RedisAddress address_;
  RedisState state_;
  std::chrono::steady_clock::time_point away_since_ = std::chrono::steady_clock::now();
  std::uint64_t era_ = 0;  // how often the server was reached: which connection a call was for
  Calls waiting_;
  std::string output_;

  RedisSocket socket_;  // last: its thread ends before anything else does
};

}  // namespace gatepost::store
