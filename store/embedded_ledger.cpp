#include "store/embedded_ledger.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace gatepost::store {
namespace {

constexpr unsigned kSecondsBetweenSweeps = 600;
/// After a rewrite that failed.
constexpr unsigned kSecondsBetweenRewrites = 60;

}  // namespace

EmbeddedLedger::EmbeddedLedger(const std::filesystem::path& journal, Clock clock, Log log)
    : clock_(std::move(clock)),
      log_(std::move(log)),
      watch_(journal.string(), clock_, log_),
      journal_(journal, log_, [this](const JournalRecord& record) { restore(record); }) {
  forget_idle();
  keeper_ = std::jthread([this](const std::stop_token& stop) { keep_up(stop); });
}

EmbeddedLedger::~EmbeddedLedger() {
  keeper_.request_stop();
  keeper_.join();
  watch_.synced(journal_.sync());
}

EmbeddedLedger::Shard& EmbeddedLedger::shard_of(const std::string& subject) {
  return shards_[std::hash<std::string>{}(subject) % shards_.size()];
}

void EmbeddedLedger::restore(const JournalRecord& record) {
  if (record.answer) answers_.remember(record.subject, *record.answer);
  if (record.portions.empty()) return;
  Shard& shard = shard_of(record.subject);
  const std::lock_guard lock(shard.mutex);
  Account& account = shard.accounts[record.subject];
  if (record.sequence <= account.sequence) return;
  account.sequence = record.sequence;
  for (const Portion& portion : record.portions)
    account.counters.add(portion);
}

std::vector<Reading> EmbeddedLedger::read(Shard& shard, const LedgerRequest& request, Time now) {
  const auto account = shard.accounts.find(request.subject.text());
  if (account == shard.accounts.end()) {
    return WindowCounters().read(request.charges, request.days, now);
  }
  WindowCounters& counters = account->second.counters;
  counters.age(request.days, now);
  return counters.read(request.charges, request.days, now);
}

Answer<Settlement> EmbeddedLedger::look(const LedgerRequest& request) {
  watch_.called();
  Shard& shard = shard_of(request.subject.text());
  const std::lock_guard lock(shard.mutex);
  const Time now = clock_();
  auto readings = read(shard, request, now);
  const bool is_refused = refuses(request.charges, readings);
  return Settlement{.now = now,
                    .refused = is_refused,
                    .repeated = false,
                    .source = Source::store,
                    .readings = std::move(readings)};
}

Answer<Settlement> EmbeddedLedger::settle(const LedgerRequest& request, Token token) {
  watch_.called();
  Shard& shard = shard_of(request.subject.text());
  const std::lock_guard lock(shard.mutex);
  const Time now = clock_();
  if (auto first = answers_.find(request.subject.text(), token, now)) {
    first->repeated = true;
    return *std::move(first);
  }
  return settle_first(shard, request, token, now);
}

Answer<Settlement> EmbeddedLedger::settle_first(Shard& shard, const LedgerRequest& request,
                                                Token token, Time now) {
  const std::string& subject = request.subject.text();
  auto readings = read(shard, request, now);
  auto portions = to_charge(request.charges, readings, request.days, now);
  const bool is_refused = refuses(request.charges, readings);
  JournalAnswer answer{token,
                       {.now = now,
                        .refused = is_refused,
                        .repeated = false,
                        .source = Source::store,
                        .readings = std::move(readings)}};
  if (!portions.empty()) {
    const auto written = charge(shard, {.sequence = journal_.next_sequence(),
                                        .subject = subject,
                                        .portions = std::move(portions),
                                        .answer = answer});
    watch_.charged(written);
    if (const auto* failure = std::get_if<Unavailable>(&written)) return *failure;
  }
  answers_.remember(subject, answer);
  return std::move(answer.settlement);
}

Answer<bool> EmbeddedLedger::charge(Shard& shard, const JournalRecord& record) {
  auto written = journal_.append(record);
  if (value_of(written) == nullptr) return written;
  Account& account = shard.accounts[record.subject];
  account.sequence = record.sequence;
  for (const Portion& portion : record.portions)
    account.counters.add(portion);
  return written;
}

Answer<bool> EmbeddedLedger::compact() {
  forget_idle();
  return journal_.rewrite([this](const Journal::Emit& emit) { emit_all(emit); });
}

void EmbeddedLedger::forget_idle() {
  const Time now = clock_();
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    std::erase_if(shard.accounts,
                  [&](const auto& account) { return account.second.counters.is_idle(now); });
  }
}

void EmbeddedLedger::emit_all(const Journal::Emit& emit) {
  // Nothing is written while a shard is locked: messages wait for the encoding of one shard alone.
  std::vector<std::string> contents;
  for (Shard& shard : shards_) {
    contents.clear();
    {
      const std::lock_guard lock(shard.mutex);
      for (const auto& [subject, account] : shard.accounts) {
        contents.push_back(encode({.sequence = account.sequence,
                                   .subject = subject,
                                   .portions = account.counters.portions(),
                                   .answer = {}}));
      }
    }
    for (const std::string& content : contents)
      emit(content);
  }
  // Last: what was appended before the rewrite began is remembered by now, since its shard was
  // locked from the one to the other.
  answers_.emit(clock_(), emit);
}

std::size_t EmbeddedLedger::accounts() const {
  std::size_t count = 0;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    count += shard.accounts.size();
  }
  return count;
}

void EmbeddedLedger::keep_up(const std::stop_token& stop) {
  std::unique_lock lock(wake_mutex_);
  for (unsigned second = 1; !stop.stop_requested(); ++second) {
    wake_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    if (!stop.stop_requested()) tend(second);
  }
}

void EmbeddedLedger::tend(unsigned second) {
  watch_.synced(journal_.sync());
  if (second % kSecondsBetweenSweeps == 0) forget_idle();
  if (second < next_rewrite_ || !journal_.wants_rewrite()) return;
  const auto rewritten = compact();
  if (const auto* failure = std::get_if<Unavailable>(&rewritten)) {
    log_(failure->why + ". The journal stays as it is; next try in a minute.");
    next_rewrite_ = second + kSecondsBetweenRewrites;
  }
}

}  // namespace gatepost::store
