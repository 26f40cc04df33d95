#pragma once

#include <string>

#include "policy/time.hpp"

namespace gatepost {

/// The site's civil time: where days begin, and how people read an instant. The time zone
/// database is outside the core, so this is a port; `config/` implements it. Thread-safe.
class Calendar {
public:
  virtual ~Calendar() = default;

  /// The starts of yesterday, today, tomorrow and the day after, as seen at `now`. A day whose
  /// midnight does not exist (zone change) starts at the change; one whose midnight comes twice
  /// starts at the first.
  virtual Days days(Time now) const = 0;

  /// `now` as people of the site read it: `2026-11-22 14:05:10 +0800`. ASCII.
  virtual std::string text(Time now) const = 0;
};

}  // namespace gatepost
