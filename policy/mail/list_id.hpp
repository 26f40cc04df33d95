#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatepost {

/// Whether `text` is what stands in the brackets of a List-Id, in lower case: a dot-atom
/// (RFC 5322 3.2.3) of at most 255 octets (RFC 2919 3).
bool is_list_id(std::string_view text);

/// The list that the value of a List-Id field names (RFC 2919): what stands in its one pair of
/// brackets, in lower case. Nothing where there is none, or a second one. Linear in time.
std::optional<std::string> parse_list_id(std::string_view value);

}  // namespace gatepost
