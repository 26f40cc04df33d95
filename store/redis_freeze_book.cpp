#include "store/redis_freeze_book.hpp"

#include <charconv>
#include <cstdlib>
#include <utility>

namespace gatepost::store {
namespace {

constexpr std::string_view kKey = "gatepost:{frozen}";
constexpr std::string_view kVersionKey = "gatepost:{frozen}:v";

// `SINCE ACTOR\nREASON`: since in ms, the actor without line breaks.
std::string encode(const FrozenAccount& entry) {
  std::string actor = entry.actor;
  std::erase_if(actor, [](char c) { return c == '\n'; });
  return std::to_string(entry.since.time_since_epoch().count()) + ' ' + actor + '\n' + entry.reason;
}

// What cannot be read is frozen all the same, with what is known of it.
FrozenAccount decode(std::string account, const std::string& text) {
  FrozenAccount out{.account = std::move(account), .reason = text, .actor = {}, .since = {}};
  const auto space = text.find(' ');
  const auto line = text.find('\n');
  if (space == std::string::npos || line == std::string::npos || line < space) return out;
  std::int64_t since = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + space, since);
  if (error != std::errc{} || end != text.data() + space) return out;
  out.since = Time(std::chrono::milliseconds(since));
  out.actor = text.substr(space + 1, line - space - 1);
  out.reason = text.substr(line + 1);
  return out;
}

std::int64_t number_of(const std::string& text) {
  return std::strtoll(text.c_str(), nullptr, 10);
}

}  // namespace

RedisFreezeBook::RedisFreezeBook(Redis& redis) : redis_(redis) {
  refresh();
  poller_ = std::thread([this] { poll(); });
}

RedisFreezeBook::~RedisFreezeBook() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  poller_.join();
}

void RedisFreezeBook::poll() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, kPoll, [this] { return stopping_; })) {
    lock.unlock();
    refresh();
    lock.lock();
  }
}

void RedisFreezeBook::refresh() {
  const std::lock_guard lock(exchange_);
  const auto version = redis_.call({"GET", kVersionKey});
  if (value_of(version) == nullptr) return;
  const std::string& now = value_of(version)->text;
  if (known_ && now == version_) return;
  // A change between the two reads leaves the older number here, and the next poll reads again.
  const auto entries = redis_.call({"HGETALL", kKey});
  if (value_of(entries) == nullptr) return;
  const auto& elements = value_of(entries)->elements;
  Copy read;
  for (std::size_t i = 0; i + 1 < elements.size(); i += 2) {
    read.emplace(elements[i].text, decode(elements[i].text, elements[i + 1].text));
  }
  // Fewer changes than were seen: the server lost its memory, or the last part of it.
  if (known_ && number_of(now) < number_of(version_) && !put_back(read)) return;
  replace(std::move(read));
  version_ = now;
  known_ = true;
}

// Freezes in Redis, and in `there`, what it should hold. False where it did not take it.
bool RedisFreezeBook::put_back(Copy& there) {
  for (const auto& [account, entry] : *copy()) {
    if (there.find(account) != there.end()) continue;
    const std::string text = encode(entry);
    const std::vector<std::string_view> words = {kKey, kVersionKey, account, text};
    if (value_of(redis_.run(RedisScript::freeze, 2, words)) == nullptr) return false;
    there.emplace(account, entry);
  }
  return true;
}

std::shared_ptr<const RedisFreezeBook::Copy> RedisFreezeBook::copy() const {
  const std::lock_guard lock(mutex_);
  return copy_;
}

void RedisFreezeBook::replace(Copy copy) {
  auto next = std::make_shared<const Copy>(std::move(copy));
  const std::lock_guard lock(mutex_);
  copy_.swap(next);
}

std::optional<FrozenAccount> RedisFreezeBook::frozen(std::string_view account) const {
  const auto now = copy();
  const auto found = now->find(account);
  if (found == now->end()) return {};
  return found->second;
}

std::vector<FrozenAccount> RedisFreezeBook::all_frozen() const {
  std::vector<FrozenAccount> out;
  const auto now = copy();
  out.reserve(now->size());
  for (const auto& [account, entry] : *now)
    out.push_back(entry);
  return out;
}

Answer<bool> RedisFreezeBook::freeze(const FrozenAccount& entry) {
  const std::string text = encode(entry);
  return change({kKey, kVersionKey, entry.account, text},
                [&](Copy& copy) { copy.insert_or_assign(entry.account, entry); });
}

Answer<bool> RedisFreezeBook::unfreeze(std::string_view account) {
  return change({kKey, kVersionKey, account}, [&](Copy& copy) {
    if (const auto found = copy.find(account); found != copy.end()) copy.erase(found);
  });
}

// `words` are those of freeze.lua.
Answer<bool> RedisFreezeBook::change(const std::vector<std::string_view>& words,
                                     const std::function<void(Copy&)>& apply) {
  const std::lock_guard lock(exchange_);
  const auto answer = redis_.run(RedisScript::freeze, 2, words);
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  Copy next = *copy();
  apply(next);
  replace(std::move(next));
  return value_of(answer)->integer == 1;
}

}  // namespace gatepost::store
