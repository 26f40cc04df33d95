#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.hpp"

namespace gatepost::daemon {

enum class Level : std::uint8_t { debug, info, warning, error };

/// One line of the log as fields in order; values may hold anything.
using Fields = std::vector<std::pair<std::string_view, std::string>>;

/// `event=message verdict=defer login=a@b`: values with spaces, quotes or controls are quoted,
/// controls escaped, so that no value can look like another field or line.
std::string key_value_line(const Fields& fields);

/// The same fields as one JSON object.
std::string json_line(const Fields& fields);

/// The daemon's log on standard error: one line an event. Thread-safe.
class Log {
public:
  explicit Log(const config::LogSettings& settings);
  ~Log();

  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void write(Level level, Fields fields);
  /// A plain sentence: `event=NAME message="..."`.
  void say(Level level, std::string_view event, std::string message);

private:
  class Sink;
  config::LogSettings settings_;
  std::unique_ptr<Sink> sink_;
};

}  // namespace gatepost::daemon
