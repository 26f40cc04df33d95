#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "policy/channel.hpp"
#include "session/guarded.hpp"

namespace gatepost::session {

/// One line of the decisions metric.
struct TallyLine {
  std::string rule;  ///< empty where nothing was refused
  Channel channel;
  std::string verdict;
  std::uint64_t count;
};

/// How many decisions of each kind were taken since the start. Thread-safe.
class Tally {
public:
  void count(std::string_view rule, Channel channel, std::string_view verdict);
  std::vector<TallyLine> lines() const;

private:
  using Key = std::tuple<std::string_view, Channel, std::string_view>;  // names are literals
  Guarded<std::map<Key, std::uint64_t>> counts_;
};

}  // namespace gatepost::session
