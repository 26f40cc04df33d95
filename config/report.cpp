#include "config/report.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace gatepost::config {

void Report::error(const Mark& mark, std::string message) {
  if (full()) {
    ++errors_left_out_;
  } else {
    errors_.push_back({place(mark), std::move(message)});
  }
}

void Report::warning(const Mark& mark, std::string message) {
  if (warnings_.size() == kMost) {
    ++warnings_left_out_;
  } else {
    warnings_.push_back({place(mark), std::move(message)});
  }
}

Diagnostics Report::errors() const {
  return in_order(errors_, errors_left_out_);
}

Diagnostics Report::warnings() const {
  return in_order(warnings_, warnings_left_out_);
}

Diagnostics Report::in_order(Diagnostics found, std::size_t left_out) const {
  std::stable_sort(found.begin(), found.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  if (left_out > 0) {
    found.push_back({found.back().place, fmt::format("and {} more of this file", left_out)});
  }
  return found;
}

}  // namespace gatepost::config
