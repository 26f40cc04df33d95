#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "policy/store_settings.hpp"
#include "store/redis.hpp"
#include "store/redis_connection.hpp"
#include "store/stores.hpp"

namespace gatepost::store {

/// What a Sentinel says of a master.
struct SentinelAnswer {
  RedisPeer master;
  std::uint64_t epoch = 0;  ///< of its configuration: a failover raises it
};

/// The reply to `SENTINEL MASTER name`; nothing where it is none.
std::optional<SentinelAnswer> read_sentinel_master(const RedisReply& reply);
/// The reply to `SENTINEL SENTINELS name`: the others that watch the same master.
std::vector<RedisPeer> read_sentinel_peers(const RedisReply& reply);

/// The master that Sentinels name. All of them are asked, ten times a second while the master is
/// away and once a second otherwise; that tells of every `+switch-master` and misses none. The
/// answer of the highest configuration epoch counts, so that a Sentinel with old news changes
/// nothing, and the greeting refuses a server that is a replica. One configured Sentinel is enough:
/// it names the others.
class RedisSentinels final : public Redis {
public:
  static constexpr std::size_t kMostSentinels = 16;

  /// Begins to ask `settings.peers` for `settings.master_name`.
  RedisSentinels(const StoreSettings& settings, Clock clock, Log log);
  ~RedisSentinels() override;
  RedisSentinels(const RedisSentinels&) = delete;
  RedisSentinels& operator=(const RedisSentinels&) = delete;

  using Redis::call;

  Answer<Replies> call(const RedisCommands& commands, std::chrono::milliseconds deadline) override {
    return master_.call(commands, deadline);
  }

  Answer<Replies> call_script(RedisScript script, const RedisCommands& commands) override {
    return master_.call_script(script, commands);
  }

  std::optional<Unavailable> away() const override;
  RedisState state() const override;
  std::string where() const override;

  std::chrono::milliseconds deadline() const override { return master_.deadline(); }

  bool wait_until_up(std::chrono::milliseconds patience) override {
    return master_.wait_until_up(patience);
  }

private:
  struct Sentinel {
    RedisPeer peer;
    std::unique_ptr<RedisConnection> connection;
  };

  void add(const RedisPeer& peer);
  void watch();
  void ask_all();
  void learn_peers(Redis& from);
  void follow(const SentinelAnswer& answer, bool by_most);
  void note(const std::string& trouble);
  RedisAddress address_of(const RedisPeer& peer, int database) const;
  std::string explained(const std::string& why) const;

  const RedisAddress login_;  // user, password, database and TLS of all
  const std::string name_;
  const std::chrono::milliseconds deadline_;
  const Clock clock_;
  const Log log_;
  const Time begun_;

  RedisConnection master_;
  std::vector<Sentinel> sentinels_;      // of the thread
  std::optional<SentinelAnswer> known_;  // of the thread
  std::string said_;                     // of the thread: in the log
  bool moved_ = false;                   // of the thread: the master changed in the known epoch

  mutable std::mutex mutex_;
  std::string trouble_;  // why no Sentinel names a master; empty: one does
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace gatepost::store
