#pragma once

#include <optional>
#include <string>
#include <variant>

#include "policy/time.hpp"

namespace gatepost {

/// Why a store could not be asked, in plain words for the log.
struct Unavailable {
  std::string why;
  std::optional<Time> since{};  ///< of the outage, where it is known to last for some time

  friend bool operator==(const Unavailable&, const Unavailable&) = default;
};

/// What a store port returns: the value, or that it could not be asked. The caller decides what
/// not knowing means; nothing treats it as a value by accident.
template <typename Value>
using Answer = std::variant<Value, Unavailable>;

/// The value of an answer, or null.
template <typename Value>
const Value* value_of(const Answer<Value>& answer) {
  return std::get_if<Value>(&answer);
}

}  // namespace gatepost
