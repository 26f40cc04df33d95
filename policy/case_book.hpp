#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "policy/answer.hpp"
#include "policy/case.hpp"

namespace gatepost {

/// How many messages a rule in observe mode would have refused, per rule and subject.
struct WouldRefuse {
  RuleId rule;
  std::string subject;  ///< Subject::text()
  std::int64_t count = 0;

  friend bool operator==(const WouldRefuse&, const WouldRefuse&) = default;
};

/// The records of refusals. Bounded: at most kPerSubject cases of one subject and kInAll together,
/// the oldest go first; inbound ones are kept three days, others thirty; tallies thirty. Writes
/// come from one background thread; reads from any. All methods are thread-safe.
class CaseBook {
public:
  static constexpr std::size_t kPerSubject = 50;
  static constexpr std::size_t kInAll = 200'000;
  static constexpr std::chrono::hours kKeptInbound{3 * 24};
  static constexpr std::chrono::hours kKept{30 * 24};

  virtual ~CaseBook() = default;

  /// Stores the case, or replaces the one of the same reference.
  virtual Answer<bool> record(const Case& record) = 0;
  /// Adds `count` to the tally of the civil hour of `when`.
  virtual Answer<bool> tally(RuleId rule, const Subject& subject, std::int64_t count,
                             Time when) = 0;

  virtual Answer<std::optional<Case>> find(const Reference& reference) = 0;
  /// The newest cases of a subject, newest first, at most `most`.
  virtual Answer<std::vector<Case>> recent(const Subject& subject, std::size_t most) = 0;
  /// Tallies since `since`, most first.
  virtual Answer<std::vector<WouldRefuse>> would_refuse(Time since) = 0;
};

}  // namespace gatepost
