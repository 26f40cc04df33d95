#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Prometheus' text format 0.0.4, read back as strictly as its description has it.
namespace gatepost::test {

using LabelMap = std::map<std::string, std::string>;

struct MetricSample {
  std::string name;  ///< of a histogram with its ending
  LabelMap labels;
  double value = 0;
};

/// What stands under one HELP and TYPE.
struct MetricFamily {
  std::string name;
  std::string type;
  std::string help;
  std::vector<MetricSample> samples;
};

struct Exposition {
  std::vector<MetricFamily> families;
  std::vector<std::string> mistakes;  ///< what the format does not allow

  /// The family of that name; an empty one where there is none.
  MetricFamily family(std::string_view name) const;
};

/// Reads a page; each family must have HELP, TYPE and then all its samples.
Exposition read_exposition(std::string_view page);

/// The table rows of docs/metrics.md.
struct DocumentedMetric {
  std::string name;
  std::string type;
  std::vector<std::string> labels;  ///< sorted
};

/// The rows of all tables whose first cell is a metric; a row that cannot be read has no type.
std::vector<DocumentedMetric> read_documentation(std::string_view markdown);

/// In which names, types and labels the page and its documentation differ, in both directions. A
/// family without samples has no labels to compare, and is a difference.
std::vector<std::string> differences(const Exposition& page,
                                     const std::vector<DocumentedMetric>& documented);

}  // namespace gatepost::test
