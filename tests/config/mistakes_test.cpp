// Every mistake people make, with the exact text they are shown: mistakes.golden.

#include <vector>

#include <gtest/gtest.h>

#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

// One case of the file: the texts after `---` and `+++`, and what is said after `===`. A text that
// is a single `-` is a right gatepost.yaml.
struct GoldenCase {
  int line = 0;
  std::string gatepost;
  std::optional<std::string> whitelist;
  std::string expected;
};

std::vector<GoldenCase> golden_cases() {
  std::vector<GoldenCase> cases;
  std::ifstream in(GATEPOST_SOURCE_DIR "/tests/config/mistakes.golden");
  std::string* part = nullptr;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line == "---") {
      cases.push_back({number, "", std::nullopt, ""});
      part = &cases.back().gatepost;
    } else if (line == "+++") {
      part = &cases.back().whitelist.emplace();
    } else if (line == "===") {
      part = &cases.back().expected;
    } else if (part != nullptr) {
      *part += line + '\n';
    }
  }
  return cases;
}

TEST(Mistakes, AreSaidInTheseWords) {
  const auto cases = golden_cases();
  ASSERT_GE(cases.size(), 80U);
  for (const GoldenCase& each : cases) {
    const std::string gatepost = each.gatepost == "-\n" ? site() : each.gatepost;
    EXPECT_EQ(text_of(load_text(gatepost, each.whitelist, kNow)), each.expected)
        << "mistakes.golden:" << each.line << '\n'
        << each.gatepost;
  }
}

TEST(Mistakes, OfBytesThatAreNoText) {
  const auto said = [](std::string_view text) {
    return text_of(load_text(text, std::nullopt, kNow));
  };
  const std::string not_utf8 = " is not UTF-8: save the file as UTF-8 (it may be GBK or Latin-1)\n";
  EXPECT_EQ(
      said(std::string_view("site:\0", 6)),
      "gatepost.yaml:1:6: a NUL byte: this is not a text file, or it was written only half\n");
  EXPECT_EQ(said("a: b\n# \x01\n"), "gatepost.yaml:2:3: a control character (0x01)\n");
  EXPECT_EQ(said("# ok\n# \xD6\xD0\n"), "gatepost.yaml:2:3: byte 0xD6" + not_utf8);
  EXPECT_EQ(said("# \xE4\xB8\xAD\xC0\xAF\n"), "gatepost.yaml:1:4: byte 0xC0" + not_utf8);
  EXPECT_EQ(said("# \xED\xA0\x80\n"), "gatepost.yaml:1:3: byte 0xED" + not_utf8);
  EXPECT_EQ(
      said(std::string((32U << 20U) + 1, '#')),
      "gatepost.yaml:1:1: the file has 33554433 bytes, more than the 33554432 that are read\n");
}

TEST(Mistakes, NestedWithoutEndAreOneMistake) {
  const std::string lists = "site: " + std::string(100'000, '[');
  const std::string said = text_of(load_text(lists, std::nullopt, kNow));
  EXPECT_TRUE(said.ends_with(": lists and maps are nested too deeply\n")) << said;
  std::string maps;
  for (int depth = 0; depth < 300; ++depth) {
    maps.append(static_cast<std::size_t>(depth), ' ').append("a:\n");
  }
  EXPECT_EQ(text_of(load_text(maps, std::nullopt, kNow)),
            "gatepost.yaml:33:33: lists and maps are nested too deeply\n");
}

TEST(Mistakes, WithoutEndAreCounted) {
  std::string text = site();
  for (int i = 0; i < 600; ++i)
    text += "x" + std::to_string(i) + ": 1\n";
  const auto result = load_text(text, std::nullopt, kNow);
  const auto& mistakes = std::get<Diagnostics>(result);
  ASSERT_EQ(mistakes.size(), 501U);
  EXPECT_EQ(mistakes.back().text(), "gatepost.yaml:501:1: and 100 more of this file");
}

TEST(Mistakes, OfBothFilesComeTogether) {
  EXPECT_EQ(text_of(load_text("sites: 1\n", "frozn: []\n", kNow)),
            "gatepost.yaml:1:1: unknown key 'sites' (did you mean 'site'?)\n"
            "whitelist.yaml:1:1: unknown key 'frozn' (did you mean 'frozen'?)\n");
}

TEST(Mistakes, NeverShowAPassword) {
  for (const char* url : {"redis://u:hunter2@", "redis://u:hunter2@h:x", "redis://hunter2@h",
                          "redis://u:hunter2%zz@h", "rediss://u:hunter2@h:x", "http://u:hunter2@h",
                          "redis://u:hunter2@h/db"}) {
    const std::string text = site("store: { kind: redis, url: \"" + std::string(url) + "\" }\n");
    const std::string said = text_of(load_text(text, std::nullopt, kNow));
    EXPECT_NE(said, "ok\n") << url;
    EXPECT_EQ(said.find("hunter2"), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace gatepost::config
