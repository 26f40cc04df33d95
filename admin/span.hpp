#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace gatepost::admin {

/// A span of time as people type it: `7d`, `36h`, `90m`. Nothing where it is none, is zero, or is
/// more than 100,000 of its unit.
std::optional<std::chrono::minutes> parse_span(std::string_view text);

}  // namespace gatepost::admin
