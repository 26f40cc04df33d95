#pragma once

#include <chrono>
#include <string>

#include "policy/lock_book.hpp"
#include "store/failure_record.hpp"
#include "store/lock_records.hpp"
#include "store/lock_table.hpp"

namespace gatepost::store {

/// A lock book over any LockRecords: loads a record, changes it by the rules of FailureRecord, puts
/// it back, and begins anew where another was faster. Then, as a step of its own that may be
/// repeated, the list of locks; where a daemon died between the two, the next failure of the
/// network puts the lock on the list. Own changes are in `table` as soon as they return.
///
/// Time is the records' own. Thread-safe; `records` and `table` outlive it.
class RecordLockBook : public LockBook {
public:
  /// Tries before it gives up: each failed one means that another writer got through.
  static constexpr int kMostTries = 32;

  /// `source` is what outcomes say.
  RecordLockBook(LockRecords& records, LockTable& table, Source source = Source::store);

  std::optional<ClientLock> lock_of(const IpAddress& client, Time now) const override;
  std::vector<ClientLock> locks(Time now) const override;
  std::size_t lock_count() const override;

  /// Where the record was stored and the list was not, the lock is in the own copy, and the
  /// outcome says Source::local.
  Answer<FailureOutcome> fail(const LoginAttempt& attempt, const LockoutTerms& terms,
                              const Reference& reference) override;
  Answer<FailureOutcome> turned_away(const LoginAttempt& attempt,
                                     const LockoutTerms& terms) override;
  Answer<bool> succeed(const LoginAttempt& attempt, const LockoutTerms& terms) override;

  /// From the store's now on, for the lock's length.
  Answer<bool> lock(const ClientLock& lock) override;
  Answer<UnlockOutcome> unlock(const Network& network) override;

  Answer<NetworkStanding> standing(const Network& network, const LockoutTerms& terms) override;
  Answer<std::vector<LoginFailures>> failures_of(const LoginName& login,
                                                 std::chrono::seconds span) override;

private:
  template <typename Record, typename Change>
  Answer<Time> change(LockRecords::Kind kind, const std::string& key, const Change& change);

  Answer<FailureOutcome> count(const LoginAttempt& attempt, const LockoutTerms& terms,
                               const Reference* reference, bool& counted);
  void list(FailureOutcome& outcome, bool prolonged, Time now);
  static bool prolong_listed(const LockoutTerms& terms, ClientLock& lock, Time now);
  std::int64_t networks_of(const LoginAttempt& attempt, const LockoutTerms& terms, bool counted);
  void forget_network_of(const LoginName& login, const Network& network);

  LockRecords& records_;
  LockTable& table_;
  const Source source_;
};

}  // namespace gatepost::store
