#pragma once

#include <boost/json/object.hpp>

#include "admin/auth_check_view.hpp"

namespace gatepost::admin {

/// The members `spf`, `dkim`, `dmarc` and `arc` of docs/gatepost.1.md.
boost::json::object json_of(const AuthCheckView& view, Language language);

}  // namespace gatepost::admin
