#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "admin/cli/simulate.hpp"
#include "policy/catalogue.hpp"

namespace gatepost::admin {

/// The simulation for people, as lines.
std::string text_of(const Simulation& simulation, const Settings& settings, Language language);

/// The same for programs (docs/gatepost.1.md).
boost::json::object json_of(const Simulation& simulation, const Settings& settings,
                            Language language);

}  // namespace gatepost::admin
