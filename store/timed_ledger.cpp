#include "store/timed_ledger.hpp"

#include <utility>

namespace gatepost::store {

Stopwatch system_stopwatch() {
  return [] { return std::chrono::steady_clock::now(); };
}

TimedLedger::TimedLedger(RemoteLedger& remote, Stopwatch now)
    : remote_(remote), now_(std::move(now)) {}

template <typename Call>
auto TimedLedger::timed(Operation& operation, const Call& call) {
  const auto begun = now_();
  auto answer = call();
  const auto taken = now_() - begun;
  (value_of(answer) ? operation.answered : operation.unanswered).add(taken);
  return answer;
}

Answer<Settlement> TimedLedger::look(const LedgerRequest& request) {
  return timed(look_, [&] { return remote_.look(request); });
}

Answer<Settlement> TimedLedger::settle(const LedgerRequest& request, Token token) {
  return timed(settle_, [&] { return remote_.settle(request, token); });
}

Answer<std::vector<Payment>> TimedLedger::pay(const Subject& subject,
                                              const std::vector<LocalCharge>& charges, Time now) {
  return timed(pay_, [&] { return remote_.pay(subject, charges, now); });
}

std::vector<StoreLatency> TimedLedger::latencies() const {
  std::vector<StoreLatency> out;
  for (const auto& [name, operation] :
       {std::pair{"look", &look_}, {"settle", &settle_}, {"pay", &pay_}}) {
    out.push_back({name, "answered", operation->answered.snapshot()});
    out.push_back({name, "unanswered", operation->unanswered.snapshot()});
  }
  return out;
}

}  // namespace gatepost::store
