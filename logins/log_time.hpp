#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "policy/time.hpp"

namespace gatepost::logins {

/// How many bytes of `line` are its time stamp, the space after it included; 0: it begins with
/// none. Read are `Aug 22 15:27:01 ` (RFC 3164), `2026-08-22T15:27:01.123456+02:00 ` (RFC 3339) and
/// `2026-08-22 15:27:01 `, by their shape alone.
std::size_t stamp_size(std::string_view line);

/// The instant a time stamp names. A stamp without year is of the last year in which it is not
/// after `now`, one without zone is in the system's zone (by mktime; thread-safe while nobody
/// changes TZ); of an hour that comes twice, the last that is not after `now`. A stamp may be an
/// hour ahead, of a clock that goes wrong. Nothing: no such instant.
std::optional<Time> read_stamp(std::string_view stamp, Time now);

}  // namespace gatepost::logins
