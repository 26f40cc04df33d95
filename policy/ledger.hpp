#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/answer.hpp"
#include "policy/limit.hpp"
#include "policy/subject.hpp"
#include "policy/time.hpp"

namespace gatepost {

/// What one message adds to one counter, and what the counter may hold.
struct Charge {
  Counter counter;
  std::int64_t amount = 0;            ///< >= 0; 0 only reads
  std::optional<std::int64_t> limit;  ///< nothing: counted, never refused
  bool enforced = true;               ///< false: over the limit refuses nobody (observe mode)

  friend bool operator==(const Charge&, const Charge&) = default;
};

/// One message's identity for the store, 64 random bits: a repeated settle never charges twice.
struct Token {
  std::uint64_t bits = 0;

  friend bool operator==(const Token&, const Token&) = default;
};

/// A question to the ledger: all counters of one subject, in one go.
struct LedgerRequest {
  Subject subject;
  std::vector<Charge> charges;
  Days days;  ///< the site's days around the daemon's now; the store picks by its own clock
};

/// One counter as the store saw it, before anything of this request was charged.
struct Reading {
  std::int64_t used = 0;
  bool over = false;              ///< used + amount > limit (where there is a limit)
  std::optional<Time> clears_at;  ///< where over: when `amount` would fit; nothing: never
  std::optional<Time> resets_at;  ///< where used > 0: when the counter would be empty again,
                                  ///< or for a sliding window the latest that may be

  friend bool operator==(const Reading&, const Reading&) = default;
};

/// Who answered.
enum class Source : std::uint8_t {
  store,  ///< the shared or embedded store: exact
  local,  ///< this daemon alone, while the store is away: last known figures and own charges
};

/// The ledger's answer; readings in the order of the request's charges.
struct Settlement {
  Time now;               ///< the store's clock
  bool refused = false;   ///< an enforced limit was over: nothing was charged
  bool repeated = false;  ///< this token was settled before: its first answer again
  Source source = Source::store;
  std::vector<Reading> readings;

  friend bool operator==(const Settlement&, const Settlement&) = default;
};

/// The counters. Implementations are exact under concurrency: requests of one subject take effect
/// one after the other, across all daemons that share the store. All methods are thread-safe and
/// return within the store's deadline.
///
/// A sliding window is kept in buckets of a sixtieth of its length, the current one and 60 before:
/// what was charged counts for at least the window and at most a sixtieth longer. So in no span of
/// the window's length does more than the limit pass.
class Ledger {
public:
  virtual ~Ledger() = default;

  /// Reads all counters; charges nothing. `refused` tells whether a settle would be refused now.
  virtual Answer<Settlement> look(const LedgerRequest& request) = 0;

  /// What is known of the counters where that is enough to say that no limit is near: figures of
  /// the last few seconds, every limit at most half used with this request. Else a look. It spares
  /// busy senders a round trip; the settle that follows is exact in any case.
  virtual Answer<Settlement> glance(const LedgerRequest& request) { return look(request); }

  /// Checks and charges all counters together, or none:
  /// - an enforced limit is over: refused, nothing is charged;
  /// - else every counter is charged, but for those of a unit that has an observed limit over:
  ///   they stay as they are (the rule would have refused the message).
  /// Within two minutes the same token gets the first answer again, and is charged once.
  virtual Answer<Settlement> settle(const LedgerRequest& request, Token token) = 0;
};

}  // namespace gatepost
