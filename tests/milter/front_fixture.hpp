#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "mailauth/verification.hpp"
#include "milter/front.hpp"
#include "session/guarded.hpp"
#include "tests/mailauth/signing.hpp"
#include "tests/mailauth/zone.hpp"
#include "tests/milter_client/milter_client.hpp"
#include "tests/policy/fake_lock_book.hpp"
#include "tests/policy/site.hpp"
#include "tests/session/fakes.hpp"

namespace gatepost {

using test::MilterClient;

// A thread-safe ledger that can be told to fail as a bug would.
class ThrowingLedger : public test::FakeLedger {
public:
  Answer<Settlement> look(const LedgerRequest& request) override {
    const std::lock_guard lock(mutex_);
    if (throws_) throw std::runtime_error("a bug in the store");
    return test::FakeLedger::look(request);
  }

  Answer<Settlement> settle(const LedgerRequest& request, Token token) override {
    const std::lock_guard lock(mutex_);
    return test::FakeLedger::settle(request, token);
  }

  void use_up(const std::string& login, std::int64_t messages) {
    const std::lock_guard lock(mutex_);
    used["u:" + login + "/0"] = messages;
  }

  void set_throws(bool throws) {
    const std::lock_guard lock(mutex_);
    throws_ = throws;
  }

private:
  std::mutex mutex_;
  bool throws_ = false;
};

inline int listening_socket(std::uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0 || listen(fd, 64) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    throw std::runtime_error("no listening socket");
  }
  port = ntohs(address.sin_port);
  return fd;
}

// The one filter of this process, with everything behind it in memory.
class Filter {
public:
  Filter() : listener_(listening_socket(port_)) {
    zone_.txt("shop.example", "v=spf1 ip4:198.51.100.7 -all");
    zone_.txt("_dmarc.shop.example", "v=DMARC1; p=reject");
    zone_.txt("sel._domainkey.signer.example", mailauth::testing::SigningKey::rsa(1024).record());
    zone_.txt("_dmarc.signer.example", "v=DMARC1; p=reject");
    thread_ = std::thread([this] { milter::run(listener_, front_); });
  }

  ~Filter() {
    milter::stop();
    thread_.join();
  }

  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  test::FilterAddress address() const { return {"inet:" + std::to_string(port_) + "@127.0.0.1"}; }

  /// What connections negotiate by and messages are judged by from now on.
  void publish(Settings settings) {
    settings_.with(
        [&](auto& current) { current = std::make_shared<const Settings>(std::move(settings)); });
  }

  ThrowingLedger ledger;
  test::FakeLockBook locks;
  std::atomic<int> sessions_open{0};
  std::atomic<int> bugs{0};

private:
  Guarded<std::shared_ptr<const Settings>> settings_{
      std::make_shared<const Settings>(test::example_site())};
  mailauth::testing::Zone zone_;
  mailauth::testing::ZoneResolver resolver_{zone_};
  mailauth::WaitingRoom waiting_room_;
  test::FakeFreezeBook freezes_;
  test::FakeCaseBook book_;
  session::Tally tally_;
  session::ListenerWatch watch_{[](const std::string&) {}};
  session::CaseDesk desk_{book_, session::system_random()};
  session::Services services_{
      .settings = [this] { return settings_.with([](const auto& now) { return now; }); },
      .ledger = ledger,
      .freezes = freezes_,
      .locks = locks,
      .cases = desk_,
      .tally = tally_,
      .watch = watch_,
      .clock = [] { return test::kNoon; },
      .random = session::system_random(),
      .draining = [] { return false; },
      .log = [](const session::DecisionRecord&) {},
      .messages_open = [](int) {},
      .host = "mx1",
      .resolver = &resolver_,
      .waiting_room = &waiting_room_};
  milter::Front front_{.services = services_,
                       .sessions_open = [this](int change) { sessions_open += change; },
                       .log_bug = [this](const std::string&) { ++bugs; }};
  std::uint16_t port_ = 0;
  int listener_;
  std::thread thread_;
};

class FrontTest : public ::testing::Test {
public:
  /// libmilter serves once in a process, so all suites share the filter.
  class Serving : public ::testing::Environment {
  public:
    void SetUp() override { filter_ = new Filter; }

    void TearDown() override { delete filter_; }
  };

protected:
  static MilterClient open(const test::ClientInfo& info = {}) {
    return test::open_session(filter_->address(), info);
  }

  static test::Message message_of(const std::string& login) {
    test::Message message;
    message.login = login;
    if (!login.empty()) {
      message.sender = '<' + login + '>';
      message.headers.front().second = login;
    }
    return message;
  }

  /// A client that nobody listed.
  static test::ClientInfo outside() {
    test::ClientInfo out;
    out.host = "mail.shop.example";
    out.address = "198.51.100.7";
    out.daemon_name = "mx";
    return out;
  }

  static inline Filter* filter_ = nullptr;
};

}  // namespace gatepost
