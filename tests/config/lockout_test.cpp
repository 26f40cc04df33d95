// rules.login_lockout, logins and offices: what each key becomes, and what is said of them.

#include "policy/lockout.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

// A source of failed logins that needs nothing.
constexpr const char* kSource = "logins: { auth_policy: { secret: none } }\n";

LoginLockout rule_of(const Loaded& config) {
  return gatepost::rule_of<LoginLockout>(config.settings->rules);
}

LoginLockout rule_with(const std::string& keys) {
  return rule_of(loaded(site("rules: { login_lockout: { " + keys + " } }\n")));
}

std::string said(const std::string& more) {
  return text_of(load_text(site(more), std::nullopt, kNow));
}

std::vector<std::string> warnings(const std::string& gatepost, const std::string& whitelist = "") {
  std::vector<std::string> out;
  for (const Diagnostic& each : loaded(site(gatepost), whitelist).warnings)
    out.push_back(each.text());
  return out;
}

TEST(LoginLockoutRule, IsReadKeyByKey) {
  const Loaded config = loaded(site(R"(rules:
  login_lockout:
    mode: observe
    failures: 8
    within: 20m
    lock: 2s
    ipv4_prefix: 28
    ipv6_prefix: 56
    count: distinct_passwords
    prolong: true
    growth: { factor: 3, longest: 2d, remembered: 14d }
    shared_address: { users: 7, within: 12h, failures: 30, tarpit: 9s }
    attacked_account: { addresses: 25, tarpit: 3s }
    trusted: [10.0.0.0/24, "2001:db8:1::/48"]
    webmail: [10.0.1.7]
    on_inbound: defer
)"));
  LoginLockout expected;
  expected.settings.mode = Mode::observe;
  expected.failures = 8;
  expected.within = minutes(20);
  expected.lock = seconds(2);
  expected.ipv4_prefix = 28;
  expected.ipv6_prefix = 56;
  expected.count = CountedFailures::distinct_passwords;
  expected.prolong = true;
  expected.growth = {3, hours(48), hours(14 * 24)};
  expected.shared = {7, hours(12), 30, seconds(9)};
  expected.account = {25, seconds(3)};
  expected.trusted.insert(*Network::parse("10.0.0.0/24"), {"gatepost.yaml", 15, 15});
  expected.trusted.insert(*Network::parse("2001:db8:1::/48"), {"gatepost.yaml", 15, 28});
  expected.webmail.insert(*Network::parse("10.0.1.7"), {"gatepost.yaml", 16, 15});
  expected.on_inbound = Action::defer;
  EXPECT_EQ(rule_of(config), expected);
}

TEST(LoginLockoutRule, HasDefaultsAndCanTurnPartsOff) {
  EXPECT_EQ(rule_with(""), LoginLockout{});
  EXPECT_EQ(rule_with("").settings.on_hit, Action::defer);
  EXPECT_EQ(rule_with("on_inbound: continue").on_inbound, Action::proceed);
  EXPECT_EQ(rule_with("shared_address: { users: 0, tarpit: 0 }").shared.users, 0);
  EXPECT_EQ(rule_with("attacked_account: { addresses: 0 }").account.addresses, 0);
}

TEST(LoginLockoutRule, TakesWhatIsNotWrittenFromWhatIs) {
  EXPECT_EQ(rule_with("failures: 25").shared.failures, 50);
  EXPECT_EQ(rule_with("failures: 3").shared.failures, 6);
  EXPECT_EQ(rule_with("failures: 25, shared_address: { failures: 25 }").shared.failures, 25);
  EXPECT_EQ(rule_with("lock: 2d").growth.longest, hours(48));
  EXPECT_EQ(rule_with("lock: 1h").growth.longest, hours(24));
}

TEST(LoginLockoutRule, SaysWhatListsSayTwice) {
  EXPECT_THAT(warnings(std::string("rules: { login_lockout: { trusted: [10.1.0.0/16, 10.0.0.0/8], "
                                   "webmail: [10.0.0.0/8, 192.0.2.1] } }\n") +
                       kSource),
              ElementsAre("gatepost.yaml:2:37: rules.login_lockout.trusted: 10.1.0.0/16 lies in "
                          "10.0.0.0/8, which is listed too",
                          "gatepost.yaml:2:73: rules.login_lockout.webmail: 10.0.0.0/8 need not be "
                          "in trusted too: webmail hosts are never locked"));
  EXPECT_THAT(
      warnings(std::string("rules: { login_lockout: { growth: { longest: 2d } } }\n") + kSource),
      ElementsAre("gatepost.yaml:2:46: rules.login_lockout.growth.longest does nothing "
                  "without factor"));
}

class LoginSourcesTest : public testing::Test {
protected:
  LoginSourcesTest() { secret("  hunter2 \r\n"); }

  void secret(std::string_view text) {
    write_all(folder_ / "secret", text);
    std::filesystem::permissions(folder_ / "secret", std::filesystem::perms::owner_read |
                                                         std::filesystem::perms::owner_write);
  }

  LoadResult load_with(const std::string& logins) {
    write_all(folder_ / "gatepost.yaml", site("logins: { " + logins + " }\n"));
    return load(folder_ / "gatepost.yaml", kNow);
  }

  LoginSources sources(const std::string& logins) {
    const auto result = load_with(logins);
    EXPECT_EQ(text_of(result), "ok\n");
    warnings_ = warnings_of(std::get<Loaded>(result));
    return std::get<Loaded>(result).daemon.logins;
  }

  // The mistake without its file.
  std::string mistake(const std::string& logins) {
    const std::string text = text_of(load_with(logins));
    const std::string file = (folder_ / "gatepost.yaml").string();
    return text.starts_with(file) ? text.substr(file.size() + 1) : text;
  }

  std::string path(std::string_view name) { return (folder_ / name).string(); }

  Folder folder_;
  std::vector<std::string> warnings_;
};

TEST_F(LoginSourcesTest, AreNoneUntilWritten) {
  EXPECT_EQ(loaded(site()).daemon.logins, LoginSources{});
  EXPECT_FALSE(loaded(site("logins:\n")).daemon.logins.any());
  EXPECT_FALSE(sources("follow: []").any());
}

TEST_F(LoginSourcesTest, AreReadWithTheSecret) {
  write_all(folder_ / "mail.log", "");
  const LoginSources read = sources(
      "auth_policy: { listen: \"inet6:8897@[::1]\", secret_file: secret }, "
      "follow: [mail.log, ./logs/../mail.info]");
  ASSERT_TRUE(read.auth_policy);
  EXPECT_EQ(read.auth_policy->listen.text(), "inet6:8897@[::1]");
  EXPECT_EQ(read.auth_policy->secret, "hunter2");
  EXPECT_THAT(read.follow, ElementsAre(folder_ / "mail.log", folder_ / "mail.info"));
  EXPECT_THAT(warnings_,
              ElementsAre(path("gatepost.yaml") + ":2:96: logins.follow: '" + path("mail.info") +
                          "' is not there; it is followed once it is"));
}

TEST_F(LoginSourcesTest, WithoutASecretSayThatThereIsNone) {
  const LoginSources read = sources("auth_policy: { secret: none }");
  ASSERT_TRUE(read.auth_policy);
  EXPECT_EQ(read.auth_policy->listen.text(), "inet:8898@127.0.0.1");
  EXPECT_EQ(read.auth_policy->secret, "");
  for (const char* local : {"inet:1@127.9.9.9", "'inet6:1@[::1]'"}) {
    EXPECT_TRUE(sources(std::string("auth_policy: { listen: ") + local + ", secret: none }").any());
  }
  for (const char* open : {"inet:1@0.0.0.0", "'inet6:1@[::]'", "inet:1@192.0.2.1"}) {
    const std::string listen = std::string("auth_policy: { listen: ") + open;
    EXPECT_NE(mistake(listen + ", secret: none }").find("could lock any address"),
              std::string::npos);
    EXPECT_TRUE(sources(listen + ", secret_file: secret }").any());
  }
}

TEST_F(LoginSourcesTest, NeedASecretFileOfOneLine) {
  const std::string keys = "auth_policy: { secret_file: secret }";
  secret(" \n");
  EXPECT_EQ(mistake(keys),
            "2:39: logins.auth_policy.secret_file: " + path("secret") + " is empty\n");
  secret("one\ntwo\n");
  EXPECT_EQ(mistake(keys), "2:39: logins.auth_policy.secret_file: " + path("secret") +
                               " must hold the secret on one line and nothing else\n");
  secret("geheim\xC3\xA4\n");
  EXPECT_NE(mistake(keys).find("travels in an HTTP header"), std::string::npos);
  std::filesystem::remove(folder_ / "secret");
  EXPECT_EQ(mistake(keys), "2:39: logins.auth_policy.secret_file: cannot read " + path("secret") +
                               ": No such file or directory\n");
}

TEST_F(LoginSourcesTest, SayThatEverybodyCanReadTheSecret) {
  std::filesystem::permissions(folder_ / "secret", std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  sources("auth_policy: { secret_file: secret }");
  EXPECT_THAT(warnings_,
              ElementsAre(path("gatepost.yaml") +
                          ":2:39: logins.auth_policy.secret_file: every user of this machine can "
                          "read " +
                          path("secret") + ": chmod o-r"));
}

TEST_F(LoginSourcesTest, NeverShowASecretThatIsWrittenHere) {
  const std::string text = mistake("auth_policy: { secret: hunter2 }");
  EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  EXPECT_NE(text.find("put it in a file of its own"), std::string::npos) << text;
}

TEST_F(LoginSourcesTest, FollowNoFolder) {
  std::filesystem::create_directory(folder_ / "logs");
  EXPECT_EQ(mistake("follow: [logs]"),
            "2:20: logins.follow: '" + path("logs") + "' is a folder: name the log files in it\n");
}

TEST_F(LoginSourcesTest, AreOfTheDaemonSettingsThatAStartReads) {
  const Loaded before = loaded(site(kSource));
  EXPECT_FALSE(before.daemon == loaded(site()).daemon);
  EXPECT_TRUE(before.daemon == loaded(site(kSource)).daemon);
  EXPECT_FALSE(before.daemon ==
               loaded(site(std::string(kSource).insert(10, "follow: [/x], "))).daemon);
}

TEST(IdleLockout, IsSaid) {
  const std::string idle =
      "gatepost.yaml:1:1: login_lockout is idle: nothing tells of failed logins, so no "
      "address is locked by itself; write logins.auth_policy or logins.follow";
  EXPECT_THAT(warnings(""), ElementsAre(idle));
  EXPECT_THAT(warnings("logins: { follow: [] }\n"), ElementsAre(idle));
  EXPECT_THAT(warnings("rules: { login_lockout: { failures: 10 } }\n"), ElementsAre(idle));
  EXPECT_THAT(warnings("rules: { login_lockout: { failures: 5 } }\n"),
              ElementsAre(idle,
                          "gatepost.yaml:2:10: rules.login_lockout: its figures count for "
                          "nothing while login_lockout is idle"));
  const std::string offices = "offices: [{ clients: [10.0.0.1], login_failures: 50, reason: r }]\n";
  EXPECT_THAT(warnings("", offices),
              ElementsAre(idle,
                          "whitelist.yaml:1:11: offices: login_failures counts for nothing "
                          "while login_lockout is idle"));
  EXPECT_THAT(warnings(kSource, offices), ElementsAre());
}

TEST(IdleLockout, IsSaidOfPasswordsThatNobodyTells) {
  const std::string rule = "rules: { login_lockout: { count: distinct_passwords } }\n";
  EXPECT_THAT(warnings(rule + "logins: { follow: [/dev/null] }\n"),
              ElementsAre("gatepost.yaml:2:10: rules.login_lockout.count: distinct_passwords does "
                          "nothing with logins.follow alone: log lines tell no passwords, so every "
                          "failure counts; logins.auth_policy tells them"));
  EXPECT_THAT(warnings(rule + "logins: { auth_policy: { secret: none }, follow: [/dev/null] }\n"),
              ElementsAre());
}

constexpr const char* kOffices = R"(offices:
  - clients: [198.51.100.0/24, "2001:db8:5::/48"]
    login_failures: 100
    reason: branch office behind one address
    owner: it
    expires: 2027-03-31
  - { clients: [198.51.100.7], login_failures: 300, reason: its Wi-Fi }
)";

TEST(Offices, AreReadAndFound) {
  const Loaded config = loaded(site(kSource), kOffices);
  const auto& offices = config.settings->whitelist.offices;
  ASSERT_EQ(offices.size(), 2U);
  EXPECT_EQ(offices[0].login_failures, 100);
  EXPECT_EQ(offices[0].clients.size(), 2U);
  EXPECT_EQ(offices[0].info.owner, "it");
  EXPECT_EQ(offices[0].info.place.text(), "whitelist.yaml:2:5");
  const auto failures = [&](const char* client, Time now = kNow) {
    return lockout_terms(*config.settings, *IpAddress::parse(client), now).failures;
  };
  EXPECT_EQ(failures("198.51.100.1"), 100);
  EXPECT_EQ(failures("198.51.100.7"), 300);
  EXPECT_EQ(failures("2001:db8:5::1"), 100);
  EXPECT_EQ(failures("198.51.101.1"), 10);
  EXPECT_EQ(failures("198.51.100.1", kNow + hours(24 * 365)), 10);
}

TEST(Offices, ThatDoLessThanTheyShowAreNoted) {
  EXPECT_THAT(
      warnings(std::string("rules: { login_lockout: { trusted: [10.0.0.0/8] } }\n") + kSource,
               "offices:\n"
               "  - { clients: [192.0.2.1], login_failures: 9, reason: r }\n"
               "  - { clients: [10.1.0.0/16, 0.0.0.0/8], login_failures: 10, reason: r }\n"),
      ElementsAre("whitelist.yaml:2:45: offices.login_failures: 9 is less than the 10 of others: "
                  "this office is locked sooner than they are",
                  "whitelist.yaml:3:16: offices.clients: 10.1.0.0/16 is never locked by "
                  "gatepost.yaml:2:37, so this entry does nothing for it"));
}

TEST(Offices, MayFollowOneThatExpires) {
  const std::string two =
      "offices:\n"
      "  - { clients: [192.0.2.1], login_failures: 50, reason: r, expires: 2027-03-31 }\n"
      "  - { clients: [192.0.2.1], login_failures: 90, reason: r }\n";
  const Loaded config = loaded(site(kSource), two);
  const auto failures = [&](Time now) {
    return lockout_terms(*config.settings, *IpAddress::parse("192.0.2.1"), now).failures;
  };
  EXPECT_EQ(failures(kNow), 50);
  EXPECT_EQ(failures(kNow + hours(24 * 365)), 90);
}

TEST(LockoutMistakes, NameTheOtherFigure) {
  EXPECT_EQ(said("rules: { login_lockout: { lock: 2h, growth: { factor: 2, longest: 1h } } }\n"),
            "gatepost.yaml:2:67: rules.login_lockout.growth.longest: 1h is shorter than the first "
            "lock, 2h\n");
  EXPECT_EQ(said("rules: { login_lockout: { shared_address: { failures: 5 } } }\n"),
            "gatepost.yaml:2:55: rules.login_lockout.shared_address.failures: 5 is less than the "
            "10 of others: a shared address is locked later, not sooner\n");
}

}  // namespace
}  // namespace gatepost::config
