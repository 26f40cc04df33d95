#include "logins/request_counters.hpp"

namespace gatepost::logins {
namespace {

std::size_t index_of(std::optional<PolicyCommand> command) {
  return command ? static_cast<std::size_t>(*command) : 2;
}

std::string_view command_name(std::size_t index) {
  return index == 2 ? "none" : name(static_cast<PolicyCommand>(index));
}

}  // namespace

std::string_view name(RequestOutcome outcome) {
  switch (outcome) {
    case RequestOutcome::answered: return "answered";
    case RequestOutcome::bad_request: return "bad_request";
    case RequestOutcome::unauthorized: return "unauthorized";
    case RequestOutcome::not_found: return "not_found";
    case RequestOutcome::wrong_method: return "wrong_method";
    case RequestOutcome::too_large: return "too_large";
    case RequestOutcome::too_slow: return "too_slow";
    case RequestOutcome::overloaded: return "overloaded";
    case RequestOutcome::failed: return "failed";
    case RequestOutcome::crowded_out: return "crowded_out";
  }
  return "";
}

void RequestCounters::add(std::optional<PolicyCommand> command, RequestOutcome outcome) {
  ++counts_.at(index_of(command)).at(static_cast<std::size_t>(outcome));
}

std::vector<RequestCount> RequestCounters::all() const {
  std::vector<RequestCount> out;
  for (std::size_t command = 0; command < kCommands; ++command) {
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      const std::uint64_t count = counts_.at(command).at(outcome);
      if (count == 0) continue;
      out.push_back({command_name(command), name(static_cast<RequestOutcome>(outcome)), count});
    }
  }
  return out;
}

}  // namespace gatepost::logins
