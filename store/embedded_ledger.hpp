#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "policy/ledger.hpp"
#include "policy/store_status.hpp"
#include "store/journal.hpp"
#include "store/remembered_answers.hpp"
#include "store/stores.hpp"
#include "store/window_counters.hpp"
#include "store/write_watch.hpp"

namespace gatepost::store {

/// The counters in this process' memory, with a journal that brings them back. A charge is in the
/// journal before the answer is given; a background thread makes it durable once a second, drops
/// the accounts whose counters are all empty, and rewrites the journal when most of it is past use.
///
/// Unavailable only where the journal cannot be written (a full disk): nothing is charged then, and
/// the next call tries again.
class EmbeddedLedger final : public Ledger {
public:
  /// Throws std::runtime_error where the journal cannot be read (journal.hpp).
  EmbeddedLedger(const std::filesystem::path& journal, Clock clock, Log log);
  ~EmbeddedLedger() override;
  EmbeddedLedger(const EmbeddedLedger&) = delete;
  EmbeddedLedger& operator=(const EmbeddedLedger&) = delete;
  EmbeddedLedger(EmbeddedLedger&&) = delete;
  EmbeddedLedger& operator=(EmbeddedLedger&&) = delete;

  Answer<Settlement> look(const LedgerRequest& request) override;
  Answer<Settlement> settle(const LedgerRequest& request, Token token) override;

  /// Drops idle accounts and rewrites the journal; the background thread does it when it pays.
  Answer<bool> compact();

  /// Accounts in memory.
  std::size_t accounts() const;

  /// Octets of the journal.
  std::uint64_t journal_size() const { return journal_.size(); }

  StoreStatus status() const { return watch_.status(); }

private:
  struct Account {
    WindowCounters counters;
    std::uint64_t sequence = 0;  ///< of its newest record in the journal
  };

  using Accounts = std::unordered_map<std::string, Account>;

  struct Shard {
    std::mutex mutex;
    Accounts accounts;
  };

  Shard& shard_of(const std::string& subject);
  void restore(const JournalRecord& record);
  static std::vector<Reading> read(Shard& shard, const LedgerRequest& request, Time now);
  Answer<Settlement> settle_first(Shard& shard, const LedgerRequest& request, Token token,
                                  Time now);
  Answer<bool> charge(Shard& shard, const JournalRecord& record);
  void forget_idle();
  void emit_all(const Journal::Emit& emit);
  void keep_up(const std::stop_token& stop);
  void tend(unsigned second);

  const Clock clock_;
  const Log log_;
  mutable std::array<Shard, 64> shards_;  ///< one is locked from the check to the charge
  RememberedAnswers answers_;
  WriteWatch watch_;
  Journal journal_;            ///< restores into the above
  unsigned next_rewrite_ = 0;  ///< second of the keeper

  std::mutex wake_mutex_;
  std::condition_variable_any wake_;
  std::jthread keeper_;
};

}  // namespace gatepost::store
