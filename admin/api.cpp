#include "admin/api.hpp"

#include <array>
#include <exception>

#include <fmt/format.h>

#include "admin/api_handlers.hpp"
#include "admin/json_values.hpp"

namespace gatepost::admin {
namespace {

struct Route {
  std::string_view method;
  std::string_view pattern;  // `{}` stands for one segment
  bool support;              // open to the support socket too
  Response (*handle)(const Call&);
};

constexpr std::array<Route, 14> kRoutes = {{
    {"GET", "metrics", true, show_metrics},
    {"GET", "v1/status", true, show_status},
    {"GET", "v1/account/{}", true, show_account},
    {"GET", "v1/cases/{}", true, show_case},
    {"POST", "v1/account/{}/freeze", false, freeze_account},
    {"POST", "v1/account/{}/unfreeze", false, unfreeze_account},
    {"GET", "v1/lockouts", true, list_lockouts},
    {"GET", "v1/lockouts/{}", true, show_lockout},
    {"POST", "v1/lockouts/{}/unlock", true, unlock},
    {"POST", "v1/lockouts/{}/lock", false, lock},
    {"POST", "v1/reload", false, reload},
    {"GET", "v1/report/would-refuse", false, show_report},
    {"POST", "v1/usage", false, read_usage},
    {"GET", "v1/audit", false, show_audit},
}};

// Whether `path` is of the form of `pattern`; then `argument` is what stands for its `{}`.
bool matches(std::string_view pattern, const std::vector<std::string>& path,
             std::string& argument) {
  for (const std::string& segment : path) {
    const auto slash = pattern.find('/');
    const std::string_view expected = pattern.substr(0, slash);
    if (expected == "{}") {
      argument = segment;
    } else if (expected != segment) {
      return false;
    }
    pattern.remove_prefix(slash == std::string_view::npos ? pattern.size() : slash + 1);
  }
  return pattern.empty();
}

bool is_open(const Route& route, Door door) {
  switch (door) {
    case Door::admin: return true;
    case Door::support: return route.support;
    case Door::metrics: return route.handle == show_metrics;
  }
  return false;
}

Response forbidden(Door door) {
  if (door == Door::metrics) {
    return problem(403, "this listener serves GET /metrics only",
                   "use the admin or support socket");
  }
  return problem(403,
                 "this is for admins: the support socket serves status, account show, explain, and "
                 "lockout list, show and unlock",
                 "use the admin socket; its users are in the group gatepost-admin");
}

Response call_route(const Route& route, Daemon& daemon, const Request& request,
                    const Target& target, std::string argument) {
  const std::string_view wanted = target.parameter("lang");
  const auto language = wanted.empty() ? Language::english : language_from_name(wanted);
  if (!language) {
    return problem(400, fmt::format("there is no catalogue for the language '{}'", wanted),
                   "lang is en or zh");
  }
  return route.handle({.daemon = daemon,
                       .request = request,
                       .target = target,
                       .argument = std::move(argument),
                       .language = *language,
                       .settings = daemon.settings(),
                       .now = daemon.status().now});
}

Response dispatch(Daemon& daemon, const Request& request) {
  const auto target = parse_target(request.target);
  if (!target) {
    return problem(400, "the request's path cannot be read",
                   "encode special characters as %XX (RFC 3986)");
  }
  bool path_exists = false;
  for (const Route& route : kRoutes) {
    std::string argument;
    if (!matches(route.pattern, target->path, argument)) continue;
    path_exists = true;
    if (route.method != request.method) continue;
    if (!is_open(route, request.door)) return forbidden(request.door);
    return call_route(route, daemon, request, *target, std::move(argument));
  }
  if (request.door == Door::metrics) return forbidden(request.door);
  if (path_exists) {
    return problem(405, fmt::format("{} is not possible here", request.method),
                   "reading is GET, changing is POST; see docs/api.md");
  }
  return problem(404, "there is no such endpoint", "see docs/api.md for those there are");
}

}  // namespace

Response answer(Daemon& daemon, const Request& request) noexcept {
  try {
    return dispatch(daemon, request);
  } catch (const std::exception& bug) {
    return problem(500, fmt::format("internal error: {}", bug.what()),
                   "please report this with the daemon's log");
  }
}

}  // namespace gatepost::admin
