#pragma once

#include <optional>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "admin/http.hpp"
#include "policy/catalogue.hpp"
#include "policy/finding.hpp"
#include "policy/limit.hpp"
#include "policy/time.hpp"

/// How Gatepost's values look in the API's JSON. Includes Boost.JSON: for the .cpp files of the
/// API and the command line only.
namespace gatepost::admin {

/// `2026-11-22T06:05:10Z` (RFC 3339, UTC).
std::string utc_text(Time time);

boost::json::value json_of(const std::optional<Time>& time);
boost::json::value json_of(const std::optional<std::int64_t>& value);
boost::json::object json_of(const Origin& origin);
/// A finding with its figures and its sentence.
boost::json::object json_of(const Finding& finding, Language language);
boost::json::array json_of(const std::vector<std::string>& texts);

/// 200 with `object` as the body.
Response json_response(const boost::json::object& object, int status = 200);
/// `{"error": ..., "hint": ...}`: what went wrong, and what to do.
Response problem(int status, std::string_view error, std::string_view hint);

/// The body as a JSON object; nothing where it is none. An empty body is an empty object.
std::optional<boost::json::object> parse_object(std::string_view text);
/// A member that is a string; nothing where it is missing or something else.
std::optional<std::string> string_member(const boost::json::object& object, std::string_view name);
std::optional<std::int64_t> integer_member(const boost::json::object& object,
                                           std::string_view name);

}  // namespace gatepost::admin
