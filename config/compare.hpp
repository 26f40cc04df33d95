#pragma once

#include <string>
#include <vector>

#include "policy/settings.hpp"

namespace gatepost::config {

/// What a reload would change that the admin should hear of.
struct Comparison {
  std::size_t entries_before = 0;    ///< whitelist entries in force before
  std::size_t entries_lost = 0;      ///< of those, how many the new settings no longer have
  std::vector<Counter> new_windows;  ///< counters that nobody had configured: they start empty

  /// More than ten entries and more than half of them: most likely a file written half or an
  /// editing accident, so it needs a confirmation.
  bool loses_too_much() const { return entries_lost > 10 && entries_lost * 2 > entries_before; }
};

/// Compares settings in force with those that would replace them. Entries that have expired at
/// `now` are no loss. Entries are the same where section and account, name or first client are.
Comparison compare(const Settings& before, const Settings& after, Time now);

/// `messages per 15m`, `recipients per calendar day`.
std::string counter_text(const Counter& counter);

}  // namespace gatepost::config
