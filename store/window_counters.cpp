#include "store/window_counters.hpp"

#include <algorithm>
#include <iterator>

namespace gatepost::store {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr hours kDay{24};
/// Longer than today and yesterday can be together, wherever they began.
constexpr hours kTwoDays{50};

Time floor_to(Time when, milliseconds step) {
  milliseconds rest = when.time_since_epoch() % step;
  if (rest < milliseconds::zero()) rest += step;
  return when - rest;
}

/// How long a bucket counts, from its beginning.
milliseconds bucket_life(const Window& window) {
  return bucket_width(window) * (kBucketsBefore + 1);
}

bool is_over(const Charge& charge, std::int64_t used) {
  return charge.limit && used > *charge.limit - charge.amount;
}

}  // namespace

milliseconds bucket_width(const Window& window) {
  const milliseconds length = window.length;
  return (length + milliseconds(kBucketsBefore - 1)) / kBucketsBefore;
}

Time day_start(const Days& days, Time when) {
  const auto begin = std::begin(days.starts);
  const auto end = std::end(days.starts);
  const auto after = std::upper_bound(begin, end, when);
  if (after != begin && after != end) return *std::prev(after);
  const Time known = after == begin ? *begin : *std::prev(end);
  return known + floor_to(Time(when - known), kDay).time_since_epoch();
}

Time next_day_start(const Days& days, Time when) {
  const auto after = std::upper_bound(std::begin(days.starts), std::end(days.starts), when);
  if (after != std::begin(days.starts) && after != std::end(days.starts)) return *after;
  return day_start(days, when) + kDay;
}

bool refuses(const std::vector<Charge>& charges, const std::vector<Reading>& readings) {
  for (std::size_t i = 0; i < charges.size(); ++i) {
    if (charges[i].enforced && readings[i].over) return true;
  }
  return false;
}

std::vector<Portion> to_charge(const std::vector<Charge>& charges,
                               const std::vector<Reading>& readings, const Days& days, Time when) {
  std::vector<Portion> portions;
  if (refuses(charges, readings)) return portions;
  const auto is_spared = [&](Unit unit) {
    for (std::size_t i = 0; i < charges.size(); ++i) {
      if (charges[i].counter.unit == unit && readings[i].over) return true;
    }
    return false;
  };
  for (const Charge& charge : charges) {
    if (charge.amount == 0 || is_spared(charge.counter.unit)) continue;
    portions.push_back({charge.counter, when, day_start(days, when), charge.amount});
  }
  return portions;
}

void WindowCounters::put(Slots& slots, const Slot& slot) {
  const auto place =
      std::lower_bound(slots.begin(), slots.end(), slot.begin,
                       [](const Slot& held, Time begin) { return held.begin < begin; });
  if (place == slots.end() || place->begin != slot.begin) {
    slots.insert(place, slot);
    return;
  }
  place->amount += slot.amount;
  place->newest = std::max(place->newest, slot.newest);
}

void WindowCounters::add(const Portion& portion) {
  Slots& slots = make_slots(portion.counter);
  if (portion.counter.window.is_calendar_day()) {
    put(slots, {portion.day, portion.when, portion.amount});
    return;
  }
  const Time begin = floor_to(portion.when, bucket_width(portion.counter.window));
  put(slots, {begin, begin, portion.amount});
}

void WindowCounters::seed(const Counter& counter, const Reading& reading, const Days& days,
                          Time now) {
  make_slots(counter).clear();
  if (reading.used == 0) return;
  Time when = now;
  if (!counter.window.is_calendar_day() && reading.resets_at) {
    when = *reading.resets_at - bucket_life(counter.window);
  }
  add({counter, when, day_start(days, when), reading.used});
}

std::vector<Reading> WindowCounters::read(const std::vector<Charge>& charges, const Days& days,
                                          Time now) const {
  std::vector<Reading> readings;
  readings.reserve(charges.size());
  for (const Charge& charge : charges) {
    const Slots& slots = slots_of(charge.counter);
    readings.push_back(charge.counter.window.is_calendar_day() ? read_day(slots, charge, days, now)
                                                               : read_sliding(slots, charge, now));
  }
  return readings;
}

Reading WindowCounters::read_sliding(const Slots& slots, const Charge& charge, Time now) {
  const milliseconds life = bucket_life(charge.counter.window);
  const auto is_dead = [&](const Slot& slot) { return slot.begin + life <= now; };
  const auto live = std::find_if_not(slots.begin(), slots.end(), is_dead);
  Reading reading;
  for (auto slot = live; slot != slots.end(); ++slot) {
    reading.used += slot->amount;
    reading.resets_at = slot->begin + life;
  }
  reading.over = is_over(charge, reading.used);
  if (!reading.over) return reading;
  std::int64_t left = reading.used;
  for (auto slot = live; slot != slots.end() && !reading.clears_at; ++slot) {
    left -= slot->amount;
    if (!is_over(charge, left)) reading.clears_at = slot->begin + life;
  }
  return reading;
}

Reading WindowCounters::read_day(const Slots& slots, const Charge& charge, const Days& days,
                                 Time now) {
  const auto used_in_day = [&](Time start) {
    std::int64_t used = 0;
    for (const Slot& slot : slots) {
      if (slot.newest >= start) used += slot.amount;
    }
    return used;
  };
  Reading reading;
  reading.used = used_in_day(day_start(days, now));
  reading.over = is_over(charge, reading.used);
  const bool never_clears = is_over(charge, 0);
  Time start = now;
  for (std::int64_t left = reading.used; left > 0;) {
    start = next_day_start(days, start);
    left = used_in_day(start);
    const bool clears = reading.over && !never_clears && !is_over(charge, left);
    if (clears && !reading.clears_at) reading.clears_at = start;
    if (left == 0) reading.resets_at = start;
  }
  return reading;
}

void WindowCounters::age(const Days& days, Time now) {
  for (Held& held : held_) {
    if (held.counter.window.is_calendar_day()) {
      age_day(held, days, now);
    } else {
      age_sliding(held, now);
    }
  }
  std::erase_if(held_, [](const Held& held) { return held.slots.empty(); });
}

void WindowCounters::age_sliding(Held& held, Time now) {
  const milliseconds width = bucket_width(held.counter.window);
  const milliseconds life = bucket_life(held.counter.window);
  Slots& slots = held.slots;
  const auto is_gone = [&](const Slot& slot) {
    return slot.begin + life + width * kBucketsBefore <= now;
  };
  slots.erase(slots.begin(), std::find_if_not(slots.begin(), slots.end(), is_gone));
  while (!slots.empty() && slots.back().begin > now + life) {
    const std::int64_t amount = slots.back().amount;
    slots.pop_back();
    const Time begin = floor_to(now, width);
    put(slots, {begin, begin, amount});
  }
}

void WindowCounters::age_day(Held& held, const Days& days, Time now) {
  const Time today = day_start(days, now);
  const Time yesterday = day_start(days, today - milliseconds(1));
  const Time after_tomorrow = next_day_start(days, next_day_start(days, now));
  Slots& slots = held.slots;
  std::erase_if(slots, [&](const Slot& slot) { return slot.newest < yesterday; });
  while (!slots.empty() && slots.back().newest >= after_tomorrow) {
    const std::int64_t amount = slots.back().amount;
    slots.pop_back();
    put(slots, {today, now, amount});
  }
}

bool WindowCounters::is_idle(Time now) const {
  return std::all_of(held_.begin(), held_.end(), [&](const Held& held) {
    const Window& window = held.counter.window;
    const milliseconds kept = window.is_calendar_day() ? kTwoDays : bucket_life(window) * 2;
    return std::all_of(held.slots.begin(), held.slots.end(),
                       [&](const Slot& slot) { return slot.newest + kept <= now; });
  });
}

std::vector<Portion> WindowCounters::portions() const {
  std::vector<Portion> all;
  for (const Held& held : held_) {
    const bool is_day = held.counter.window.is_calendar_day();
    for (const Slot& slot : held.slots) {
      all.push_back({held.counter, slot.newest, is_day ? slot.begin : Time{}, slot.amount});
    }
  }
  return all;
}

const WindowCounters::Slots& WindowCounters::slots_of(const Counter& counter) const {
  static const Slots none;
  const auto held = std::find_if(held_.begin(), held_.end(),
                                 [&](const Held& each) { return each.counter == counter; });
  return held == held_.end() ? none : held->slots;
}

WindowCounters::Slots& WindowCounters::make_slots(const Counter& counter) {
  const auto held = std::find_if(held_.begin(), held_.end(),
                                 [&](const Held& each) { return each.counter == counter; });
  if (held != held_.end()) return held->slots;
  held_.push_back({counter, {}});
  return held_.back().slots;
}

}  // namespace gatepost::store
