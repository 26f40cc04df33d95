#include "session/tally.hpp"

namespace gatepost::session {

void Tally::count(std::string_view rule, Channel channel, std::string_view verdict) {
  counts_.with([&](auto& counts) { ++counts[{rule, channel, verdict}]; });
}

std::vector<TallyLine> Tally::lines() const {
  return counts_.with([](const auto& counts) {
    std::vector<TallyLine> lines;
    for (const auto& [key, count] : counts) {
      const auto& [rule, channel, verdict] = key;
      lines.push_back({std::string(rule), channel, std::string(verdict), count});
    }
    return lines;
  });
}

}  // namespace gatepost::session
