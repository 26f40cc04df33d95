#include "store/redis_connection.hpp"

#include <algorithm>
#include <iterator>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "store/retry_pause.hpp"

namespace gatepost::store {
namespace {

using std::chrono::milliseconds;

// A greeting costs several round trips and may wait for a busy server's accept().
constexpr milliseconds kGreetingMin{250};
constexpr int kGreetingDeadlines = 4;
// So many deadlines a call waits at most while the server answers others.
constexpr int kMostDeadlines = 4;

double chance() {
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_real_distribution<double>()(random);
}

bool is_unknown_script(const RedisReply& reply) {
  return reply.is_error() && reply.text.starts_with("NOSCRIPT");
}

}  // namespace

// One caller's commands under way. Lives on the caller's stack: it is in waiting_ until the
// caller or the socket's thread takes it out, and the caller leaves only when it is `done`.
struct RedisConnection::Call {
  explicit Call(std::size_t count) : expected(count) { replies.reserve(count); }

  void finish(std::string why) {
    const std::lock_guard lock(mutex);
    failure = std::move(why);
    done = true;
    woken.notify_one();
  }

  bool wait_until(std::chrono::steady_clock::time_point end) {
    std::unique_lock lock(mutex);
    return woken.wait_until(lock, end, [this] { return done; });
  }

  void wait() {
    std::unique_lock lock(mutex);
    woken.wait(lock, [this] { return done; });
  }

  const std::size_t expected;
  std::uint64_t era = 0;
  Replies replies;
  std::string failure;  // empty: all replies are there

  std::mutex mutex;
  std::condition_variable woken;
  bool done = false;
};

RedisConnection::RedisConnection(RedisAddress address, milliseconds deadline, Clock clock, Log log)
    : RedisConnection(address, server_greeting(address), deadline, std::move(clock),
                      std::move(log)) {}

RedisConnection::RedisConnection(RedisAddress address, RedisGreeting greeting,
                                 milliseconds deadline, Clock clock, Log log)
    : greeting_(std::move(greeting)),
      deadline_(deadline),
      clock_(std::move(clock)),
      log_(std::move(log)),
      address_(std::move(address)),
      state_{.away = true, .since = clock_(), .last_error = {}, .warning = {}, .memory_lost = {}},
      socket_(*this) {
  const std::lock_guard lock(mutex_);
  connect_locked(milliseconds(0));
}

RedisConnection::~RedisConnection() = default;

bool RedisConnection::wait_until_up(milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return !state_.away; });
}

std::optional<Unavailable> RedisConnection::away() const {
  const std::lock_guard lock(mutex_);
  if (!state_.away) return {};
  return away_locked();
}

Unavailable RedisConnection::away_locked() const {
  const std::string& why = state_.last_error;
  return {"redis " + text_of(address_) + " is away: " + (why.empty() ? "not connected yet" : why),
          state_.since};
}

RedisState RedisConnection::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

std::string RedisConnection::where() const {
  const std::lock_guard lock(mutex_);
  return text_of(address_);
}

void RedisConnection::connect_locked(milliseconds wait) {
  if (address_.host.empty() && address_.unix_path.empty()) return;
  socket_.connect_after(address_, wait, std::max(kGreetingMin, deadline_ * kGreetingDeadlines));
}

void RedisConnection::retry_locked() {
  connect_locked(retry_pause(std::chrono::steady_clock::now() - away_since_, chance()));
}

void RedisConnection::move_to(const RedisAddress& address, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    if (address_ == address) return;
    address_ = address;
    away_since_ = std::chrono::steady_clock::now();
    if (state_.away) return connect_locked(milliseconds(0));
  }
  open_breaker(why, {});
}

Answer<Redis::Replies> RedisConnection::call(const RedisCommands& commands, milliseconds deadline) {
  if (commands.empty()) return Replies{};
  Call call(commands.count());
  {
    const std::lock_guard lock(mutex_);
    if (state_.away) return away_locked();
    if (waiting_.size() >= kMostWaiting) {
      return Unavailable{"more calls than redis " + text_of(address_) + " can answer are waiting"};
    }
    call.era = era_;
    waiting_.push_back(&call);
    output_ += commands.bytes();
  }
  socket_.kick();
  return finish(call, deadline);
}

Answer<Redis::Replies> RedisConnection::finish(Call& call, milliseconds deadline) {
  const auto start = std::chrono::steady_clock::now();
  bool done = call.wait_until(start + deadline);
  // A server that answers others is there, and only slow: on a busy machine it, or our own thread,
  // waits for a processor. One that is gone answers nobody.
  for (auto end = alive_until(deadline);
       !done && end > std::chrono::steady_clock::now() && end < start + kMostDeadlines * deadline;
       end = alive_until(deadline)) {
    done = call.wait_until(end);
  }
  if (!done) {
    open_breaker(fmt::format("no answer within {} ms", deadline.count()), call.era);
    call.wait();  // whoever took it out of waiting_ is about to finish it
  }
  if (!call.failure.empty()) return Unavailable{std::move(call.failure)};
  const auto refused =
      std::find_if(call.replies.begin(), call.replies.end(), [this](const auto& r) {
        return r.is_error() && means_away(r.text) &&
               !(greeting_.is_node && r.text.starts_with("MOVED"));
      });
  if (refused != call.replies.end()) {
    open_breaker(refused->text, call.era);
    return Unavailable{"redis " + where() + ": " + refused->text};
  }
  return std::move(call.replies);
}

std::chrono::steady_clock::time_point RedisConnection::alive_until(milliseconds deadline) const {
  return std::chrono::steady_clock::time_point(
             std::chrono::steady_clock::duration(last_received_.load())) +
         deadline;
}

Answer<Redis::Replies> RedisConnection::call_script(RedisScript script,
                                                    const RedisCommands& commands) {
  auto answer = call(commands);
  const auto* replies = value_of(answer);
  if (replies == nullptr || std::none_of(replies->begin(), replies->end(), is_unknown_script)) {
    return answer;
  }
  RedisCommands load;
  load.add({"SCRIPT", "LOAD", source_of(script)});
  auto loaded = call(load);
  if (const auto* away = std::get_if<Unavailable>(&loaded)) return *away;
  return call(commands);
}

// The breaker opens, unless it was already opened for the connection that `era` names; nothing
// names the present one.
void RedisConnection::open_breaker(const std::string& why, std::optional<std::uint64_t> era) {
  Calls failed;
  {
    const std::lock_guard lock(mutex_);
    if (state_.away || (era && *era != era_)) return;
    state_.away = true;
    state_.since = clock_();
    state_.last_error = why;
    away_since_ = std::chrono::steady_clock::now();
    failed.swap(waiting_);
    output_.clear();
    retry_locked();
  }
  const std::string text = "redis " + where() + ": " + why;
  for (Call* call : failed)
    call->finish(text);
  say("away: " + why);
}

void RedisConnection::connected() {
  reader_ = RedisReader();
  greeted_.clear();
  const std::lock_guard lock(mutex_);
  output_ = greeting_.commands.bytes();
}

void RedisConnection::received(std::string_view bytes) {
  last_received_.store(std::chrono::steady_clock::now().time_since_epoch().count());
  reader_.feed(bytes);
  while (greeted_.size() < greeting_.commands.count()) {
    auto reply = reader_.next();
    if (!reply) break;
    greeted_.push_back(std::move(*reply));
    if (greeted_.size() == greeting_.commands.count()) return welcome();
  }
  Replies replies;
  while (auto reply = reader_.next())
    replies.push_back(std::move(*reply));
  Calls finished;
  std::size_t unasked = replies.size();
  {
    const std::lock_guard lock(mutex_);
    if (state_.away) unasked = 0;
    for (auto reply = replies.begin(); reply != replies.end() && !waiting_.empty(); ++reply) {
      Call& first = *waiting_.front();
      first.replies.push_back(std::move(*reply));
      --unasked;
      if (first.replies.size() < first.expected) continue;
      finished.push_back(&first);
      waiting_.pop_front();
    }
  }
  for (Call* call : finished)
    call->finish({});
  if (unasked > 0 || reader_.broken()) lost("it does not speak the Redis protocol");
}

void RedisConnection::welcome() {
  const Welcome welcome = greeting_.judge(greeted_);
  if (!welcome.refused.empty()) return lost(welcome.refused);
  socket_.settled();
  bool new_warning = false;
  bool was_lost = false;
  Time since;
  const Time now = clock_();
  const bool forgot = !life_.empty() && life_ != welcome.life;
  life_ = welcome.life;
  {
    const std::lock_guard lock(mutex_);
    since = std::exchange(state_.since, now);
    state_.away = false;
    was_lost = !state_.last_error.empty();
    ++era_;
    new_warning = state_.warning != welcome.warning;
    state_.warning = welcome.warning;
    if (forgot) state_.memory_lost = now;
    changed_.notify_all();
  }
  if (was_lost) {
    say(fmt::format("back after {:.1f} s", std::chrono::duration<double>(now - since).count()));
  }
  if (forgot) say("warning: it came back without what it held: counters start anew");
  if (new_warning && !welcome.warning.empty()) say("warning: " + welcome.warning);
}

// Also the end of an attempt that failed while the breaker was open.
void RedisConnection::lost(const std::string& how) {
  // What a server said before it hung up tells more than the end of the connection.
  const bool hung_up = !greeted_.empty() && greeted_.size() < greeting_.commands.count();
  const std::string why = hung_up && greeted_.front().is_error() ? greeted_.front().text : how;
  greeted_.clear();
  open_breaker(why, {});
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = state_.last_error.empty();
    state_.last_error = why;
    output_.clear();
    retry_locked();
  }
  if (first) say("away: " + why);
}

std::string RedisConnection::take_output() {
  std::string out;
  const std::lock_guard lock(mutex_);
  out.swap(output_);
  return out;
}

void RedisConnection::say(const std::string& line) const {
  if (log_) log_("store: redis " + where() + ": " + line);
}

}  // namespace gatepost::store
