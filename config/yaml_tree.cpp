#include "config/yaml_tree.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "config/source_text.hpp"

namespace gatepost::config {
namespace {

// Ends the parse from inside a callback of the library, which has no other way to be stopped.
struct TooDeep {
  Mark mark;
};

int characters_in(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

// Turns the library's positions (from 0, in octets) into ours.
class Positions {
public:
  explicit Positions(std::string_view text) : text_(text) {
    for (std::size_t at = 0; at != std::string_view::npos;) {
      starts_.push_back(at);
      at = text.find('\n', at);
      if (at != std::string_view::npos) ++at;
    }
  }

  Mark mark(const YAML::Mark& raw) {
    if (raw.line < 0 || raw.column < 0) return {};
    const auto line = std::min(static_cast<std::size_t>(raw.line), starts_.size() - 1);
    const auto octets =
        std::min(static_cast<std::size_t>(raw.column), text_.size() - starts_[line]);
    if (line != line_) {
      line_ = line;
      octets_ = 0;
      characters_ = 0;
    }
    move_to(octets);
    return {static_cast<int>(line) + 1, characters_ + 1};
  }

private:
  // Marks come nearly in order, so counting from the last one keeps a long line linear.
  void move_to(std::size_t octets) {
    const std::string_view line = text_.substr(starts_[line_]);
    if (octets >= octets_) {
      characters_ += characters_in(line.substr(octets_, octets - octets_));
    } else {
      characters_ -= characters_in(line.substr(octets, octets_ - octets));
    }
    octets_ = octets;
  }

  std::string_view text_;
  std::vector<std::size_t> starts_;
  std::size_t line_ = 0;
  std::size_t octets_ = 0;
  int characters_ = 0;
};

// Builds the tree from the library's events. Its stack of open nodes is bounded by kDeepest.
class TreeBuilder final : public YAML::EventHandler {
public:
  explicit TreeBuilder(Positions& positions) : positions_(positions) {}

  void OnDocumentStart(const YAML::Mark& mark) override { start_ = positions_.mark(mark); }

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(YamlNode::Kind::empty, mark, "", anchor));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    refuse(positions_.mark(mark), "aliases (*name) are not read here: write the value out");
    add(make(YamlNode::Kind::empty, mark, "", 0));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = make(YamlNode::Kind::scalar, mark, tag, anchor);
    node.text = value;
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(make(YamlNode::Kind::list, mark, tag, anchor));
  }

  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(make(YamlNode::Kind::map, mark, tag, anchor));
  }

  void OnMapEnd() override { close(); }

  YamlNode take_root() { return std::move(root_); }

  std::vector<MarkedMistake> take_mistakes() { return std::move(mistakes_); }

  Mark start() const { return start_; }

private:
  // A list or map whose end has not come yet. Keys and values of a map come in turn.
  struct Open {
    YamlNode node;
    std::optional<YamlNode> key;
  };

  YamlNode make(YamlNode::Kind kind, const YAML::Mark& raw, const std::string& tag,
                YAML::anchor_t anchor) {
    const Mark mark = positions_.mark(raw);
    if (anchor != 0) refuse(mark, "anchors (&name) are not read here: write the value out");
    const bool tagged = !tag.empty() && tag != "?" && tag != "!";
    if (tagged) refuse(mark, "YAML tags (!name) are not read here");
    YamlNode node;
    node.kind = kind;
    node.mark = mark;
    return node;
  }

  void refuse(const Mark& mark, const char* what) { mistakes_.push_back({mark, what}); }

  void open(YamlNode node) {
    if (open_.size() == kDeepest) throw TooDeep{node.mark};
    open_.push_back({std::move(node), std::nullopt});
  }

  void close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  void add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::list) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      add_entry(parent, std::move(node));
    }
  }

  void add_entry(Open& parent, YamlNode value) {
    YamlNode key = std::move(*parent.key);
    parent.key.reset();
    if (key.kind != YamlNode::Kind::scalar) {
      refuse(key.mark, "this is no key: a key is a single word");
      return;
    }
    // The library places a value that is not there at whatever comes next.
    if (value.kind == YamlNode::Kind::empty) value.mark = key.mark;
    parent.node.entries.push_back({std::move(key), std::move(value)});
  }

  Positions& positions_;
  YamlNode root_;
  Mark start_;
  std::vector<Open> open_;
  std::vector<MarkedMistake> mistakes_;
};

// What to do about the library's terser messages.
std::string_view hint_for(std::string_view message) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kHints = {{
      {"illegal map value", "a value that holds ': ' needs quotes; check the indentation too"},
      {"illegal map key", "check the indentation, and that the line above is complete"},
      {"illegal block entry", "check the indentation of the '-'"},
      {"end of map not found", "this line does not line up with those above it"},
      {"end of sequence not found", "this line does not line up with the '-' above it"},
      {"end of sequence flow not found",
       "a '[' or a quotation mark is not closed, or a ',' is missing"},
      {"end of map flow not found", "a '{' or a quotation mark is not closed, or a ',' is missing"},
      {"illegal flow end", "there is a ']' or '}' too many"},
      {"unknown token", "quote a value that begins with @, % or `"},
      {"illegal EOF in scalar", "a quotation mark is not closed"},
      {"the referenced anchor is not defined", "quote what begins with *: \"*@example.com\""},
      {"alias not found after *", "quote what begins with *"},
      {"illegal character found while scanning alias", "quote what begins with *"},
  }};
  for (const auto& [start, hint] : kHints) {
    if (message.starts_with(start)) return hint;
  }
  return {};
}

// `mode：enforce`, which who types Chinese does not see, in a line up to which the text was read.
std::optional<Mark> full_width_colon(std::string_view text, int line) {
  constexpr std::string_view kColon = "\xEF\xBC\x9A";
  Mark mark;
  for (; !text.empty() && mark.line <= line; ++mark.line) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view before = text.substr(0, std::min(end, text.find('#')));
    const auto colon = before.find(kColon);
    const bool quoted = before.find_first_of("'\"") < colon;
    if (colon != std::string_view::npos && !quoted && before.find(": ") > colon) {
      mark.column = characters_in(before.substr(0, colon)) + 1;
      return mark;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

MarkedMistake syntax_mistake(std::string_view text, const Mark& mark, std::string_view message) {
  const auto tab = tab_indentation(text);
  if (tab && tab->line <= mark.line) {
    return {*tab, "this line is indented with a tab: YAML wants spaces"};
  }
  if (const auto colon = full_width_colon(text, mark.line)) {
    return {*colon, "this colon is the full-width one: YAML wants ':' and a space"};
  }
  const std::string_view hint = hint_for(message);
  if (hint.empty()) return {mark, fmt::format("YAML: {}", shown(message))};
  return {mark, fmt::format("YAML: {} ({})", shown(message), hint)};
}

std::variant<YamlNode, std::vector<MarkedMistake>> parse_checked(std::string_view text,
                                                                 Positions& positions) {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  TreeBuilder builder(positions);
  if (!parser.HandleNextDocument(builder)) return YamlNode{};
  auto mistakes = builder.take_mistakes();
  TreeBuilder second(positions);
  if (parser.HandleNextDocument(second)) {
    mistakes.push_back({second.start(), "a second YAML document ('---'): a file holds one"});
  }
  if (!mistakes.empty()) return mistakes;
  return builder.take_root();
}

}  // namespace

std::variant<YamlNode, std::vector<MarkedMistake>> parse_yaml(std::string_view text) {
  if (auto bad = bad_text(text)) return std::vector{std::move(*bad)};
  const std::string clean = normalised(text);
  Positions positions(clean);
  try {
    return parse_checked(clean, positions);
  } catch (const TooDeep& deep) {
    return std::vector<MarkedMistake>{{deep.mark, "lists and maps are nested too deeply"}};
  } catch (const YAML::Exception& error) {
    return std::vector{syntax_mistake(clean, positions.mark(error.mark), error.msg)};
  }
}

}  // namespace gatepost::config
