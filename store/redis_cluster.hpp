#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "policy/store_settings.hpp"
#include "store/cluster_slots.hpp"
#include "store/redis.hpp"
#include "store/redis_connection.hpp"
#include "store/stores.hpp"

namespace gatepost::store {

/// A Redis Cluster: one connection, with its own breaker, to each master that serves slots.
/// Commands go to the master of their key's slot, and on to where it says that the slot is now. A
/// thread asks the nodes for the map of the slots: once a second, at once after a redirection, and
/// ten times a second while a master is away. What the most nodes say counts. One master's absence
/// makes the calls for its slots Unavailable and no others.
class RedisCluster final : public Redis {
public:
  /// Begins to ask `settings.peers`.
  RedisCluster(const StoreSettings& settings, Clock clock, Log log);
  ~RedisCluster() override;
  RedisCluster(const RedisCluster&) = delete;
  RedisCluster& operator=(const RedisCluster&) = delete;

  using Redis::call;
  Answer<Replies> call(const RedisCommands& commands, std::chrono::milliseconds deadline) override;
  Answer<Replies> call_script(RedisScript script, const RedisCommands& commands) override;

  /// Only where no master at all is there.
  std::optional<Unavailable> away() const override;
  /// Away while any master is: the logins of its slots are counted here.
  RedisState state() const override;
  std::string where() const override;

  std::chrono::milliseconds deadline() const override { return deadline_; }

  bool wait_until_up(std::chrono::milliseconds patience) override;

private:
  using Connection = std::shared_ptr<RedisConnection>;
  using Send = std::function<Answer<Replies>(RedisConnection& node, const RedisCommands& commands)>;

  // Which slot of a node it was greeted with; nothing: it had none.
  struct Node {
    std::optional<std::uint16_t> greeted_slot;
    Connection connection;
  };

  // Slots and connections as they are; replaced as a whole. `nodes` are in the order of `map`.
  struct View {
    SlotMap map;
    std::vector<Node> nodes;
  };

  struct Under;  // one call under way

  std::shared_ptr<const View> view() const;
  Answer<Replies> spread(const RedisCommands& commands, std::chrono::milliseconds deadline,
                         const Send& send);
  std::optional<Unavailable> send_round(Under& call, const Send& send);
  std::optional<Unavailable> ask(Under& call, std::size_t index, const Redirection& to,
                                 const Send& send);
  Connection connection_to(const RedisPeer& node);
  void follow(const Redirection& moved);
  void take(const SlotMap& map);
  View made_of(const SlotMap& map, const View& before) const;
  Node node_of(const SlotMap& map, std::uint16_t index, const View& before) const;
  void keep_map();
  void say_trouble();
  std::optional<SlotMap> ask_all();
  RedisAddress address_of(const RedisPeer& peer) const;
  Unavailable nobody() const;

  const RedisAddress login_;  // user, password and TLS of all
  const std::chrono::milliseconds deadline_;
  const Clock clock_;
  const Log log_;
  const Time begun_;

  std::vector<std::pair<RedisPeer, Connection>> seeds_;  // of the thread
  std::string said_;                                     // of the thread: in the log

  mutable std::mutex mutex_;
  std::shared_ptr<const View> view_ = std::make_shared<const View>();
  std::string trouble_ = "no node has answered yet";  // why there is no map; empty: there is one
  std::condition_variable wake_;
  bool stale_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace gatepost::store
