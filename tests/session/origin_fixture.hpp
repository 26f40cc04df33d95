#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "mailauth/verification.hpp"
#include "tests/mailauth/hand_resolver.hpp"
#include "tests/mailauth/zone.hpp"
#include "tests/session/session_fixture.hpp"

namespace gatepost::session {

/// One message as a test sends it; values as they stand after the colon.
struct Mail {
  std::string client = "192.0.2.1";
  std::string helo = "mail.shop.example";
  std::string sender = "info@shop.example";
  std::vector<std::pair<std::string, std::string>> fields = {{"From", " Shop <info@shop.example>"},
                                                             {"Subject", " Offers"}};
  std::string body = "Hello.\r\n";
  std::string listener = "mx";
  std::string login = {};
  std::size_t chunk = 65'535;  ///< octets of the body at a time
};

/// A session whose DNS is a zone: shop.example sends from 192.0.2.1 and wants all else refused.
class OriginTest : public SessionTest {
protected:
  OriginTest() {
    zone_.txt("shop.example", "v=spf1 ip4:192.0.2.1 -all");
    zone_.txt("_dmarc.shop.example", "v=DMARC1; p=reject");
    settings_in_test_ = test::example_site();
    services_.resolver = &zone_resolver_;
    services_.waiting_room = &room_;
    services_.log = [this](const DecisionRecord& record) {
      found_.reset();
      if (record.facts.authentication) found_ = record.facts.authentication->found;
      decided_ = std::string(record.verdict);
      would_refuse_ = record.would_refuse;
    };
  }

  void begin(Session& session, const Mail& mail) {
    session.gives_body(true);
    session.connect({.client = IpAddress::parse(mail.client),
                     .pickup = mail.listener == "pickup",
                     .client_name = "client.example",
                     .daemon_name = mail.listener,
                     .mta_name = "MX.Example.com"});
    session.hello(mail.helo);
  }

  /// Everything up to the end of the message; true where the message may go on.
  bool send_all_but_end(Session& session, const Mail& mail) {
    const Response response = session.mail(
        {.path = '<' + mail.sender + '>', .parameters = {}, .login = mail.login, .queue_id = {}});
    if (line(response) != "go on") return false;
    session.recipient({"<bob@example.com>", ""});
    session.data();
    for (const auto& [name, value] : mail.fields)
      session.header(name, value);
    session.end_of_header();
    chunks_taken_ = 0;
    for (std::size_t at = 0; at < mail.body.size(); at += mail.chunk) {
      if (!session.body(std::string_view(mail.body).substr(at, mail.chunk))) break;
      ++chunks_taken_;
    }
    return true;
  }

  /// What becomes of a message: the reply that refuses it, or its Authentication-Results.
  std::string outcome(const Mail& mail) {
    publish(settings_in_test_);
    Session session(services_);
    begin(session, mail);
    if (!send_all_but_end(session, mail)) return "refused at MAIL";
    return end(session);
  }

  std::string end(Session& session) {
    edits_.clear();
    const EndResponse response = session.end_of_message("QID");
    if (const auto* reply = std::get_if<SmtpReply>(&response)) return reply->line();
    const auto& deliver = std::get<Deliver>(response);
    edits_ = deliver.edits;
    for (const HeaderEdit& edit : edits_) {
      if (edit.on_top && edit.name == "Authentication-Results") return *edit.value;
    }
    return "not verified";
  }

  /// `authentication-results 3` for each field that was taken out, in order.
  std::vector<std::string> taken_out() const {
    std::vector<std::string> out;
    for (const HeaderEdit& edit : edits_) {
      if (!edit.value) out.push_back(edit.name + ' ' + std::to_string(edit.index));
    }
    return out;
  }

  std::string verdict_field() const {
    for (const HeaderEdit& edit : edits_) {
      if (edit.value && edit.name == "X-Gatepost-Verdict")
        return edit.value->substr(0, edit.value->find("; ref="));
    }
    return "none";
  }

  mailauth::testing::Zone zone_;
  mailauth::testing::ZoneResolver zone_resolver_{zone_};
  mailauth::WaitingRoom room_;
  Settings settings_in_test_;
  std::size_t chunks_taken_ = 0;
  std::vector<HeaderEdit> edits_;
  std::optional<Authentication> found_;  // as the log has it
  std::string decided_;
  std::vector<RuleId> would_refuse_;
};

}  // namespace gatepost::session
