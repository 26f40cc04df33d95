#include "daemon/configuration.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/scratch_folder.hpp"
#include "tests/policy/site.hpp"

namespace gatepost::daemon {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ConfigurationTest : public ::testing::Test {
protected:
  ConfigurationTest() {
    std::filesystem::create_directory(folder_.path() / "state");
    write_gatepost("");
    folder_.write("whitelist.yaml", frozen(1));
  }

  void write_gatepost(const std::string& more) {
    folder_.write("gatepost.yaml", "state_dir: " + (folder_.path() / "state").string() +
                                       "\nwhitelist: whitelist.yaml\nsite:\n"
                                       "  domains: [example.com]\n  time_zone: UTC\n" +
                                       more);
  }

  static std::string frozen(int entries) {
    std::string text = "frozen:\n";
    for (int i = 0; i < entries; ++i) {
      text += "  - account: user" + std::to_string(i) + "@example.com\n    reason: left\n";
    }
    return text;
  }

  std::size_t frozen_now(const Configuration& configuration) const {
    return configuration.settings()->whitelist.frozen.size();
  }

  test::ScratchFolder folder_;
  std::function<Time()> clock_ = [] { return test::kNoon; };
  Log log_{{.format = config::LogSettings::Format::key_value, .debug = false}};
};

TEST_F(ConfigurationTest, AReloadSwapsTheWholeSnapshot) {
  Configuration configuration(folder_.path() / "gatepost.yaml", clock_);
  configuration.log_to(log_);
  const auto before = configuration.settings();
  folder_.write("whitelist.yaml", frozen(3));
  EXPECT_TRUE(configuration.reload(false).accepted);
  EXPECT_EQ(frozen_now(configuration), 3U);
  EXPECT_EQ(before->whitelist.frozen.size(), 1U) << "a message keeps what it started with";
}

TEST_F(ConfigurationTest, ABrokenEditChangesNothingAndIsVisible) {
  Configuration configuration(folder_.path() / "gatepost.yaml", clock_);
  configuration.log_to(log_);
  folder_.write("whitelist.yaml", "frozen:\n  - account: [half\n");
  const auto outcome = configuration.reload(true);
  EXPECT_FALSE(outcome.accepted);
  EXPECT_THAT(outcome.messages, Contains(HasSubstr("whitelist.yaml:")));
  EXPECT_EQ(configuration.state().problems, outcome.messages);
  EXPECT_EQ(frozen_now(configuration), 1U);
  folder_.write("whitelist.yaml", frozen(2));
  EXPECT_TRUE(configuration.reload(false).accepted);
  EXPECT_THAT(configuration.state().problems, IsEmpty());
}

TEST_F(ConfigurationTest, ASavedWhitelistDoesNotPutAnEditedGatepostYamlInForce) {
  Configuration configuration(folder_.path() / "gatepost.yaml", clock_);
  configuration.log_to(log_);
  write_gatepost("  mode: observe\n");
  folder_.write("whitelist.yaml", frozen(2));
  EXPECT_TRUE(configuration.reload_daily_files().accepted);
  EXPECT_EQ(frozen_now(configuration), 2U);
  EXPECT_EQ(configuration.settings()->site.mode, Mode::enforce);
  EXPECT_TRUE(configuration.reload(false).accepted);
  EXPECT_EQ(configuration.settings()->site.mode, Mode::observe);
}

TEST_F(ConfigurationTest, AWhitelistThatLosesMostOfItsEntriesNeedsAYes) {
  folder_.write("whitelist.yaml", frozen(30));
  Configuration configuration(folder_.path() / "gatepost.yaml", clock_);
  configuration.log_to(log_);
  folder_.write("whitelist.yaml", frozen(5));
  const auto outcome = configuration.reload(false);
  EXPECT_FALSE(outcome.accepted);
  EXPECT_THAT(outcome.messages, Contains(HasSubstr("25 of 30 entries would be gone")));
  EXPECT_EQ(frozen_now(configuration), 30U);
  EXPECT_TRUE(configuration.reload(true).accepted);
  EXPECT_EQ(frozen_now(configuration), 5U);
}

TEST_F(ConfigurationTest, CountsReloadsByHowTheyEnded) {
  folder_.write("whitelist.yaml", frozen(30));
  Configuration configuration(folder_.path() / "gatepost.yaml", clock_);
  configuration.log_to(log_);
  const auto counts = [&] {
    const admin::ReloadCounts now = configuration.state().reloads;
    return std::vector<std::uint64_t>{now.applied, now.refused, now.unconfirmed};
  };
  EXPECT_THAT(counts(), ElementsAre(0, 0, 0)) << "the start is no reload";
  folder_.write("whitelist.yaml", frozen(5));
  configuration.reload(false);
  EXPECT_THAT(counts(), ElementsAre(0, 0, 1));
  configuration.reload(true);
  EXPECT_THAT(counts(), ElementsAre(1, 0, 1));
  folder_.write("whitelist.yaml", "frozen: [");
  configuration.reload_daily_files();
  configuration.reload(true);
  EXPECT_THAT(counts(), ElementsAre(1, 2, 1));
  folder_.write("whitelist.yaml", frozen(6));
  configuration.reload_daily_files();
  EXPECT_THAT(counts(), ElementsAre(2, 2, 1));
}

TEST_F(ConfigurationTest, StartsWithTheLastGoodWhitelistWhereTheFileIsBroken) {
  { const Configuration first(folder_.path() / "gatepost.yaml", clock_); }
  folder_.write("whitelist.yaml", "frozen: [");
  Configuration second(folder_.path() / "gatepost.yaml", clock_);
  second.log_to(log_);
  EXPECT_TRUE(second.state().from_last_good);
  EXPECT_THAT(second.state().problems, ::testing::Not(IsEmpty()));
  EXPECT_EQ(frozen_now(second), 1U);
  EXPECT_THAT(second.daily_files(), ElementsAre(folder_.path() / "whitelist.yaml"))
      << "what is watched";
  folder_.write("whitelist.yaml", frozen(2));
  EXPECT_TRUE(second.reload(false).accepted);
  EXPECT_FALSE(second.state().from_last_good);
}

TEST_F(ConfigurationTest, ABrokenGatepostYamlStopsTheStartWithEveryMistake) {
  write_gatepost("  mod: observe\n  help_ur: x\n");
  try {
    const Configuration configuration(folder_.path() / "gatepost.yaml", clock_);
    FAIL() << "started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("unknown key 'mod'"));
    EXPECT_THAT(error.what(), HasSubstr("unknown key 'help_ur'"));
  }
}

TEST_F(ConfigurationTest, SaysWhatOnlyARestartCanChangeAndWhichWindowsStartEmpty) {
  Configuration configuration(folder_.path() / "gatepost.yaml", clock_);
  configuration.log_to(log_);
  write_gatepost("log: { debug: true }\nrules:\n  message_rate: { limit: 60 per 20m }\n");
  const auto outcome = configuration.reload(false);
  EXPECT_TRUE(outcome.accepted);
  EXPECT_THAT(outcome.messages, Contains(HasSubstr("read at start only")));
  EXPECT_THAT(outcome.messages, Contains(HasSubstr("start empty")));
}

TEST_F(ConfigurationTest, TheLoginMapIsReadAgainAndItsMistakesChangeNothing) {
  write_gatepost("  logins: { map: sender_login }\n");
  folder_.write("sender_login", "info@example.com alice\n");
  Configuration configuration(folder_.path() / "gatepost.yaml", clock_);
  configuration.log_to(log_);
  EXPECT_THAT(configuration.daily_files(),
              ElementsAre(folder_.path() / "whitelist.yaml", folder_.path() / "sender_login"));
  const Address info = *Address::parse("info@example.com");
  const auto owner = [&](const std::string& login) {
    return configuration.settings()->login_map.grants(info, login).has_value();
  };
  EXPECT_TRUE(owner("alice@example.com"));
  folder_.write("sender_login", "info@example.com bob\n");
  EXPECT_TRUE(configuration.reload_daily_files().accepted);
  EXPECT_TRUE(owner("bob@example.com"));
  folder_.write("sender_login", "info@example.com\n");
  const auto outcome = configuration.reload_daily_files();
  EXPECT_FALSE(outcome.accepted);
  EXPECT_THAT(outcome.messages, ElementsAre(HasSubstr("sender_login:1:1: names no login")));
  EXPECT_TRUE(owner("bob@example.com"));

  Configuration after_restart(folder_.path() / "gatepost.yaml", clock_);
  EXPECT_TRUE(after_restart.state().from_last_good);
  EXPECT_TRUE(after_restart.settings()->login_map.grants(info, "bob@example.com").has_value());
}

}  // namespace
}  // namespace gatepost::daemon
