#include "logins/postfix_line.hpp"

#include <algorithm>
#include <array>

#include "logins/line_text.hpp"
#include "policy/reference.hpp"

namespace gatepost::logins {
namespace {

using line_text::skip;
using line_text::take_while;

// How reasons begin, in small letters, that say nothing about a password: Postfix' own, Dovecot's,
// and those of Cyrus SASL (sasl_errstring) for a dialogue or a server that failed.
constexpr std::array<std::string_view, 21> kNoGuess{"connection lost",
                                                    "invalid authentication mechanism",
                                                    "invalid base64",
                                                    "authentication aborted",
                                                    "aborted",
                                                    "another step is needed",
                                                    "no mechanism available",
                                                    "bad protocol",
                                                    "temporary",
                                                    "transient",
                                                    "generic failure",
                                                    "internal",
                                                    "mechanism too weak",
                                                    "encryption needed",
                                                    "passphrase expired",
                                                    "user account disabled",
                                                    "account disabled",
                                                    "remote server unavailable",
                                                    "unable to",
                                                    "bad argument",
                                                    "not initialized"};

bool is_no_guess(std::string_view reason) {
  const std::string folded = ascii::lower(reason.substr(0, 64));
  return std::any_of(kNoGuess.begin(), kNoGuess.end(),
                     [&](std::string_view start) { return folded.starts_with(start); });
}

bool is_host_character(char c) {
  return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_';
}

// NAME[IP], with :PORT where smtpd_client_port_logging is on.
std::optional<IpAddress> take_client(std::string_view& text) {
  if (take_while(text, is_host_character).empty() || !skip(text, "[")) return {};
  const auto ip = take_while(text, [](char c) { return c != ']'; });
  if (!skip(text, "]")) return {};
  if (std::string_view port = text; skip(port, ":") && !take_while(port, ascii::is_digit).empty()) {
    text = port;
  }
  return IpAddress::parse(ip);
}

LoginLine line_of(const IpAddress& client, LoginEvent::Result result, std::string_view login) {
  return {.event = {.result = result,
                    .client = client,
                    .told_client = {},
                    .login = std::string(login),
                    .service = LoginService::submission,
                    .source = LoginSource::mta_log,
                    .protocol = "smtp",
                    .guess = {},
                    .token = {}},
          .when = {}};
}

std::optional<LoginLine> read_failure(std::string_view text) {
  constexpr std::string_view kLogin = ", sasl_username=";
  const auto client = take_client(text);
  if (!client || !skip(text, ": SASL ")) return {};
  if (line_text::take_mechanism(text).empty()) return {};
  if (!skip(text, " authentication failed: ")) return {};
  // The first: the login itself may hold the same words. Before Postfix 3.7 there was no login.
  const auto at = text.find(kLogin);
  const std::string_view reason = text.substr(0, at);
  std::string_view login = at == std::string_view::npos ? "" : text.substr(at + kLogin.size());
  if (is_no_guess(reason)) return {};
  if (login == "(unavailable)") login = {};
  return line_of(
      *client,
      find_reference(reason) ? LoginEvent::Result::turned_away : LoginEvent::Result::failure,
      login);
}

std::optional<LoginLine> read_success(std::string_view text) {
  const auto client = take_client(text);
  if (!client || !skip(text, ", sasl_method=")) return {};
  if (line_text::take_mechanism(text).empty() || !skip(text, ", sasl_username=")) return {};
  // What MAIL's AUTH= claims stands behind.
  const std::string_view login = text.substr(0, text.find(", sasl_sender="));
  if (login.empty()) return {};
  return line_of(*client, LoginEvent::Result::success, login);
}

}  // namespace

std::optional<LoginLine> read_postfix_message(std::string_view message) {
  if (skip(message, "warning: ")) return read_failure(message);
  if (take_while(message, ascii::is_alnum).empty()) return {};
  if (!skip(message, ": client=")) return {};
  return read_success(message);
}

}  // namespace gatepost::logins
