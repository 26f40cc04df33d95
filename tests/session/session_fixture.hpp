#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "session/session.hpp"
#include "tests/policy/fake_lock_book.hpp"
#include "tests/policy/site.hpp"
#include "tests/session/fakes.hpp"

namespace gatepost::session {

// A daemon around one session, all in memory.
class SessionTest : public ::testing::Test {
protected:
  SessionTest() { publish(test::example_site()); }

  void publish(Settings settings) {
    settings_ = std::make_shared<const Settings>(std::move(settings));
  }

  void connect(Session& session, const std::string& listener = "SUBMISSION",
               const std::string& client = "198.51.100.7") {
    session.connect({.client = IpAddress::parse(client),
                     .pickup = false,
                     .client_name = "client.example",
                     .daemon_name = listener});
  }

  template <typename AnyResponse>
  static std::string line(const AnyResponse& response) {
    const auto* reply = std::get_if<SmtpReply>(&response);
    return reply == nullptr ? "go on" : reply->line();
  }

  static MailCommand mail_from(const std::string& login) {
    return {.path = "<" + login + ">", .parameters = {}, .login = login, .queue_id = ""};
  }

  // For logins that are no addresses, so that no sender could be theirs.
  void without_sender_checks() {
    Settings settings = test::example_site();
    rule_of<SenderIsLogin>(settings.rules).settings.on_hit = Action::proceed;
    rule_of<FromIsSender>(settings.rules).settings.on_hit = Action::proceed;
    publish(std::move(settings));
  }

  // One whole message; the first refusal, or "go on".
  std::string send(Session& session, const std::string& login,
                   const std::vector<std::string>& recipients = {"r@x.example"}) {
    std::string refused = line(session.mail(mail_from(login)));
    for (const auto& recipient : recipients) {
      if (refused == "go on") refused = line(session.recipient({"<" + recipient + ">", ""}));
    }
    if (refused == "go on") refused = line(session.data());
    session.header("From", '<' + login + '>');
    session.end_of_header();
    if (refused == "go on") refused = line(session.end_of_message("QID"));
    session.abort();
    return refused;
  }

  std::shared_ptr<const Settings> settings_;
  test::FakeLedger ledger_;
  test::FakeFreezeBook freezes_;
  test::FakeLockBook locks_;
  test::FakeCaseBook book_;
  std::uint64_t bits_ = 0;
  bool draining_ = false;
  int open_ = 0;
  std::vector<std::string> logged_;
  Tally tally_;
  ListenerWatch watch_{[](const std::string&) {}};
  CaseDesk desk_{book_, [this] { return ++bits_; }};
  Services services_{
      .settings = [this] { return settings_; },
      .ledger = ledger_,
      .freezes = freezes_,
      .locks = locks_,
      .cases = desk_,
      .tally = tally_,
      .watch = watch_,
      .clock = [] { return test::kNoon; },
      .random = [this] { return ++bits_; },
      .draining = [this] { return draining_; },
      .log =
          [this](const DecisionRecord& record) {
            logged_.push_back(std::string(record.stage) + ' ' + std::string(record.verdict));
          },
      .messages_open = [this](int change) { open_ += change; },
      .host = "mx1"};
};

}  // namespace gatepost::session
