#include "store/record_lock_book.hpp"

#include <algorithm>

#include "store/account_record.hpp"

namespace gatepost::store {
namespace {

using Kind = LockRecords::Kind;

constexpr std::size_t kMostForgotten = 64;  // account records that one unlock looks at

bool has_record(const LoginName& login) {
  return !login.masked && !login.text.empty();
}

}  // namespace

RecordLockBook::RecordLockBook(LockRecords& records, LockTable& table, Source source)
    : records_(records), table_(table), source_(source) {}

std::optional<ClientLock> RecordLockBook::lock_of(const IpAddress& client, Time now) const {
  return table_.lock_of(client, now);
}

std::vector<ClientLock> RecordLockBook::locks(Time now) const {
  return table_.locks(now);
}

std::size_t RecordLockBook::lock_count() const {
  return table_.size();
}

// `change(record, now)` says whether the record has to be stored. Gives the store's now.
template <typename Record, typename Change>
Answer<Time> RecordLockBook::change(Kind kind, const std::string& key, const Change& change) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    const auto answer = records_.load(kind, key);
    const auto* loaded = value_of(answer);
    if (loaded == nullptr) return std::get<Unavailable>(answer);
    Record record = Record::decode(loaded->record);
    if (!change(record, loaded->now)) return loaded->now;
    const auto replaced =
        records_.replace(kind, key, loaded->record, record.encode(), record.forget_at());
    const bool* done = value_of(replaced);
    if (done == nullptr) return std::get<Unavailable>(replaced);
    if (*done) return loaded->now;
  }
  return Unavailable{"too many writers at once for the record of " + key};
}

Answer<FailureOutcome> RecordLockBook::fail(const LoginAttempt& attempt, const LockoutTerms& terms,
                                            const Reference& reference) {
  bool counted = false;
  auto answer = count(attempt, terms, &reference, counted);
  if (auto* outcome = std::get_if<FailureOutcome>(&answer)) {
    outcome->networks_of_login = networks_of(attempt, terms, counted);
  }
  return answer;
}

Answer<FailureOutcome> RecordLockBook::turned_away(const LoginAttempt& attempt,
                                                   const LockoutTerms& terms) {
  bool counted = false;
  if (terms.prolong) return count(attempt, terms, nullptr, counted);
  const auto loaded = records_.load(Kind::network, terms.network.text());
  if (value_of(loaded) == nullptr) return std::get<Unavailable>(loaded);
  FailureOutcome outcome;
  outcome.source = source_;
  outcome.lock = table_.find(terms.network, value_of(loaded)->now);
  return outcome;
}

// A failure, or without a reference an attempt that was turned away.
Answer<FailureOutcome> RecordLockBook::count(const LoginAttempt& attempt, const LockoutTerms& terms,
                                             const Reference* reference, bool& counted) {
  FailureOutcome outcome;
  bool prolonged = false;
  const auto changed = change<FailureRecord>(
      Kind::network, terms.network.text(), [&](FailureRecord& record, Time now) {
        counted = false;
        prolonged = false;
        // Listed and not recorded: the record was dropped for newer ones.
        if (!record.lock_at(now)) {
          if (auto listed = table_.find(terms.network, now)) {
            prolonged = prolong_listed(terms, *listed, now);
            outcome = {};
            outcome.lock = std::move(listed);
            return false;
          }
        }
        auto result = reference == nullptr ? record.turned_away(terms, now)
                                           : record.fail(attempt, terms, *reference, now);
        outcome = std::move(result.outcome);
        prolonged = result.changed && outcome.lock && !outcome.new_lock;
        counted = result.changed && !prolonged;
        return result.changed;
      });
  const Time* now = value_of(changed);
  if (now == nullptr) return std::get<Unavailable>(changed);
  outcome.source = source_;
  if (outcome.lock) list(outcome, prolonged, *now);
  return outcome;
}

// Repeats the second step where an earlier one did not get through.
void RecordLockBook::list(FailureOutcome& outcome, bool prolonged, Time now) {
  if (!outcome.new_lock && !prolonged) {
    const auto listed = table_.find(outcome.lock->network, now);
    if (listed && listed->until >= outcome.lock->until) return;
  }
  const auto put = records_.put_lock(*outcome.lock);
  const bool* done = value_of(put);
  if (done != nullptr && !*done) {  // unlocked meanwhile
    outcome.lock.reset();
    outcome.new_lock = false;
    return;
  }
  if (done == nullptr) outcome.source = Source::local;
  table_.put(*outcome.lock, now);
}

bool RecordLockBook::prolong_listed(const LockoutTerms& terms, ClientLock& lock, Time now) {
  if (!terms.prolong || lock.by_hand()) return false;
  const Time until = std::max(lock.until, now + terms.lock);
  const bool longer = until > lock.until;
  lock.until = until;
  return longer;
}

std::int64_t RecordLockBook::networks_of(const LoginAttempt& attempt, const LockoutTerms& terms,
                                         bool counted) {
  if (!has_record(attempt.login)) return 0;
  std::int64_t networks = 0;
  // Where it cannot be told, the failure itself was counted all the same.
  static_cast<void>(
      change<AccountRecord>(Kind::login, attempt.login.text, [&](AccountRecord& record, Time now) {
        if (counted) record.fail(terms.network, attempt, terms.within, now);
        networks = static_cast<std::int64_t>(record.failures(terms.within, now).size());
        return counted;
      }));
  return networks;
}

Answer<bool> RecordLockBook::succeed(const LoginAttempt& attempt, const LockoutTerms& terms) {
  FailureRecord::Succeeded done;
  const auto changed = change<FailureRecord>(Kind::network, terms.network.text(),
                                             [&](FailureRecord& record, Time now) {
                                               done = record.succeed(attempt, terms, now);
                                               return done.changed;
                                             });
  if (value_of(changed) == nullptr) return std::get<Unavailable>(changed);
  if (done.forgot) forget_network_of(attempt.login, terms.network);
  return done.changed;
}

void RecordLockBook::forget_network_of(const LoginName& login, const Network& network) {
  if (!has_record(login)) return;
  static_cast<void>(change<AccountRecord>(
      Kind::login, login.text,
      [&](AccountRecord& record, Time /*now*/) { return record.forget(network); }));
}

Answer<bool> RecordLockBook::lock(const ClientLock& lock) {
  ClientLock made = lock;
  const auto changed = change<FailureRecord>(Kind::network, lock.network.text(),
                                             [&](FailureRecord& record, Time now) {
                                               made = record.lock(lock, now);
                                               return true;
                                             });
  const Time* now = value_of(changed);
  if (now == nullptr) return std::get<Unavailable>(changed);
  auto put = records_.put_lock(made);
  if (const bool* done = value_of(put); done != nullptr && *done) table_.put(made, *now);
  return put;
}

Answer<UnlockOutcome> RecordLockBook::unlock(const Network& network) {
  FailureRecord::Unlocked done;
  const auto changed =
      change<FailureRecord>(Kind::network, network.text(), [&](FailureRecord& record, Time now) {
        const bool known = !record.empty() || table_.find(network, now);
        done = record.unlock(now);
        return known;
      });
  const Time* now = value_of(changed);
  if (now == nullptr) return std::get<Unavailable>(changed);
  const auto lifted = records_.lift_lock(network, done.at);
  if (value_of(lifted) == nullptr) return std::get<Unavailable>(lifted);
  UnlockOutcome out;
  out.failures = done.failures;
  out.lock = std::move(done.lock);
  if (auto listed = table_.lift(network); listed && !out.lock && listed->holds(*now)) {
    out.lock = std::move(listed);
  }
  if (done.logins.size() > kMostForgotten) done.logins.resize(kMostForgotten);
  for (const LoginName& login : done.logins)
    forget_network_of(login, network);
  return out;
}

Answer<NetworkStanding> RecordLockBook::standing(const Network& network,
                                                 const LockoutTerms& terms) {
  const auto answer = records_.load(Kind::network, network.text());
  const auto* loaded = value_of(answer);
  if (loaded == nullptr) return std::get<Unavailable>(answer);
  NetworkStanding out = FailureRecord::decode(loaded->record).standing(terms, loaded->now);
  if (!out.lock) out.lock = table_.find(network, loaded->now);
  return out;
}

Answer<std::vector<LoginFailures>> RecordLockBook::failures_of(const LoginName& login,
                                                               std::chrono::seconds span) {
  if (!has_record(login)) return std::vector<LoginFailures>{};
  const auto answer = records_.load(Kind::login, login.text);
  const auto* loaded = value_of(answer);
  if (loaded == nullptr) return std::get<Unavailable>(answer);
  return AccountRecord::decode(loaded->record).failures(span, loaded->now);
}

}  // namespace gatepost::store
