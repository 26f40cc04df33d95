#pragma once

#include <string>

namespace gatepost {

/// Where something stands in a configuration file. Lines and columns count from 1.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  /// `whitelist.yaml:12:3`
  std::string text() const {
    return file + ':' + std::to_string(line) + ':' + std::to_string(column);
  }

  friend bool operator==(const Place&, const Place&) = default;
};

}  // namespace gatepost
