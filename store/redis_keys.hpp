#pragma once

#include <string>
#include <string_view>

#include "policy/subject.hpp"

namespace gatepost::store {

/// `gatepost:{SUBJECT}:` and what follows: a key in the subject's slot. Braces, control characters
/// and `%` of the subject are percent-encoded, so that no two subjects share a key and none can
/// choose its slot.
std::string subject_key(const Subject& subject, std::string_view name);

}  // namespace gatepost::store
