#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/latency.hpp"
#include "policy/time.hpp"

namespace gatepost {

/// How long the store took over one kind of call.
struct StoreLatency {
  std::string operation;  ///< `look`, `settle`, `pay`
  std::string outcome;    ///< `answered`, `unanswered`
  LatencySnapshot calls;
};

/// How the counters' store is doing: what `gatepost status` and the metrics say of it.
struct StoreStatus {
  std::string kind;           ///< `memory` or `redis`
  std::string where;          ///< file or address, without credentials
  bool away = false;          ///< calls are answered locally, or not at all
  std::optional<Time> since;  ///< of the present state
  std::string last_error;     ///< empty: none since the start
  std::string warning;        ///< a setting of the server that endangers the counters
  std::uint64_t calls = 0;
  std::uint64_t failed = 0;  ///< calls that the store did not answer in time
  std::uint64_t answered_locally = 0;
  std::uint64_t unanswered = 0;     ///< calls that nobody answered: on_unknown decided
  std::uint64_t paid_back = 0;      ///< local charges that reached the store afterwards
  std::uint64_t waiting = 0;        ///< local charges still to be paid in
  std::uint64_t lost = 0;           ///< local charges given up: too old, or more than can wait
  std::uint64_t maybe_twice = 0;    ///< paid back though the store may have held them already
  std::optional<Time> memory_lost;  ///< when it last came back without what it held
  std::vector<StoreLatency> latencies{};  ///< empty: this store's calls are not timed
};

}  // namespace gatepost
