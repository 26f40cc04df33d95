#pragma once

#include <memory>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "guarded_site.hpp"
#include "http_client.hpp"
#include "logins/auth_policy_server.hpp"
#include "slow_lock_book.hpp"

namespace gatepost::logins {

/// An auth-policy server on a free port of loopback, started by its first use.
class PolicyServerTest : public testing::Test {
protected:
  PolicyServerTest() {
    settings_.port = 0;
    book_.set_clock(test::kNoon);
  }

  ~PolicyServerTest() override { book_.release(); }

  AuthPolicyServer& server() {
    if (!server_) {
      server_ =
          std::make_unique<AuthPolicyServer>(settings_, site_.guard, [this](const auto& line) {
            const std::lock_guard lock(mutex_);
            log_.push_back(line);
          });
    }
    return *server_;
  }

  void stop() { server_.reset(); }

  std::vector<std::string> log() const {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  /// Of `allow answered`.
  std::uint64_t requests(std::string_view kind) {
    for (const RequestCount& one : server().requests()) {
      if (fmt::format("{} {}", one.command, one.outcome) == kind) return one.count;
    }
    return 0;
  }

  static std::string body(std::string_view remote, std::string_view more = "") {
    return fmt::format(R"({{"device_id":"","login":"alice@example.com","protocol":"imap",)"
                       R"("pwhash":"0a49","remote":"{}","session_id":"",{}"tls":false}})",
                       remote, more);
  }

  static std::string allow(std::string_view remote) {
    return test::post("/?command=allow", body(remote));
  }

  static std::string failure(std::string_view remote) {
    return test::post("/?command=report",
                      body(remote, R"("success":false,"policy_reject":false,)"));
  }

  template <typename Condition>
  static bool eventually(const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
  }

  AuthPolicyServerSettings settings_;
  test::SlowLockBook book_;
  test::GuardedSite site_{&book_};

private:
  mutable std::mutex mutex_;
  std::vector<std::string> log_;
  std::unique_ptr<AuthPolicyServer> server_;
};

}  // namespace gatepost::logins
