// Whatever a client types as login, password, recipient or ident name, on every line that a mail
// program logs of it: no other address, no other outcome, and no login that it did not type. And
// whatever a log holds: nothing that is out of bounds.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "logins/log_line.hpp"
#include "policy/mail/ascii.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::logins;
using gatepost::fuzz::check;
using Result = LoginEvent::Result;

constexpr std::size_t kLongestLogin = 255;
const Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 8 / 22) + std::chrono::hours(20);
const std::string kStamp = "Aug 22 15:27:01 ";
const std::string kClient = "192.0.2.1";

std::optional<LoginLine> read(const std::string& line) {
  auto found = read_login_line(line, kNow);
  if (found) {
    check(found->times >= 1 && found->times <= LoginLine::kMostTimes);
    check(found->event.login.size() <= kLongestLogin);
    check(!found->when || *found->when <= kNow + std::chrono::hours(24 * 366 * 8000));
  }
  return found;
}

// The line tells of this outcome for the one who is connected, or, where `certain` is not asked
// for, of nothing.
void check_line(const std::string& line, Result result, bool certain) {
  const auto found = read(line);
  check(found || !certain);
  if (!found) return;
  check(found->event.client.text() == kClient);
  check(found->event.result == result);
  check(found->times == 1);
}

void check_login(const std::string& line, const std::string& login) {
  check_line(line, Result::failure, true);
  check(read(line)->event.login == login.substr(0, kLongestLogin));
}

// As all three programs log it: no control characters.
std::string logged(std::string_view typed) {
  std::string out(typed);
  std::replace_if(out.begin(), out.end(), ascii::is_control, '?');
  return out;
}

void check_postfix(const std::string& login) {
  const std::string smtpd = kStamp + "mx postfix/smtpd[7]: ";
  const std::string failed =
      "warning: unknown[" + kClient + "]: SASL PLAIN authentication failed: ";
  if (login != "(unavailable)") {
    check_login(smtpd + failed + "(reason unavailable), sasl_username=" + login, login);
  }
  check_line(smtpd + failed + "locked [ref 7K3F-9QXM], sasl_username=" + login, Result::turned_away,
             true);
  check(!read(smtpd + failed + "Connection lost to authentication server, sasl_username=" + login));
  check(!read(smtpd + "NOQUEUE: reject: RCPT from unknown[" + kClient + "]: 550 5.1.1 <" + login));
  check(!read(smtpd + "warning: Illegal address syntax from unknown[" + kClient + "]: <" + login));
  check(!read(kStamp + "mx postfix/cleanup[7]: " + login));
}

void check_dovecot(const std::string& login, const std::string& other) {
  for (const std::string& start : {kStamp, kStamp + "mx dovecot: "}) {
    const std::string elements =
        ": user=<" + login + ">, method=PLAIN, rip=" + kClient + ", lip=127.0.0.1, session=<s>";
    check_login(start + "imap-login: Disconnected: Inactivity (auth failed, 1 attempts in 2 secs)" +
                    elements,
                login);
    check(!read(start + "imap-login: Disconnected: Inactivity (no auth attempts)" + elements));
    check_line(start + "auth: passwd-file(" + login + "," + kClient +
                   "): Password mismatch (given password: " + other + ")",
               Result::failure, false);
    check_line(start + "auth(" + login + "," + kClient +
                   ",sasl:plain): sql: Password mismatch (given password: " + other + ")",
               Result::failure, false);
    check_line(start + "auth: plain(?," + kClient +
                   "): Username character disallowed by auth_username_chars: 0x2c (username: " +
                   login + ")",
               Result::failure, false);
  }
}

void check_sendmail(const std::string& login, const std::string& ident) {
  const std::string relay = ", relay=" + ident + "@h [" + kClient + "]";
  check_line(kStamp + "mx sm-mta[7]: 6AM4: AUTH failure (PLAIN): authentication failure (-13) no" +
                 ", user=" + login + relay,
             Result::failure, true);
  check_line(kStamp + "mx sm-mta[7]: 6AM4: AUTH=server" + relay + ", authid=a, mech=PLAIN, bits=0",
             Result::success, true);
  check(!read(kStamp + "mx sm-mta[7]: 6AM4: from=<" + login + ">" + relay));
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read(std::string(text));
  // The first line is what is typed, the rest what stands beside it.
  const auto end = std::min(text.find('\n'), text.size());
  const std::string login = logged(text.substr(0, end));
  const std::string other = logged(text.substr(std::min(end + 1, text.size())));
  check_postfix(login);
  check_dovecot(login, other);
  check_sendmail(login, other);
  return 0;
}
