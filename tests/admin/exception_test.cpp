// The YAML of an explanation, pasted into the configuration, lets the same message through.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/cli/message_file.hpp"
#include "admin/cli/simulate.hpp"
#include "config/load.hpp"
#include "fakes.hpp"
#include "policy/explain.hpp"

namespace gatepost::admin {
namespace {

using std::chrono::hours;
using test::test_now;
using testing::HasSubstr;

constexpr const char* kSite =
    "site: { domains: [example.com] }\nchannels: { server: { daemon_names: [SERVER] } }\n";

constexpr const char* kServer =
    "servers:\n  - name: erp\n    clients: [10.1.2.3]\n    reason: orders\n    senders:\n      - "
    "erp@example.com\n";

// A message that is stopped or marked, and the whitelist it is stopped under.
struct Stopped {
  Reason reason = Reason::no_limit;
  const char* login = "";
  const char* client = "192.0.2.7";
  const char* daemon_name = "";
  const char* sender = "alice@example.com";
  const char* header = "";
  std::size_t exceptions = 0;  ///< how many are offered
  const char* whitelist = "";
};

std::ostream& operator<<(std::ostream& out, const Stopped& row) {
  return out << name(row.reason) << " of " << row.login << row.client;
}

std::shared_ptr<const Settings> settings_of(const std::string& gatepost,
                                            const std::string& whitelist) {
  const auto loaded = config::load_text(gatepost, whitelist, test_now());
  if (const auto* mistakes = std::get_if<config::Diagnostics>(&loaded)) {
    ADD_FAILURE() << mistakes->front().text() << '\n' << gatepost << whitelist;
    return std::make_shared<Settings>(test::example_settings());
  }
  return std::get<config::Loaded>(loaded).settings;
}

SimulatedMessage message_of(const Stopped& row) {
  SimulatedMessage out;
  out.connection.client = IpAddress::parse(row.client);
  out.connection.daemon_name = row.daemon_name;
  out.login = row.login;
  out.sender = row.sender;
  out.recipients = {"bob@other.test"};
  out.header = header_of_message(row.header);
  return out;
}

Simulation run(const Settings& settings, const Stopped& row) {
  test::FakeLedger ledger;
  const test::FakeFreezes freezes;
  return *simulate(settings, message_of(row),
                   {.look = [&](const LedgerRequest& request) { return ledger.look(request); },
                    .freezes = freezes,
                    .now = test_now()});
}

// What stands against the message; null where nothing does.
const Finding* decisive(const Simulation& simulation) {
  if (simulation.refused) return &refusal_of(*simulation.refused)->finding;
  return simulation.mark ? &simulation.mark->finding : nullptr;
}

Case case_of(const Stopped& row, const Simulation& simulation, const Finding& finding) {
  Case record = test::example_case();
  record.subject = simulation.subject;
  record.channel = simulation.channel;
  record.client = row.client;
  record.login = *row.login == '\0' ? "" : "alice@example.com";
  record.server = simulation.channel == Channel::server ? "erp" : "";
  record.sender = row.sender;
  record.decisive = finding;
  return record;
}

// The YAML where its lead tells people to put it.
std::shared_ptr<const Settings> pasted(const Stopped& row, const std::string& yaml) {
  if (yaml.starts_with("rules:")) return settings_of(kSite + yaml, row.whitelist);
  const std::string whitelist = row.whitelist;
  if (yaml.starts_with(' ') && yaml.find("sender_field") != std::string::npos) {
    const std::string line = "    sender_field: require\n";
    const auto at = whitelist.find(line);
    return settings_of(kSite, whitelist.substr(0, at) + yaml + whitelist.substr(at + line.size()));
  }
  return settings_of(kSite, whitelist + yaml);
}

class SenderException : public testing::TestWithParam<Stopped> {};

TEST_P(SenderException, LetsTheMessageThroughOncePasted) {
  const Stopped& row = GetParam();
  const auto before = settings_of(kSite, row.whitelist);
  const Simulation stopped = run(*before, row);
  const Finding* finding = decisive(stopped);
  ASSERT_NE(finding, nullptr);
  ASSERT_EQ(name(finding->reason), name(row.reason));
  const Case record = case_of(row, stopped, *finding);
  for (const Language language : {Language::english, Language::chinese}) {
    const auto offered = exceptions_for(language, record, *before->site.calendar, test_now());
    ASSERT_EQ(offered.size(), row.exceptions);
    for (const Exception& exception : offered) {
      const auto after = pasted(row, exception.yaml);
      const Finding* left = decisive(run(*after, row));
      EXPECT_EQ(left, nullptr) << exception.yaml << name(left->reason);
      EXPECT_FALSE(exception.lead.empty());
    }
  }
}

constexpr const char* kFromBoss = "From: The Boss <boss@example.com>\n";
constexpr const char* kFromAlice = "From: Alice <alice@example.com>\n";

INSTANTIATE_TEST_SUITE_P(
    Explain, SenderException,
    testing::Values(
        Stopped{.reason = Reason::sender_not_login,
                .login = "alice",
                .sender = "sales@partner.test",
                .header = "From: sales@partner.test\n",
                .exceptions = 2},
        Stopped{.reason = Reason::sender_not_login,
                .login = "alice",
                .sender = R"("a \"b\\ c"@example.com)",
                .header = kFromAlice,
                .exceptions = 2},
        Stopped{.reason = Reason::from_not_sender,
                .login = "alice",
                .header = kFromBoss,
                .exceptions = 2},
        Stopped{.reason = Reason::sender_field_not_login,
                .login = "alice",
                .header = "From: alice@example.com\nSender: boss@example.com\n",
                .exceptions = 2},
        Stopped{.reason = Reason::sender_field_missing,
                .login = "alice",
                .header = kFromBoss,
                .exceptions = 1,
                .whitelist = "send_on_behalf:\n  - login: alice@example.com\n    may_send_as: "
                             "[boss@example.com]\n    sender_field: require\n    reason: x\n"},
        Stopped{.reason = Reason::from_is_redirect,
                .login = "alice",
                .header = "Resent-From: alice@example.com\nFrom: x@other.test\n",
                .exceptions = 1},
        Stopped{.reason = Reason::name_shows_ours,
                .login = "alice",
                .header = "From: \"boss@example.com\" <alice@example.com>\n",
                .exceptions = 2},
        Stopped{.reason = Reason::server_not_listed,
                .client = "2001:db8::7",
                .daemon_name = "SERVER",
                .sender = "erp@example.com",
                .header = "From: erp@example.com\n",
                .exceptions = 1},
        Stopped{.reason = Reason::server_sender_not_listed,
                .client = "10.1.2.3",
                .daemon_name = "SERVER",
                .header = kFromAlice,
                .exceptions = 2,
                .whitelist = kServer},
        Stopped{.reason = Reason::from_not_server,
                .client = "10.1.2.3",
                .daemon_name = "SERVER",
                .sender = "<>",
                .header = kFromAlice,
                .exceptions = 2,
                .whitelist = kServer},
        Stopped{.reason = Reason::own_domain_unproven,
                .sender = "bounce-17@mailer.test",
                .header = kFromBoss,
                .exceptions = 2},
        Stopped{.reason = Reason::own_domain_unproven,
                .sender = "<>",
                .header = kFromBoss,
                .exceptions = 1},
        Stopped{.reason = Reason::own_domain_on_list,
                .sender = "list-bounces@lists.test",
                .header = "From: boss@example.com\nList-Id: <l.lists.test>\n",
                .exceptions = 2},
        Stopped{.reason = Reason::own_sender_field_unproven,
                .sender = "x@mailer.test",
                .header = "From: x@mailer.test\nSender: boss@example.com\n",
                .exceptions = 2},
        Stopped{.reason = Reason::name_shows_ours,
                .sender = "x@mailer.test",
                .header = "From: \"boss@example.com\" <x@mailer.test>\n",
                .exceptions = 1},
        Stopped{.reason = Reason::name_shows_other,
                .sender = "x@mailer.test",
                .header = "From: \"ceo@partner.test\" <x@mailer.test>\n",
                .exceptions = 1}));

class NoException : public testing::TestWithParam<Stopped> {};

TEST_P(NoException, IsOfferedWhereNoneCanHelp) {
  const Stopped& row = GetParam();
  const auto settings = settings_of(kSite, row.whitelist);
  const Simulation stopped = run(*settings, row);
  const Finding* finding = decisive(stopped);
  ASSERT_NE(finding, nullptr);
  ASSERT_EQ(name(finding->reason), name(row.reason));
  const Story story = explain(Language::english, case_of(row, stopped, *finding),
                              *settings->site.calendar, test_now());
  EXPECT_TRUE(story.exceptions.empty());
  EXPECT_FALSE(story.advice.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Explain, NoException,
    testing::Values(
        Stopped{.reason = Reason::from_several,
                .login = "alice",
                .header = "From: alice@example.com, boss@example.com\n"},
        Stopped{.reason = Reason::from_repeated,
                .login = "alice",
                .header = "From: alice@example.com\nFrom: boss@example.com\n"},
        Stopped{.reason = Reason::from_hidden, .login = "alice", .header = "\nFrom: x@y.test\n"},
        Stopped{.reason = Reason::from_missing, .login = "alice", .header = "To: x@y.test\n"},
        Stopped{.reason = Reason::from_empty, .login = "alice", .header = "From: <>\n"},
        Stopped{.reason = Reason::from_several, .header = "From: a@x.test, b@y.test\n"},
        Stopped{
            .reason = Reason::person_on_server_listener, .login = "alice", .daemon_name = "SERVER"},
        Stopped{
            .reason = Reason::server_on_wrong_listener, .client = "10.1.2.3", .whitelist = kServer},
        Stopped{.reason = Reason::server_not_listed, .daemon_name = "SERVER", .sender = "<>"},
        // What a stranger types must not become a pattern that allows a whole domain.
        Stopped{.reason = Reason::sender_not_login, .login = "alice", .sender = "*@example.com"},
        Stopped{.reason = Reason::sender_not_login, .login = "alice", .sender = "no address"}));

TEST(Exception, EndsAfterAMonth) {
  const Stopped row{.reason = Reason::from_not_sender, .login = "alice", .header = kFromBoss};
  const auto before = settings_of(kSite, "");
  const Simulation stopped = run(*before, row);
  const auto offered = exceptions_for(Language::english, case_of(row, stopped, *decisive(stopped)),
                                      *before->site.calendar, test_now());
  ASSERT_EQ(offered.size(), 2U);
  const auto after = settings_of(kSite, offered[0].yaml);
  const EntryInfo& info = after->whitelist.on_behalf_of_login.begin()->second.info;
  EXPECT_TRUE(info.applies(test_now() + hours(24 * 30)));
  EXPECT_FALSE(info.applies(test_now() + hours(24 * 32)));
}

TEST(Exception, NamesTheServersEntry) {
  const Stopped row{.reason = Reason::from_not_server,
                    .client = "10.1.2.3",
                    .daemon_name = "SERVER",
                    .sender = "<>",
                    .header = kFromAlice,
                    .whitelist = kServer};
  const auto settings = settings_of(kSite, kServer);
  const Simulation stopped = run(*settings, row);
  const auto offered = exceptions_for(Language::english, case_of(row, stopped, *decisive(stopped)),
                                      *settings->site.calendar, test_now());
  ASSERT_EQ(offered.size(), 2U);
  EXPECT_THAT(offered[0].lead, HasSubstr("erp under servers in whitelist.yaml"));
}

}  // namespace
}  // namespace gatepost::admin
