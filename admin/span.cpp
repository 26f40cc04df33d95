#include "admin/span.hpp"

#include <charconv>
#include <cstdint>

namespace gatepost::admin {

std::optional<std::chrono::minutes> parse_span(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count <= 0 || count > 100'000) return {};
  if (end + 1 != text.data() + text.size()) return {};
  switch (*end) {
    case 'd': return std::chrono::hours(24 * count);
    case 'h': return std::chrono::hours(count);
    case 'm': return std::chrono::minutes(count);
    default: return {};
  }
}

}  // namespace gatepost::admin
