#pragma once

#include <string>
#include <string_view>

#include "policy/subject.hpp"

namespace gatepost::store {

/// `text` with braces, control characters and `%` percent-encoded: fit to be a part of a key, and
/// different for different texts.
std::string key_part(std::string_view text);

/// `gatepost:{SUBJECT}:` and what follows: a key in the subject's slot. Braces, control characters
/// and `%` of the subject are percent-encoded, so that no two subjects share a key and none can
/// choose its slot.
std::string subject_key(const Subject& subject, std::string_view name);

}  // namespace gatepost::store
