#include "config/reader.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

#include "config/source_text.hpp"
#include "config/suggest.hpp"

namespace gatepost::config {
namespace {

std::string_view kind_name(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::empty: return "nothing";
    case YamlNode::Kind::scalar: return "a single value";
    case YamlNode::Kind::list: return "a list";
    case YamlNode::Kind::map: return "a section of its own";
  }
  return "?";
}

// `mode：enforce` is one word to YAML; who types Chinese does not see why.
std::string full_width_hint(const YamlNode& node) {
  const bool colon = node.text.find("\xEF\xBC\x9A") != std::string::npos;
  return colon ? "; the colon in it is the full-width one, YAML wants ':' and a space" : "";
}

// Names written twice, each once, in file order; the second of a pair and those after it.
std::vector<const MapEntry*> unique_entries(const YamlNode& map, const std::string& path,
                                            Report& report) {
  std::map<std::string_view, Mark> seen;
  std::vector<const MapEntry*> entries;
  for (const MapEntry& entry : map.entries) {
    const auto [first, added] = seen.emplace(entry.key.text, entry.key.mark);
    if (added) {
      entries.push_back(&entry);
      continue;
    }
    const std::string name = path.empty() ? entry.key.text : path + '.' + entry.key.text;
    report.error(entry.key.mark, fmt::format("{} is written twice; the first one is in line {}",
                                             in_quotes(name), first->second.line));
  }
  return entries;
}

// Whether `node` can be read as a map; reports where not.
bool is_map(const YamlNode* node, const std::string& path, Report& report) {
  if (node == nullptr || node->kind == YamlNode::Kind::empty) return false;
  if (node->kind == YamlNode::Kind::map) return true;
  const std::string start = path.empty() ? "the file" : path;
  report.error(node->mark, fmt::format("{} must hold lines of 'name: value', not {}{}", start,
                                       kind_name(*node), full_width_hint(*node)));
  return false;
}

}  // namespace

Section::Section(const YamlNode* node, const SectionKeys& keys, std::string path, Report& report)
    : node_(nullptr), keys_(&keys), path_(std::move(path)), report_(&report) {
  if (node != nullptr) mark_ = node->mark;
  if (!is_map(node, path_, report)) {
    broken_ = node != nullptr && node->kind != YamlNode::Kind::empty;
    return;
  }
  node_ = node;
  for (const MapEntry* entry : unique_entries(*node_, path_, *report_))
    check_name(entry->key);
}

void Section::check_name(const YamlNode& key) {
  const Key* known = keys_->find(key.text);
  if (known != nullptr) {
    if (known->later) {
      const std::string instead =
          known->meanwhile.empty() ? "" : ": " + std::string(known->meanwhile);
      report_->error(key.mark, fmt::format("{} is not available in this version{}",
                                           name_of(key.text), instead));
    }
    return;
  }
  if (report_->full()) {
    report_->error(key.mark, {});
    return;
  }
  std::vector<std::string_view> names;
  for (const Key& each : keys_->keys)
    names.push_back(each.name);
  // Who means a name that is not there yet is not sent to another one.
  const Key* closest = keys_->find(nearest(key.text, names));
  const std::string_view meant = closest == nullptr || closest->later ? "" : closest->name;
  if (!meant.empty()) misspelt_.push_back(meant);
  if (meant.empty() && path_.empty()) {
    if (const std::string home = keys::home_of(key.text); !home.empty()) {
      report_->error(key.mark, fmt::format("{} stands at the wrong place: it belongs in {}",
                                           in_quotes(key.text), home));
      return;
    }
  }
  const std::string where = path_.empty() ? "" : " in " + shown(path_);
  report_->error(key.mark, fmt::format("unknown key {}{}{}{}", in_quotes(key.text), where,
                                       meant.empty() ? "" : did_you_mean(key.text, names),
                                       full_width_hint(key)));
}

const YamlNode* Section::find(std::string_view key) const {
  if (keys_->find(key) == nullptr) {
    throw std::logic_error(fmt::format("no key '{}' in section '{}'", key, keys_->path));
  }
  if (node_ == nullptr) return nullptr;
  const auto found = std::find_if(node_->entries.begin(), node_->entries.end(),
                                  [&](const MapEntry& entry) { return entry.key.text == key; });
  return found == node_->entries.end() ? nullptr : &found->value;
}

Mark Section::mark_of(std::string_view key) const {
  const YamlNode* node = find(key);
  return node == nullptr ? mark_ : node->mark;
}

std::string Section::name_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : shown(path_) + '.' + std::string(key);
}

bool Section::misspelt(std::string_view key) const {
  return std::find(misspelt_.begin(), misspelt_.end(), key) != misspelt_.end();
}

Section Section::section(std::string_view key, const SectionKeys& keys) const {
  Section inner(find(key), keys, name_of(key), *report_);
  inner.broken_ = inner.broken_ || broken_ || misspelt(key);
  return inner;
}

std::vector<const MapEntry*> Section::named_entries(const YamlNode* node, const std::string& path,
                                                    Report& report) {
  if (!is_map(node, path, report)) return {};
  return unique_entries(*node, path, report);
}

void Section::error(std::string_view key, const Mark& mark, const std::string& text) const {
  report_->error(mark, name_of(key) + ": " + text);
}

void Section::missing(std::string_view key, const std::string& why) const {
  if (broken_ || misspelt(key)) return;
  report_->error(mark_, fmt::format("{} is missing: {}", name_of(key), why));
}

std::optional<std::string_view> Section::scalar(const YamlNode& node, std::string_view key) const {
  if (node.kind == YamlNode::Kind::scalar) return node.text;
  if (node.kind == YamlNode::Kind::empty) {
    error(key, node.mark, "has no value");
  } else {
    error(key, node.mark, fmt::format("must be a single value, not {}", kind_name(node)));
  }
  return {};
}

std::optional<std::string_view> Section::text(std::string_view key) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return {};
  return scalar(*node, key);
}

const std::vector<YamlNode>* Section::list(std::string_view key) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return nullptr;
  if (node->kind == YamlNode::Kind::list) return &node->items;
  if (node->kind == YamlNode::Kind::scalar) {
    error(key, node->mark, fmt::format("must be a list: write [{}]", shown(node->text)));
  } else if (node->kind == YamlNode::Kind::empty) {
    error(key, node->mark, "has no value: write a list, or [] for none");
  } else {
    error(key, node->mark,
          fmt::format("must be a list, not {}: begin each entry with '-'", kind_name(*node)));
  }
  return nullptr;
}

}  // namespace gatepost::config
