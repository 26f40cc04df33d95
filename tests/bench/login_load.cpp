// Plays Dovecot to an auth-policy server: connections that are kept open, a steady rate of `allow`
// and `report`. Latency counts from when a request was due, so that a server that stalls cannot
// hide the requests it held up.

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "logins/auth_policy_server.hpp"
#include "tests/logins/guarded_site.hpp"
#include "tests/logins/http_client.hpp"
#include "tests/logins/slow_lock_book.hpp"

namespace gatepost::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct LoginLoad {
  std::uint16_t port = 8898;
  std::string secret;
  std::size_t connections = 32;
  double rate = 1000;
  double seconds = 10;
  unsigned clients = 5000;  // addresses, from 10.0.0.0 on
  double failures = 0.5;    // share of the reports
  bool own_server = false;
  bool json = false;
  double limit_ms = 0;
};

struct Outcome {
  std::vector<double> allow_ms;
  std::vector<double> report_ms;
  std::map<std::string, std::size_t> errors;

  void add(const Outcome& other) {
    allow_ms.insert(allow_ms.end(), other.allow_ms.begin(), other.allow_ms.end());
    report_ms.insert(report_ms.end(), other.report_ms.begin(), other.report_ms.end());
    for (const auto& [error, count] : other.errors)
      errors[error] += count;
  }
};

double at(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

std::string request(const LoginLoad& load, unsigned client, bool is_report, bool is_failure) {
  const std::string result =
      !is_report ? "" : fmt::format(R"("success":{},"policy_reject":false,)", !is_failure);
  const std::string body = fmt::format(
      R"({{"device_id":"","login":"user{:04}@example.com","protocol":"{}","pwhash":"{:04x}",)"
      R"("remote":"10.{}.{}.{}","session_id":"",{}"tls":false}})",
      client % 1000, client % 2 == 0 ? "smtp" : "imap", client % 4096, client >> 16U,
      (client >> 8U) & 255U, client & 255U, result);
  const std::string header =
      load.secret.empty() ? "" : fmt::format("Authorization: Bearer {}\r\n", load.secret);
  return test::post(is_report ? "/?command=report" : "/?command=allow", body, header);
}

// One connection: each client is asked about, then reported of.
Outcome drive(const LoginLoad& load, std::size_t number, Clock::time_point start) {
  Outcome out;
  std::mt19937 random(static_cast<unsigned>(number) + 1);
  std::uniform_int_distribution<unsigned> any_client(0, load.clients - 1);
  std::bernoulli_distribution fails(load.failures);
  test::HttpClient connection(load.port);
  const auto all = static_cast<std::size_t>(load.rate * load.seconds);
  unsigned client = 0;
  bool is_report = false;
  for (std::size_t i = number; i < all; i += load.connections, is_report = !is_report) {
    if (!is_report) client = any_client(random);
    const std::string text = request(load, client, is_report, fails(random));
    const auto due = start + std::chrono::duration_cast<Clock::duration>(
                                 std::chrono::duration<double>(static_cast<double>(i) / load.rate));
    std::this_thread::sleep_until(due);
    const auto reply = connection.ask(text);
    const double taken = std::chrono::duration<double, std::milli>(Clock::now() - due).count();
    (is_report ? out.report_ms : out.allow_ms).push_back(taken);
    if (!reply) {
      ++out.errors["no answer"];
      break;
    }
    if (reply->status != 200) ++out.errors[fmt::format("status {}", reply->status)];
  }
  return out;
}

Outcome drive_all(const LoginLoad& load) {
  Outcome out;
  std::mutex mutex;
  const auto start = Clock::now() + std::chrono::milliseconds(100);
  std::vector<std::thread> threads;
  for (std::size_t number = 0; number < load.connections; ++number) {
    threads.emplace_back([&, number] {
      const Outcome one = drive(load, number, start);
      const std::lock_guard lock(mutex);
      out.add(one);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  std::sort(out.allow_ms.begin(), out.allow_ms.end());
  std::sort(out.report_ms.begin(), out.report_ms.end());
  return out;
}

std::string row(const LoginLoad& load, const std::vector<double>& sorted) {
  const auto text = load.json
                        ? R"({{"count": {}, "p50_ms": {:.3f}, "p99_ms": {:.3f}, "max_ms": {:.3f}}})"
                        : "{:6}  p50 {:.2f} ms  p99 {:.2f} ms  max {:.2f} ms";
  return fmt::format(fmt::runtime(text), sorted.size(), at(sorted, 0.5), at(sorted, 0.99),
                     at(sorted, 1));
}

void print(const LoginLoad& load, const Outcome& outcome, const std::vector<double>& all) {
  std::string errors;
  for (const auto& [error, count] : outcome.errors)
    errors += fmt::format(R"({}"{}": {})", errors.empty() ? "" : ", ", error, count);
  const auto text = load.json
                        ? "{{\"all\": {}, \"allow\": {}, \"report\": {}, \"errors\": {{{}}}}}\n"
                        : "all     {}\nallow   {}\nreport  {}\nerrors  {}\n";
  fmt::print(fmt::runtime(text), row(load, all), row(load, outcome.allow_ms),
             row(load, outcome.report_ms), errors.empty() && !load.json ? "none" : errors);
}

int run(LoginLoad& load) {
  test::SlowLockBook book;
  book.set_clock(test::kNoon);
  test::GuardedSite site(&book);
  std::unique_ptr<logins::AuthPolicyServer> server;
  if (load.own_server) {
    logins::AuthPolicyServerSettings settings;
    settings.port = 0;
    settings.secret = load.secret;
    server = std::make_unique<logins::AuthPolicyServer>(
        settings, site.guard, [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
    load.port = server->port();
  }
  const Outcome outcome = drive_all(load);
  std::vector<double> all = outcome.allow_ms;
  all.insert(all.end(), outcome.report_ms.begin(), outcome.report_ms.end());
  std::sort(all.begin(), all.end());
  print(load, outcome, all);
  const bool is_slow = load.limit_ms > 0 && at(all, 0.99) > load.limit_ms;
  return outcome.errors.empty() && !is_slow ? 0 : 1;
}

}  // namespace
}  // namespace gatepost::bench

int main(int argc, char** argv) {
  gatepost::bench::LoginLoad load;
  CLI::App app("login_load: asks an auth-policy server as Dovecot does");
  app.add_option("--port", load.port, "of the server, on 127.0.0.1")->capture_default_str();
  app.add_option("--secret", load.secret, "shown as 'Authorization: Bearer'");
  app.add_option("--connections", load.connections)
      ->capture_default_str()
      ->check(CLI::Range(1, 500));
  app.add_option("--rate", load.rate, "requests a second")->capture_default_str();
  app.add_option("--seconds", load.seconds)->capture_default_str();
  app.add_option("--clients", load.clients, "addresses, from 10.0.0.0 on")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 24));
  app.add_option("--failures", load.failures, "share of failed logins")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--limit", load.limit_ms, "exit 1 where the 99th percentile is above, in ms");
  app.add_flag("--own-server", load.own_server, "in this process, with a lock book in memory");
  app.add_flag("--json", load.json);
  CLI11_PARSE(app, argc, argv);
  return gatepost::bench::run(load);
}
