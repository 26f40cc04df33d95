#include "logins/dovecot_line.hpp"

#include <algorithm>
#include <array>

#include "logins/line_text.hpp"

namespace gatepost::logins {
namespace {

using line_text::skip;
using line_text::take_while;
using Result = LoginEvent::Result;

struct LoginProcess {
  std::string_view start;
  std::string_view protocol;
  LoginService service;
};

constexpr std::array<LoginProcess, 4> kLoginProcesses{{
    {"imap-login: ", "imap", LoginService::mailbox},
    {"pop3-login: ", "pop3", LoginService::mailbox},
    {"managesieve-login: ", "sieve", LoginService::mailbox},
    {"submission-login: ", "submission", LoginService::mailbox},
}};

// What one attempt is known by in a line of the auth process.
struct Who {
  IpAddress client;
  std::string_view login;
  bool session = false;     // the login processes have sessions, an MTA has none
  std::string_view reason;  // the rest of the line
};

bool is_name_character(char c) {
  return ascii::is_alnum(c) || c == '-' || c == '_';
}

// `<SESSION>`
bool skip_session(std::string_view& text) {
  std::string_view rest = text;
  if (!skip(rest, "<")) return false;
  const auto id = take_while(rest, [](char c) { return c > ' ' && c != '<' && c != '>'; });
  if (id.empty() || !skip(rest, ">")) return false;
  text = rest;
  return true;
}

// `IP[,master][,<SESSION>]): `, as Dovecot 2.3 goes on after `DRIVER(LOGIN,`.
std::optional<Who> read_after_login(std::string_view text) {
  const auto ip = IpAddress::parse(
      take_while(text, [](char c) { return ascii::is_alnum(c) || c == ':' || c == '.'; }));
  if (!ip) return {};
  skip(text, ",master");
  const bool session = skip(text, ",") && skip_session(text);
  if (!skip(text, "): ")) return {};
  return Who{*ip, {}, session, text};
}

// `IP[,sasl:MECHANISM])[<SESSION>]: [Info: ]`, as Dovecot 2.4 goes on after `auth(LOGIN,`.
std::optional<Who> read_after_login_24(std::string_view text) {
  const auto ip = IpAddress::parse(
      take_while(text, [](char c) { return ascii::is_alnum(c) || c == ':' || c == '.'; }));
  if (!ip) return {};
  skip(text, ",master");
  if (skip(text, ",sasl:") && line_text::take_mechanism(text).empty()) return {};
  if (!skip(text, ")")) return {};
  const bool session = skip_session(text);
  if (!skip(text, ": ")) return {};
  skip(text, "Info: ");
  return Who{*ip, {}, session, text};
}

// `LOGIN,` and what `after` reads. A login with commas, and a password that auth_verbose_passwords
// wrote out, may look like a second end of the login: such a line says nothing for certain.
template <typename After>
std::optional<Who> read_who(std::string_view text, After after) {
  std::optional<Who> found;
  for (auto comma = text.find(','); comma != std::string_view::npos;
       comma = text.find(',', comma + 1)) {
    auto who = after(text.substr(comma + 1));
    if (!who) continue;
    if (found) return {};
    who->login = text.substr(0, comma);
    found = who;
  }
  return found;
}

std::optional<Result> result_of(std::string_view reason) {
  // Each may have something in parentheses behind it, such as a hash of the given password.
  constexpr std::array<std::string_view, 6> kFailures{
      "Password mismatch",
      "unknown user",
      "Empty username",
      "invalid credentials",
      "pam_authenticate() failed: Authentication failure",
      "pam_authenticate() failed: User not known to the underlying authentication module"};
  if (reason.starts_with("Authentication failure due to policy server refusal")) {
    return Result::turned_away;
  }
  if (reason.starts_with("Username character disallowed by auth_username_chars: ")) {
    return Result::failure;
  }
  for (std::string_view failure : kFailures) {
    if (!reason.starts_with(failure)) continue;
    const std::string_view rest = reason.substr(failure.size());
    if (rest.empty() || rest.starts_with(" (")) return Result::failure;
  }
  return {};
}

std::optional<LoginLine> line_of(const Who& who) {
  const auto result = result_of(who.reason);
  if (!result) return {};
  return LoginLine{
      .event = {.result = *result,
                .client = who.client,
                .told_client = {},
                .login = std::string(who.login == "?" ? "" : who.login),
                .service = who.session ? LoginService::mailbox : LoginService::submission,
                .source = LoginSource::auth_log,
                .protocol = who.session ? "" : "smtp",
                .guess = {},
                .token = {}},
      .when = {}};
}

// 2.3: `DRIVER(LOGIN,IP): REASON`
std::optional<LoginLine> read_auth(std::string_view text) {
  skip(text, "Info: ");
  if (take_while(text, is_name_character).empty() || !skip(text, "(")) return {};
  const auto who = read_who(text, read_after_login);
  if (!who) return {};
  return line_of(*who);
}

// 2.4: `LOGIN,IP,sasl:plain)<SESSION>: Info: DRIVER: REASON`
std::optional<LoginLine> read_auth_24(std::string_view text) {
  auto who = read_who(text, read_after_login_24);
  if (!who) return {};
  std::string_view reason = who->reason;
  if (!take_while(reason, is_name_character).empty() && skip(reason, ": ")) who->reason = reason;
  return line_of(*who);
}

// 2.3, passdbs that block: `PID): Info: [conn unix:... (...): auth-worker<1>: ]DRIVER(...):
// REASON`. The workers of 2.4, which name the login there, tell what the auth process tells once
// more.
std::optional<LoginLine> read_worker(std::string_view text) {
  if (take_while(text, ascii::is_digit).empty() || !skip(text, "): ")) return {};
  skip(text, "Info: ");
  if (skip(text, "conn unix:")) {
    constexpr std::string_view kEnd = "): auth-worker<";
    // Before any login, so the first is Dovecot's own.
    const auto end = text.find(kEnd);
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + kEnd.size());
    if (take_while(text, ascii::is_digit).empty() || !skip(text, ">: ")) return {};
  }
  return read_auth(text);
}

// `(auth failed, 3 attempts in 18 secs)[ (auth_failed)]: ` after why the connection ended.
std::optional<int> take_attempts(std::string_view& text) {
  constexpr std::string_view kFailed = " (auth failed, ";
  const auto at = text.find(kFailed);
  if (at == std::string_view::npos || at > text.find("user=<")) return {};
  text.remove_prefix(at + kFailed.size());
  const auto attempts = line_text::take_number(text);
  if (!attempts || !skip(text, " attempt")) return {};
  skip(text, "s");
  if (skip(text, " in ")) {
    if (!line_text::take_number(text) || !skip(text, " sec")) return {};
    skip(text, "s");
  }
  if (!skip(text, ")")) return {};
  if (skip(text, " (")) {
    if (take_while(text, is_name_character).empty() || !skip(text, ")")) return {};
  }
  if (!skip(text, ": ")) return {};
  return attempts;
}

// `user=<LOGIN>, method=PLAIN, rip=IP, lip=IP, ...`: behind the last lip nothing is the client's.
std::optional<LoginLine> read_elements(std::string_view text, const LoginProcess& process,
                                       Result result) {
  constexpr std::string_view kRemote = ", rip=";
  if (!skip(text, "user=<")) return {};
  text = text.substr(0, text.rfind(", lip="));
  const auto remote = text.rfind(kRemote);
  if (remote == std::string_view::npos) return {};
  const auto client = IpAddress::parse(text.substr(remote + kRemote.size()));
  text = text.substr(0, remote);
  const auto end = text.rfind('>');
  if (!client || end == std::string_view::npos) return {};
  const std::string_view behind = text.substr(end + 1);
  if (!behind.empty() && !behind.starts_with(", method=")) return {};
  return LoginLine{.event = {.result = result,
                             .client = *client,
                             .told_client = {},
                             .login = std::string(text.substr(0, end)),
                             .service = process.service,
                             .source = LoginSource::login_log,
                             .protocol = std::string(process.protocol),
                             .guess = {},
                             .token = {}},
                   .when = {}};
}

std::optional<LoginLine> read_login(std::string_view text, const LoginProcess& process) {
  skip(text, "Info: ");
  if (skip(text, "Login: ") || skip(text, "Logged in: ")) {
    auto line = read_elements(text, process, Result::success);
    return line && !line->event.login.empty() ? line : std::nullopt;
  }
  if (!skip(text, "Disconnected") && !skip(text, "Aborted login") && !skip(text, "Login aborted")) {
    return {};
  }
  const auto attempts = take_attempts(text);
  if (!attempts || *attempts < 1) return {};
  auto line = read_elements(text, process, Result::failure);
  if (line) line->times = *attempts;
  return line;
}

}  // namespace

bool is_dovecot_message(std::string_view text) {
  return text.starts_with("auth: ") || text.starts_with("auth(") ||
         text.starts_with("auth-worker(") ||
         std::any_of(kLoginProcesses.begin(), kLoginProcesses.end(),
                     [&](const LoginProcess& one) { return text.starts_with(one.start); });
}

std::optional<LoginLine> read_dovecot_message(std::string_view message) {
  if (skip(message, "auth: ")) return read_auth(message);
  if (skip(message, "auth(")) return read_auth_24(message);
  if (skip(message, "auth-worker(")) return read_worker(message);
  for (const LoginProcess& process : kLoginProcesses) {
    if (skip(message, process.start)) return read_login(message, process);
  }
  return {};
}

}  // namespace gatepost::logins
