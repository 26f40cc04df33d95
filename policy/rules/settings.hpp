#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gatepost {

enum class Mode : std::uint8_t {
  enforce,
  observe,  ///< only reports what it would have done
};

/// What a hit, or not knowing, costs. Which of them a rule can honour, rule.hpp says.
enum class Action : std::uint8_t { refuse, defer, hold, junk, suspicious, proceed };

/// `refuse`; proceed is written `continue`.
std::string_view name(Action action);
std::optional<Action> action_from_name(std::string_view name);

/// `enforce`, `observe`
std::string_view name(Mode mode);

/// What every rule's settings have in common.
struct RuleSettings {
  Mode mode = Mode::enforce;
  Action on_hit = Action::refuse;
  Action on_unknown = Action::proceed;

  friend bool operator==(const RuleSettings&, const RuleSettings&) = default;
};

}  // namespace gatepost
