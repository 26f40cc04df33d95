#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/effective_limits.hpp"
#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

constexpr Counter kMessages15m{Unit::messages, {minutes(15)}};
constexpr Counter kRecipientsDay{Unit::recipients, Window::calendar_day()};

TEST(Defaults, AreTheDocumentedOnes) {
  const Loaded config = loaded("site: { domains: [example.com] }\n");
  EXPECT_EQ(config.daemon.listen.text(), "inet:8899@127.0.0.1");
  EXPECT_EQ(config.daemon.admin.text(), "unix:/run/gatepost/admin.sock");
  EXPECT_EQ(config.daemon.support.text(), "unix:/run/gatepost/support.sock");
  EXPECT_EQ(config.daemon.metrics, std::nullopt);
  EXPECT_EQ(config.daemon.state_dir, "/var/lib/gatepost");
  EXPECT_EQ(config.daemon.store, StoreSettings{});
  EXPECT_EQ(config.daemon.log, LogSettings{});
  const Settings& settings = *config.settings;
  EXPECT_EQ(settings.site.mode, Mode::enforce);
  EXPECT_EQ(settings.site.logins.bare_domain, Domain::parse("example.com"));
  EXPECT_NE(settings.site.calendar, nullptr);
  EXPECT_THAT(settings.channels.submission_daemons,
              UnorderedElementsAre("ORIGINATING", "SUBMISSION", "SMTPS", "MSA"));
  EXPECT_TRUE(settings.channels.server_daemons.empty());
  EXPECT_TRUE(settings.channels.relay_clients.contains(*IpAddress::parse("127.0.0.1")));
  EXPECT_TRUE(settings.channels.relay_clients.contains(*IpAddress::parse("::1")));
  EXPECT_EQ(settings.channels.relay_clients.size(), 2U);
  EXPECT_EQ(settings.rules, default_rules());
  EXPECT_THAT(settings.counters, ElementsAre(kMessages15m, kRecipientsDay));
  EXPECT_THAT(warnings_of(config), ElementsAre());
  EXPECT_TRUE(config.whitelist.path.empty());
}

TEST(EverySection, IsRead) {
  const Folder folder;
  write_all(folder / "redis.password", "  hunter2 \r\n");
  const std::string text = R"(listen: "inet6:25@[::1]"
admin: unix:/srv/admin.sock
metrics: inet:9899@127.0.0.1
state_dir: state
log: { format: json, debug: true }
site:
  mode: observe
  domains: [example.com, 例子.cn]
  logins: { bare: first_domain, realms: [mx.example.com] }
  time_zone: Asia/Shanghai
  help_url: "https://mail.example.com/why/{ref}"
store: { kind: redis, url: "redis://127.0.0.1:7000/2", deadline: 20ms, when_down: unknown,
         password_file: redis.password }
channels:
  submission: { daemon_names: [OUT] }
  server: { daemon_names: [SERVER] }
  relay: { clients: [] }
rules:
  frozen_accounts: { mode: observe }
  message_rate: { limit: 60 per 10m, on_hit: refuse, on_unknown: defer }
  message_size: { limit: 20M }
domains:
  Partner.Example.com: { message_rate: 100 per 1h }
groups:
  newsletter: { members: ["*@news.example.com", Editor, a@mx.example.com], recipients_per_day: 20000 }
  press: { members: [editor@example.com], message_rate: 0 }
)";
  write_all(folder / "gatepost.yaml", text);
  const auto result = load(folder / "gatepost.yaml", kNow);
  ASSERT_EQ(text_of(result), "ok\n");
  const auto& config = std::get<Loaded>(result);
  EXPECT_EQ(config.daemon.listen.text(), "inet6:25@[::1]");
  EXPECT_EQ(config.daemon.support.text(), "unix:/srv/support.sock");
  ASSERT_TRUE(config.daemon.metrics);
  EXPECT_EQ(config.daemon.metrics->text(), "inet:9899@127.0.0.1");
  EXPECT_EQ(config.daemon.state_dir, folder / "state");
  EXPECT_EQ(config.daemon.log, (LogSettings{LogSettings::Format::json, true}));
  const StoreSettings store{.kind = StoreSettings::Kind::redis,
                            .redis = {"127.0.0.1", 7000, "", "", "hunter2", 2},
                            .deadline = milliseconds(20),
                            .when_down = WhenDown::unknown};
  EXPECT_EQ(config.daemon.store, store);
  EXPECT_EQ(config.gatepost.text, text);

  const Settings& settings = *config.settings;
  EXPECT_EQ(settings.site.mode, Mode::observe);
  EXPECT_EQ(settings.site.domains.at(1).ascii(), "xn--fsqu00a.cn");
  EXPECT_EQ(settings.site.time_zone, "Asia/Shanghai");
  EXPECT_EQ(settings.site.help_url, "https://mail.example.com/why/{ref}");
  EXPECT_THAT(settings.channels.submission_daemons, ElementsAre("OUT"));
  EXPECT_THAT(settings.channels.server_daemons, ElementsAre("SERVER"));
  EXPECT_TRUE(settings.channels.relay_clients.empty());

  const std::string file = (folder / "gatepost.yaml").string();
  EXPECT_EQ(rule_of<FrozenAccounts>(settings.rules).settings.mode, Mode::observe);
  const auto& rate = rule_of<MessageRate>(settings.rules);
  EXPECT_EQ(rate.settings, (RuleSettings{Mode::enforce, Action::refuse, Action::defer}));
  EXPECT_EQ(rate.limit,
            (EffectiveLimit{{60, {minutes(10)}}, {Origin::Kind::site, "", {file, 20, 26}}}));
  EXPECT_EQ(rule_of<MessageSize>(settings.rules).limit.limit.count, 20 * 1024 * 1024);
  EXPECT_EQ(rule_of<RecipientsPerDay>(settings.rules).limit.origin.kind, Origin::Kind::built_in);

  ASSERT_EQ(settings.domains.count(*Domain::parse("partner.example.com")), 1U);
  EXPECT_EQ(settings.domains.begin()->second.place.text(), file + ":23:3");
  ASSERT_EQ(settings.groups.size(), 2U);
  EXPECT_THAT(settings.groups[0].members,
              ElementsAre("*@news.example.com", "editor@example.com", "a@example.com"));
  EXPECT_THAT(settings.groups_of.at("editor@example.com"), ElementsAre(0U, 1U));
  EXPECT_THAT(settings.groups_of.at("*@news.example.com"), ElementsAre(0U));
  EXPECT_THAT(settings.counters,
              ElementsAre(Counter{Unit::messages, {minutes(10)}},
                          Counter{Unit::messages, {minutes(60)}}, kRecipientsDay));
}

// Unlimited and 0 need no window of their own: another counter would cost something with every
// message and tell nobody anything.
TEST(UnlimitedAndZero, CountInTheSitesOwnWindow) {
  const Loaded config = loaded(site(R"(rules: { message_rate: { limit: 30 per 1h } }
groups:
  free: { members: [a@example.com], message_rate: unlimited }
domains:
  example.org: { message_rate: 0 }
)"));
  EXPECT_THAT(config.settings->counters,
              ElementsAre(Counter{Unit::messages, {minutes(60)}}, kRecipientsDay));
}

TEST(EmptySections, AreTheDefaults) {
  const Loaded config = loaded(site("rules:\ngroups:\ndomains: {}\nchannels:\nlog:\nstore:\n"),
                               "group_senders:\nservers:\nfrozen: []\n");
  EXPECT_EQ(config.settings->rules, default_rules());
  EXPECT_TRUE(loaded(site(), "").settings->whitelist.servers.empty());
}

TEST(BareLogins, StayBareWhereTheSiteSaysSo) {
  const Loaded config = loaded("site: { domains: [example.com], logins: { bare: none } }\n",
                               "frozen: [{ account: Alice, reason: left }]\n");
  EXPECT_EQ(config.settings->whitelist.frozen.count("alice"), 1U);
}

TEST(FileFormats, OfOtherEditorsAreRead) {
  const std::string text = site("rules:\n  message_rate: { limit: 7 per 1h }\n");
  std::string crlf;
  for (const char c : text)
    crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  for (const std::string& variant : {"\xEF\xBB\xBF" + text, crlf, "\xEF\xBB\xBF" + crlf,
                                     "%YAML 1.2\n---\n" + text, "---\n" + text + "...\n"}) {
    const Loaded config = loaded(variant);
    EXPECT_EQ(rule_of<MessageRate>(config.settings->rules).limit.limit.count, 7) << variant;
  }
}

TEST(Columns, CountCharactersAndNotOctets) {
  EXPECT_EQ(
      text_of(load_text(site("groups: { 市场部: { member: [] } }\n"), std::nullopt, kNow)),
      "gatepost.yaml:2:16: groups.市场部 sets no limit: write message_rate, "
      "recipients_per_message, recipients_per_day or message_size\n"
      "gatepost.yaml:2:18: unknown key 'member' in groups.市场部 (did you mean 'members'?)\n");
}

TEST(Examples, ThatAreShippedLoadClean) {
  const auto result = load(GATEPOST_SOURCE_DIR "/config/gatepost.yaml", kNow);
  ASSERT_EQ(text_of(result), "ok\n");
  const auto& config = std::get<Loaded>(result);
  EXPECT_THAT(warnings_of(config), ElementsAre());
  EXPECT_EQ(config.settings->rules, default_rules());
  EXPECT_FALSE(config.whitelist.path.empty());
}

// What the examples show as comments has to be right as well: with every '#  ' line of settings
// uncommented they load.
TEST(Examples, AreRightWhenUncommented) {
  std::istringstream in(read_all(GATEPOST_SOURCE_DIR "/config/whitelist.yaml"));
  std::string text;
  for (std::string line; std::getline(in, line);) {
    text += (line.starts_with("#  ") ? line.substr(1) : line) + '\n';
  }
  const Loaded config = loaded(site("logins: { follow: [/dev/null] }\n"), text);
  const Whitelist& whitelist = config.settings->whitelist;
  EXPECT_EQ(whitelist.group_senders.size(), 1U);
  EXPECT_EQ(whitelist.servers.size(), 1U);
  EXPECT_EQ(whitelist.forwarders.size(), 1U);
  EXPECT_EQ(whitelist.offices.size(), 1U);
  EXPECT_EQ(whitelist.aliases.size(), 1U);
  EXPECT_EQ(whitelist.on_behalf_of_login.size(), 1U);
  EXPECT_EQ(whitelist.on_behalf_of_server.size(), 1U);
  EXPECT_EQ(whitelist.on_behalf_of_envelope.size(), 1U);
  EXPECT_EQ(whitelist.frozen.size(), 1U);
  EXPECT_THAT(warnings_of(config), ElementsAre());
}

TEST(Whitelist, ThatIsNamedMustBeThere) {
  const Folder folder;
  write_all(folder / "gatepost.yaml", site("whitelist: lists/whitelist.yaml\n"));
  const std::string file = (folder / "gatepost.yaml").string();
  EXPECT_EQ(text_of(load(folder / "gatepost.yaml", kNow)),
            file + ":2:12: whitelist: cannot read " + (folder / "lists/whitelist.yaml").string() +
                ": No such file or directory\n");
  std::filesystem::create_directory(folder / "lists");
  write_all(folder / "lists/whitelist.yaml", "frozen: [{ account: a, reason: left }]\n");
  const auto result = load(folder / "gatepost.yaml", kNow);
  ASSERT_EQ(text_of(result), "ok\n");
  const auto& frozen = std::get<Loaded>(result).settings->whitelist.frozen;
  ASSERT_EQ(frozen.count("a@example.com"), 1U);
  EXPECT_EQ(frozen.find("a@example.com")->second.info.place.text(),
            (folder / "lists/whitelist.yaml").string() + ":1:10");
}

TEST(Whitelist, BesideTheFileThatNobodyReadsIsNoted) {
  const Folder folder;
  write_all(folder / "gatepost.yaml", site());
  write_all(folder / "whitelist.yaml", "broken: [");
  const auto result = load(folder / "gatepost.yaml", kNow);
  ASSERT_EQ(text_of(result), "ok\n");
  EXPECT_THAT(warnings_of(std::get<Loaded>(result)),
              ElementsAre((folder / "gatepost.yaml").string() +
                          ":1:1: whitelist.yaml beside this file is not read: to use it, write "
                          "whitelist: whitelist.yaml"));
}

TEST(Whitelist, CanBeStoodInFor) {
  const Folder folder;
  write_all(folder / "gatepost.yaml", site("whitelist: missing.yaml\n"));
  write_all(folder / "candidate.yaml", "frozen: [{ account: a, reason: left }]\n");
  const auto result =
      load_with_whitelist(folder / "gatepost.yaml", folder / "candidate.yaml", kNow);
  ASSERT_EQ(text_of(result), "ok\n");
  EXPECT_EQ(std::get<Loaded>(result).whitelist.path, folder / "candidate.yaml");
  EXPECT_EQ(std::get<Loaded>(result).settings->whitelist.frozen.size(), 1U);
}

TEST(Files, ThatCannotBeReadAreSaid) {
  const Folder folder;
  const auto said = [&](std::string_view name) { return text_of(load(folder / name, kNow)); };
  const std::string missing = (folder / "missing.yaml").string();
  EXPECT_EQ(said("missing.yaml"),
            missing + ":1:1: cannot read " + missing + ": No such file or directory\n");
  std::filesystem::create_directory(folder / "folder");
  const std::string inside = (folder / "folder").string();
  EXPECT_EQ(said("folder"),
            inside + ":1:1: cannot read " + inside + ": it is not a regular file\n");
  EXPECT_NE(text_of(load("/dev/zero", kNow)), "ok\n");
}

TEST(PasswordFile, MustHoldOnePassword) {
  const Folder folder;
  write_all(folder / "gatepost.yaml",
            site("store: { kind: redis, url: \"unix:/run/redis.sock\", password_file: secret }\n"));
  const auto said = [&](std::string_view password) {
    write_all(folder / "secret", password);
    return text_of(load(folder / "gatepost.yaml", kNow));
  };
  const std::string start = (folder / "gatepost.yaml").string() + ":2:67: store.password_file: ";
  const std::string file = (folder / "secret").string();
  EXPECT_EQ(said("pass word\n"), "ok\n");
  EXPECT_EQ(said(" \n"), start + file + " is empty\n");
  EXPECT_EQ(said("one\ntwo\n"),
            start + file + " must hold the password on one line and nothing else\n");
  EXPECT_EQ(said(std::string(5000, 'x')),
            start + "cannot read " + file + ": it has more than 4096 bytes\n");
}

TEST(Warnings, SayWhatDoesNothing) {
  const Loaded config = loaded(site("store: { kind: memory, when_down: local, deadline: 1s }\n"));
  EXPECT_THAT(warnings_of(config),
              ElementsAre("gatepost.yaml:2:35: store.when_down does nothing with kind: memory",
                          "gatepost.yaml:2:52: store.deadline does nothing with kind: memory"));
}

}  // namespace
}  // namespace gatepost::config
