#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "policy/place.hpp"

namespace gatepost {

/// What is counted.
enum class Unit : std::uint8_t { messages, recipients };

/// The span a counter looks back over: any `length` (sliding), or the civil day of the site.
struct Window {
  std::chrono::seconds length{0};  ///< zero: the calendar day

  static constexpr Window calendar_day() { return {}; }

  constexpr bool is_calendar_day() const { return length.count() == 0; }

  friend auto operator<=>(const Window&, const Window&) = default;
};

/// The identity of one counter of a subject.
struct Counter {
  Unit unit = Unit::messages;
  Window window;

  friend auto operator<=>(const Counter&, const Counter&) = default;
};

/// A figure and the window it holds in. `50 per 15m`, `300`, `unlimited`; 0 allows none.
/// For limits of a single message (recipients, bytes) the window has no meaning.
struct Limit {
  std::optional<std::int64_t> count;  ///< nothing: unlimited
  Window window;

  friend bool operator==(const Limit&, const Limit&) = default;
};

/// Who gave a limit its figure: what `account show` and `explain` name.
struct Origin {
  enum class Kind : std::uint8_t { built_in, site, domain, group, account, server };

  Kind kind = Kind::built_in;
  std::string name;  ///< the domain, group, account or server; empty for built_in and site
  Place place;       ///< where it is written; empty for built_in

  friend bool operator==(const Origin&, const Origin&) = default;
};

/// A limit in force for one subject, with its origin.
struct EffectiveLimit {
  Limit limit;
  Origin origin;

  friend bool operator==(const EffectiveLimit&, const EffectiveLimit&) = default;
};

/// The limits that one entry of the configuration sets; what it does not set, the next one does.
struct LimitSet {
  std::optional<Limit> message_rate;
  std::optional<Limit> recipients_per_message;
  std::optional<Limit> recipients_per_day;
  std::optional<Limit> message_size;  ///< octets

  friend bool operator==(const LimitSet&, const LimitSet&) = default;
};

}  // namespace gatepost
