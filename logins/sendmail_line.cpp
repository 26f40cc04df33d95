#include "logins/sendmail_line.hpp"

#include <algorithm>

#include "logins/line_text.hpp"

namespace gatepost::logins {
namespace {

using line_text::skip;
using line_text::take_while;

constexpr std::string_view kNone;

// `... [IP]`, perhaps with ` (may be forged)`, to the end of `text`.
std::optional<IpAddress> client_at_end(std::string_view text) {
  constexpr std::string_view kForged = " (may be forged)";
  if (text.ends_with(kForged)) text.remove_suffix(kForged.size());
  if (!text.ends_with(']')) return {};
  text.remove_suffix(1);
  const auto open = text.rfind('[');
  if (open == std::string_view::npos) return {};
  std::string_view ip = text.substr(open + 1);
  skip(ip, "IPv6:");
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

// `TEXT (-13) DETAIL`: whether the code tells of a wrong password or an unknown user.
bool is_guess(std::string_view why) {
  const auto open = why.find(" (");
  if (open == std::string_view::npos) return false;
  const std::string_view code = why.substr(open + 2);
  return code.starts_with("-13)") || code.starts_with("-20)");
}

std::optional<LoginLine> read_failure(std::string_view text) {
  constexpr std::string_view kUser = ", user=";
  constexpr std::string_view kRelay = ", relay=";
  if (line_text::take_mechanism(text).empty() || !skip(text, "): ")) return {};
  const auto relay = text.rfind(kRelay);
  if (relay == std::string_view::npos) return {};
  const auto client = client_at_end(text.substr(relay + kRelay.size()));
  if (!client) return {};
  text = text.substr(0, relay);
  const auto user = text.find(kUser);
  if (!is_guess(text.substr(0, user))) return {};
  return line_of(*client, LoginEvent::Result::failure,
                 user == std::string_view::npos ? kNone : text.substr(user + kUser.size()));
}

std::optional<LoginLine> read_success(std::string_view text) {
  constexpr std::string_view kLogin = ", authid=";
  const auto at = text.rfind(kLogin);
  if (at == std::string_view::npos) return {};
  const auto client = client_at_end(text.substr(0, at));
  const std::string_view login = text.substr(at + kLogin.size());
  const auto end = login.find(", mech=");
  if (!client || end == std::string_view::npos || end == 0) return {};
  return line_of(*client, LoginEvent::Result::success, login.substr(0, end));
}

}  // namespace

std::optional<LoginLine> read_sendmail_message(std::string_view message) {
  if (take_while(message, ascii::is_alnum).empty() || !skip(message, ": ")) return {};
  if (skip(message, "AUTH failure (")) return read_failure(message);
  if (skip(message, "AUTH=server, relay=")) return read_success(message);
  return {};
}

}  // namespace gatepost::logins
