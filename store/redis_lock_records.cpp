#include "store/redis_lock_records.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "store/lock_codec.hpp"
#include "store/redis_keys.hpp"

namespace gatepost::store {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kLocked = "L";
constexpr std::string_view kLifted = "U";
// Of the answer of lock_changes.lua: what comes first, and what there is of each change.
constexpr std::size_t kHead = 3;
constexpr std::size_t kOfEach = 3;
constexpr std::array kListKeys = {"gatepost:{locks}:e", "gatepost:{locks}:s", "gatepost:{locks}:u",
                                  "gatepost:{locks}:v", "gatepost:{locks}:epoch"};

std::string text_of(Time time) {
  return std::to_string(time.time_since_epoch().count());
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return out;
}

// FNV-1a: the same in every daemon.
std::size_t shard_of(std::string_view key) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : key) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return static_cast<std::size_t>((hash ^ (hash >> 32U)) % RedisLockRecords::kShards);
}

struct RecordKey {
  std::string name;  // the end of the key
  std::string key;
  std::string index;
};

RecordKey key_of(LockRecords::Kind kind, std::string_view key) {
  const bool network = kind == LockRecords::Kind::network;
  const std::string shard =
      fmt::format("gatepost:{{{}{:02}}}:", network ? 'f' : 'a', shard_of(key));
  std::string name = key_part(key);
  std::string whole = shard + (network ? "n:" : "u:") + name;
  return {.name = std::move(name), .key = std::move(whole), .index = shard + 'z'};
}

std::vector<std::string_view> views_of(const std::vector<std::string>& words) {
  return {words.begin(), words.end()};
}

std::string new_epoch() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

// `TIME` replies seconds and microseconds.
std::optional<Time> time_of(const RedisReply& reply) {
  if (reply.elements.size() != 2) return {};
  const auto seconds = number_of(reply.elements[0].text);
  const auto micros = number_of(reply.elements[1].text);
  if (!seconds || !micros) return {};
  return Time(std::chrono::floor<milliseconds>(std::chrono::seconds(*seconds) +
                                               std::chrono::microseconds(*micros)));
}

// An entry of the list; nothing where it cannot be read, as one of a later version.
std::optional<LockChange> change_of(std::int64_t number, const std::string& network,
                                    std::string_view entry) {
  const auto parsed = Network::parse(network);
  if (!parsed || entry.empty()) return {};
  LockChange out{.number = number, .network = *parsed, .lock = {}, .lifted = {}};
  const std::string_view rest = entry.substr(1);
  if (entry.starts_with(kLifted)) {
    const auto when = number_of(rest);
    if (!when) return {};
    out.lifted = Time(milliseconds(*when));
    return out;
  }
  if (!entry.starts_with(kLocked)) return {};
  out.lock = decode_lock(rest);
  if (!out.lock || out.lock->network != out.network) return {};
  return out;
}

}  // namespace

RedisLockRecords::RedisLockRecords(Redis& redis, Clock clock, LockBounds bounds)
    : redis_(redis), clock_(std::move(clock)), bounds_(bounds), epoch_(new_epoch()) {}

std::string RedisLockRecords::now_text() const {
  return clock_ ? text_of(clock_()) : std::string();
}

Unavailable RedisLockRecords::odd_reply(std::string_view what) const {
  return {fmt::format("redis {} gave an unexpected answer to {}", redis_.where(), what)};
}

Answer<LockRecords::Loaded> RedisLockRecords::load(Kind kind, std::string_view key) {
  RedisCommands commands;
  commands.add({"GET", key_of(kind, key).key});
  if (!clock_) commands.add({"TIME"});
  auto answer = redis_.call(commands);
  if (auto* away = std::get_if<Unavailable>(&answer)) return std::move(*away);
  auto& replies = std::get<Redis::Replies>(answer);
  RedisReply& record = replies.front();
  using enum RedisReply::Kind;
  if (record.is_error()) return Unavailable{"redis " + redis_.where() + ": " + record.text};
  if (record.kind != nil && record.kind != text) return odd_reply("GET");
  const auto now = clock_ ? std::optional(clock_()) : time_of(replies.back());
  if (!now) return odd_reply("TIME");
  return Loaded{.now = *now, .record = std::move(record.text)};
}

Answer<std::int64_t> RedisLockRecords::run_for_number(RedisScript script, std::size_t keys,
                                                      const std::vector<std::string>& words) {
  const auto answer = redis_.run(script, keys, views_of(words));
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  const RedisReply& reply = *value_of(answer);
  if (reply.kind != RedisReply::Kind::integer) return odd_reply("a change of locks");
  return reply.integer;
}

Answer<bool> RedisLockRecords::replace(Kind kind, std::string_view key, std::string_view expected,
                                       std::string_view next, Time forget_at) {
  const RecordKey keys = key_of(kind, key);
  const std::size_t most = std::max<std::size_t>(
      (kind == Kind::network ? bounds_.networks : bounds_.logins) / kShards, 1);
  const auto answer =
      run_for_number(RedisScript::lock_replace, 2,
                     {keys.key, keys.index, now_text(), std::string(expected), std::string(next),
                      text_of(forget_at), std::to_string(most), keys.name});
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  return *value_of(answer) == 1;
}

std::vector<std::string> RedisLockRecords::list_words() const {
  std::vector<std::string> out(kListKeys.begin(), kListKeys.end());
  out.push_back(now_text());
  out.push_back(fmt::format("{}-{}", epoch_, ++epochs_));
  return out;
}

std::vector<std::string> RedisLockRecords::words_to_put(const ClientLock& lock,
                                                        std::string_view how) const {
  std::vector<std::string> out = list_words();
  out.push_back(lock.network.text());
  out.push_back(encode(lock));
  out.push_back(text_of(lock.since));
  out.push_back(text_of(lock.until));
  out.push_back(std::to_string(bounds_.locks));
  out.emplace_back(how);
  return out;
}

Answer<bool> RedisLockRecords::put_lock(const ClientLock& lock) {
  const auto answer =
      run_for_number(RedisScript::lock_put, kListKeys.size(), words_to_put(lock, "put"));
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  return *value_of(answer) == 1;
}

Answer<bool> RedisLockRecords::lift_lock(const Network& network, Time now) {
  std::vector<std::string> words = list_words();
  words.push_back(network.text());
  words.push_back(text_of(now));
  words.push_back(std::to_string(milliseconds(kLiftRemembered).count()));
  const auto answer = run_for_number(RedisScript::lock_lift, kListKeys.size(), words);
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  return *value_of(answer) == 1;
}

Answer<std::vector<bool>> RedisLockRecords::add_locks(std::span<const ClientLock> locks) {
  const std::string key_count = std::to_string(kListKeys.size());
  RedisCommands commands;
  for (const ClientLock& lock : locks) {
    const std::vector<std::string> words = words_to_put(lock, "add");
    std::vector<std::string_view> command = {"EVALSHA", sha_of(RedisScript::lock_put), key_count};
    command.insert(command.end(), words.begin(), words.end());
    commands.add(command);
  }
  const auto answer = redis_.call_script(RedisScript::lock_put, commands);
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  std::vector<bool> out;
  for (const RedisReply& reply : *value_of(answer)) {
    if (reply.is_error()) return Unavailable{"redis " + redis_.where() + ": " + reply.text};
    if (reply.kind != RedisReply::Kind::integer) return odd_reply("a lock");
    out.push_back(reply.integer == 1);
  }
  return out;
}

Answer<std::optional<LockChange>> RedisLockRecords::entry_of(const Network& network) {
  const std::string name = network.text();
  const auto answer = redis_.call({"HGET", kListKeys[0], name});
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  return change_of(0, name, value_of(answer)->text);
}

Answer<LockChanges> RedisLockRecords::changes(std::int64_t after, std::size_t most) {
  std::vector<std::string> words = list_words();
  words.push_back(std::to_string(after));
  words.push_back(std::to_string(most));
  const auto answer = redis_.run(RedisScript::lock_changes, kListKeys.size(), views_of(words));
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  const std::vector<RedisReply>& all = value_of(answer)->elements;
  if (all.size() < kHead || (all.size() - kHead) % kOfEach != 0)
    return odd_reply("a look at the locks");
  const auto newest = number_of(all[1].text);
  const auto now = number_of(all[2].text);
  if (all[0].text.empty() || !newest || !now) return odd_reply("a look at the locks");
  LockChanges out{.epoch = all[0].text,
                  .newest = *newest,
                  .now = Time(milliseconds(*now)),
                  .last = after,
                  .more = (all.size() - kHead) / kOfEach >= most,
                  .changes = {}};
  for (std::size_t i = kHead; i < all.size(); i += kOfEach) {
    const auto number = number_of(all[i].text);
    if (!number) return odd_reply("a look at the locks");
    out.last = *number;
    if (auto change = change_of(*number, all[i + 1].text, all[i + 2].text)) {
      out.changes.push_back(std::move(*change));
    }
  }
  return out;
}

}  // namespace gatepost::store
