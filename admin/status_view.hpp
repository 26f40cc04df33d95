#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "admin/daemon.hpp"
#include "policy/calendar.hpp"
#include "policy/catalogue.hpp"

namespace gatepost::admin {

/// The status for people, as lines.
std::string text_of(const Status& status, const Calendar& calendar, Language language);

/// The status; `text` is for people.
boost::json::object json_of(const Status& status, const Calendar& calendar, Language language);

}  // namespace gatepost::admin
