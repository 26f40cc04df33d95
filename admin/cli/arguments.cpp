// The command line of `gatepost`, by CLI11.

#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "admin/cli/invocation.hpp"
#include "admin/lockout_target.hpp"
#include "admin/span.hpp"
#include "config/suggest.hpp"
#include "policy/reference.hpp"

namespace gatepost::admin {
namespace {

constexpr const char* kStatuses =
    "Exit status: 0 done, or the answer is yes; 1 the answer is no (mistakes found, the message\n"
    "would be refused, the change was not made); 2 the command line, a name or a reference cannot\n"
    "be read; 3 the daemon cannot be reached.";

constexpr const char* kAuthCheck = "auth-check";
constexpr const char* kAuthCheckStatuses =
    "Exit status: 0 done, whatever was found; 1 the command line, the configuration or the "
    "message\n"
    "cannot be read; 2 an answer of the DNS was missing.";

// Reads the words into one Invocation.
class Grammar {
public:
  explicit Grammar(const std::string& locale)
      : app_("gatepost - see and steer the mail policy daemon gatepostd", "gatepost") {
    invocation_.common.language = language_from_name(locale).value_or(Language::english);
    app_.set_version_flag("--version", GATEPOST_VERSION);
    app_.footer(kStatuses);
    app_.require_subcommand(1);
    add_common(app_);
    add_check();
    add_reading();
    add_account();
    add_lockout();
    add_simulate();
    add_auth_check();
    add_whitelist();
  }

  CLI::App& app() { return app_; }

  const Invocation& invocation() const { return invocation_; }

  // The status of a command line that cannot be read.
  ExitStatus unreadable() const {
    return app_.got_subcommand(kAuthCheck) ? ExitStatus::negative : ExitStatus::usage;
  }

  // A word that stands where a command should, and what it might have been; empty: none does.
  std::string unknown_command() const {
    const CLI::App* where = &app_;
    while (!where->get_subcommands().empty())
      where = where->get_subcommands().front();
    const auto words = app_.remaining(true);
    std::vector<std::string_view> known;
    for (const CLI::App* command : where->get_subcommands({}))
      known.push_back(command->get_name());
    if (words.empty() || known.empty()) return {};
    return fmt::format("there is no command '{}'{}", words.front(),
                       config::did_you_mean(words.front(), known));
  }

private:
  void add_common(CLI::App& app) {
    CommonOptions& common = invocation_.common;
    app.add_option(
           "--config", common.config,
           "configuration file (default " + std::string(kDefaultConfig) + "): names the sockets")
        ->take_last()
        ->type_name("FILE");
    app.add_option("--socket", common.socket, "the daemon's admin or support socket")
        ->type_name("PATH");
    app.add_flag("--json", common.json, "print JSON");
    app.add_option_function<std::string>(
           "--lang",
           [&common](const std::string& name) {
             const auto language = language_from_name(name);
             if (!language) throw CLI::ValidationError("--lang", "is en or zh, not " + name);
             common.language = *language;
           },
           "language of texts, en or zh (default: as LC_ALL and LANG say)")
        ->type_name("LANG");
  }

  // A command whose common options may stand before or after its name.
  CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& about) {
    CLI::App* command = parent.add_subcommand(name, about);
    command->fallthrough();
    command->footer(kStatuses);
    return *command;
  }

  template <typename Kind>
  Kind& keep(Kind kind) {
    invocation_.command = std::move(kind);
    return std::get<Kind>(invocation_.command);
  }

  static CLI::Validator not_empty() {
    return {[](const std::string& text) -> std::string {
              return text.empty() ? "the name is empty" : "";
            },
            ""};
  }

  void add_check() {
    CLI::App& check = add_command(
        app_, "check", "read the whole configuration and print every mistake with its place");
    check.add_flag("--mta", check_.mta,
                   "also read Postfix' configuration (postconf) and report "
                   "what does not fit");
    check.add_option("--postfix", check_.postfix, "Postfix' configuration folder, as postconf -c")
        ->type_name("DIR");
    check.callback([this] { keep(check_); });
  }

  void add_reading() {
    add_command(app_, "status", "what is in force, how the store is doing, and what to look at")
        .callback([this] { keep(StatusCommand{}); });

    CLI::App& reload = add_command(app_, "reload", "read all configuration files again");
    reload.add_flag("--yes", reload_.yes, "confirm a whitelist that loses many entries");
    reload.callback([this] { keep(reload_); });

    CLI::App& report = add_command(app_, "report", "what happened, summed up");
    report
        .add_flag("--would-refuse", would_refuse_,
                  "messages that rules in observe mode would have refused, by rule and user")
        ->required();
    report.add_option("--since", report_.since, "how far back: 7d, 24h, 90m (default 7d)")
        ->type_name("SPAN");
    report.callback([this] { keep(report_); });

    CLI::App& explain = add_command(app_, "explain", "the whole story of a refusal");
    auto* reference =
        explain.add_option("reference", explain_.reference, "as in the reply: 7K3F-9QXM");
    auto* bounce = explain
                       .add_option("--bounce", bounce_,
                                   "a bounce or log line with the reference somewhere in it")
                       ->type_name("TEXT");
    bounce->excludes(reference);
    explain.callback([this] { keep(explained()); });

    CLI::App& audit = add_command(app_, "audit", "who changed what, the newest first");
    audit.add_option("--most", audit_.most, "at most so many records (default 100)")
        ->check(CLI::Range(1, 1000));
    audit.callback([this] { keep(audit_); });
  }

  // The reference, given as such or inside a pasted text.
  ExplainCommand explained() const {
    if (!explain_.reference.empty()) return explain_;
    if (bounce_.empty()) throw CLI::RequiredError("reference (or --bounce TEXT)");
    const auto found = find_reference(bounce_);
    if (!found) {
      throw CLI::ValidationError("--bounce",
                                 "no reference like [ref 7K3F-9QXM] stands in it: another program "
                                 "than Gatepost wrote this refusal");
    }
    return {found->text()};
  }

  void add_account() {
    using Verb = AccountCommand::Verb;
    CLI::App& account = add_command(app_, "account", "see, freeze and unfreeze an account");
    account.require_subcommand(1);
    add_verb(account, "show", "limits, where each comes from, used, left, refusals", Verb::show);
    add_verb(account, "freeze", "the account neither sends nor receives", Verb::freeze);
    add_verb(account, "unfreeze", "lift what `account freeze` did", Verb::unfreeze);
  }

  void add_verb(CLI::App& account, const std::string& name, const std::string& about,
                AccountCommand::Verb verb) {
    CLI::App& command = add_command(account, name, about);
    command.add_option("user", account_.user, "the login: alice@example.com")
        ->required()
        ->check(not_empty());
    if (verb != AccountCommand::Verb::show) {
      command.add_option("--reason", account_.reason, "why; kept in the audit log")
          ->required()
          ->type_name("TEXT");
    }
    command.callback([this, verb] {
      account_.verb = verb;
      keep(account_);
    });
  }

  void add_lockout() {
    using Verb = LockoutCommand::Verb;
    CLI::App& lockout =
        add_command(app_, "lockout", "addresses that are locked for failed logins, and why");
    lockout.require_subcommand(1);
    CLI::App& list = add_command(lockout, "list", "all locked addresses, the newest first");
    list.add_option("--most", lockout_.most, "at most so many (default 1000)")
        ->check(CLI::Range(1, 200000));
    on_lockout(list, Verb::list);
    add_lockout_verb(lockout, "show", "why an address is locked, or why a user cannot log in",
                     "IP or USER", Verb::show);
    add_lockout_verb(lockout, "unlock", "lift the lock and forget the failures", "IP or USER",
                     Verb::unlock);
    CLI::App& lock =
        add_lockout_verb(lockout, "lock", "keep logins from an address out", "IP", Verb::lock);
    lock.add_option_function<std::string>(
            "--for",
            [this](const std::string& text) {
              const auto span = parse_lock_span(text);
              if (const auto* mistake = std::get_if<TargetMistake>(&span)) {
                throw CLI::ValidationError("--for", mistake->error + "\n" + mistake->hint);
              }
              lockout_.span = text;
            },
            "how long: 30m, 2h, 7d; at most 30d")
        ->required()
        ->type_name("SPAN");
  }

  CLI::App& add_lockout_verb(CLI::App& lockout, const std::string& name, const std::string& about,
                             const std::string& who, LockoutCommand::Verb verb) {
    CLI::App& command = add_command(lockout, name, about);
    command.add_option("who", lockout_.who, who)->required()->check(not_empty());
    if (verb != LockoutCommand::Verb::show) {
      command.add_option("--reason", lockout_.reason, "why; kept in the audit log")
          ->required()
          ->type_name("TEXT");
    }
    on_lockout(command, verb);
    return command;
  }

  void on_lockout(CLI::App& command, LockoutCommand::Verb verb) {
    command.callback([this, verb] {
      lockout_.verb = verb;
      keep(lockout_);
    });
  }

  void add_simulate() {
    CLI::App& simulate = add_command(
        app_, "simulate",
        "what would become of a message, rule by rule; charges nothing. Uses the daemon's "
        "counters where it can be reached");
    SimulateCommand& s = simulate_;
    simulate.add_option("--login", s.login, "who is logged in")->type_name("USER");
    simulate.add_option("--from", s.sender, "envelope sender; '<>' for a bounce")
        ->required()
        ->type_name("ADDRESS");
    simulate.add_option("--rcpt", s.recipients, "a recipient; may be given several times")
        ->required()
        ->allow_extra_args(false)
        ->type_name("ADDRESS");
    simulate.add_option("--client", s.client, "the client's address (default 192.0.2.1)")
        ->type_name("IP");
    simulate.add_option("--daemon-name", s.daemon_name, "the listener's milter_macro_daemon_name")
        ->type_name("NAME");
    simulate.add_option("--size", s.size, "SIZE that the client declares, in octets")
        ->type_name("N");
    simulate.add_option("--config", s.candidate, "decide by this configuration file instead")
        ->type_name("FILE");
    simulate.add_option("message", s.message,
                        "the message: a file, or - for standard input; its header is looked at");
    simulate.callback([this] { keep(simulate_); });
  }

  void add_auth_check() {
    CLI::App& check =
        add_command(app_, kAuthCheck,
                    "what SPF, DKIM, DMARC and ARC say of a message, and why; needs no daemon");
    check.footer(kAuthCheckStatuses);
    AuthCheckCommand& c = auth_check_;
    check.add_option("message", c.message, "the message: a file, or - for standard input")
        ->required();
    check
        .add_option("--client", c.client, "the client that brought it; without it SPF is not asked")
        ->type_name("IP");
    check.add_option("--helo", c.helo, "what the client called itself")->type_name("NAME");
    check
        .add_option("--from", c.sender,
                    "envelope sender; '<>' for a bounce (default: the message's Return-Path)")
        ->type_name("ADDRESS");
    check.add_option("--dns", c.dns, "ask this name server instead of the configured ones")
        ->type_name("IP[:PORT]");
    check.add_option("--now", c.now, "judge as at this time (default: now)")->type_name("TIME");
    check.callback([this] { keep(auth_check_); });
  }

  void add_whitelist() {
    CLI::App& whitelist = add_command(app_, "whitelist", "look at whitelist.yaml; needs no daemon");
    whitelist.require_subcommand(1);

    CLI::App& check = add_command(whitelist, "check",
                                  "read the whitelist and print every mistake with its place");
    check.add_option("file", whitelist_check_.file,
                     "this file instead of the one that the configuration names");
    check.callback([this] { keep(whitelist_check_); });

    CLI::App& list =
        add_command(whitelist, "list", "all entries: who, what, reason, owner, end, place");
    list.add_option_function<std::string>(
            "--expiring",
            [this](const std::string& text) {
              whitelist_list_.expiring = parse_span(text);
              if (whitelist_list_.expiring) return;
              throw CLI::ValidationError("--expiring", "is a number and a unit: 30d, 24h, 90m");
            },
            "only those that have ended or will within this: 30d, 24h, 90m")
        ->type_name("SPAN");
    list.callback([this] { keep(whitelist_list_); });

    CLI::App& who = add_command(whitelist, "who",
                                "the entries that apply to an account, an address or a client");
    who.add_option("who", whitelist_who_.who, "alice@example.com, or an IP address")
        ->required()
        ->check(not_empty());
    who.callback([this] { keep(whitelist_who_); });
  }

  CLI::App app_;
  Invocation invocation_;
  CheckCommand check_;
  ReloadCommand reload_;
  bool would_refuse_ = false;
  ReportCommand report_;
  ExplainCommand explain_;
  std::string bounce_;
  AuditCommand audit_;
  AccountCommand account_;
  LockoutCommand lockout_;
  SimulateCommand simulate_;
  AuthCheckCommand auth_check_;
  WhitelistCheckCommand whitelist_check_;
  WhitelistListCommand whitelist_list_;
  WhitelistWhoCommand whitelist_who_;
};

}  // namespace

std::variant<Invocation, ExitStatus> parse_arguments(int argc, const char* const* argv,
                                                     const std::string& locale, std::ostream& out,
                                                     std::ostream& err) {
  Grammar grammar(locale);
  try {
    grammar.app().parse(argc, argv);
  } catch (const CLI::RequiredError& missing) {
    // Where a command is missing, a wrong word most likely stands in its place.
    const std::string unknown = grammar.unknown_command();
    if (unknown.empty()) {
      grammar.app().exit(missing, out, err);
    } else {
      err << unknown << "\nRun with --help for more information.\n";
    }
    return grammar.unreadable();
  } catch (const CLI::ParseError& stopped) {
    return grammar.app().exit(stopped, out, err) == 0 ? ExitStatus::ok : grammar.unreadable();
  }
  return grammar.invocation();
}

}  // namespace gatepost::admin
