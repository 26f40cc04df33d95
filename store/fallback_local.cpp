#include "store/fallback_local.hpp"

#include <chrono>
#include <utility>

namespace gatepost::store {
namespace {

constexpr std::chrono::minutes kTokenLife{2};
constexpr int kWhole = 100;  // per cent

// `charges` are the request's with this daemon's share of each limit: the rest of it is other
// daemons' and reads as used.
Settlement settlement_of(const LedgerRequest& request, const std::vector<Charge>& charges,
                         std::vector<Reading> readings, Time now) {
  const bool refused = refuses(charges, readings);
  for (std::size_t i = 0; i < charges.size(); ++i) {
    if (charges[i].limit) readings[i].used += *request.charges[i].limit - *charges[i].limit;
  }
  return {.now = now,
          .refused = refused,
          .repeated = false,
          .source = Source::local,
          .readings = std::move(readings)};
}

std::vector<std::int64_t> amounts_of(const LedgerRequest& request,
                                     const std::vector<Portion>& portions) {
  std::vector<std::int64_t> out;
  if (portions.empty()) return out;
  out.resize(request.charges.size(), 0);
  std::size_t next = 0;  // portions are in the order of the charges
  for (std::size_t i = 0; i < request.charges.size() && next < portions.size(); ++i) {
    if (request.charges[i].counter != portions[next].counter) continue;
    out[i] = portions[next++].amount;
  }
  return out;
}

}  // namespace

// All that was used is taken for as new as the figure: it counts for a whole window from then.
WindowCounters LocalCounters::seeded(const LedgerRequest& request) const {
  WindowCounters out;
  for (const KnownFigure& figure : figures_.find(request.subject)) {
    Reading reading;
    reading.used = figure.used;
    out.seed(figure.counter, reading, request.days, figure.when);
  }
  return out;
}

// The charges with this daemon's share of what the store's figures leave of each limit.
std::vector<Charge> LocalCounters::shared(const LedgerRequest& request, Time now) const {
  std::vector<Charge> out = request.charges;
  if (share_ == kWhole) return out;
  const auto known = seeded(request).read(out, request.days, now);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!out[i].limit || known[i].used >= *out[i].limit) continue;
    out[i].limit = known[i].used + (*out[i].limit - known[i].used) * share_ / kWhole;
  }
  return out;
}

Settlement LocalCounters::look(const LedgerRequest& request, Time now) {
  const std::lock_guard lock(mutex_);
  const std::vector<Charge> charges = shared(request, now);
  const auto found = counters_.find(request.subject.text());
  if (found == counters_.end()) {
    return settlement_of(request, charges, seeded(request).read(charges, request.days, now), now);
  }
  found->second.age(request.days, now);
  return settlement_of(request, charges, found->second.read(charges, request.days, now), now);
}

LocalCounters::Outcome LocalCounters::settle(const LedgerRequest& request, Token token, Time now) {
  const std::lock_guard lock(mutex_);
  if (const Settlement* first = answered(request, token, now)) {
    Outcome again{.settlement = *first, .charged = {}};
    again.settlement.repeated = true;
    return again;
  }
  auto found = counters_.find(request.subject.text());
  if (found == counters_.end()) {
    make_room(now);
    found = counters_.emplace(request.subject.text(), seeded(request)).first;
  }
  WindowCounters& counters = found->second;
  counters.age(request.days, now);
  const std::vector<Charge> charges = shared(request, now);
  auto readings = counters.read(charges, request.days, now);
  const auto portions = to_charge(charges, readings, request.days, now);
  for (const Portion& portion : portions)
    counters.add(portion);
  Outcome out{.settlement = settlement_of(request, charges, std::move(readings), now),
              .charged = amounts_of(request, portions)};
  const auto [place, is_new] =
      tokens_.insert_or_assign(token.bits, Answered{request.subject.text(), out.settlement});
  if (is_new) token_line_.push_back(place->first);
  return out;
}

// The first answer of this token, where it was settled here within two minutes.
const Settlement* LocalCounters::answered(const LedgerRequest& request, Token token, Time now) {
  while (!token_line_.empty()) {
    const auto oldest = tokens_.find(token_line_.front());
    const bool stays = oldest != tokens_.end() && tokens_.size() <= kTokens &&
                       oldest->second.settlement.now + kTokenLife > now;
    if (stays) break;
    if (oldest != tokens_.end()) tokens_.erase(oldest);
    token_line_.pop_front();
  }
  const auto found = tokens_.find(token.bits);
  if (found == tokens_.end() || found->second.subject != request.subject.text()) return nullptr;
  return &found->second.settlement;
}

void LocalCounters::make_room(Time now) {
  if (counters_.size() < kSubjects) return;
  std::erase_if(counters_, [&](const auto& entry) { return entry.second.is_idle(now); });
  if (counters_.size() >= kSubjects) counters_.erase(counters_.begin());
}

void LocalCounters::add(const Subject& subject, const std::vector<Portion>& portions) {
  const std::lock_guard lock(mutex_);
  const auto found = counters_.find(subject.text());
  if (found == counters_.end()) return;
  for (const Portion& portion : portions)
    found->second.add(portion);
}

void LocalCounters::forget(const Subject& subject) {
  const std::lock_guard lock(mutex_);
  if (!counters_.empty()) counters_.erase(subject.text());
}

void LocalCounters::sweep(Time now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(counters_, [&](const auto& entry) { return entry.second.is_idle(now); });
}

}  // namespace gatepost::store
