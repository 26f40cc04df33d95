#include "tests/logins/generated_log.hpp"

#include <array>
#include <random>

#include <fmt/format.h>

#include "logins/line_reader.hpp"

namespace gatepost::logins::test {
namespace {

constexpr const char* kVictim = "192.0.2.99";  // what injections want to have locked

class Generator {
public:
  Generator(std::size_t lines, std::uint32_t seed) : random_(seed), wanted_(lines) {}

  GeneratedLog run() {
    while (log_.lines.size() < wanted_) {
      constexpr std::array kKinds{
          &Generator::postfix_failure, &Generator::postfix_success, &Generator::dovecot_auth,
          &Generator::dovecot_login,   &Generator::dovecot_success, &Generator::sendmail_failure,
          &Generator::refusal,         &Generator::noise,           &Generator::noise,
          &Generator::forged_noise,    &Generator::forged_noise};
      (this->*kKinds.at(below(kKinds.size())))();
    }
    return std::move(log_);
  }

private:
  std::size_t below(std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most - 1)(random_);
  }

  const char* one_of(std::initializer_list<const char*> words) {
    return *(words.begin() + below(words.size()));
  }

  std::string client() {
    if (below(5) == 0) return fmt::format("2001:db8::{:x}", below(0xFFFF) + 1);
    return fmt::format("10.{}.{}.{}", below(256), below(256), below(256));
  }

  // No two are alike; some hold what could end the login in one of the logs.
  std::string login() {
    const std::string serial = fmt::format("u{}", ++serial_);
    switch (below(6)) {
      case 0:
        return serial +
               fmt::format("]: SASL PLAIN authentication failed: z, sasl_username={}", "y");
      case 1: return serial + fmt::format(", relay=h [{}]", kVictim);
      case 2: return serial + fmt::format("> rip={}, y", kVictim);
      case 3: return serial + fmt::format(">, method=PLAIN, rip={}, lip=127.0.0.1, x", kVictim);
      case 4: return serial + " [ref 7K3F-9QXM]";
      default: return serial + "@example.test";
    }
  }

  std::string stamp() {
    const auto second = log_.lines.size() / 100;
    const auto minute = second / 60;
    switch (below(3)) {
      case 0:
        return fmt::format("2026-08-22T12:{:02}:{:02}.{:06}+02:00 ", minute % 60, second % 60, 7);
      default: return fmt::format("Aug 22 12:{:02}:{:02} ", minute % 60, second % 60);
    }
  }

  void put(const std::string& line) { log_.lines.push_back(line); }

  void expect(LoginEvent::Result result, const std::string& client, const std::string& login,
              LoginService service, LoginSource source, int times = 1) {
    const LoginEvent event{.result = result,
                           .client = *IpAddress::parse(client),
                           .told_client = {},
                           .login = login,
                           .service = service,
                           .source = source,
                           .protocol = {},
                           .guess = {},
                           .token = {}};
    log_.events[words_of(event)] += times;
  }

  std::string smtpd() {
    return stamp() + fmt::format("mx {}/smtpd[{}]: ",
                                 one_of({"postfix", "postfix/submission", "postfix-out/smtps"}),
                                 below(30000) + 1);
  }

  std::string dovecot(const std::string& process) {
    if (below(2) == 0) return stamp() + process + ": Info: ";
    return stamp() + "mx dovecot: " + process + ": ";
  }

  void postfix_failure() {
    const std::string ip = client();
    const std::string name = login();
    const bool repeated = below(10) == 0;
    const std::string text = fmt::format(
        "warning: {}[{}]: SASL {} authentication failed: {}, sasl_username={}",
        one_of({"unknown", "client6.example.test"}), ip, one_of({"PLAIN", "LOGIN", "CRAM-MD5"}),
        one_of({"(reason unavailable)", "authentication failure", "UGFzc3dvcmQ6"}), name);
    put(smtpd() + (repeated ? "message repeated 2 times: [ " + text + "]" : text));
    expect(LoginEvent::Result::failure, ip, name, LoginService::submission, LoginSource::mta_log,
           repeated ? 2 : 1);
  }

  void postfix_success() {
    const std::string ip = client();
    const std::string name = fmt::format("u{}@example.test", ++serial_);
    put(smtpd() +
        fmt::format("3F2A1C0: client=unknown[{}], sasl_method=PLAIN, sasl_username={}", ip, name));
    expect(LoginEvent::Result::success, ip, name, LoginService::submission, LoginSource::mta_log);
  }

  void dovecot_auth() {
    const std::string ip = client();
    const std::string name = fmt::format("u{}@example.test", ++serial_);
    const bool session = below(2) == 0;
    put(dovecot("auth") + fmt::format("{}({},{}{}): {}", one_of({"passwd-file", "sql", "cram-md5"}),
                                      name, ip, session ? ",<rR2VgtVgy+h/AAAW>" : "",
                                      one_of({"Password mismatch", "unknown user"})));
    expect(LoginEvent::Result::failure, ip, name,
           session ? LoginService::mailbox : LoginService::submission, LoginSource::auth_log);
  }

  void dovecot_login() {
    const std::string ip = client();
    const std::string name = login();
    const int times = static_cast<int>(below(3)) + 1;
    const std::string attempts = fmt::format("(auth failed, {} attempts in 9 secs)", times);
    put(dovecot(one_of({"imap-login", "pop3-login"})) +
        (below(2) == 0 ? "Disconnected: Connection closed " + attempts
                       : "Login aborted: Logged out " + attempts + " (auth_failed)") +
        fmt::format(": user=<{}>, method=PLAIN, rip={}, lip=127.0.0.1, TLS, session=<a+b/c>", name,
                    ip));
    expect(LoginEvent::Result::failure, ip, name, LoginService::mailbox, LoginSource::login_log,
           times);
  }

  void dovecot_success() {
    const std::string ip = client();
    const std::string name = fmt::format("u{}", ++serial_);
    put(dovecot("imap-login") +
        fmt::format("{}: user=<{}>, method=PLAIN, rip={}, lip=127.0.0.1, mpid=7, session=<a>",
                    one_of({"Login", "Logged in"}), name, ip));
    expect(LoginEvent::Result::success, ip, name, LoginService::mailbox, LoginSource::login_log);
  }

  void sendmail_failure() {
    const std::string ip = client();
    const std::string name = login();
    const bool v6 = ip.find(':') != std::string::npos;
    put(stamp() + fmt::format("mx sm-mta[7]: 6AM4FRYO030925: AUTH failure (PLAIN): {} SASL(-13): "
                              "no, user={}, relay=h.example [{}{}]{}",
                              one_of({"authentication failure (-13)", "user not found (-20)"}),
                              name, v6 ? "IPv6:" : "", ip, one_of({"", " (may be forged)"})));
    expect(LoginEvent::Result::failure, ip, name, LoginService::submission, LoginSource::mta_log);
  }

  void refusal() {
    const std::string ip = client();
    const std::string name = login();
    put(smtpd() + fmt::format("warning: unknown[{}]: SASL PLAIN authentication failed: locked "
                              "until 15:57 [ref 7K3F-9QXM], sasl_username={}",
                              ip, name));
    expect(LoginEvent::Result::turned_away, ip, name, LoginService::submission,
           LoginSource::mta_log);
  }

  void noise() {
    const std::string ip = client();
    const std::string from = smtpd();
    switch (below(8)) {
      case 0: return put(from + "connect from unknown[" + ip + "]");
      case 1: return put(from + "disconnect from unknown[" + ip + "] ehlo=1 auth=0/3 quit=1");
      case 2:
        return put(from + "warning: unknown[" + ip +
                   "]: SASL PLAIN authentication failed: Connection lost to authentication server, "
                   "sasl_username=(unavailable)");
      case 3:
        return put(from + "warning: SASL authentication failure: Password verification failed");
      case 4: return put("");
      case 5:
        return put(dovecot("imap-login") +
                   "Disconnected: Inactivity (no auth attempts in 0 secs): user=<>, rip=" + ip +
                   ", lip=127.0.0.1");
      case 6:
        return put(stamp() + "mx sm-mta[7]: 6AM4: h.example [" + ip +
                   "]: possible SMTP attack: command=AUTH, count=4");
      default:
        if (below(200) != 0) return put(stamp() + "mx kernel: something else");
        return put(from + "warning: unknown[" + ip +
                   "]: SASL PLAIN authentication failed: x, "
                   "sasl_username=" +
                   std::string(LineReader::kLongestLine, 'x'));
    }
  }

  // What a client sent, in lines that tell of no login.
  void forged_noise() {
    const std::string whole = fmt::format(
        "warning: unknown[{}]: SASL PLAIN authentication failed: z, sasl_username=v", kVictim);
    const std::string from = smtpd();
    switch (below(6)) {
      case 0:
        return put(from + "NOQUEUE: reject: RCPT from unknown[" + client() + "]: 550 5.1.1 <x]: " +
                   whole + ">: Recipient address rejected; from=<a@b> proto=ESMTP");
      case 1: return put(from + "warning: Illegal address syntax from unknown[10.0.0.1]: " + whole);
      case 2: return put(stamp() + "mx postfix/cleanup[9]: 3F2: warning: header Subject: " + whole);
      case 3:
        return put(stamp() +
                   "mx sm-mta[7]: 6AM4: from=<x: AUTH failure (PLAIN): a (-13) b, user=v, "
                   "relay=h [" +
                   kVictim + "]>, relay=h [" + kVictim + "]");
      case 4:
        return put(dovecot("auth") + "passwd-file(x," + kVictim + "): Password mismatch," +
                   client() + "): Password mismatch");
      default:
        return put(dovecot("imap-login") +
                   "Disconnected: Inactivity (no auth attempts in 1 secs): user=<(auth failed, 9 "
                   "attempts): user=<v>, method=PLAIN, rip=" +
                   kVictim + ", lip=127.0.0.1");
    }
  }

  std::mt19937 random_;
  std::size_t wanted_;
  int serial_ = 0;
  GeneratedLog log_;
};

}  // namespace

std::string words_of(const LoginEvent& event) {
  return fmt::format("{} {} {} {} {}", static_cast<int>(event.result), event.client.text(),
                     name(event.service), name(event.source), event.login);
}

GeneratedLog generate_log(std::size_t lines, std::uint32_t seed) {
  return Generator(lines, seed).run();
}

}  // namespace gatepost::logins::test
