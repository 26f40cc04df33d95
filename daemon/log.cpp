#include "daemon/log.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::daemon {
namespace {

constexpr std::size_t kUsualLine = 512;

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  return std::any_of(value.begin(), value.end(), [](char c) {
    return ascii::is_control(c) || c == ' ' || c == '"' || c == '\\' || c == '=';
  });
}

// Quotes, backslashes and controls escaped the way JSON does; bytes that are no UTF-8 stand for
// themselves in key=value lines.
std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (ascii::is_control(c)) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  return out;
}

// JSON is UTF-8: other bytes are shown by their number.
std::string json_text(std::string_view value) {
  if (ascii::is_ascii(value)) return escaped(value);
  std::string out;
  for (const char c : value) {
    out += ascii::is_high(c) ? fmt::format("\\u00{:02x}", static_cast<unsigned char>(c))
                             : escaped(std::string_view(&c, 1));
  }
  return out;
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view level_name(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
  }
  return "info";
}

}  // namespace

std::string key_value_line(const Fields& fields) {
  std::string out;
  out.reserve(kUsualLine);
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += ' ';
    out.append(name).append("=");
    if (needs_quotes(value)) {
      out.append("\"").append(escaped(value)).append("\"");
    } else {
      out += value;
    }
  }
  return out;
}

std::string json_line(const Fields& fields) {
  std::string out = "{";
  for (const auto& [name, value] : fields) {
    if (out.size() > 1) out += ',';
    out.append("\"").append(name).append("\":\"").append(json_text(value)).append("\"");
  }
  return out + '}';
}

class Log::Sink {
public:
  explicit Sink(const config::LogSettings& settings)
      : logger_("gatepost", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    const bool json = settings.format == config::LogSettings::Format::json;
    logger_.set_pattern(json ? "%v" : "%Y-%m-%dT%H:%M:%S.%e%z %v");
    logger_.set_level(settings.debug ? spdlog::level::debug : spdlog::level::info);
    logger_.flush_on(spdlog::level::trace);
  }

  spdlog::logger logger_;
};

Log::Log(const config::LogSettings& settings)
    : settings_(settings), sink_(std::make_unique<Sink>(settings)) {}

Log::~Log() = default;

void Log::write(Level level, Fields fields) {
  const auto spd_level = spdlog_level(level);
  if (!sink_->logger_.should_log(spd_level)) return;
  fields.insert(fields.begin(), {"level", std::string(level_name(level))});
  if (settings_.format == config::LogSettings::Format::json) {
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    fields.insert(fields.begin(), {"time_ms", std::to_string(now.time_since_epoch().count())});
    sink_->logger_.log(spd_level, spdlog::string_view_t(json_line(fields)));
  } else {
    sink_->logger_.log(spd_level, spdlog::string_view_t(key_value_line(fields)));
  }
}

void Log::say(Level level, std::string_view event, std::string message) {
  write(level, {{"event", std::string(event)}, {"message", std::move(message)}});
}

}  // namespace gatepost::daemon
