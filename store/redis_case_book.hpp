#pragma once

#include <string>
#include <vector>

#include "policy/case_book.hpp"
#include "store/redis.hpp"
#include "store/stores.hpp"

namespace gatepost::store {

/// Refusals in Redis, shared by all daemons that use it:
///
///     gatepost:case:REF            encode(Case); expires by its channel
///     gatepost:{SUBJECT}:cases     references of a subject by the time of their newest refusal
///     gatepost:cases               all references by the same
///     gatepost:would:YYYYMMDDHH    hash: `RULE SUBJECT` to how many; hours in UTC
class RedisCaseBook final : public CaseBook {
public:
  /// More rules and subjects in one hour than this are counted together, under an empty subject.
  static constexpr std::size_t kTalliesAnHour = 10'000;

  /// `redis` must outlive the book. `most` is kInAll but in tests.
  RedisCaseBook(Redis& redis, Clock clock, std::size_t most = kInAll)
      : redis_(redis), clock_(std::move(clock)), most_(most) {}

  Answer<bool> record(const Case& record) override;
  Answer<bool> tally(RuleId rule, const Subject& subject, std::int64_t count, Time when) override;
  Answer<std::optional<Case>> find(const Reference& reference) override;
  Answer<std::vector<Case>> recent(const Subject& subject, std::size_t most) override;
  Answer<std::vector<WouldRefuse>> would_refuse(Time since) override;

private:
  Answer<bool> trim(const std::string& subject_cases, std::int64_t of_subject, std::int64_t in_all);
  bool is_kept(const Case& record) const;

  Redis& redis_;
  const Clock clock_;
  const std::size_t most_;
};

}  // namespace gatepost::store
