#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::admin {

/// Which socket a request came in by: what may be asked there.
enum class Door : std::uint8_t {
  admin,    ///< everything
  support,  ///< status, account show, explain; lockout list, show, unlock
  metrics,  ///< GET /metrics only
};

/// One HTTP request, as the API sees it.
struct Request {
  std::string method;
  std::string target;  ///< path and query as sent
  std::string body;
  std::string actor;  ///< the peer's system user
  Door door = Door::support;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

/// A request target taken apart, percent-decoded (RFC 3986 2.1).
struct Target {
  std::vector<std::string> path;  ///< segments, without empty ones
  std::map<std::string, std::string, std::less<>> query;

  /// The query's value, or an empty one.
  std::string_view parameter(std::string_view name) const;
};

/// Nothing where a percent sequence is broken or decodes to a control character.
std::optional<Target> parse_target(std::string_view text);

/// `text` as one path segment or query value: all but RFC 3986's unreserved characters encoded.
std::string percent_encoded(std::string_view text);

}  // namespace gatepost::admin
