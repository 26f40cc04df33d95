#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/keys.hpp"
#include "config/mark.hpp"
#include "config/report.hpp"
#include "config/yaml_tree.hpp"

namespace gatepost::config {

/// A value of a list and where it stands.
template <typename Value>
struct Item {
  Value value;
  Mark mark;
};

/// Typed access to one map of the file. Construction reports every name that it should not have;
/// each read reports a value of the wrong kind. Whoever reads never sees a half-right value.
/// Refers to the node, the keys and the report, which must outlive it.
class Section {
public:
  /// `node`: nothing written, empty, or a map; anything else is reported and read as empty.
  /// `path` is what messages call it, `groups.newsletter`.
  Section(const YamlNode* node, const SectionKeys& keys, std::string path, Report& report);

  /// The value of `key`, which must be one of the section's; null where it is not written.
  const YamlNode* find(std::string_view key) const;

  bool has(std::string_view key) const { return find(key) != nullptr; }

  /// Where `key` is written; where it is not, the section.
  Mark mark_of(std::string_view key) const;

  Mark mark() const { return mark_; }

  /// What stands there is no map; that is reported, and nothing else need be said of it.
  bool broken() const { return broken_; }

  /// `key` is not written, but a wrong name was reported that is most likely meant for it.
  bool misspelt(std::string_view key) const;
  /// `site.mode`
  std::string name_of(std::string_view key) const;

  Report& report() const { return *report_; }

  /// The map inside this one under `key`.
  Section section(std::string_view key, const SectionKeys& keys) const;
  /// All entries of a map whose names the admin chooses; those written twice are reported and
  /// left out.
  static std::vector<const MapEntry*> named_entries(const YamlNode* node, const std::string& path,
                                                    Report& report);

  void error(std::string_view key, const Mark& mark, const std::string& text) const;
  /// Reports that `key` has to be there, unless the section is broken or has it misspelt; `why`
  /// says what to write.
  void missing(std::string_view key, const std::string& why) const;

  /// The text of a scalar; nothing where not written, or reported as of the wrong kind.
  std::optional<std::string_view> text(std::string_view key) const;
  /// The entries of a list; nothing where not written, or reported as of the wrong kind.
  const std::vector<YamlNode>* list(std::string_view key) const;

  /// The value of `key` as `parse` (text to Parsed<Value>) reads it; nothing where it is not
  /// written or was reported.
  template <typename Parse>
  auto read(std::string_view key, Parse parse) const {
    using Value = std::variant_alternative_t<0, decltype(parse(std::string_view()))>;
    std::optional<Value> value;
    if (const auto written = text(key)) value = accept(parse(*written), key, mark_of(key));
    return value;
  }

  /// Sets `out` where `key` is written and right.
  template <typename Value, typename Parse>
  void read_into(Value& out, std::string_view key, Parse parse) const {
    if (auto value = read(key, parse)) out = std::move(*value);
  }

  /// Every entry of the list `key` that `parse` can read; the others are reported. Nothing where
  /// it is not written or is no list.
  template <typename Parse>
  auto read_list(std::string_view key, Parse parse) const {
    using Value = std::variant_alternative_t<0, decltype(parse(std::string_view()))>;
    std::optional<std::vector<Item<Value>>> values;
    const std::vector<YamlNode>* nodes = list(key);
    if (nodes == nullptr) return values;
    values.emplace();
    for (const YamlNode& node : *nodes) {
      const auto written = scalar(node, key);
      if (!written) continue;
      auto value = accept(parse(*written), key, node.mark);
      if (value) values->push_back({std::move(*value), node.mark});
    }
    return values;
  }

private:
  template <typename Value>
  std::optional<Value> accept(Parsed<Value> parsed, std::string_view key, const Mark& mark) const {
    if (auto* mistake = std::get_if<Mistake>(&parsed)) {
      error(key, mark, mistake->text);
      return {};
    }
    return std::get<0>(std::move(parsed));
  }

  std::optional<std::string_view> scalar(const YamlNode& node, std::string_view key) const;
  void check_name(const YamlNode& key);

  const YamlNode* node_;
  const SectionKeys* keys_;
  std::string path_;
  Report* report_;
  Mark mark_;
  bool broken_ = false;
  std::vector<std::string_view> misspelt_;
};

}  // namespace gatepost::config
