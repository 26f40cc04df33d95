#include "store/redis_sentinels.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "store/redis_greeting.hpp"

namespace gatepost::store {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPauseAtFirst{10};
constexpr milliseconds kPauseAway{100};
constexpr milliseconds kPause{1000};
constexpr milliseconds kTimeToConnect{1000};

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return out;
}

// The value of a flat list of names and values; empty where it is not there.
std::string_view value_in(const RedisReply& list, std::string_view name) {
  for (std::size_t i = 0; i + 1 < list.elements.size(); i += 2) {
    if (list.elements[i].text == name) return list.elements[i + 1].text;
  }
  return {};
}

std::optional<RedisPeer> peer_in(const RedisReply& list) {
  const auto port = number_of<std::uint16_t>(value_in(list, "port"));
  const std::string host(value_in(list, "ip"));
  if (host.empty() || !port || *port == 0) return {};
  return RedisPeer{host, *port};
}

RedisAddress none_yet(RedisAddress login) {
  login.host.clear();
  login.unix_path.clear();
  return login;
}

}  // namespace

std::optional<SentinelAnswer> read_sentinel_master(const RedisReply& reply) {
  const auto master = peer_in(reply);
  const auto epoch = number_of<std::uint64_t>(value_in(reply, "config-epoch"));
  if (!master || !epoch) return {};
  return SentinelAnswer{*master, *epoch};
}

std::vector<RedisPeer> read_sentinel_peers(const RedisReply& reply) {
  std::vector<RedisPeer> out;
  for (const RedisReply& each : reply.elements) {
    if (auto peer = peer_in(each)) out.push_back(std::move(*peer));
  }
  return out;
}

RedisSentinels::RedisSentinels(const StoreSettings& settings, Clock clock, Log log)
    : login_(settings.redis),
      name_(settings.master_name),
      deadline_(settings.deadline),
      clock_(std::move(clock)),
      log_(std::move(log)),
      begun_(clock_()),
      master_(none_yet(login_), server_greeting(login_), deadline_, clock_, log_),
      trouble_("no Sentinel has answered yet") {
  for (const RedisPeer& peer : settings.peers)
    add(peer);
  thread_ = std::thread([this] { watch(); });
}

RedisSentinels::~RedisSentinels() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  thread_.join();
}

RedisAddress RedisSentinels::address_of(const RedisPeer& peer, int database) const {
  RedisAddress out = none_yet(login_);
  out.host = peer.host;
  out.port = peer.port;
  out.database = database;
  return out;
}

void RedisSentinels::add(const RedisPeer& peer) {
  const bool known = std::any_of(sentinels_.begin(), sentinels_.end(),
                                 [&](const Sentinel& each) { return each.peer == peer; });
  if (known || sentinels_.size() >= kMostSentinels) return;
  const RedisAddress address = address_of(peer, 0);
  // Silent: that one of several is away is their own matter.
  sentinels_.push_back({peer, std::make_unique<RedisConnection>(address, asking_greeting(address),
                                                                deadline_, clock_, Log())});
}

void RedisSentinels::watch() {
  std::unique_lock lock(mutex_);
  milliseconds pause = kPauseAtFirst;
  while (!stop_.wait_for(lock, pause, [this] { return stopping_; })) {
    lock.unlock();
    ask_all();
    pause = !known_ ? kPauseAtFirst : master_.away() ? kPauseAway : kPause;
    lock.lock();
  }
}

void RedisSentinels::ask_all() {
  std::optional<SentinelAnswer> newest;
  std::size_t answers = 0;
  std::string trouble;
  const std::size_t count = sentinels_.size();  // learn_peers() adds more
  for (std::size_t i = 0; i < count; ++i) {
    Redis& sentinel = *sentinels_[i].connection;
    const auto reply = sentinel.call({"SENTINEL", "MASTER", name_});
    if (const auto* away = std::get_if<Unavailable>(&reply)) {
      if (trouble.empty() || !sentinel.away()) trouble = away->why;
      continue;
    }
    const auto answer = read_sentinel_master(*value_of(reply));
    if (!answer) {
      trouble = "redis " + sentinel.where() + ": it is no Sentinel";
      continue;
    }
    ++answers;
    const bool is_news = known_ && answer->master != known_->master;
    if (!newest || answer->epoch > newest->epoch || (answer->epoch == newest->epoch && is_news)) {
      newest = answer;
    }
    learn_peers(sentinel);
  }
  if (newest) follow(*newest, answers > count / 2);
  note(newest ? std::string() : trouble);
}

void RedisSentinels::learn_peers(Redis& from) {
  if (sentinels_.size() >= kMostSentinels) return;
  const auto reply = from.call({"SENTINEL", "SENTINELS", name_});
  if (value_of(reply) == nullptr) return;
  for (const RedisPeer& peer : read_sentinel_peers(*value_of(reply)))
    add(peer);
}

// An answer of an older epoch than one seen before is old news, unless the master is away and most
// Sentinels have answered: then they were all made anew. During a failover a Sentinel already gives
// the new epoch with the old master: within one epoch the master changes once.
void RedisSentinels::follow(const SentinelAnswer& answer, bool by_most) {
  if (known_ && known_->master == answer.master) {
    if (answer.epoch <= known_->epoch) return;
    known_->epoch = answer.epoch;
    moved_ = false;
    return;
  }
  const bool is_old =
      known_ && (moved_ ? answer.epoch <= known_->epoch : answer.epoch < known_->epoch);
  if (is_old && !(by_most && master_.away())) return;
  const RedisAddress address = address_of(answer.master, login_.database);
  const std::string said = fmt::format("the master {} is now {}", name_, text_of(address));
  if (known_ && log_) log_(fmt::format("store: redis: {}, was {}", said, master_.where()));
  moved_ = known_.has_value();
  known_ = answer;
  master_.move_to(address, said);
}

void RedisSentinels::note(const std::string& trouble) {
  {
    const std::lock_guard lock(mutex_);
    trouble_ = trouble;
  }
  // The first connections need their time.
  if (!log_ || said_ == trouble || clock_() - begun_ < kTimeToConnect) return;
  said_ = trouble;
  log_(trouble.empty()
           ? fmt::format("store: redis: the Sentinels name the master {} again", name_)
           : fmt::format("store: redis: no Sentinel names the master {}: {}", name_, trouble));
}

std::string RedisSentinels::explained(const std::string& why) const {
  const std::lock_guard lock(mutex_);
  if (!trouble_.empty()) return fmt::format("no Sentinel names the master {}: {}", name_, trouble_);
  return fmt::format("the master {} at {}: {}", name_, master_.where(),
                     why.empty() ? "not connected yet" : why);
}

std::optional<Unavailable> RedisSentinels::away() const {
  return master_.away();
}

RedisState RedisSentinels::state() const {
  RedisState out = master_.state();
  if (out.away) {
    out.last_error = explained(out.last_error);
    return out;
  }
  const std::lock_guard lock(mutex_);
  if (!trouble_.empty() && out.warning.empty())
    out.warning = fmt::format(
        "no Sentinel names the master {}: {}. It is kept; a failover would not be noticed", name_,
        trouble_);
  return out;
}

std::string RedisSentinels::where() const {
  const std::string master = master_.where();
  return fmt::format("sentinel {} ({})", name_,
                     master.starts_with('/') ? "its master is not known yet" : master);
}

}  // namespace gatepost::store
