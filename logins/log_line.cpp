#include "logins/log_line.hpp"

#include <algorithm>

#include "logins/dovecot_line.hpp"
#include "logins/line_text.hpp"
#include "logins/log_time.hpp"
#include "logins/postfix_line.hpp"
#include "logins/sendmail_line.hpp"

namespace gatepost::logins {
namespace {

using line_text::skip;
using line_text::take_while;

using Reader = std::optional<LoginLine> (*)(std::string_view);

// syslog_name is free to choose, the service's own name stands after its last slash.
bool is_postfix(std::string_view tag) {
  return tag.ends_with("/smtpd");
}

bool is_sendmail(std::string_view tag) {
  return tag.starts_with("sendmail") || tag.starts_with("sm-");
}

Reader reader_of(std::string_view tag) {
  if (is_postfix(tag)) return read_postfix_message;
  if (tag == "dovecot") return read_dovecot_message;
  if (is_sendmail(tag)) return read_sendmail_message;
  return nullptr;
}

// `message repeated 3 times: [ TEXT]`, which syslog daemons write for equal messages of a program.
int take_repeats(std::string_view& message) {
  std::string_view rest = message;
  if (!skip(rest, "message repeated ")) return 1;
  const auto times = line_text::take_number(rest);
  if (!times || !skip(rest, " times: [") || !rest.ends_with(']')) return 1;
  rest.remove_suffix(1);
  skip(rest, " ");
  message = rest;
  return *times;
}

std::optional<LoginLine> read_syslog(std::string_view text) {
  const auto host = take_while(text, [](char c) { return c != ' '; });
  if (host.empty() || !skip(text, " ")) return {};
  const auto tag = take_while(text, [](char c) { return c != '[' && c != ':' && c != ' '; });
  const Reader read = reader_of(tag);
  if (read == nullptr) return {};
  if (skip(text, "[")) {
    if (take_while(text, ascii::is_digit).empty() || !skip(text, "]")) return {};
  }
  if (!skip(text, ": ")) return {};
  const int repeats = take_repeats(text);
  auto line = read(text);
  if (!line) return {};
  line->times = std::min(LoginLine::kMostTimes, std::min(line->times, LoginLine::kMostTimes) *
                                                    std::min(repeats, LoginLine::kMostTimes));
  return line->times > 0 ? line : std::nullopt;
}

}  // namespace

std::optional<LoginLine> read_login_line(std::string_view line, Time now) {
  constexpr std::size_t kLongestLogin = 255;
  const std::size_t size = stamp_size(line);
  if (size == 0) return {};
  const std::string_view text = line.substr(size);
  auto found = is_dovecot_message(text) ? read_dovecot_message(text) : read_syslog(text);
  if (!found || found->times < 1) return {};
  found->times = std::min(found->times, LoginLine::kMostTimes);
  found->when = read_stamp(line.substr(0, size), now);
  if (found->event.login.size() > kLongestLogin) found->event.login.resize(kLongestLogin);
  return found;
}

}  // namespace gatepost::logins
