#pragma once

#include <string>

#include "config/config.hpp"
#include "config/mark.hpp"

namespace gatepost::config {

/// Collects what is wrong with, or worth knowing of, one file. Keeps at most kMost mistakes: a
/// file of garbage must not cost memory without end. Not thread-safe.
class Report {
public:
  static constexpr std::size_t kMost = 500;

  explicit Report(std::string file) : file_(std::move(file)) {}

  void error(const Mark& mark, std::string message);
  void warning(const Mark& mark, std::string message);

  /// Further mistakes are only counted: their text need not be made.
  bool full() const { return errors_.size() == kMost; }

  Place place(const Mark& mark) const { return {file_, mark.line, mark.column}; }

  const std::string& file() const { return file_; }

  /// In file order; what was too many is one more line at the end.
  Diagnostics errors() const;
  Diagnostics warnings() const;

private:
  Diagnostics in_order(Diagnostics found, std::size_t left_out) const;

  std::string file_;
  Diagnostics errors_;
  Diagnostics warnings_;
  std::size_t errors_left_out_ = 0;
  std::size_t warnings_left_out_ = 0;
};

}  // namespace gatepost::config
