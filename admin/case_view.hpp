#pragma once

#include <optional>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "admin/account_view.hpp"
#include "policy/calendar.hpp"
#include "policy/case.hpp"
#include "policy/catalogue.hpp"
#include "policy/explain.hpp"

namespace gatepost::admin {

/// A case in short, as lists hold it.
boost::json::object json_summary(const Case& record);

/// A whole case: facts, findings, what to do, the exception; `text` is the story for people.
boost::json::object json_of(const Case& record, const Calendar& calendar, Time now,
                            Language language);

/// `null` where the account is not frozen.
boost::json::value json_of(const std::optional<FrozenView>& view);
boost::json::array json_of(const std::vector<Exception>& exceptions);

/// The account view; `text` is for people.
boost::json::object json_of(const AccountView& view, const Calendar& calendar, Language language);

}  // namespace gatepost::admin
