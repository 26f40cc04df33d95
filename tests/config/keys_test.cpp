// The names of the configuration: each is documented, each is really read.

#include "config/keys.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

bool is_of_whitelist(const SectionKeys& section) {
  return &section == &keys::whitelist() || &section == &keys::group_sender() ||
         &section == &keys::server_entry() || &section == &keys::forwarder() ||
         &section == &keys::office() || &section == &keys::unauthenticated_domain() ||
         &section == &keys::trusted_sealer() || &section == &keys::mailing_list() ||
         &section == &keys::alias() || &section == &keys::on_behalf() ||
         &section == &keys::frozen_entry();
}

TEST(Keys, AreAllInTheReference) {
  const std::string gatepost = read_all(GATEPOST_SOURCE_DIR "/docs/gatepost.yaml.5.md");
  const std::string whitelist = read_all(GATEPOST_SOURCE_DIR "/docs/whitelist.yaml.5.md");
  for (const SectionKeys* section : keys::all()) {
    const std::string& text = is_of_whitelist(*section) ? whitelist : gatepost;
    for (const Key& key : section->keys) {
      const std::string inside = std::string(section->path) + '.' + std::string(key.name);
      const bool written = text.find('`' + std::string(key.name) + '`') != std::string::npos ||
                           text.find('`' + inside + '`') != std::string::npos ||
                           text.find("\n## " + std::string(key.name) + '\n') != std::string::npos;
      EXPECT_TRUE(written) << inside;
    }
  }
}

// A file in which `section` is a map that holds `line` only; the rest is right.
std::string with_line(const SectionKeys& section, const std::string& line) {
  const std::string path(section.path);
  if (path.empty()) return line + '\n';
  std::string out;
  std::string indent;
  std::size_t start = 0;
  while (start <= path.size()) {
    const auto dot = std::min(path.find('.', start), path.size());
    std::string name = path.substr(start, dot - start);
    if (name == "LIMIT") name = "message_rate";
    if (name == "DOMAIN") name = "b_example";
    out += indent + name + ":\n";
    indent += "  ";
    start = dot + 1;
  }
  const bool is_list = &section == &keys::trusted_results();
  return out + indent + (is_list ? "- " : "") + line + '\n';
}

std::string with_entry(const SectionKeys& section, const std::string& line) {
  if (section.path.empty()) return line + '\n';
  return std::string(section.path) + ":\n  - " + line + '\n';
}

TEST(Keys, AreAllRead) {
  for (const SectionKeys* section : keys::all()) {
    for (const Key& key : section->keys) {
      // Nothing takes a list within a list, so a key that is read is a mistake.
      const std::string line = std::string(key.name) + ": [[1]]";
      const bool whitelist = is_of_whitelist(*section);
      const std::string gatepost = whitelist ? site() : with_line(*section, line);
      const auto result = whitelist ? load_text(gatepost, with_entry(*section, line), kNow)
                                    : load_text(gatepost, std::nullopt, kNow);
      const std::string said = text_of(result);
      EXPECT_NE(said.find(key.name), std::string::npos) << section->path << ' ' << line << said;
      EXPECT_EQ(said.find("unknown key"), std::string::npos) << section->path << ' ' << said;
      const bool later = said.find("not available in this version") != std::string::npos;
      EXPECT_EQ(later, key.later) << said;
    }
  }
}

TEST(Keys, OfEveryRuleAreASectionOfItsOwn) {
  for (const Rule& rule : default_rules()) {
    const std::string_view name = gatepost::name(id_of(rule));
    EXPECT_NE(keys::rules().find(name), nullptr) << name;
    const std::string said = text_of(load_text(
        site("rules: { " + std::string(name) + ": { moode: observe } }\n"), std::nullopt, kNow));
    EXPECT_EQ(said, "gatepost.yaml:2:" + std::to_string(14 + name.size()) +
                        ": unknown key 'moode' in rules." + std::string(name) +
                        " (did you mean 'mode'?)\n");
  }
}

TEST(Keys, AreSaidOnceInASection) {
  for (const SectionKeys* section : keys::all()) {
    for (const Key& key : section->keys) {
      const auto same = [&](const Key& other) { return other.name == key.name; };
      EXPECT_EQ(std::count_if(section->keys.begin(), section->keys.end(), same), 1) << key.name;
    }
  }
}

}  // namespace
}  // namespace gatepost::config
