#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/mark.hpp"

namespace gatepost::config {

struct MapEntry;

/// One node of a YAML document as it was written: every scalar is text, duplicate keys are still
/// there. What a configuration has no use for (anchors, aliases, tags) never gets this far.
struct YamlNode {
  enum class Kind : std::uint8_t {
    empty,  ///< a key with nothing after it, `~` or `null`
    scalar,
    list,
    map,
  };

  Kind kind = Kind::empty;
  Mark mark;
  std::string text;               ///< of a scalar
  std::vector<YamlNode> items;    ///< of a list
  std::vector<MapEntry> entries;  ///< of a map, in file order
};

struct MapEntry {
  YamlNode key;  ///< a scalar
  YamlNode value;
};

/// Lists and maps within each other beyond this are refused.
inline constexpr int kDeepest = 32;

/// The document in `text`, or what is wrong with it. An empty document is an empty node. Never
/// throws; time and memory are proportional to the text.
std::variant<YamlNode, std::vector<MarkedMistake>> parse_yaml(std::string_view text);

}  // namespace gatepost::config
