#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/catalogue.hpp"

/// What was asked on the command line of `gatepost`.
namespace gatepost::admin {

/// The exit statuses of `gatepost`: the contract with scripts.
enum class ExitStatus : std::uint8_t {
  ok = 0,
  negative = 1,     ///< the answer is no: mistakes found, would be refused, not frozen, failed
  usage = 2,        ///< the command line, a name or a reference cannot be read
  unreachable = 3,  ///< no daemon answers
};

inline constexpr const char* kDefaultConfig = "/etc/gatepost/gatepost.yaml";

/// What every command takes.
struct CommonOptions {
  std::optional<std::filesystem::path> config;  ///< nothing: kDefaultConfig
  std::optional<std::filesystem::path> socket;  ///< asked instead of the configured ones
  bool json = false;
  Language language = Language::english;

  std::filesystem::path config_file() const { return config.value_or(kDefaultConfig); }
};

struct CheckCommand {
  bool mta = false;
  std::string postfix;  ///< its configuration folder; empty: the system's
};

struct StatusCommand {};

struct ReloadCommand {
  bool yes = false;
};

struct ReportCommand {
  std::string since = "7d";
};

struct AccountCommand {
  enum class Verb : std::uint8_t { show, freeze, unfreeze };

  Verb verb = Verb::show;
  std::string user;
  std::string reason;
};

struct LockoutCommand {
  enum class Verb : std::uint8_t { list, show, unlock, lock };

  Verb verb = Verb::list;
  std::string who;   ///< an address, a network, or but for `lock` a login
  std::string span;  ///< of `lock`: how long
  std::string reason;
  int most = 1000;  ///< of `list`
};

struct ExplainCommand {
  std::string reference;
};

struct SimulateCommand {
  std::string login;  ///< empty: not logged in
  std::string sender;
  std::vector<std::string> recipients;
  std::string client = "192.0.2.1";
  std::string daemon_name;
  std::optional<std::int64_t> size;                ///< octets declared at MAIL
  std::optional<std::filesystem::path> candidate;  ///< decided by instead of the configured file
  std::optional<std::filesystem::path> message;    ///< `-`: standard input; nothing: no header
};

struct AuthCheckCommand {
  std::filesystem::path message;      ///< `-`: standard input
  std::optional<std::string> client;  ///< nothing: SPF is not asked
  std::string helo;
  std::optional<std::string> sender;  ///< nothing: of the message's Return-Path
  std::optional<std::string> dns;     ///< asked instead of the configured name servers
  std::optional<std::string> now;     ///< nothing: the clock
};

struct WhitelistCheckCommand {
  std::optional<std::filesystem::path> file;  ///< nothing: the one that the configuration names
};

struct WhitelistListCommand {
  std::optional<std::chrono::minutes> expiring;  ///< only what ends within this
};

struct WhitelistWhoCommand {
  std::string who;  ///< a login, an address, or an IP address
};

struct AuditCommand {
  int most = 100;
};

using Command =
    std::variant<CheckCommand, StatusCommand, ReloadCommand, ReportCommand, AccountCommand,
                 LockoutCommand, ExplainCommand, SimulateCommand, AuthCheckCommand, AuditCommand,
                 WhitelistCheckCommand, WhitelistListCommand, WhitelistWhoCommand>;

struct Invocation {
  CommonOptions common;
  Command command;
};

/// Reads the command line. Prints help, the version or what is wrong with it, and gives the exit
/// status, where there is nothing to run. `locale` is what LC_ALL, LC_MESSAGES or LANG says.
std::variant<Invocation, ExitStatus> parse_arguments(int argc, const char* const* argv,
                                                     const std::string& locale, std::ostream& out,
                                                     std::ostream& err);

/// Runs one command. Results go to `out`, what went wrong to `err`; with --json both to `out`.
ExitStatus run(const Invocation& invocation, std::ostream& out, std::ostream& err);

}  // namespace gatepost::admin
