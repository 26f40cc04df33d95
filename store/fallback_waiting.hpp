#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "store/fallback_remote.hpp"

namespace gatepost::store {

/// The charges that wait to be paid into the store, by subject. Bounded. Thread-safe.
class WaitingCharges {
public:
  static constexpr std::size_t kMost = 200'000;
  static constexpr std::size_t kAtOnce = 200;

  explicit WaitingCharges(std::size_t most = kMost) : most_(most) {}

  /// False, and not kept, where there are too many.
  bool add(const LedgerRequest& request, Token token, std::vector<std::int64_t> amounts, Time when,
           bool in_doubt);

  bool has(const Subject& subject) const;
  /// The oldest of the subject, at most kAtOnce. They stay until removed.
  std::vector<LocalCharge> of(const Subject& subject) const;
  /// True for the one caller that took it out; another one has paid it already otherwise.
  bool remove(const Subject& subject, std::uint64_t id);
  /// The subject that has waited longest; it goes to the end of the line.
  std::optional<Subject> next();
  std::size_t size() const;

private:
  using Shape = std::shared_ptr<const LedgerRequest>;

  const Shape& shape_of(const LedgerRequest& request);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::deque<LocalCharge>> charges_;  // by Subject::text()
  std::deque<std::string> line_;                                      // the keys of charges_
  std::size_t size_ = 0;
  std::uint64_t last_id_ = 0;
  Shape shape_;  // of the newest charge: most are alike
};

}  // namespace gatepost::store
