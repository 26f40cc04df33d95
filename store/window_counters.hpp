#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "policy/ledger.hpp"

/// The counters of one subject, as plain values: no clock, no lock, no file. The embedded ledger
/// keeps one per subject; the fallback of a shared store counts with the same.
namespace gatepost::store {

/// Live buckets before the current one.
inline constexpr std::int64_t kBucketsBefore = 60;

/// The width of a sliding window's buckets: a sixtieth of it, rounded up to a millisecond, so that
/// sixty of them never cover less than the window. Bucket n begins at n * width since the epoch.
std::chrono::milliseconds bucket_width(const Window& window);

/// The start of the civil day that holds `when`. Outside of the four known days, days have 24 h.
Time day_start(const Days& days, Time when);
/// The start of the next one.
Time next_day_start(const Days& days, Time when);

/// A part of what a counter holds: so much, at that time.
struct Portion {
  Counter counter{Unit::messages, {}};
  Time when;  ///< sliding windows: anywhere in the bucket; days: the newest charge
  Time day;   ///< start of the civil day; without meaning for sliding windows
  std::int64_t amount = 0;

  friend bool operator==(const Portion&, const Portion&) = default;
};

/// Whether an enforced limit is over.
bool refuses(const std::vector<Charge>& charges, const std::vector<Reading>& readings);

/// What Ledger::settle charges after these readings: nothing where it refuses, nothing of a unit
/// that has an observed limit over, else everything.
std::vector<Portion> to_charge(const std::vector<Charge>& charges,
                               const std::vector<Reading>& readings, const Days& days, Time when);

/// What one subject used, counter by counter.
///
/// - A sliding window counts what lies in the current bucket, in the sixty before, and in later
///   ones: a clock that was set back forgets nothing.
/// - A civil day counts every portion whose newest charge is not before the day's start. So what
///   was charged under another time zone counts wherever a part of it may belong to today.
/// - Portions stay a window (a day) longer than they count, so that a clock that ran ahead and is
///   set right by less than that forgets nothing either. age() drops them afterwards, and pulls
///   those back to `now` that a clock far ahead has left more than a window (a day) in the future:
///   nobody is shut out for a year by a clock that was a year ahead for a minute.
///
/// Not thread-safe.
class WindowCounters {
public:
  /// Adds to the bucket or day that the portion belongs to, also in the past.
  void add(const Portion& portion);

  /// Makes the counter hold `reading.used` and nothing else: what another store last said, as of
  /// `now`. All of it is taken for as new as its resets_at allows.
  void seed(const Counter& counter, const Reading& reading, const Days& days, Time now);

  /// The counters as a message with these charges meets them, in the order of the charges.
  std::vector<Reading> read(const std::vector<Charge>& charges, const Days& days, Time now) const;

  /// Drops what counts no more and pulls back what lies too far ahead. Call it before read().
  void age(const Days& days, Time now);

  /// Whether nothing is held that could still count: the subject may be forgotten.
  bool is_idle(Time now) const;

  /// All that is held; adding it to an empty object makes an equal one.
  std::vector<Portion> portions() const;

  friend bool operator==(const WindowCounters&, const WindowCounters&) = default;

private:
  struct Slot {
    Time begin;   ///< of the bucket or day
    Time newest;  ///< days: the newest charge; else begin
    std::int64_t amount;

    friend bool operator==(const Slot&, const Slot&) = default;
  };

  using Slots = std::vector<Slot>;  ///< ascending by begin

  struct Held {
    Counter counter;
    Slots slots;

    friend bool operator==(const Held&, const Held&) = default;
  };

  const Slots& slots_of(const Counter& counter) const;
  Slots& make_slots(const Counter& counter);
  static Reading read_sliding(const Slots& slots, const Charge& charge, Time now);
  static Reading read_day(const Slots& slots, const Charge& charge, const Days& days, Time now);
  static void put(Slots& slots, const Slot& slot);
  static void age_sliding(Held& held, Time now);
  static void age_day(Held& held, const Days& days, Time now);

  std::vector<Held> held_;
};

}  // namespace gatepost::store
