#pragma once

#include <string>

#include "admin/daemon.hpp"

namespace gatepost::admin {

/// The status as Prometheus text, format 0.0.4. All names start with `gatepost_`.
std::string metrics_text(const Status& status);

}  // namespace gatepost::admin
