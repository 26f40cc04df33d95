#include "store/redis_cluster.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "store/redis_greeting.hpp"

namespace gatepost::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPauseAtFirst{10};
constexpr milliseconds kPauseAway{100};
constexpr milliseconds kPause{1000};
// A slot on its way is there within milliseconds.
constexpr milliseconds kTryAgain{2};
constexpr milliseconds kTimeToConnect{1000};
constexpr int kMostRedirections = 8;

// A hash tag in one of the node's slots: a few tries for one of several masters.
std::optional<std::string> tag_of(const SlotMap& map, std::uint16_t node) {
  constexpr int kTries = 100'000;
  for (int i = 0; i < kTries; ++i) {
    std::string tag = std::to_string(i);
    if (map.owner[slot_of_key(tag)] == node) return tag;
  }
  return {};
}

}  // namespace

// The commands of one call, and what has come back of them.
struct RedisCluster::Under {
  const RedisCommands& commands;
  Replies replies;
  std::vector<std::size_t> left;   // indexes of those without their reply
  std::vector<std::size_t> again;  // of those to be sent once more
  bool wait = false;               // because a slot is on its way
};

RedisCluster::RedisCluster(const StoreSettings& settings, Clock clock, Log log)
    : login_(settings.redis),
      deadline_(settings.deadline),
      clock_(std::move(clock)),
      log_(std::move(log)),
      begun_(clock_()) {
  for (const RedisPeer& peer : settings.peers) {
    const RedisAddress address = address_of(peer);
    // Silent: that one of several seeds is away matters to nobody.
    seeds_.emplace_back(peer, std::make_shared<RedisConnection>(address, asking_greeting(address),
                                                                deadline_, clock_, Log()));
  }
  thread_ = std::thread([this] { keep_map(); });
}

RedisCluster::~RedisCluster() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

RedisAddress RedisCluster::address_of(const RedisPeer& peer) const {
  RedisAddress out = login_;
  out.unix_path.clear();
  out.host = peer.host;
  out.port = peer.port;
  return out;
}

std::shared_ptr<const RedisCluster::View> RedisCluster::view() const {
  const std::lock_guard lock(mutex_);
  return view_;
}

Unavailable RedisCluster::nobody() const {
  const std::lock_guard lock(mutex_);
  return {"redis cluster: " + (trouble_.empty() ? "all masters are away" : trouble_), begun_};
}

Answer<Redis::Replies> RedisCluster::call(const RedisCommands& commands, milliseconds deadline) {
  return spread(commands, deadline, [deadline](RedisConnection& node, const RedisCommands& part) {
    return node.call(part, deadline);
  });
}

Answer<Redis::Replies> RedisCluster::call_script(RedisScript script,
                                                 const RedisCommands& commands) {
  return spread(commands, deadline_, [script](RedisConnection& node, const RedisCommands& part) {
    return node.call_script(script, part);
  });
}

Answer<Redis::Replies> RedisCluster::spread(const RedisCommands& commands, milliseconds deadline,
                                            const Send& send) {
  const auto end = steady_clock::now() + deadline;
  Under call{.commands = commands, .replies = {}, .left = {}, .again = {}};
  call.replies.resize(commands.count());
  for (std::size_t i = 0; i < commands.count(); ++i)
    call.left.push_back(i);
  for (int round = 0; !call.left.empty(); ++round) {
    if (round > 0 && (round > kMostRedirections * 4 || steady_clock::now() >= end)) {
      return Unavailable{fmt::format("redis cluster: slot {} is on its way to another node",
                                     commands.slot(call.left.front()))};
    }
    if (call.wait) std::this_thread::sleep_for(kTryAgain);
    call.wait = false;
    if (auto away = send_round(call, send)) return std::move(*away);
    call.left.swap(call.again);
    call.again.clear();
  }
  return std::move(call.replies);
}

// Sends what is left, node by node.
std::optional<Unavailable> RedisCluster::send_round(Under& call, const Send& send) {
  const auto now = view();
  if (now->nodes.empty()) return nobody();
  std::map<std::uint16_t, std::vector<std::size_t>> by_node;
  for (const std::size_t index : call.left) {
    const std::uint16_t slot = call.commands.slot(index);
    const std::uint16_t owner = now->map.owner[slot];
    if (owner == SlotMap::kNobody) {
      return Unavailable{fmt::format("redis cluster: slot {} is served by no node", slot)};
    }
    by_node[owner].push_back(index);
  }
  for (const auto& [owner, indexes] : by_node) {
    RedisCommands part;
    for (const std::size_t index : indexes)
      part.add(call.commands, index);
    auto answer = send(*now->nodes[owner].connection, part);
    if (auto* away = std::get_if<Unavailable>(&answer)) return std::move(*away);
    auto& replies = std::get<Replies>(answer);
    for (std::size_t i = 0; i < indexes.size(); ++i) {
      RedisReply& reply = replies[i];
      const auto redirection =
          reply.is_error() ? read_redirection(reply.text, now->map.nodes[owner]) : std::nullopt;
      if (redirection && redirection->ask) {
        if (auto away = ask(call, indexes[i], *redirection, send)) return away;
      } else if (redirection) {
        follow(*redirection);
        call.again.push_back(indexes[i]);
      } else if (reply.is_error() && reply.text.starts_with("TRYAGAIN")) {
        call.again.push_back(indexes[i]);
        call.wait = true;
      } else {
        call.replies[indexes[i]] = std::move(reply);
      }
    }
  }
  return {};
}

// Sends one command to where its slot is going.
std::optional<Unavailable> RedisCluster::ask(Under& call, std::size_t index, const Redirection& to,
                                             const Send& send) {
  RedisCommands asking;
  asking.add({"ASKING"});
  asking.add(call.commands, index);
  auto answer = send(*connection_to(to.to), asking);
  if (auto* away = std::get_if<Unavailable>(&answer)) return std::move(*away);
  RedisReply& reply = std::get<Replies>(answer).back();
  const bool later =
      reply.is_error() && (reply.text.starts_with("TRYAGAIN") || reply.text.starts_with("MOVED"));
  if (later) {
    call.again.push_back(index);
    call.wait = true;
  } else {
    call.replies[index] = std::move(reply);
  }
  return {};
}

// A node without slots is greeted as one that is only asked; it gets the scripts when they are
// first run there.
RedisCluster::Node RedisCluster::node_of(const SlotMap& map, std::uint16_t index,
                                         const View& before) const {
  const RedisPeer& peer = map.nodes[index];
  const auto found = std::find(before.map.nodes.begin(), before.map.nodes.end(), peer);
  if (found != before.map.nodes.end()) {
    const Node& known = before.nodes[static_cast<std::size_t>(found - before.map.nodes.begin())];
    const bool has_slots = std::find(map.owner.begin(), map.owner.end(), index) != map.owner.end();
    const bool same = known.greeted_slot ? map.owner[*known.greeted_slot] == index : !has_slots;
    if (same) return known;
  }
  const RedisAddress address = address_of(peer);
  const auto tag = tag_of(map, index);
  Node out;
  if (tag) out.greeted_slot = slot_of_key(*tag);
  out.connection = std::make_shared<RedisConnection>(
      address, tag ? server_greeting(address, *tag) : asking_greeting(address), deadline_, clock_,
      log_);
  return out;
}

RedisCluster::View RedisCluster::made_of(const SlotMap& map, const View& before) const {
  View out{.map = map, .nodes = {}};
  for (std::uint16_t i = 0; i < map.nodes.size(); ++i)
    out.nodes.push_back(node_of(map, i, before));
  return out;
}

void RedisCluster::take(const SlotMap& map) {
  const auto before = view();
  if (before->map == map) return;
  auto next = std::make_shared<const View>(made_of(map, *before));
  {
    const std::lock_guard lock(mutex_);
    view_ = std::move(next);
  }
  if (!log_ || before->map.nodes == map.nodes) return;
  std::string names;
  for (const RedisPeer& node : map.nodes)
    names += (names.empty() ? "" : ", ") + text_of(address_of(node));
  log_(fmt::format("store: redis cluster: its masters are {}", names));
}

RedisCluster::Connection RedisCluster::connection_to(const RedisPeer& node) {
  const auto now = view();
  SlotMap map = now->map;
  const std::uint16_t index = map.index_of(node);
  if (index < now->nodes.size()) return now->nodes[index].connection;
  take(map);
  const auto then = view();
  const auto found = std::find(then->map.nodes.begin(), then->map.nodes.end(), node);
  if (found == then->map.nodes.end()) return then->nodes.front().connection;
  return then->nodes[static_cast<std::size_t>(found - then->map.nodes.begin())].connection;
}

void RedisCluster::follow(const Redirection& moved) {
  SlotMap map = view()->map;
  map.owner[moved.slot] = map.index_of(moved.to);
  take(map);
  {
    const std::lock_guard lock(mutex_);
    stale_ = true;
  }
  wake_.notify_all();
}

// What the most nodes say; nothing where none answers.
std::optional<SlotMap> RedisCluster::ask_all() {
  std::vector<std::pair<RedisPeer, Connection>> asked = seeds_;
  const auto now = view();
  for (std::size_t i = 0; i < now->nodes.size(); ++i)
    asked.emplace_back(now->map.nodes[i], now->nodes[i].connection);
  std::vector<std::pair<SlotMap, int>> votes;
  std::set<std::pair<std::string, std::uint16_t>> heard;
  std::string trouble = "no node has answered yet";
  for (const auto& [peer, connection] : asked) {
    if (heard.count({peer.host, peer.port}) > 0) continue;
    const auto reply = connection->call({"CLUSTER", "SLOTS"});
    if (const auto* away = std::get_if<Unavailable>(&reply)) {
      trouble = away->why;
      continue;
    }
    auto map = read_cluster_slots(*value_of(reply), peer);
    if (!map) {
      trouble = "redis " + connection->where() + " serves no slots: the Cluster is not made yet";
      continue;
    }
    heard.insert({peer.host, peer.port});
    const auto same = std::find_if(votes.begin(), votes.end(),
                                   [&](const auto& vote) { return vote.first == *map; });
    if (same != votes.end()) {
      ++same->second;
    } else {
      votes.emplace_back(std::move(*map), 1);
    }
  }
  const auto most = std::max_element(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  const std::lock_guard lock(mutex_);
  if (most == votes.end()) {
    if (view_->nodes.empty()) trouble_ = trouble;
    return {};
  }
  trouble_.clear();
  return std::move(most->first);
}

// Why there is still no map, once the first connections had their time.
void RedisCluster::say_trouble() {
  const std::string why = nobody().why;
  if (!log_ || why == said_ || clock_() - begun_ < kTimeToConnect) return;
  said_ = why;
  log_("store: " + why);
}

void RedisCluster::keep_map() {
  std::unique_lock lock(mutex_);
  milliseconds pause = kPauseAtFirst;
  while (true) {
    wake_.wait_for(lock, pause, [this] { return stopping_ || stale_; });
    if (stopping_) return;
    stale_ = false;
    lock.unlock();
    if (const auto map = ask_all()) take(*map);
    const auto now = view();
    if (now->nodes.empty()) say_trouble();
    const bool whole = std::all_of(now->nodes.begin(), now->nodes.end(), [](const Node& node) {
      return !node.connection->away().has_value();
    });
    pause = now->nodes.empty() ? kPauseAtFirst : whole ? kPause : kPauseAway;
    lock.lock();
  }
}

std::optional<Unavailable> RedisCluster::away() const {
  const auto now = view();
  for (const Node& node : now->nodes) {
    if (!node.connection->away()) return {};
  }
  if (now->nodes.size() == 1) return now->nodes.front().connection->away();
  return nobody();
}

RedisState RedisCluster::state() const {
  const auto now = view();
  RedisState out;
  out.away = now->nodes.empty();
  out.since = begun_;
  std::string away_nodes;
  for (const Node& node : now->nodes) {
    const RedisState each = node.connection->state();
    out.away = out.away || each.away;
    out.since = std::max(out.since, each.since);
    if (out.warning.empty()) out.warning = each.warning;
    if (each.memory_lost > out.memory_lost) out.memory_lost = each.memory_lost;
    if (!each.away) continue;
    if (!away_nodes.empty()) away_nodes += "; ";
    away_nodes += node.connection->where() + ": " + each.last_error;
  }
  if (now->nodes.empty()) away_nodes = nobody().why;
  out.last_error = away_nodes;
  return out;
}

std::string RedisCluster::where() const {
  const auto now = view();
  if (now->nodes.empty()) {
    return fmt::format("cluster {}:{}", seeds_.front().first.host, seeds_.front().first.port);
  }
  return fmt::format("cluster {}:{} ({} masters)", now->map.nodes.front().host,
                     now->map.nodes.front().port, now->nodes.size());
}

bool RedisCluster::wait_until_up(milliseconds patience) {
  const auto end = steady_clock::now() + patience;
  for (;;) {
    const auto now = view();
    const bool up = !now->nodes.empty() &&
                    std::all_of(now->nodes.begin(), now->nodes.end(),
                                [](const Node& node) { return !node.connection->away(); });
    if (up) return true;
    if (steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(kPauseAtFirst);
  }
}

}  // namespace gatepost::store
