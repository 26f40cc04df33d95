#include "exposition.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "policy/mail/utf8.hpp"

namespace gatepost::test {
namespace {

constexpr std::array<std::string_view, 3> kEndings = {"_bucket", "_sum", "_count"};

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

std::optional<double> number(std::string_view text) {
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return out;
}

// Takes `name="value"` with its escapes from the start of `rest`.
bool take_label(std::string_view& rest, LabelMap& labels) {
  const std::size_t equals = rest.find("=\"");
  if (equals == std::string_view::npos) return false;
  const std::string_view name = rest.substr(0, equals);
  std::string value;
  for (std::size_t i = equals + 2; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return is_name(name) && labels.emplace(name, value).second;
    }
    if (rest[i] != '\\') {
      value += rest[i];
      continue;
    }
    const char escaped = ++i < rest.size() ? rest[i] : '?';
    if (escaped != '\\' && escaped != '"' && escaped != 'n') return false;
    value += escaped == 'n' ? '\n' : escaped;
  }
  return false;
}

std::optional<MetricSample> read_sample(std::string_view line) {
  MetricSample out;
  const std::size_t end = line.find_first_of("{ ");
  if (end == std::string_view::npos) return {};
  out.name = line.substr(0, end);
  line.remove_prefix(end);
  if (line.front() == '{') {
    do {
      line.remove_prefix(1);
      if (!take_label(line, out.labels) || line.empty()) return {};
    } while (line.front() == ',');
    if (!starts_with(line, "} ")) return {};
    line.remove_prefix(1);
  }
  const auto value = number(line.substr(1));
  if (!is_name(out.name) || !value) return {};
  out.value = *value;
  return out;
}

bool belongs(const MetricSample& sample, const MetricFamily& family) {
  if (family.type != "histogram") return sample.name == family.name;
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
    return sample.name == family.name + std::string(ending);
  });
}

// One histogram, its `le` apart from the other labels.
struct Buckets {
  std::vector<std::pair<double, double>> bounds;  // le, and how many up to it
  std::vector<double> sums;
  std::vector<double> counts;

  bool is_whole() const {
    if (bounds.empty() || sums.size() != 1 || counts.size() != 1) return false;
    for (std::size_t i = 1; i < bounds.size(); ++i) {
      const bool rises =
          bounds[i].first > bounds[i - 1].first && bounds[i].second >= bounds[i - 1].second;
      if (!rises) return false;
    }
    return std::isinf(bounds.back().first) && bounds.back().second == counts.front();
  }
};

void check_histogram(const MetricFamily& family, std::vector<std::string>& mistakes) {
  std::map<LabelMap, Buckets> all;
  for (const MetricSample& sample : family.samples) {
    LabelMap labels = sample.labels;
    std::optional<double> bound;
    if (const auto le = labels.extract("le")) bound = number(le.mapped());
    Buckets& buckets = all[labels];
    const bool is_bucket = sample.name == family.name + "_bucket";
    if (is_bucket != bound.has_value()) mistakes.push_back(sample.name + ": le");
    if (is_bucket && bound) buckets.bounds.emplace_back(*bound, sample.value);
    if (sample.name == family.name + "_sum") buckets.sums.push_back(sample.value);
    if (sample.name == family.name + "_count") buckets.counts.push_back(sample.value);
  }
  for (const auto& [labels, buckets] : all) {
    if (!buckets.is_whole()) mistakes.push_back(family.name + ": not a whole histogram");
  }
}

void check_family(const MetricFamily& family, std::vector<std::string>& mistakes) {
  const auto wrong = [&](const std::string& what) {
    mistakes.push_back(family.name + ": " + what);
  };
  const bool is_total =
      family.name.size() > 6 && family.name.substr(family.name.size() - 6) == "_total";
  if (family.type != "gauge" && family.type != "counter" && family.type != "histogram")
    wrong("type " + family.type);
  if ((family.type == "counter") != is_total) wrong("a counter and no other ends in _total");
  if (family.help.empty() || family.help.find('\\') != std::string::npos) wrong("help");
  std::set<std::pair<std::string, LabelMap>> seen;
  for (const MetricSample& sample : family.samples) {
    if (!belongs(sample, family)) wrong("has a sample of " + sample.name);
    if (!seen.emplace(sample.name, sample.labels).second) wrong("has a sample twice");
    if (family.type != "gauge" && !(sample.value >= 0)) wrong("below zero");
  }
  if (family.type == "histogram") check_histogram(family, mistakes);
}

std::vector<std::string> cells_of(const std::string& row) {
  std::vector<std::string> out;
  std::istringstream cells(row);
  for (std::string cell; std::getline(cells, cell, '|');) {
    const std::size_t begin = cell.find_first_not_of(' ');
    const std::size_t end = cell.find_last_not_of(' ');
    out.push_back(begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1));
  }
  return out;
}

// The code spans of a cell.
std::vector<std::string> spans_of(const std::string& cell) {
  std::vector<std::string> out;
  std::istringstream parts(cell);
  bool inside = false;
  for (std::string part; std::getline(parts, part, '`'); inside = !inside) {
    if (inside) out.push_back(part);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += ' ' + word;
  return out;
}

// All labels of a family; of a histogram also le.
std::vector<std::string> labels_of(const MetricFamily& family) {
  std::set<std::string> out;
  for (const MetricSample& sample : family.samples) {
    for (const auto& [name, value] : sample.labels)
      out.insert(name);
  }
  return {out.begin(), out.end()};
}

// Whether all samples of a family have the same labels, but for le.
bool is_even(const MetricFamily& family) {
  std::set<std::vector<std::string>> kinds;
  for (const MetricSample& sample : family.samples) {
    std::vector<std::string> names;
    for (const auto& [name, value] : sample.labels) {
      if (name != "le") names.push_back(name);
    }
    kinds.insert(names);
  }
  return kinds.size() == 1;
}

}  // namespace

MetricFamily Exposition::family(std::string_view name) const {
  const auto found = std::find_if(families.begin(), families.end(),
                                  [&](const MetricFamily& each) { return each.name == name; });
  return found == families.end() ? MetricFamily{} : *found;
}

Exposition read_exposition(std::string_view page) {
  Exposition out;
  if (!utf8::is_valid(page)) out.mistakes.push_back("not UTF-8");
  if (page.empty() || page.back() != '\n') out.mistakes.push_back("the last line has no end");
  std::set<std::string> names;
  std::istringstream lines{std::string(page)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string hash, kind, name;
    if (starts_with(line, "# ")) words >> hash >> kind >> name;
    if (kind == "HELP" && is_name(name)) {
      const std::size_t text = line.find(name) + name.size() + 1;
      out.families.push_back({name, "", text < line.size() ? line.substr(text) : "", {}});
      if (!names.insert(name).second) out.mistakes.push_back(name + " comes twice");
      continue;
    }
    if (kind == "TYPE" && !out.families.empty() && out.families.back().name == name &&
        out.families.back().type.empty()) {
      words >> out.families.back().type;
      continue;
    }
    const auto sample = read_sample(line);
    if (!sample || out.families.empty() || out.families.back().type.empty()) {
      out.mistakes.push_back("line: " + line);
      continue;
    }
    out.families.back().samples.push_back(*sample);
  }
  for (const MetricFamily& family : out.families)
    check_family(family, out.mistakes);
  return out;
}

std::vector<DocumentedMetric> read_documentation(std::string_view markdown) {
  std::vector<DocumentedMetric> out;
  std::istringstream lines{std::string(markdown)};
  for (std::string line; std::getline(lines, line);) {
    if (!starts_with(line, "| `gatepost_")) continue;
    const auto cells = cells_of(line);  // the first one is empty, before the row's first bar
    const auto names = spans_of(cells[1]);
    const bool readable = cells.size() == 6 && names.size() == 1 && !cells[4].empty();
    out.push_back(readable ? DocumentedMetric{names.front(), cells[2], spans_of(cells[3])}
                           : DocumentedMetric{line, "", {}});
  }
  return out;
}

std::vector<std::string> differences(const Exposition& page,
                                     const std::vector<DocumentedMetric>& documented) {
  std::vector<std::string> out;
  std::map<std::string, DocumentedMetric> rows;
  for (const DocumentedMetric& row : documented) {
    if (!rows.emplace(row.name, row).second) out.push_back(row.name + ": documented twice");
    if (page.family(row.name).name.empty()) out.push_back(row.name + ": does not exist");
  }
  for (const MetricFamily& family : page.families) {
    const auto row = rows.find(family.name);
    if (row == rows.end()) {
      out.push_back(family.name + ": not documented");
      continue;
    }
    if (row->second.type != family.type) out.push_back(family.name + ": type " + family.type);
    if (!is_even(family)) out.push_back(family.name + ": no samples, or of different labels");
    if (row->second.labels != labels_of(family))
      out.push_back(family.name + ": labels" + joined(labels_of(family)));
  }
  return out;
}

}  // namespace gatepost::test
