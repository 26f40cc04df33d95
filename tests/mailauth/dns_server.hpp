#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <netinet/in.h>

#include "policy/mail/dns_settings.hpp"
#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {

/// A name server on a free port of 127.0.0.1, UDP and TCP, that answers from a zone. What does not
/// fit into a UDP answer is truncated there. All methods are thread-safe.
class DnsServer {
public:
  /// `zone` must be filled before and outlive it.
  explicit DnsServer(const Zone& zone);
  ~DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  /// The settings of a resolver that asks it.
  DnsSettings settings(std::chrono::milliseconds timeout = std::chrono::seconds(3)) const;

  std::uint16_t port() const { return port_; }

  /// Answers nothing, until it shall again.
  void silent(bool yes) { silent_ = yes; }

  /// `name` is an alias of `target`; the answer holds the chain with what is found at its end.
  void alias(std::string_view name, std::string_view target);
  /// Questions about `name` and type number `type` are answered with these records: type, rdata.
  void records(std::string_view name, int type, std::vector<std::pair<int, std::string>> all);
  /// Questions about `name` are answered with this code.
  void rcode(std::string_view name, int code);
  /// Keeps the questions about `name` until release().
  void hold(std::string_view name);
  void release();

  /// How often a question came in, by UDP and TCP.
  std::size_t asked(std::string_view name, DnsType type) const;
  std::size_t asked_by_tcp() const;
  /// Blocks until a question about `name` has come in.
  void wait_for_question(std::string_view name);

private:
  struct Held {
    std::string query;
    sockaddr_in from{};
  };

  void run();
  void read_datagram();
  void serve_stream();
  bool note(const std::string& query, bool tcp);
  std::string reply(const std::string& query, std::size_t most);
  void send_to(const Held& to);

  const Zone& zone_;
  int udp_ = -1;
  int tcp_ = -1;
  int wake_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> silent_{false};
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::string> aliases_;
  std::map<std::string, int> codes_;
  std::map<std::pair<std::string, int>, std::vector<std::pair<int, std::string>>> records_;
  std::set<std::string> gates_;
  std::vector<Held> held_;
  std::map<std::pair<std::string, int>, std::size_t> asked_;
  std::set<std::string> names_asked_;
  std::size_t by_tcp_ = 0;
  std::thread thread_;
};

}  // namespace gatepost::mailauth::testing
