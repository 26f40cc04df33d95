#include "store/fallback_figures.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>

namespace gatepost::store {
namespace {

// Answers that come so much late are none of the same seconds.
constexpr std::chrono::seconds kReordered{10};

}  // namespace

std::uint64_t KnownFigures::hash_of(const Subject& subject) {
  const std::uint64_t hash = std::hash<std::string>{}(subject.text());
  return hash == 0 ? 1 : hash;
}

std::uint32_t KnownFigures::layout_of(Shard& shard, const std::vector<Charge>& charges) {
  const std::size_t count = std::min(charges.size(), kCounters);
  const auto is_same = [&](const Layout& layout) {
    return std::equal(layout.begin(), layout.end(), charges.begin(),
                      charges.begin() + static_cast<std::ptrdiff_t>(count),
                      [](const Counter& a, const Charge& b) { return a == b.counter; });
  };
  const auto found = std::find_if(shard.layouts.begin(), shard.layouts.end(), is_same);
  if (found != shard.layouts.end()) {
    return static_cast<std::uint32_t>(found - shard.layouts.begin());
  }
  if (shard.layouts.size() >= kLayouts) {  // the counters were reconfigured many times
    shard.layouts.clear();
    std::fill(shard.slots.begin(), shard.slots.end(), Slot{});
  }
  Layout& layout = shard.layouts.emplace_back();
  for (std::size_t i = 0; i < count; ++i)
    layout.push_back(charges[i].counter);
  return static_cast<std::uint32_t>(shard.layouts.size() - 1);
}

// The subject's slot, else the one among those it may have whose figures are the oldest.
KnownFigures::Slot* KnownFigures::slot_of(Shard& shard, std::uint64_t hash) {
  const std::size_t set = (hash / kShards) % (kSlots / kWays);
  const auto begin = shard.slots.begin() + static_cast<std::ptrdiff_t>(set * kWays);
  const auto end = begin + static_cast<std::ptrdiff_t>(kWays);
  const auto own = std::find_if(begin, end, [&](const Slot& slot) { return slot.subject == hash; });
  if (own != end) return &*own;
  const auto free = std::find_if(begin, end, [](const Slot& slot) { return slot.subject == 0; });
  if (free != end) return &*free;
  return &*std::min_element(begin, end,
                            [](const Slot& a, const Slot& b) { return a.when < b.when; });
}

void KnownFigures::remember(const Subject& subject, const std::vector<Charge>& charges,
                            const std::vector<std::int64_t>& used, Time when) {
  const std::uint64_t hash = hash_of(subject);
  Shard& shard = shards_[hash % kShards];
  const std::lock_guard lock(shard.mutex);
  if (shard.slots.empty()) shard.slots.resize(kSlots);
  const std::uint32_t layout = layout_of(shard, charges);
  Slot& slot = *slot_of(shard, hash);
  const bool same = slot.subject == hash && slot.layout == layout;
  if (same && when < slot.when && slot.when - when < kReordered) return;
  const bool together = same && when == slot.when;
  slot.subject = hash;
  slot.when = when;
  slot.layout = layout;
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  for (std::size_t i = 0; i < std::min(used.size(), kCounters); ++i) {
    const auto figure = static_cast<std::uint32_t>(std::clamp<std::int64_t>(used[i], 0, kMost));
    slot.used[i] = together ? std::max(slot.used[i], figure) : figure;
  }
}

std::vector<KnownFigure> KnownFigures::find(const Subject& subject) const {
  const std::uint64_t hash = hash_of(subject);
  Shard& shard = shards_[hash % kShards];
  std::vector<KnownFigure> out;
  const std::lock_guard lock(shard.mutex);
  if (shard.slots.empty()) return out;
  const Slot& slot = *slot_of(shard, hash);
  if (slot.subject != hash) return out;
  const Layout& layout = shard.layouts[slot.layout];
  for (std::size_t i = 0; i < layout.size(); ++i) {
    out.push_back({layout[i], std::int64_t{slot.used[i]}, slot.when});
  }
  return out;
}

}  // namespace gatepost::store
