#pragma once

#include <boost/json/object.hpp>

#include "admin/lockout_view.hpp"
#include "policy/calendar.hpp"
#include "policy/catalogue.hpp"

namespace gatepost::admin {

boost::json::object json_of(const ClientLock& lock);

/// The views of locks and failed logins; `text` is for people.
boost::json::object json_of(const LockListView& view, const Calendar& calendar, Language language);
boost::json::object json_of(const ClientView& view, const Calendar& calendar, Language language);
boost::json::object json_of(const UserView& view, const Calendar& calendar, Language language);

}  // namespace gatepost::admin
