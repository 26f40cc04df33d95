#include "config/last_good.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFrozen = "frozen: [{ account: leaver, reason: left }]\n";

// A site with a whitelist and its state_dir, both right at first.
class LastGood : public testing::Test {
protected:
  LastGood() {
    fs::create_directory(folder_ / "state");
    write_all(gatepost(), site("whitelist: whitelist.yaml\nstate_dir: state\n"));
    write_all(whitelist(), kFrozen);
  }

  fs::path gatepost() const { return folder_ / "gatepost.yaml"; }

  fs::path whitelist() const { return folder_ / "whitelist.yaml"; }

  fs::path kept() const { return last_good_whitelist(folder_ / "state"); }

  void accept() const {
    const auto result = load(gatepost(), kNow);
    ASSERT_EQ(text_of(result), "ok\n");
    EXPECT_EQ(keep_last_good(std::get<Loaded>(result)), std::nullopt);
  }

  StartResult start() const { return load_for_start(gatepost(), kNow); }

  Folder folder_;
};

std::string problems_of(const StartResult& result) {
  std::string out;
  const auto* start = std::get_if<Start>(&result);
  const Diagnostics& all = start != nullptr ? start->problems : std::get<Diagnostics>(result);
  for (const Diagnostic& each : all)
    out += each.text() + '\n';
  return out;
}

bool leaver_is_frozen(const StartResult& result) {
  const auto* start = std::get_if<Start>(&result);
  return start != nullptr &&
         start->loaded.settings->whitelist.frozen.count("leaver@example.com") == 1;
}

TEST_F(LastGood, IsWrittenWholeAndForTheGroupAlone) {
  accept();
  EXPECT_EQ(read_all(kept()), kFrozen);
  EXPECT_EQ(read_all(folder_ / "state/last-good/gatepost.yaml"), read_all(gatepost()));

  struct stat status {};

  ASSERT_EQ(::stat(kept().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  ASSERT_EQ(::stat(kept().parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0750U);
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(kept().parent_path())) {
    files += entry.is_regular_file() ? 1U : 0U;
  }
  EXPECT_EQ(files, 2U);
}

TEST_F(LastGood, IsNotNeededWhereAllIsRight) {
  accept();
  const StartResult result = start();
  ASSERT_TRUE(std::holds_alternative<Start>(result));
  EXPECT_FALSE(std::get<Start>(result).from_last_good);
  EXPECT_TRUE(std::get<Start>(result).problems.empty());
}

TEST_F(LastGood, StandsInForABrokenWhitelistAndSaysWhy) {
  accept();
  for (const std::string& broken :
       {std::string("frozen: ["), std::string("frozn: []\n"),
        std::string("frozen: [{ account: leaver }]\n"), std::string("\0", 1)}) {
    write_all(whitelist(), broken);
    const StartResult result = start();
    EXPECT_TRUE(leaver_is_frozen(result)) << broken;
    ASSERT_TRUE(std::holds_alternative<Start>(result));
    EXPECT_TRUE(std::get<Start>(result).from_last_good);
    EXPECT_NE(problems_of(result).find(whitelist().string() + ":1:"), std::string::npos)
        << problems_of(result);
  }
}

TEST_F(LastGood, StandsInForAWhitelistThatIsGone) {
  accept();
  fs::remove(whitelist());
  const StartResult result = start();
  EXPECT_TRUE(leaver_is_frozen(result));
  EXPECT_EQ(problems_of(result), gatepost().string() + ":2:12: whitelist: cannot read " +
                                     whitelist().string() + ": No such file or directory\n");
}

TEST_F(LastGood, IsKeptByWhatStartedFromIt) {
  accept();
  write_all(whitelist(), "broken");
  for (int round = 0; round < 2; ++round) {
    const StartResult result = start();
    ASSERT_TRUE(leaver_is_frozen(result));
    EXPECT_EQ(keep_last_good(std::get<Start>(result).loaded), std::nullopt);
    EXPECT_EQ(read_all(kept()), kFrozen);
  }
}

TEST_F(LastGood, DoesNotStandInForABrokenGatepostYaml) {
  accept();
  write_all(gatepost(), site("whitelist: whitelist.yaml\nstate_dir: state\nrulez: {}\n"));
  EXPECT_EQ(problems_of(start()),
            gatepost().string() + ":4:1: unknown key 'rulez' (did you mean 'rules'?)\n");
  EXPECT_TRUE(std::holds_alternative<Diagnostics>(start()));
}

TEST_F(LastGood, ThatNeverWasStopsTheStart) {
  write_all(whitelist(), "frozn: []\n");
  const StartResult result = start();
  ASSERT_TRUE(std::holds_alternative<Diagnostics>(result));
  const std::string said = problems_of(result);
  EXPECT_NE(said.find("unknown key 'frozn'"), std::string::npos) << said;
  EXPECT_NE(said.find("no last good one"), std::string::npos) << said;
  EXPECT_NE(said.find(kept().string()), std::string::npos) << said;
}

TEST_F(LastGood, IsForgottenWithTheWhitelist) {
  accept();
  write_all(gatepost(), site("state_dir: state\n"));
  const auto result = load(gatepost(), kNow);
  ASSERT_EQ(text_of(result), "ok\n");
  EXPECT_EQ(keep_last_good(std::get<Loaded>(result)), std::nullopt);
  EXPECT_FALSE(fs::exists(kept()));
}

TEST_F(LastGood, ThatCannotBeKeptIsSaid) {
  fs::remove(folder_ / "state");
  const auto result = load(gatepost(), kNow);
  ASSERT_EQ(text_of(result), "ok\n");
  const auto failed = keep_last_good(std::get<Loaded>(result));
  ASSERT_TRUE(failed);
  EXPECT_EQ(*failed, "cannot make " + (folder_ / "state/last-good").string() +
                         ": No such file or directory");
}

TEST_F(LastGood, SurvivesAWriteThatWasCutShort) {
  accept();
  write_all(kept().string() + ".new", "half of a fi");
  write_all(whitelist(), "frozen: [{ account: other, reason: left }]\n");
  accept();
  EXPECT_EQ(read_all(kept()), read_all(whitelist()));
  EXPECT_FALSE(fs::exists(kept().string() + ".new"));
}

}  // namespace
}  // namespace gatepost::config
