#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "logins/auth_policy_message.hpp"

namespace gatepost::logins {

/// How a request of the auth-policy server ended.
enum class RequestOutcome : std::uint8_t {
  answered,
  bad_request,   ///< no HTTP, no JSON, or not the attributes that are needed
  unauthorized,  ///< without the secret
  not_found,     ///< another path or command
  wrong_method,
  too_large,
  too_slow,    ///< it did not arrive in time
  overloaded,  ///< too many reports wait for the store
  failed,      ///< a bug of ours
  crowded_out  ///< its connection was one too many
};

/// `answered`, `bad_request`, ...
std::string_view name(RequestOutcome outcome);

struct RequestCount {
  std::string_view command;  ///< `allow`, `report`; `none`: it was not read that far
  std::string_view outcome;
  std::uint64_t count = 0;
};

/// Counts requests. Thread-safe.
class RequestCounters {
public:
  void add(std::optional<PolicyCommand> command, RequestOutcome outcome);
  /// Those that are not zero.
  std::vector<RequestCount> all() const;

private:
  static constexpr std::size_t kCommands = 3;
  static constexpr std::size_t kOutcomes = 10;

  std::array<std::array<std::atomic<std::uint64_t>, kOutcomes>, kCommands> counts_{};
};

}  // namespace gatepost::logins
