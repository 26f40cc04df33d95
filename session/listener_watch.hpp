#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "session/guarded.hpp"

namespace gatepost::session {

/// Notices listeners whose mail cannot be judged and says so once each: a before-queue filter
/// behind the milter, a submission listener that takes mail without a login, macros that the MTA
/// does not send (D17). Thread-safe.
class ListenerWatch {
public:
  using Warn = std::function<void(const std::string& warning)>;

  /// So many messages pass DATA on a listener and are over without their end, and none ever had
  /// one, before it is called blind. A few clients that drop their connection are no reason.
  static constexpr std::uint64_t kBlindAfter = 5;

  /// `warn` is called once for each new warning, on the session's thread.
  explicit ListenerWatch(Warn warn) : warn_(std::move(warn)) {}

  /// A message passed DATA and is over, but its end never came.
  void end_missed(const std::string& daemon_name);
  /// A message reached its end.
  void end_seen(const std::string& daemon_name);
  /// A recipient reached us, so the MTA itself has accepted it, on a submission listener without
  /// a login.
  void recipient_without_login(const std::string& daemon_name);
  void macro_missing(const std::string& macro, const std::string& stage);

  std::vector<std::string> warnings() const;

private:
  struct Progress {
    std::uint64_t missed = 0;
    std::uint64_t ends = 0;
  };

  struct State {
    std::map<std::string, Progress> listeners;
    std::set<std::string> warnings;
  };

  // Null where there are more listeners than any MTA has.
  static Progress* progress_of(State& state, const std::string& daemon_name);
  void add(const std::string& warning);

  Warn warn_;
  Guarded<State> state_;
};

}  // namespace gatepost::session
