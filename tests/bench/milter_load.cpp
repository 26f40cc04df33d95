/// Plays an MTA with many SMTP sessions at once and tells how fast a filter answers. One thread and
/// one epoll, so that it takes little of the machine it shares with the filter.

#include <array>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <sys/epoll.h>
#include <sys/resource.h>

#include "tests/bench/load_connection.hpp"
#include "tests/bench/load_options.hpp"
#include "tests/bench/load_report.hpp"

namespace gatepost::bench {
namespace {

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Runs all connections on one epoll.
class Load {
public:
  explicit Load(const LoadOptions& options)
      : dealer_(options), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (std::size_t n = 0; n < options.connections; ++n) {
      connections_.push_back(std::make_unique<LoadConnection>(
          options, options.filters[n % options.filters.size()], dealer_, report_));
    }
  }

  LoadReport run() {
    for (auto& connection : connections_)
      open(*connection);
    await([this] { return all_ready(); });
    const double cpu_before = cpu_seconds();
    const SteadyTime begun = std::chrono::steady_clock::now();
    dealer_.start(begun);
    for (auto& connection : connections_) {
      connection->next_message();
      settle(*connection);
    }
    await([this] { return open_ == 0; });
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    report_.seconds = taken.count();
    report_.load_cpu_seconds = cpu_seconds() - cpu_before;
    return std::move(report_);
  }

private:
  bool all_ready() const {
    for (const auto& connection : connections_) {
      if (!connection->ready()) return false;
    }
    return true;
  }

  void open(LoadConnection& connection) {
    connection.open();
    ++open_;
    epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
    ::epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, connection.fd(), &event);
  }

  /// After anything happened on `connection`: a closed one is replaced where more is to be sent.
  void settle(LoadConnection& connection) {
    if (!connection.is_open()) {
      --open_;
      if (!connection.wants_new_session()) return;
      if (!dealer_.started()) throw test::MilterError("a filter hangs up before the first message");
      open(connection);
      return;
    }
    if (!connection.wants_to_write()) return;
    epoll_event event{.events = EPOLLIN | EPOLLOUT, .data = {.ptr = &connection}};
    ::epoll_ctl(epoll_.fd(), EPOLL_CTL_MOD, connection.fd(), &event);
  }

  void wrote(LoadConnection& connection) {
    connection.on_writable();
    if (!connection.is_open() || connection.wants_to_write()) return;
    epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
    ::epoll_ctl(epoll_.fd(), EPOLL_CTL_MOD, connection.fd(), &event);
  }

  template <typename Condition>
  void await(Condition done) {
    static constexpr int kSilenceMs = 30'000;
    std::array<epoll_event, 64> events{};
    while (!done()) {
      const int n =
          ::epoll_wait(epoll_.fd(), events.data(), static_cast<int>(events.size()), kSilenceMs);
      if (n == 0) throw test::MilterError("no filter has answered for 30 s");
      for (int i = 0; i < n; ++i) {
        const epoll_event& event = events.at(static_cast<std::size_t>(i));
        LoadConnection& connection = *static_cast<LoadConnection*>(event.data.ptr);
        if ((event.events & EPOLLOUT) != 0) wrote(connection);
        if (connection.is_open() && (event.events & ~EPOLLOUT) != 0) connection.on_readable();
        settle(connection);
      }
    }
  }

  Dealer dealer_;
  LoadReport report_;
  test::Socket epoll_;
  std::vector<std::unique_ptr<LoadConnection>> connections_;
  std::size_t open_ = 0;
};

int run(int argc, char** argv) {
  LoadOptions options;
  std::vector<std::string> filters;
  bool json = false;
  CLI::App app("Sends mail to a milter as Postfix would, and tells how fast it answers.");
  app.add_option("filters", filters,
                 "inet:PORT@ADDRESS or unix:PATH; several share the connections")
      ->required();
  app.add_option("-c,--connections", options.connections, "SMTP sessions at once")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("-n,--messages", options.messages, "messages in all; 0: by --seconds")
      ->capture_default_str();
  app.add_option("-s,--seconds", options.seconds, "how long")->capture_default_str();
  app.add_option("--rate", options.rate, "messages a second; with --connections 1 alone")
      ->check(CLI::NonNegativeNumber);
  app.add_option("-r,--recipients", options.recipients, "of each message")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--headers", options.headers, "of each message")->capture_default_str();
  app.add_option("--body", options.body_size, "bytes, at most 65535")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  app.add_option("-u,--users", options.users, "different logins")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("-k,--messages-per-session", options.messages_per_session)
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--login", options.login, "% stands for the user's number")->capture_default_str();
  app.add_flag("--in-turn", options.in_turn, "users one after the other, not at random");
  app.add_option("--seed", options.seed, "of the choice of users")->capture_default_str();
  app.add_flag("--json", json, "one JSON object instead of text");
  CLI11_PARSE(app, argc, argv);
  if (options.rate > 0 && options.connections != 1) {
    throw std::invalid_argument("--rate needs --connections 1");
  }
  for (const std::string& filter : filters)
    options.filters.push_back({filter});
  const LoadReport report = Load(options).run();
  std::cout << (json ? report.json() + "\n" : report.text());
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace gatepost::bench

int main(int argc, char** argv) {
  try {
    return gatepost::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "milter_load: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
}
