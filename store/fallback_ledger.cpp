#include "store/fallback_ledger.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace gatepost::store {
namespace {

using std::chrono::milliseconds;

// One pipeline of WaitingCharges::kAtOnce at most each time: about 20,000 charges a second, which
// leaves most of the server to mail.
constexpr milliseconds kPause{10};
constexpr milliseconds kIdlePause{100};
constexpr std::chrono::minutes kSweep{1};
// How long the store knows the token of a message: store/lua/settle.lua.
constexpr std::chrono::minutes kTokenLife{2};
// Far above what a call's deadlines and a busy machine make of a few steps in memory.
constexpr std::chrono::seconds kAnswersOnTheirWay{1};
// How old a figure may be to be taken for what the store would say.
constexpr std::chrono::seconds kFresh{10};

}  // namespace

FallbackLedger::FallbackLedger(RemoteLedger& remote, WhenAway when_away, Clock clock, Log log)
    : remote_(remote), when_away_(when_away), clock_(std::move(clock)), log_(std::move(log)) {
  payer_ = std::thread([this] { pay_back(); });
}

FallbackLedger::~FallbackLedger() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  payer_.join();
  while (!remote_.away()) {
    const auto subject = waiting_.next();
    if (!subject || pay(*subject)) break;
  }
  if (waiting_.size() > 0 && log_) {
    log_(
        fmt::format("store: {} charges that were counted here alone are given up: the store is "
                    "still away at the stop",
                    waiting_.size()));
  }
}

Time FallbackLedger::store_now() const {
  return clock_() + milliseconds(offset_ms_.load(std::memory_order_relaxed));
}

// Nothing where the store is to be asked about this subject: what waits of it is paid by then.
std::optional<Unavailable> FallbackLedger::settle_up(const Subject& subject) {
  while (waiting_.has(subject)) {
    if (auto away = remote_.away()) return away;
    if (auto away = pay(subject)) return away;
  }
  return remote_.away();
}

Answer<Settlement> FallbackLedger::look(const LedgerRequest& request) {
  ++calls_;
  auto away = settle_up(request.subject);
  auto answer = away ? Answer<Settlement>(std::move(*away)) : remote_.look(request);
  if (const auto* settlement = value_of(answer)) {
    const std::lock_guard lock(shard_of(request.subject).mutex);
    learn(request, *settlement, false);
    return answer;
  }
  if (!away) ++failed_;
  if (!counts_here(std::get<Unavailable>(answer))) {
    ++unanswered_;
    return answer;
  }
  ++answered_locally_;
  return local_.look(request, store_now());
}

// Whether the store said so a moment ago. What others charged since is at most what they can send
// in that time, and their settles are exact.
bool FallbackLedger::is_far_from_limits(const LedgerRequest& request) const {
  const std::vector<KnownFigure> known = figures_.find(request.subject);
  const auto is_far = [&](const Charge& charge) {
    const auto figure = std::find_if(known.begin(), known.end(), [&](const KnownFigure& each) {
      return each.counter == charge.counter;
    });
    if (figure == known.end()) return false;
    const milliseconds age = store_now() - figure->when;
    if (age > kFresh || age < -kFresh) return false;
    return !charge.limit || figure->used + charge.amount <= *charge.limit / 2;
  };
  return std::all_of(request.charges.begin(), request.charges.end(), is_far);
}

Answer<Settlement> FallbackLedger::glance(const LedgerRequest& request) {
  if (remote_.away() || waiting_.has(request.subject) || !is_far_from_limits(request)) {
    return look(request);
  }
  Settlement known = local_.look(request, store_now());
  known.source = Source::store;
  return known;
}

bool FallbackLedger::counts_here(const Unavailable& away) const {
  if (when_away_.when_down == WhenDown::unknown) return false;
  const bool bounded = when_away_.at_most > std::chrono::seconds(0);
  return !bounded || !away.since || clock_() - *away.since <= when_away_.at_most;
}

// As settle_up(); then the subject counts as under way until end_settle().
std::optional<Unavailable> FallbackLedger::begin_settle(Shard& shard, const Subject& subject) {
  for (;;) {
    if (auto away = settle_up(subject)) return away;
    const std::lock_guard lock(shard.mutex);
    if (waiting_.has(subject)) continue;  // counted here meanwhile: to be paid first
    ++shard.under_way[subject.text()];
    return {};
  }
}

// With the shard's mutex held.
void FallbackLedger::end_settle(Shard& shard, const Subject& subject) {
  const auto found = shard.under_way.find(subject.text());
  if (--found->second > 0) return;
  shard.under_way.erase(found);
  shard.answered.notify_all();
}

Answer<Settlement> FallbackLedger::settle(const LedgerRequest& request, Token token) {
  ++calls_;
  Shard& shard = shard_of(request.subject);
  auto away = begin_settle(shard, request.subject);
  const bool asked = !away;
  if (asked) {
    auto answer = remote_.settle(request, token);
    const std::lock_guard lock(shard.mutex);
    end_settle(shard, request.subject);
    if (const auto* settlement = value_of(answer)) {
      learn(request, *settlement, true);
      return answer;
    }
    ++failed_;
    away = std::get<Unavailable>(std::move(answer));
  }
  if (!counts_here(*away)) {
    ++unanswered_;
    return std::move(*away);
  }
  return settle_here(request, token, asked);
}

Answer<Settlement> FallbackLedger::settle_here(const LedgerRequest& request, Token token,
                                               bool in_doubt) {
  ++answered_locally_;
  Shard& shard = shard_of(request.subject);
  std::unique_lock lock(shard.mutex);
  // The store may have answered others of the subject before it went away: what it let through is
  // known here only once they have heard it.
  shard.answered.wait_for(lock, kAnswersOnTheirWay, [&] {
    return shard.under_way.find(request.subject.text()) == shard.under_way.end();
  });
  auto outcome = local_.settle(request, token, store_now());
  if (!outcome.charged.empty() &&
      !waiting_.add(request, token, std::move(outcome.charged), clock_(), in_doubt)) {
    ++lost_;
  }
  return std::move(outcome.settlement);
}

// Keeps what the store said, as it is after this call. With the mutex of the subject's shard held:
// another message of the subject that counts here sees either the figures with this charge, or the
// charge.
void FallbackLedger::learn(const LedgerRequest& request, const Settlement& settlement,
                           bool settled) {
  if (settlement.repeated || settlement.readings.size() != request.charges.size()) return;
  offset_ms_.store((settlement.now - clock_()).count(), std::memory_order_relaxed);
  if (when_away_.when_down == WhenDown::unknown) return;
  std::vector<std::int64_t> used;
  used.reserve(settlement.readings.size());
  for (const Reading& reading : settlement.readings)
    used.push_back(reading.used);
  std::vector<Portion> portions;
  if (settled && !settlement.refused) {
    portions = to_charge(request.charges, settlement.readings, request.days, settlement.now);
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < used.size() && next < portions.size(); ++i) {
    if (request.charges[i].counter == portions[next].counter) used[i] += portions[next++].amount;
  }
  figures_.remember(request.subject, request.charges, used, settlement.now);
  if (waiting_.has(request.subject)) {
    local_.add(request.subject, portions);
  } else {
    local_.forget(request.subject);
  }
}

FallbackLedger::Shard& FallbackLedger::shard_of(const Subject& subject) {
  return shards_[std::hash<std::string>{}(subject.text()) % shards_.size()];
}

// Pays the oldest charges of the subject; why, where the store did not take them.
std::optional<Unavailable> FallbackLedger::pay(const Subject& subject) {
  const std::vector<LocalCharge> charges = waiting_.of(subject);
  if (charges.empty()) return {};
  const Time now = clock_();
  const auto answer = remote_.pay(subject, charges, now);
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  const auto& payments = std::get<std::vector<Payment>>(answer);
  for (std::size_t i = 0; i < charges.size(); ++i) {
    if (!waiting_.remove(subject, charges[i].id)) continue;
    ++(payments[i] == Payment::charged ? paid_back_ : lost_);
    if (charges[i].in_doubt && now - charges[i].when > kTokenLife) ++maybe_twice_;
  }
  return {};
}

void FallbackLedger::pay_back() {
  Time swept = clock_();
  std::unique_lock lock(mutex_);
  milliseconds pause = kIdlePause;
  while (!stop_.wait_for(lock, pause, [this] { return stopping_; })) {
    lock.unlock();
    const auto subject = remote_.away() ? std::nullopt : waiting_.next();
    if (subject) pay(*subject);
    pause = subject ? kPause : kIdlePause;
    if (clock_() - swept >= kSweep) {
      swept = clock_();
      local_.sweep(store_now());
    }
    lock.lock();
  }
}

FallbackLedger::Counts FallbackLedger::counts() const {
  return {.calls = calls_,
          .failed = failed_,
          .answered_locally = answered_locally_,
          .unanswered = unanswered_,
          .paid_back = paid_back_,
          .waiting = waiting_.size(),
          .lost = lost_,
          .maybe_twice = maybe_twice_};
}

}  // namespace gatepost::store
