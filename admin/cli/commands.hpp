#pragma once

#include <iosfwd>
#include <string>

#include "admin/cli/client.hpp"
#include "admin/cli/invocation.hpp"
#include "config/config.hpp"
#include "policy/time.hpp"

/// The commands behind run(), one function each where they do more than ask the daemon.
namespace gatepost::admin {

/// Where a command's words go, and in what form.
struct Output {
  const CommonOptions& options;
  std::ostream& out;
  std::ostream& err;

  /// Says what went wrong and what to do: on `err`, or with --json as an object on `out`.
  void problem(const std::string& error, const std::string& hint) const;
  /// Prints the daemon's answer, text or JSON, and gives the exit status that it means.
  ExitStatus show(const ClientAnswer& answer) const;
};

ExitStatus run_check(const CheckCommand& command, const Output& output);
ExitStatus run_whitelist_check(const WhitelistCheckCommand& command, const Output& output);
ExitStatus run_whitelist_list(const WhitelistListCommand& command, const Output& output);
ExitStatus run_whitelist_who(const WhitelistWhoCommand& command, const Output& output);
ExitStatus run_simulate(const SimulateCommand& command, const Output& output);
ExitStatus run_auth_check(const AuthCheckCommand& command, const Output& output);

/// Prints the mistakes of a configuration as `check` does; the exit status that they mean.
ExitStatus show_mistakes(const config::Diagnostics& mistakes, const Output& output);

/// The system clock as the core takes it.
Time current_time();

}  // namespace gatepost::admin
