#pragma once

#include "daemon/log.hpp"
#include "session/decision_record.hpp"

namespace gatepost::daemon {

/// The log line of one decision: who, on which channel, what was decided, by which rule, with the
/// figures of the counted rules as `rule=used+amount/limit`.
Fields decision_fields(const session::DecisionRecord& record);

}  // namespace gatepost::daemon
