#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <unordered_map>

#include "policy/case.hpp"
#include "policy/case_book.hpp"
#include "session/random.hpp"

namespace gatepost::session {

/// Gives refusals their references and hands their records to the CaseBook from a thread of its
/// own, after the reply; while the book is away they wait. Bounded on every side: what a flood
/// would add is counted into the record that is there, and what finds no room is counted as lost.
/// Thread-safe.
class CaseDesk {
public:
  /// Refusals of the same subject, rule and code within this time share a reference.
  static constexpr std::chrono::minutes kShared{10};
  static constexpr std::size_t kRemembered = 20'000;  ///< shared references
  static constexpr std::size_t kWaiting = 10'000;     ///< records not yet written

  /// `book` must outlive the desk.
  CaseDesk(CaseBook& book, Random random);
  /// Writes what waits, then stops.
  ~CaseDesk();

  CaseDesk(const CaseDesk&) = delete;
  CaseDesk& operator=(const CaseDesk&) = delete;

  /// The reference for a refusal of this subject at `now`. The same call counts it. `about` tells
  /// cases apart that are one client's but not one story, as the mail of many domains is.
  Reference reference_for(const Subject& subject, RuleId rule, int code, Time now,
                          std::string_view about = {});

  /// Takes the whole record of a refusal, whose reference came from reference_for; count and
  /// first are filled in. Never waits for the store.
  void file(Case record);

  /// Counts a message that a rule in observe mode would have refused.
  void would_refuse(RuleId rule, const Subject& subject, Time now);

  /// Records given up: no room for them while the store was away, or too many at once.
  std::uint64_t lost() const;

private:
  struct Shared {
    Reference reference;
    Time first;
    std::int64_t count;
    std::string key;
  };

  using Recent = std::list<Shared>;
  using TallyKey = std::tuple<RuleId, std::string, Time>;  // the hour it belongs to

  struct Batch {
    std::map<Reference, Case> cases;
    std::map<TallyKey, std::int64_t> tallies;

    bool empty() const { return cases.empty() && tallies.empty(); }
  };

  void write_batches();
  // Takes out of `batch` what the store has taken; stops where it is away.
  void write(Batch& batch);
  void put_back(Batch batch);

  CaseBook& book_;
  Random random_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Recent recent_;  // newest first
  std::unordered_map<std::string, Recent::iterator> by_key_;
  std::map<Reference, Recent::iterator> by_reference_;
  Batch waiting_;
  std::uint64_t lost_ = 0;
  bool stopping_ = false;
  std::thread writer_;
};

}  // namespace gatepost::session
