// What becomes of whole messages under the sender checks: table by table, with the defaults.

#include <utility>

#include "session/header_edits.hpp"
#include "tests/session/session_fixture.hpp"

namespace gatepost::session {
namespace {

using test::kNoon;
using Fields = std::vector<std::pair<std::string, std::string>>;

EntryInfo info(std::optional<Time> expires = {}) {
  return {"ticket 4711", "", expires, {"whitelist.yaml", 7, 5}};
}

class SenderChecks : public SessionTest {
protected:
  SenderChecks() {
    site_ = test::example_site();
    site_.site.domains.push_back(test::domain("example.org"));
    auto& whitelist = site_.whitelist;
    whitelist.aliases.emplace(
        "alice@example.com",
        Alias{"alice@example.com", test::patterns({"sales@example.com"}), info()});
    whitelist.aliases.emplace(
        "alice@example.com",
        Alias{"alice@example.com", test::patterns({"old@example.com"}), info(kNoon)});
    add_on_behalf("crm@example.com", SenderField::any);
    add_on_behalf("desk@example.com", SenderField::require);
    add_on_behalf("calendar@example.com", SenderField::add);
    whitelist.on_behalf_of_envelope.emplace("bounces.crm.example",
                                            OnBehalf{"",
                                                     "",
                                                     test::domain("bounces.crm.example"),
                                                     {*Network::parse("192.0.2.0/28")},
                                                     {},
                                                     test::patterns({"*@example.com"}),
                                                     SenderField::any,
                                                     info()});
    whitelist.forwarders.push_back({{*Network::parse("192.0.2.99/32")}, info()});
    whitelist.forwarder_clients.insert(*Network::parse("192.0.2.99/32"), {0});
    whitelist.servers.push_back(
        {"erp", {*Network::parse("10.1.2.0/28")}, test::patterns({"erp@example.com"}), {}, info()});
    whitelist.server_clients.insert(*Network::parse("10.1.2.0/28"), {0});
    site_.login_map = LoginMap("sender_login");
    site_.login_map.insert("info@example.com", {{"bob@example.com"}, 3});
    publish(site_);
  }

  void add_on_behalf(const std::string& login, SenderField sender_field) {
    site_.whitelist.on_behalf_of_login.emplace(
        login,
        OnBehalf{
            login, "", {}, {}, {}, test::patterns({"*@sales.example.com"}), sender_field, info()});
  }

  template <typename R>
  R& rule() {
    return rule_of<R>(site_.rules);
  }

  // One message; the refusal's start, or what X-Gatepost-Verdict says and other edits, or "pass".
  std::string outcome(const std::string& login, const std::string& path, const Fields& fields,
                      const std::string& client = "198.51.100.7",
                      const std::string& listener = "SUBMISSION") {
    publish(site_);
    Session session(services_);
    connect(session, listener, client);
    std::string refused = line(session.mail({path, {}, login, ""}));
    if (refused == "go on") refused = line(session.recipient({"<r@x.example>", ""}));
    for (const auto& [name, value] : fields)
      session.header(name, value);
    session.end_of_header();
    if (refused != "go on") return without_reference(refused);
    const EndResponse end = session.end_of_message("QID");
    if (const auto* reply = std::get_if<SmtpReply>(&end)) return without_reference(reply->line());
    return text_of(std::get<Deliver>(end));
  }

  std::string submission(const std::string& login, const std::string& sender,
                         const Fields& fields) {
    return outcome(login, '<' + sender + '>', fields);
  }

  std::string inbound(const Fields& fields, const std::string& client = "198.51.100.7",
                      const std::string& sender = "x@outside.example") {
    return outcome("", '<' + sender + '>', fields, client, "mx");
  }

  static std::string without_reference(const std::string& text) {
    return text.substr(0, text.find(" [ref "));
  }

  static std::string text_of(const Deliver& deliver) {
    std::string out;
    for (const HeaderEdit& edit : deliver.edits) {
      if (!out.empty()) out += " | ";
      std::string value = edit.value ? *edit.value : "- " + std::to_string(edit.index);
      out += edit.name + ": " + value.substr(0, value.find("; ref="));
    }
    if (deliver.hold_reason) out += "held";
    return out.empty() ? "pass" : out;
  }

  Settings site_;
};

TEST_F(SenderChecks, TheEnvelopeSenderBelongsToTheLogin) {
  struct Row {
    const char* what;
    const char* login;
    const char* path;
    const char* from;
    const char* outcome;
  };

  const Row rows[] = {
      {"own", "alice@example.com", "<alice@example.com>", "alice@example.com", "pass"},
      {"bare login", "alice", "<alice@example.com>", "alice@example.com", "pass"},
      {"other case", "alice@example.com", "<ALICE@Example.Com>", "Alice@example.com", "pass"},
      {"no brackets", "alice@example.com", "alice@example.com", "alice@example.com", "pass"},
      {"no domain", "alice@example.com", "<alice>", "alice@example.com", "pass"},
      {"source route", "alice@example.com", "<@relay.example:alice@example.com>",
       "alice@example.com", "pass"},
      {"plus address", "alice@example.com", "<alice+list@example.com>", "alice@example.com",
       "pass"},
      {"alias", "alice@example.com", "<sales@example.com>", "sales@example.com", "pass"},
      {"login map", "bob@example.com", "<info@example.com>", "info@example.com", "pass"},
      {"alias in From alone", "alice@example.com", "<alice@example.com>", "sales@example.com",
       "pass"},
      {"null sender", "alice@example.com", "<>", "alice@example.com", "pass"},
      {"another's", "alice@example.com", "<bob@example.com>", "bob@example.com",
       "553 5.7.1 Fake sender: the envelope sender is <bob@example.com>, but you are logged in as "
       "<alice@example.com>"},
      {"the base of a login with a plus", "alice+x@example.com", "<alice@example.com>",
       "alice@example.com",
       "553 5.7.1 Fake sender: the envelope sender is <alice@example.com>, but you are logged in "
       "as "
       "<alice+x@example.com>"},
      {"an alias that expired", "alice@example.com", "<old@example.com>", "old@example.com",
       "553 5.7.1 Fake sender: the envelope sender is <old@example.com>, but you are logged in as "
       "<alice@example.com>"},
      {"another's line of the map", "alice@example.com", "<info@example.com>", "info@example.com",
       "553 5.7.1 Fake sender: the envelope sender is <info@example.com>, but you are logged in as "
       "<alice@example.com>"},
      {"unreadable", "alice@example.com", "<alice@@example.com>", "alice@example.com",
       "553 5.7.1 Fake sender: the envelope sender is <alice@@example.com>, but you are logged in "
       "as <alice@example.com>"},
      {"null sender, another's From", "alice@example.com", "<>", "bob@example.com",
       "550 5.7.1 Fake sender: From is <bob@example.com>, but you are logged in as "
       "<alice@example.com>"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(outcome(row.login, row.path, {{"From", row.from}}), row.outcome) << row.what;
  }
}

TEST_F(SenderChecks, FromIsOneMailboxOfTheSender) {
  const std::string who = ", but you are logged in as <alice@example.com>";
  const std::pair<Fields, std::string> rows[] = {
      {{{"From", "Alice <alice@example.com>"}}, "pass"},
      {{{"from", "alice+x@example.com (Alice)"}}, "pass"},
      {{{"From ", "\"alice@example.com\" <alice@example.com>"}}, "pass"},
      {{{"From", "ceo@example.com"}}, "550 5.7.1 Fake sender: From is <ceo@example.com>" + who},
      {{{"Subject", "x"}}, "550 5.7.1 Fake sender: the message has no From field"},
      {{}, "550 5.7.1 Fake sender: the message has no header; its first line is no header field"},
      {{{"From", "alice@example.com"}, {"FROM", "ceo@example.com"}},
       "550 5.7.1 Fake sender: the message has more than one From field"},
      {{{"From", "alice@example.com, ceo@example.com"}},
       "550 5.7.1 Fake sender: From names several addresses, only one is allowed: "
       "'alice@example.com, ceo@example.com'"},
      {{{"From", "staff: ceo@example.com;"}},
       "550 5.7.1 Fake sender: From is a group, only one address is allowed: "
       "'staff: ceo@example.com;'"},
      {{{"From", "undisclosed-recipients:;"}}, "550 5.7.1 Fake sender: From holds no address"},
      {{{"From", "<@a.example:alice@example.com>"}},
       "550 5.7.1 Fake sender: From can be read as different addresses, or as none: "
       "'<@a.example:alice@example.com>'"},
      {{{"From", "ceo@example.com"}, {"Sender", "alice@example.com"}},
       "550 5.7.1 Fake sender: From is <ceo@example.com>" + who},
      {{{"From", "alice@example.com"}, {"Sender", "ceo@example.com"}},
       "550 5.7.1 Fake sender: the Sender field is 'ceo@example.com', but you are "
       "<alice@example.com>"},
      {{{"From", "alice@example.com"}, {"Sender", "alice@example.com"}}, "pass"},
      {{{"From", "friend@outside.example"}, {"Resent-From", "alice@example.com"}},
       "550 5.7.1 Fake sender: a redirected message still has From <friend@outside.example>, but "
       "you are <alice@example.com>; forward it instead"},
      {{{"From", "friend@outside.example"}, {"Resent-From", "bob@example.com"}},
       "550 5.7.1 Fake sender: From is <friend@outside.example>" + who},
      {{{"From", "\"ceo@example.com\" <alice@example.com>"}},
       "X-Gatepost-Verdict: junk; rule=display_name"},
      {{{"From", "\"boss@partner.example\" <alice@example.com>"}},
       "X-Gatepost-Verdict: suspicious; rule=display_name"},
      {{{"From", "\"sales@example.com\" <alice@example.com>"}}, "pass"},
  };
  for (const auto& [fields, expected] : rows) {
    EXPECT_EQ(submission("alice@example.com", "alice@example.com", fields), expected);
  }
}

TEST_F(SenderChecks, AFromThatIsNotTheSendersCostsNothing) {
  EXPECT_NE(submission("alice@example.com", "alice@example.com", {{"From", "x@y.example"}}),
            "pass");
  EXPECT_EQ(ledger_.settles, 0);
  EXPECT_EQ(ledger_.total("u:alice@example.com", Unit::messages), 0);
}

TEST_F(SenderChecks, DomainAndOrganizationWidenWhatFromMayBe) {
  site_.site.domains.push_back(test::domain("sub.example.com"));
  const auto from = [&](const std::string& address) {
    return submission("alice@example.com", "alice@example.com", {{"From", address}}).substr(0, 9);
  };
  EXPECT_EQ(from("ceo@example.com"), "550 5.7.1");
  rule<FromIsSender>().match = FromMatch::domain;
  EXPECT_EQ(from("ceo@example.com"), "pass");
  EXPECT_EQ(from("ceo@dept.example.com"), "550 5.7.1");
  EXPECT_EQ(from("ceo@example.org"), "550 5.7.1");
  rule<FromIsSender>().match = FromMatch::organization;
  EXPECT_EQ(from("ceo@dept.example.com"), "pass");
  EXPECT_EQ(from("ceo@sub.example.com"), "550 5.7.1") << "an entry of its own";
  EXPECT_EQ(from("ceo@example.org"), "550 5.7.1");
  EXPECT_EQ(from("ceo@outside.example"), "550 5.7.1");
}

TEST_F(SenderChecks, ARedirectPassesWhereItIsAllowed) {
  rule<FromIsSender>().allow_resent = true;
  const Fields ours = {{"Resent-From", "alice@example.com"}, {"From", "friend@outside.example"}};
  const Fields others = {{"Resent-From", "bob@example.com"}, {"From", "friend@outside.example"}};
  EXPECT_EQ(submission("alice@example.com", "alice@example.com", ours), "pass");
  EXPECT_EQ(submission("alice@example.com", "alice@example.com", others).substr(0, 9), "550 5.7.1");
}

TEST_F(SenderChecks, SendingOnBehalfLiftsBothChecksForItsAddressesAlone) {
  const auto send = [&](const std::string& login, Fields fields) {
    return submission(login, login, std::move(fields));
  };
  const Fields sales = {{"From", "north@sales.example.com"}};
  EXPECT_EQ(send("crm@example.com", sales), "pass");
  EXPECT_EQ(submission("crm@example.com", "north@sales.example.com", sales), "pass");
  EXPECT_EQ(send("crm@example.com", {{"From", "ceo@example.com"}}).substr(0, 9), "550 5.7.1");
  EXPECT_EQ(send("alice@example.com", sales).substr(0, 9), "550 5.7.1");

  EXPECT_EQ(send("desk@example.com", sales),
            "550 5.7.1 Fake sender: From is <north@sales.example.com>, sent on behalf, which needs "
            "a Sender field that names you, <desk@example.com>");
  EXPECT_EQ(send("desk@example.com", {sales[0], {"Sender", "desk@example.com"}}), "pass");
  for (const char* other :
       {"ceo@example.com", "north@sales.example.com", "south@sales.example.com"}) {
    EXPECT_EQ(send("desk@example.com", {sales[0], {"Sender", other}}).substr(0, 9), "550 5.7.1")
        << other;
  }

  EXPECT_EQ(send("calendar@example.com", sales), "Sender: <calendar@example.com>");
  EXPECT_EQ(send("calendar@example.com", {sales[0], {"Sender", "calendar@example.com"}}), "pass");
  EXPECT_EQ(
      send("calendar@example.com", {sales[0], {"Sender", "south@sales.example.com"}}).substr(0, 9),
      "550 5.7.1");
}

TEST_F(SenderChecks, MailFromOutsideIsMarked) {
  const std::string clean = "X-Gatepost-Verdict: clean";
  const std::string suspicious = "X-Gatepost-Verdict: suspicious; rule=own_domains_from_outside";
  const std::string ambiguous = "X-Gatepost-Verdict: suspicious; rule=ambiguous_from";
  const std::pair<Fields, std::string> rows[] = {
      {{{"From", "x@outside.example"}}, clean},
      {{{"From", "ceo@example.com"}}, suspicious},
      {{{"From", "ceo@dept.example.com"}}, suspicious},
      {{{"From", "ceo@example.com"}, {"List-Id", "<x.lists.example>"}}, suspicious},
      {{{"From", "x@outside.example"}, {"Sender", "ceo@example.com"}}, suspicious},
      {{{"From", "x@outside.example, y@outside.example"}}, ambiguous},
      {{{"From", "x@outside.example, ceo@example.com"}}, suspicious},
      {{{"From", "x@outside.example"}, {"From", "ceo@example.com"}}, suspicious},
      {{{"From", "ceo@example.com <x@outside.example>"}}, suspicious},
      {{{"From", "=?utf-8?B?Y2VvQGV4YW1wbGUuY29t?="}}, suspicious},
      {{{"From", "x@outside.example"}, {"Sender", "a@b.example"}, {"Sender", "ceo@example.com"}},
       suspicious},
      {{{"From", "x@outside.example"}, {"Sender", "ceo@example.com, a@b.example"}}, suspicious},
      {{}, ambiguous},
      {{{"Subject", "x"}}, ambiguous},
      {{{"From", "\"ceo@example.com\" <x@outside.example>"}},
       "X-Gatepost-Verdict: junk; rule=display_name"},
      {{{"From", "=?utf-8?B?PGNlb0BleGFtcGxlLmNvbT4=?= <x@outside.example>"}},
       "X-Gatepost-Verdict: junk; rule=display_name"},
      {{{"From", "\"bank@bank.example\" <x@outside.example>"}},
       "X-Gatepost-Verdict: suspicious; rule=display_name"},
      {{{"From", "\"help@outside.example\" <x@outside.example>"}}, clean},
  };
  for (const auto& [fields, expected] : rows)
    EXPECT_EQ(inbound(fields), expected);
}

TEST_F(SenderChecks, ExceptionsForMailFromOutsideAreBoundToClients) {
  const Fields ours = {{"From", "ceo@example.com"}};
  EXPECT_EQ(inbound(ours, "192.0.2.99"), "X-Gatepost-Verdict: clean") << "a forwarder";
  EXPECT_EQ(inbound(ours, "192.0.2.1", "x@bounces.crm.example"), "X-Gatepost-Verdict: clean");
  EXPECT_EQ(inbound(ours, "192.0.2.1", "x@outside.example").substr(0, 30),
            "X-Gatepost-Verdict: suspicious");
  EXPECT_EQ(inbound(ours, "203.0.113.5", "x@bounces.crm.example").substr(0, 30),
            "X-Gatepost-Verdict: suspicious")
      << "the envelope domain alone is what a stranger types";
}

TEST_F(SenderChecks, APostThatReturnsFromAMailingListIsAtMostJunk) {
  rule<OwnDomainsFromOutside>().settings.on_unknown = Action::refuse;
  EXPECT_EQ(inbound({{"From", "ceo@example.com"}}),
            "550 5.7.1 Fake sender: From is <ceo@example.com>, our own, but the message comes from "
            "outside");
  EXPECT_EQ(inbound({{"From", "ceo@example.com"}, {"List-Id", "<x.lists.example>"}}),
            "X-Gatepost-Verdict: junk; rule=own_domains_from_outside");
}

TEST_F(SenderChecks, ForgedFieldsOfOursAreTakenOutFromTheLastToTheFirst) {
  EXPECT_EQ(inbound({{"X-Gatepost-Verdict", "clean"},
                     {"From", "x@outside.example"},
                     {"x-gatepost-VERDICT ", "clean"},
                     {"X-Gatepost-Other", "y"},
                     {"X-Gateposts", "z"}}),
            "x-gatepost-other: - 1 | x-gatepost-verdict: - 2 | x-gatepost-verdict: - 1 | "
            "X-Gatepost-Verdict: clean");
  EXPECT_EQ(outcome("", "<x@outside.example>", {{"X-Gatepost-Verdict", "junk"}, {"From", "y@z"}},
                    "127.0.0.1", "mx"),
            "pass")
      << "our own machines hand on what we wrote";
}

TEST_F(SenderChecks, ServersSendAsTheirSendersOnTheirListener) {
  const Fields erp = {{"From", "erp@example.com"}};
  const auto server = [&](const std::string& sender, const Fields& fields,
                          const std::string& listener = "SERVER",
                          const std::string& client = "10.1.2.3", const std::string& login = "") {
    return outcome(login, '<' + sender + '>', fields, client, listener);
  };
  EXPECT_EQ(server("erp@example.com", erp, "mx"), "pass") << "no listener is configured";
  site_.channels.server_daemons = {"SERVER"};
  EXPECT_EQ(server("erp@example.com", erp), "pass");
  EXPECT_EQ(server("", erp), "pass");
  EXPECT_EQ(server("ceo@example.com", erp),
            "550 5.7.1 Fake sender: server erp may not send as <ceo@example.com>");
  EXPECT_EQ(server("erp@example.com", {{"From", "ceo@example.com"}}),
            "550 5.7.1 Fake sender: From is <ceo@example.com>, which server erp may not use");
  EXPECT_EQ(server("erp@example.com", erp, "mx"),
            "550 5.7.1 Server erp is listed for the server port; send through that one");
  EXPECT_EQ(server("x@example.com", erp, "SERVER", "198.51.100.7"),
            "550 5.7.1 Client 198.51.100.7 is no listed server; people send through the submission "
            "port with their login");
  EXPECT_EQ(server("alice@example.com", erp, "SERVER", "198.51.100.7", "alice@example.com"),
            "550 5.7.1 This port is for application servers; send through the submission port, "
            "<alice@example.com>");
  EXPECT_EQ(server("x@example.com", erp, "SERVER", "127.0.0.1"), "pass") << "our own machines";
}

TEST_F(SenderChecks, AnEnvelopeSenderOfSomebodyElseProvesNothing) {
  rule<SenderIsLogin>().settings.on_hit = Action::proceed;
  for (const FromMatch match : {FromMatch::address, FromMatch::domain, FromMatch::organization}) {
    rule<FromIsSender>().match = match;
    EXPECT_EQ(submission("alice@example.com", "ceo@example.org", {{"From", "ceo@example.org"}})
                  .substr(0, 9),
              "550 5.7.1");
  }
}

TEST_F(SenderChecks, ASiteThatObservesChangesNoMail) {
  site_.site.mode = Mode::observe;
  EXPECT_EQ(inbound({{"From", "ceo@example.com"}, {"X-Gatepost-Verdict", "clean"}}), "pass");
}

TEST_F(SenderChecks, ObservedRulesOnlyReport) {
  rule<FromIsSender>().settings.mode = Mode::observe;
  rule<SenderIsLogin>().settings.mode = Mode::observe;
  EXPECT_EQ(submission("alice@example.com", "bob@example.com", {{"From", "ceo@example.com"}}),
            "pass");
  std::set<std::string> observed;
  for (const TallyLine& each : tally_.lines()) {
    if (each.verdict == "would_refuse") observed.insert(each.rule);
  }
  EXPECT_EQ(observed, (std::set<std::string>{"from_is_sender", "sender_is_login"}));
}

TEST_F(SenderChecks, AHitCanHoldOrMarkInsteadOfRefusing) {
  rule<FromIsSender>().settings.on_hit = Action::hold;
  EXPECT_EQ(submission("alice@example.com", "alice@example.com", {{"From", "ceo@example.com"}}),
            "X-Gatepost-Verdict: suspicious; rule=from_is_senderheld");
  EXPECT_EQ(ledger_.total("u:alice@example.com", Unit::messages), 1);
  rule<FromIsSender>().settings.on_hit = Action::junk;
  EXPECT_EQ(submission("alice@example.com", "alice@example.com", {{"From", "ceo@example.com"}}),
            "X-Gatepost-Verdict: junk; rule=from_is_sender");
}

TEST_F(SenderChecks, HeadersThatTheMtaDoesNotGiveAreNotJudgedAsMissing) {
  Session session(services_);
  connect(session);
  EXPECT_EQ(line(session.mail(mail_from("alice@example.com"))), "go on");
  EXPECT_EQ(line(session.recipient({"<r@x.example>", ""})), "go on");
  EXPECT_EQ(line(session.end_of_message("QID")), "go on");
}

}  // namespace
}  // namespace gatepost::session
