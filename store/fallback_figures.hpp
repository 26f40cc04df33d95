#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include "policy/ledger.hpp"

namespace gatepost::store {

/// What a store last said of one counter.
struct KnownFigure {
  Counter counter;
  std::int64_t used = 0;
  Time when;  ///< by the store's clock

  friend bool operator==(const KnownFigure&, const KnownFigure&) = default;
};

/// The last known figures of the subjects that were asked about most recently, at least some
/// 100,000 of them, in a fixed amount of memory (seven megabytes when full). Thread-safe.
class KnownFigures {
public:
  /// Of more counters than this the rest is not remembered.
  static constexpr std::size_t kCounters = 8;

  /// `used` is in the order of the charges. Figures that are older than those known change nothing:
  /// answers of the store may be learned in another order than it gave them. `when` far before what
  /// is known means that the store's clock was set back, and counts.
  void remember(const Subject& subject, const std::vector<Charge>& charges,
                const std::vector<std::int64_t>& used, Time when);
  /// Empty where nothing is known.
  std::vector<KnownFigure> find(const Subject& subject) const;

private:
  static constexpr std::size_t kShards = 64;
  static constexpr std::size_t kSlots = 2048;  // of a shard
  static constexpr std::size_t kWays = 8;      // slots a subject may be in
  static constexpr std::size_t kLayouts = 64;  // of a shard

  using Layout = std::vector<Counter>;

  struct Slot {
    std::uint64_t subject = 0;  // its hash; 0: free
    Time when;
    std::uint32_t layout = 0;
    std::array<std::uint32_t, kCounters> used{};
  };

  struct Shard {
    std::mutex mutex;
    std::vector<Slot> slots;  // made when first used
    std::vector<Layout> layouts;
  };

  static std::uint64_t hash_of(const Subject& subject);
  static std::uint32_t layout_of(Shard& shard, const std::vector<Charge>& charges);
  static Slot* slot_of(Shard& shard, std::uint64_t hash);

  mutable std::array<Shard, kShards> shards_;
};

}  // namespace gatepost::store
