// The JSON Schemas that editors complete and check the two files by: they know the names, the
// choices and the defaults that the reader knows.

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "config/keys.hpp"
#include "tests/config/fixture.hpp"

namespace gatepost::config {
namespace {

using Names = std::set<std::string>;

// A section of one of the files: what the reader knows of it, and what its schema says.
struct Place {
  const SectionKeys* keys = nullptr;
  std::string path;    // as messages call it: `rules.message_rate`
  bool entry = false;  // of a list of whitelist.yaml
  YAML::Node root;     // the whole schema
  YAML::Node schema;   // the section's part of it
};

YAML::Node schema_file(const std::string& name) {
  return YAML::LoadFile(GATEPOST_SOURCE_DIR "/config/" + name + ".schema.json");
}

// `node`, or what its $ref leads to.
YAML::Node resolved(const YAML::Node& root, const YAML::Node& node) {
  const YAML::Node reference = node.IsMap() ? node["$ref"] : YAML::Node(YAML::NodeType::Undefined);
  if (!reference) return node;
  const auto name = reference.as<std::string>();
  return root["definitions"][name.substr(name.rfind('/') + 1)];
}

// The names that a path of keys::all() stands for: `rules.LIMIT` for the four limits.
std::vector<std::string> paths_of(const SectionKeys& section) {
  const std::string path(section.path);
  if (path == "domains.DOMAIN") return {"domains.b_example"};
  if (path == "groups.NAME") return {"groups.staff"};
  if (path != "rules.LIMIT") return {path};
  return {"rules.message_rate", "rules.recipients_per_message", "rules.recipients_per_day",
          "rules.message_size"};
}

YAML::Node section_schema(const YAML::Node& root, const std::string& path) {
  YAML::Node node = root;
  std::istringstream steps(path);
  for (std::string step; std::getline(steps, step, '.');) {
    const YAML::Node& here = node;
    const YAML::Node named = here["properties"] ? here["properties"][step] : here["properties"];
    node.reset(named ? named : here["additionalProperties"]);
  }
  return node;
}

bool is_of_whitelist(const SectionKeys& section) {
  const auto all = keys::all();
  return std::find(all.begin(), all.end(), &section) >=
         std::find(all.begin(), all.end(), &keys::whitelist());
}

std::vector<Place> places() {
  const YAML::Node gatepost = schema_file("gatepost");
  const YAML::Node whitelist = schema_file("whitelist");
  std::vector<Place> out;
  for (const SectionKeys* section : keys::all()) {
    const bool of_whitelist = is_of_whitelist(*section);
    const bool entry = of_whitelist && !section->path.empty();
    const YAML::Node& root = of_whitelist ? whitelist : gatepost;
    for (const std::string& path : paths_of(*section)) {
      const YAML::Node found = section_schema(root, path);
      const YAML::Node items = found["items"];
      out.push_back({section, path, entry, root, items ? items : found});
    }
  }
  return out;
}

Names names_in(const YAML::Node& map) {
  Names names;
  for (const auto& entry : map)
    names.insert(entry.first.as<std::string>());
  return names;
}

Names words_in(const YAML::Node& list) {
  Names words;
  for (const auto& item : list)
    words.insert(item.as<std::string>());
  return words;
}

// What a key of the section may be set to, where that is one of a few words.
Names choices_of(const Place& place, const std::string& key) {
  const YAML::Node node = resolved(place.root, place.schema["properties"][key]);
  if (node["enum"]) return words_in(node["enum"]);
  const bool is_switch = node["pattern"] && node["pattern"].as<std::string>() == "^(?:true|false)$";
  return is_switch ? Names{"true", "false"} : Names{};
}

// `line` in the section of gatepost.yaml, and nothing else there that can be left out.
std::string inside(const std::string& path, const std::string& line) {
  if (path.empty()) return line;
  const auto dot = path.rfind('.');
  const std::string name = dot == std::string::npos ? path : path.substr(dot + 1);
  const std::string outer = dot == std::string::npos ? "" : path.substr(0, dot);
  const std::string required = path == "site" ? "domains: [example.com, example.org], " : "";
  if (path == keys::trusted_results().path) return inside(outer, name + ": [{ " + line + " }]");
  return inside(outer, name + ": { " + required + line + " }");
}

LoadResult load_with(const Place& place, const std::string& line) {
  if (place.entry) return load_text(site(), place.path + ":\n  - { " + line + " }\n", kNow);
  if (is_of_whitelist(*place.keys)) return load_text(site(), line + '\n', kNow);
  const std::string text = inside(place.path, line) + '\n';
  return load_text(text.starts_with("site:") ? text : site(text), std::nullopt, kNow);
}

std::string full_name(const Place& place, const std::string& key) {
  return place.path.empty() ? key : place.path + '.' + key;
}

TEST(Schemas, KnowTheNamesThatTheReaderKnows) {
  for (const Place& place : places()) {
    Names known;
    for (const Key& key : place.keys->keys) {
      if (!key.later) known.insert(std::string(key.name));
    }
    ASSERT_TRUE(place.schema["properties"]) << place.path;
    EXPECT_EQ(names_in(place.schema["properties"]), known) << place.path;
    EXPECT_EQ(place.schema["additionalProperties"].as<std::string>(), "false") << place.path;
  }
}

// Counts the maps of a closed set of names.
std::size_t closed_maps(const YAML::Node& node) {
  std::size_t count = 0;
  for (const auto& entry : node) {
    count += closed_maps(node.IsMap() ? entry.second : YAML::Node(entry));
  }
  const bool closed =
      node.IsMap() && node["additionalProperties"] && node["additionalProperties"].IsScalar();
  return count + (closed ? 1 : 0);
}

TEST(Schemas, HaveNoSectionThatTheReaderDoesNotHave) {
  EXPECT_EQ(closed_maps(schema_file("gatepost")) + closed_maps(schema_file("whitelist")),
            places().size());
}

TEST(Schemas, SayOfEveryKeyWhatItIsFor) {
  for (const Place& place : places()) {
    for (const auto& entry : place.schema["properties"]) {
      const std::string name = full_name(place, entry.first.as<std::string>());
      ASSERT_TRUE(entry.second["description"]) << name;
      const auto said = entry.second["description"].as<std::string>();
      EXPECT_TRUE(said.ends_with('.')) << name;
      const YAML::Node usual = entry.second["default"];
      if (!usual) continue;
      std::string shown = usual.IsSequence() ? "" : usual.as<std::string>();
      for (const auto& item : usual)
        shown += (shown.empty() ? "[" : ", ") + item.as<std::string>();
      if (usual.IsSequence()) shown = shown.empty() ? "none" : shown + ']';
      EXPECT_TRUE(said.ends_with(" Default: " + shown + '.')) << name << ": " << said;
    }
  }
}

TEST(Schemas, OfferTheActionsThatTheRuleCanHonour) {
  constexpr std::array<Action, 6> kActions = {Action::refuse, Action::defer,      Action::hold,
                                              Action::junk,   Action::suspicious, Action::proceed};
  std::map<std::string, Place> by_path;
  for (const Place& place : places())
    by_path.emplace(place.path, place);
  for (const Rule& rule : default_rules()) {
    const RuleId id = id_of(rule);
    Names on_hit;
    Names on_unknown;
    for (const Action action : kActions) {
      if (can_honour_on_hit(id, action)) on_hit.insert(std::string(name(action)));
      if (can_honour_on_unknown(id, action)) on_unknown.insert(std::string(name(action)));
    }
    const Place& place = by_path.at("rules." + std::string(name(id)));
    for (const auto& [key, actions] : {std::pair{"on_hit", on_hit}, {"on_unknown", on_unknown}}) {
      if (!place.schema["properties"][key]) continue;
      EXPECT_EQ(choices_of(place, key), actions) << place.path << ' ' << key;
    }
  }
}

TEST(Schemas, OfferTheChoicesThatTheReaderAccepts) {
  const auto all = places();
  Names words{"true", "false"};
  for (const Place& place : all) {
    for (const std::string& key : names_in(place.schema["properties"]))
      words.merge(choices_of(place, key));
  }
  ASSERT_GE(words.size(), 20U);
  for (const Place& place : all) {
    for (const std::string& key : names_in(place.schema["properties"])) {
      const std::string mistake = full_name(place, key) + ": ";
      const auto says = [&](const std::string& word) {
        return text_of(load_with(place, key + ": " + word));
      };
      Names taken;
      const bool is_choice = says("zzzzzzzz").find(" is not one of ") != std::string::npos;
      for (const std::string& word : words) {
        if (is_choice && says(word).find(mistake) == std::string::npos) taken.insert(word);
      }
      EXPECT_EQ(choices_of(place, key), taken) << mistake;
    }
  }
}

std::string yaml_text(const YAML::Node& node) {
  if (node.IsScalar()) return node.as<std::string>();
  std::string out;
  for (const auto& item : node)
    out += (out.empty() ? "'" : ", '") + item.as<std::string>() + '\'';
  return '[' + out + ']';
}

// Where a limit was written is no part of what it says.
std::vector<Rule> without_origins(std::vector<Rule> rules) {
  for (Rule& rule : rules) {
    std::visit(
        [](auto& each) {
          if constexpr (requires { each.limit.origin; }) each.limit.origin = {};
        },
        rule);
  }
  return rules;
}

TEST(Schemas, GiveDefaultsThatChangeNothing) {
  const Loaded plain = loaded(site());
  std::size_t count = 0;
  for (const Place& place : places()) {
    for (const auto& entry : place.schema["properties"]) {
      if (is_of_whitelist(*place.keys) || !entry.second["default"]) continue;
      const auto key = entry.first.as<std::string>();
      const auto result = load_with(place, key + ": " + yaml_text(entry.second["default"]));
      ASSERT_EQ(text_of(result), "ok\n") << full_name(place, key);
      const auto& written = std::get<Loaded>(result);
      EXPECT_EQ(written.daemon, plain.daemon) << full_name(place, key);
      EXPECT_EQ(without_origins(written.settings->rules), without_origins(plain.settings->rules))
          << full_name(place, key);
      EXPECT_EQ(written.settings->site.mode, plain.settings->site.mode);
      EXPECT_EQ(written.settings->site.logins.bare_domain, plain.settings->site.logins.bare_domain);
      EXPECT_EQ(written.settings->site.logins.realms, plain.settings->site.logins.realms);
      const Channels& channels = written.settings->channels;
      EXPECT_EQ(channels.submission_daemons, plain.settings->channels.submission_daemons);
      EXPECT_EQ(channels.server_daemons, plain.settings->channels.server_daemons);
      ++count;
    }
  }
  EXPECT_GE(count, 40U);
}

// What both files write the same way is defined the same way.
TEST(Schemas, AgreeOnTheValuesOfBothFiles) {
  const YAML::Node gatepost = schema_file("gatepost")["definitions"];
  std::size_t shared = 0;
  for (const auto& entry : schema_file("whitelist")["definitions"]) {
    const YAML::Node other = gatepost[entry.first.as<std::string>()];
    if (!other) continue;
    EXPECT_EQ(YAML::Dump(entry.second), YAML::Dump(other)) << entry.first;
    ++shared;
  }
  EXPECT_GE(shared, 4U);
}

}  // namespace
}  // namespace gatepost::config
